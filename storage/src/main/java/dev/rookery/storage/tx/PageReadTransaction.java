package dev.rookery.storage.tx;

import dev.rookery.storage.error.CorruptPageException;
import dev.rookery.storage.error.SnapshotExpiredException;
import dev.rookery.storage.error.TransactionClosedException;
import dev.rookery.storage.mvcc.ReaderTable.ActiveReader;
import dev.rookery.storage.mvcc.Snapshot;
import dev.rookery.storage.page.PageReader;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/// An immutable snapshot of all pages.
///
/// Threads: any number may read through it at once. After it was closed, by whichever thread, every
/// access throws [TransactionClosedException] (or [SnapshotExpiredException], if the store took the
/// snapshot away): what it saw may have been overwritten.
public final class PageReadTransaction implements PageReader, AutoCloseable {
  private final SnapshotBoard board;
  private final ActiveReader reader;
  private final String location;

  /// Plain on purpose: read on every page access. Another thread's close is noticed soon, not at
  /// once.
  private @Nullable Snapshot snapshot;

  private volatile boolean expired;

  PageReadTransaction(SnapshotBoard board, ActiveReader reader, String location) {
    this.board = board;
    this.reader = reader;
    this.snapshot = reader.snapshot();
    this.location = location;
    reader.setHolder(this::lose);
  }

  private Snapshot snapshot() {
    Snapshot open = snapshot;
    if (open == null) {
      throw gone();
    }
    return open;
  }

  /// Returns the snapshot, for reads of files that it names.
  Snapshot snapshotToRead() {
    return snapshot();
  }

  private RuntimeException gone() {
    return expired
        ? new SnapshotExpiredException(
            "read transaction was open too long and has lost its snapshot sequence="
                + reader.snapshot().sequence())
        : new TransactionClosedException("read transaction is closed");
  }

  /// Is told that the snapshot must not be read any more. One that is open too long is taken out of
  /// the table by whoever took it away, a moment later, for the sake of reads under way.
  private void lose(boolean becauseTooOld) {
    synchronized (reader) {
      if (becauseTooOld && snapshot != null) {
        expired = true;
        snapshot = null;
      }
    }
    close();
  }

  /// Throws if the store has taken the snapshot away: what was read last may then be anything.
  ///
  /// @throws SnapshotExpiredException if it has
  public void checkNotExpired() {
    if (expired) {
      throw gone();
    }
  }

  /// Returns the sequence of the newest commit that the snapshot contains.
  public long sequence() {
    return snapshot().sequence();
  }

  /// Returns whether the transaction was closed.
  public boolean isClosed() {
    return snapshot == null;
  }

  @Override
  public long locate(long pageNumber) {
    return snapshot().locate(pageNumber);
  }

  @Override
  public MemorySegment segmentAt(long at) {
    return snapshot().segmentAt(at);
  }

  @Override
  public boolean keepsLocations() {
    return true;
  }

  @Override
  public long pageCount() {
    return snapshot().pageCount();
  }

  @Override
  public RuntimeException corrupt(long pageNumber, String expected, String found) {
    return new CorruptPageException(location, pageNumber, expected, found);
  }

  /// Ends the transaction. Idempotent.
  @Override
  public void close() {
    synchronized (reader) {
      if (snapshot != null) {
        snapshot = null;
        board.end(reader);
      }
    }
  }
}
