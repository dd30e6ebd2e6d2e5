package dev.rookery.storage.mvcc;

import java.lang.StackWalker.StackFrame;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Who reads which snapshot: a table of slots that readers claim without a lock (after LMDB's
/// reader table).
///
/// A reader writes its snapshot into a free slot and then looks whether a newer one was published
/// meanwhile; if so it takes that one. The scanner looks at the published snapshot first and at the
/// slots after. Both sides use volatile accesses, so either the scanner sees the slot or the reader
/// sees the newer snapshot: no reader can be missed.
///
/// Thread-safe. Beginning and ending cost one compare-and-set each.
public final class ReaderTable {
  private static final int BLOCK_SLOTS = 64;

  /// Slots lie a cache line apart, so that readers on different cores do not disturb each other.
  private static final int STRIDE = 16;

  private static final long[] NO_VERSIONS = new long[0];

  private volatile AtomicReferenceArray<@Nullable ActiveReader>[] blocks = newBlocks(1);

  /// Creates a table without readers.
  public ReaderTable() {}

  /// An open read transaction, as the table sees it.
  public static final class ActiveReader {
    private final Snapshot snapshot;
    private final Beginning beginning;
    private final int slot;
    private volatile @Nullable Holder holder;
    private volatile boolean isReported;

    ActiveReader(Snapshot snapshot, Beginning beginning, int slot) {
      this.snapshot = snapshot;
      this.beginning = beginning;
      this.slot = slot;
    }

    /// Names who has to be told when the store takes the snapshot away.
    public void setHolder(Holder newHolder) {
      holder = newHolder;
    }

    /// Takes the snapshot away from its reader.
    ///
    /// @param expired whether because it was open too long, and not because the store closes
    public void takeAway(boolean expired) {
      Holder told = holder;
      if (told != null) {
        told.lose(expired);
      }
    }

    /// Returns whether the engine itself reads.
    public boolean isEngine() {
      return beginning.thread == null;
    }

    /// Returns whether [#setReported] was called.
    public boolean isReported() {
      return isReported;
    }

    /// Remembers that it was reported as one that is open too long.
    public void setReported() {
      isReported = true;
    }

    /// Returns the snapshot that is read.
    public Snapshot snapshot() {
      return snapshot;
    }

    /// Returns the thread that began to read.
    public Thread thread() {
      return Objects.requireNonNull(beginning.thread);
    }

    /// Returns when it began to read, by the clock of whoever registered it.
    public long beganNanos() {
      return beginning.nanos;
    }

    /// Returns the call that began to read, if that was recorded.
    public @Nullable StackFrame origin() {
      return beginning.origin;
    }
  }

  /// Who has a snapshot that may be taken away.
  @FunctionalInterface
  public interface Holder {
    /// Is told that the snapshot must not be read any more.
    ///
    /// @param expired whether because it was open too long, and not because the store closes
    void lose(boolean expired);
  }

  /// How a reader began.
  record Beginning(@Nullable Thread thread, long nanos, @Nullable StackFrame origin) {
    static final Beginning OF_ENGINE = new Beginning(null, 0, null);
  }

  @SuppressWarnings({"unchecked", "rawtypes"})
  private static AtomicReferenceArray<@Nullable ActiveReader>[] newBlocks(int count) {
    AtomicReferenceArray<@Nullable ActiveReader>[] blocks = new AtomicReferenceArray[count];
    for (int i = 0; i < count; i++) {
      blocks[i] = new AtomicReferenceArray<>(BLOCK_SLOTS * STRIDE);
    }
    return blocks;
  }

  /// Registers the calling thread as a reader of the snapshot that is current when this returns.
  ///
  /// @param current reads the published snapshot with volatile semantics
  /// @param nanos what time it is
  /// @param origin the call that wants to read, if that is recorded
  public ActiveReader begin(Supplier<Snapshot> current, long nanos, @Nullable StackFrame origin) {
    return begin(current, new Beginning(Thread.currentThread(), nanos, origin));
  }

  /// As [#begin(Supplier, long, StackFrame)], for the engine itself.
  public ActiveReader begin(Supplier<Snapshot> current) {
    return begin(current, Beginning.OF_ENGINE);
  }

  private ActiveReader begin(Supplier<Snapshot> current, Beginning beginning) {
    ActiveReader reader = claim(current.get(), beginning);
    while (true) {
      Snapshot newest = current.get();
      if (newest.version() == reader.snapshot.version()) {
        return reader;
      }
      ActiveReader fresh = new ActiveReader(newest, beginning, reader.slot);
      set(reader.slot, fresh);
      reader = fresh;
    }
  }

  /// Registers the engine as a reader of a given snapshot, which another registered reader must be
  /// keeping alive meanwhile.
  public ActiveReader pin(Snapshot snapshot) {
    return claim(snapshot, Beginning.OF_ENGINE);
  }

  private ActiveReader claim(Snapshot snapshot, Beginning beginning) {
    int start = (int) Thread.currentThread().threadId();
    while (true) {
      AtomicReferenceArray<@Nullable ActiveReader>[] all = blocks;
      int slots = all.length * BLOCK_SLOTS;
      for (int i = 0; i < slots; i++) {
        int slot = Math.floorMod(start + i, slots);
        AtomicReferenceArray<@Nullable ActiveReader> block = all[slot / BLOCK_SLOTS];
        int index = slot % BLOCK_SLOTS * STRIDE;
        if (block.get(index) == null) {
          ActiveReader reader = new ActiveReader(snapshot, beginning, slot);
          if (block.compareAndSet(index, null, reader)) {
            return reader;
          }
        }
      }
      addBlock(all.length);
    }
  }

  private synchronized void addBlock(int seen) {
    if (blocks.length == seen) {
      AtomicReferenceArray<@Nullable ActiveReader>[] longer = Arrays.copyOf(blocks, seen + 1);
      longer[seen] = newBlocks(1)[0];
      blocks = longer;
    }
  }

  private void set(int slot, @Nullable ActiveReader reader) {
    blocks[slot / BLOCK_SLOTS].set(slot % BLOCK_SLOTS * STRIDE, reader);
  }

  /// Takes a reader out. Its snapshot must not be read any more. Idempotent.
  public void end(ActiveReader reader) {
    blocks[reader.slot / BLOCK_SLOTS].compareAndSet(
        reader.slot % BLOCK_SLOTS * STRIDE, reader, null);
  }

  /// Returns whether a reader is registered.
  public boolean isActive(ActiveReader reader) {
    return blocks[reader.slot / BLOCK_SLOTS].get(reader.slot % BLOCK_SLOTS * STRIDE) == reader;
  }

  /// Shows all registered readers to a visitor.
  public void forEach(Consumer<ActiveReader> visitor) {
    for (AtomicReferenceArray<@Nullable ActiveReader> block : blocks) {
      for (int i = 0; i < BLOCK_SLOTS; i++) {
        ActiveReader reader = block.get(i * STRIDE);
        if (reader != null) {
          visitor.accept(reader);
        }
      }
    }
  }

  /// Returns the versions that are read, sorted, each once.
  public long[] activeVersions() {
    long[] versions = NO_VERSIONS;
    int count = 0;
    for (AtomicReferenceArray<@Nullable ActiveReader> block : blocks) {
      for (int i = 0; i < BLOCK_SLOTS; i++) {
        ActiveReader reader = block.get(i * STRIDE);
        if (reader != null) {
          if (count == versions.length) {
            versions = Arrays.copyOf(versions, Math.max(8, count * 2));
          }
          versions[count++] = reader.snapshot.version();
        }
      }
    }
    return count == 0 ? NO_VERSIONS : sortedDistinct(versions, count);
  }

  private static long[] sortedDistinct(long[] versions, int count) {
    Arrays.sort(versions, 0, count);
    int kept = 1;
    for (int i = 1; i < count; i++) {
      if (versions[i] != versions[kept - 1]) {
        versions[kept++] = versions[i];
      }
    }
    return Arrays.copyOf(versions, kept);
  }

  /// Returns the reader of the oldest version, if anybody reads.
  public Optional<ActiveReader> oldest() {
    ActiveReader[] oldest = new ActiveReader[1];
    forEach(reader -> {
      if (oldest[0] == null || reader.snapshot.version() < oldest[0].snapshot.version()) {
        oldest[0] = reader;
      }
    });
    return Optional.ofNullable(oldest[0]);
  }

  /// Returns how many readers are registered.
  public int count() {
    int[] count = new int[1];
    forEach(reader -> count[0]++);
    return count[0];
  }
}
