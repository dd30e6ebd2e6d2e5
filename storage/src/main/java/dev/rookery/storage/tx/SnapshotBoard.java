package dev.rookery.storage.tx;

import dev.rookery.storage.mvcc.ReaderTable;
import dev.rookery.storage.mvcc.ReaderTable.ActiveReader;
import dev.rookery.storage.mvcc.ScratchPool;
import dev.rookery.storage.mvcc.Snapshot;
import dev.rookery.storage.mvcc.SupersededVersions;
import java.lang.StackWalker.StackFrame;
import org.jspecify.annotations.Nullable;

/// Where the newest visible snapshot hangs, and who reads which.
///
/// Publication is one volatile store; it publishes the snapshot's tables and the scratch pages they
/// name to readers.
public final class SnapshotBoard {
  private final ScratchPool pool;
  private final ReaderTable readers = new ReaderTable();
  private final SupersededVersions superseded;
  private volatile Snapshot visible;

  /// Creates a board that shows a snapshot.
  ///
  /// @param pool the scratch of this and all later snapshots
  public SnapshotBoard(ScratchPool pool, Snapshot first) {
    this.pool = pool;
    this.superseded = new SupersededVersions(pool, readers);
    this.visible = first;
  }

  ScratchPool pool() {
    return pool;
  }

  ReaderTable readers() {
    return readers;
  }

  SupersededVersions superseded() {
    return superseded;
  }

  /// Returns the newest visible snapshot. Reading it is safe only while a reader is registered.
  Snapshot visible() {
    return visible;
  }

  /// Makes a snapshot visible to new readers, and frees what nobody can see any more.
  void publish(Snapshot snapshot) {
    visible = snapshot;
    superseded.reclaim(snapshot.version());
  }

  /// Registers the engine as a reader of the newest snapshot.
  ActiveReader begin() {
    return readers.begin(this::visible);
  }

  /// Registers the calling thread as a reader of the newest snapshot.
  ActiveReader begin(long nanos, @Nullable StackFrame origin) {
    return readers.begin(this::visible, nanos, origin);
  }

  /// Takes a reader out. What it alone held is freed at the next publication.
  void end(ActiveReader reader) {
    readers.end(reader);
  }

  /// Frees what nobody can see any more.
  void reclaim() {
    superseded.reclaim(visible.version());
  }

  /// Registers a reader of the oldest snapshot that anybody reads, the newest if nobody does.
  ActiveReader beginOldest() {
    ActiveReader newest = begin();
    while (true) {
      ActiveReader oldest = readers.oldest().orElse(newest);
      if (oldest.snapshot().version() >= newest.snapshot().version()) {
        return newest;
      }
      ActiveReader pinned = readers.pin(oldest.snapshot());
      // Still there after the pin was set: so nothing of its snapshot was freed in between.
      if (readers.isActive(oldest)) {
        readers.end(newest);
        return pinned;
      }
      readers.end(pinned);
    }
  }
}
