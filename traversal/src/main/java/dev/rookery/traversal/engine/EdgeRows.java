package dev.rookery.traversal.engine;

import dev.rookery.storage.page.PageLayout;
import dev.rookery.storage.tree.ForestCursor;
import dev.rookery.storage.tree.ForestScan;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The edges of one step from a range of slots, many slots at a time, as plain `int` arrays: for
/// passes over the whole graph.
///
/// ```
/// while (rows.nextBatch()) {
///   int[] keys = rows.keys(), begins = rows.begins(), ends = rows.ends();
///   for (int i = 0; i < rows.count(); i++) {
///     long source = rows.source(i);
///     for (int k = begins[i]; k < ends[i]; k++) … keys[k] …
///   }
/// }
/// ```
///
/// Slots come in ascending order, except that one with many edges comes behind others of its leaf
/// and several times, one directly after the other; some come without edges. The slots that the
/// edges of one lead to ascend; where the type is MULTI, one comes as often as there are parallel
/// edges. For graphs of up to 2^31 slots: in a damaged file, a slot may be too large or negative.
///
/// Belongs to one thread. The arrays are overwritten by the next batch.
public final class EdgeRows {
  /// A batch ends with the row that brings it to so many keys.
  private static final int BATCH_KEYS = 1 << 11;

  private static final int BATCH_ROWS_MAX = 1 << 9;

  /// Reads whole leaves, where pages are mapped; else null, and a cursor seeks each source.
  private final @Nullable ForestScan scan;

  private @Nullable ForestCursor cursor;
  private final int shift;
  private int[] keys = {};
  private int[] begins;
  private int[] ends;
  private final long[] sources;
  private int count;
  private long next;
  private long end;

  /// The slot whose runs are being read, -1 if there is none.
  private long current = -1;

  /// @param scan over the edges of the step
  EdgeRows(ForestScan scan) {
    this.scan = scan;
    shift = 0;
    begins = scan.begins();
    ends = scan.ends();
    sources = new long[0];
  }

  /// @param shift the width of the ordinals in the keys
  EdgeRows(int shift) {
    scan = null;
    this.shift = shift;
    begins = new int[BATCH_ROWS_MAX];
    ends = new int[BATCH_ROWS_MAX];
    sources = new long[BATCH_ROWS_MAX];
    keys = new int[2 * BATCH_KEYS];
  }

  /// Reads from a cursor over the step from now on.
  void bind(ForestCursor other) {
    cursor = other;
    current = -1;
  }

  /// Moves before the first batch of a range of slots.
  public EdgeRows range(long from, long endSlot) {
    if (scan != null) {
      scan.range(from, endSlot);
    }
    next = from;
    end = endSlot;
    current = -1;
    return this;
  }

  /// Reads the next batch and returns whether there is one.
  public boolean nextBatch() {
    if (scan == null) {
      return nextBatch(Objects.requireNonNull(cursor));
    }
    boolean isThere = scan.nextBatch();
    keys = scan.keys();
    begins = scan.begins();
    ends = scan.ends();
    count = scan.count();
    return isThere;
  }

  private boolean nextBatch(ForestCursor from) {
    int size = 0;
    count = 0;
    while (size < BATCH_KEYS && count < BATCH_ROWS_MAX) {
      if (current < 0 || !from.nextRun()) {
        current = from.seekNext(next, end);
        if (current < 0) {
          next = end;
          break;
        }
        next = current + 1;
        continue;
      }
      begins[count] = size;
      size = append(from, size);
      ends[count] = size;
      sources[count++] = current;
    }
    return count > 0;
  }

  private int append(ForestCursor from, int size) {
    int length = from.runCount();
    if (keys.length - size < length) {
      keys = Arrays.copyOf(keys, size + 2 * length);
    }
    decode(from, shift, keys, size);
    return size + length;
  }

  /// Writes the slots of a run of a cursor to an array that has room for them.
  ///
  /// @param shift the width of the ordinals in the keys
  public static void decode(ForestCursor cursor, int shift, int[] target, int begin) {
    MemorySegment run = cursor.runSegment();
    long offset = cursor.runOffset();
    long base = cursor.runBase();
    int length = cursor.runCount();
    switch (cursor.runKeyBytes()) {
      case Integer.BYTES -> {
        if (shift == 0) {
          int intBase = (int) base;
          for (int i = 0; i < length; i++) {
            target[begin + i] = intBase + run.get(PageLayout.INT, offset + 4L * i);
          }
          return;
        }
        for (int i = 0; i < length; i++) {
          long key = base + Integer.toUnsignedLong(run.get(PageLayout.INT, offset + 4L * i));
          target[begin + i] = (int) (key >>> shift);
        }
      }
      case Long.BYTES -> {
        for (int i = 0; i < length; i++) {
          long key = base + run.get(PageLayout.LONG, offset + 8L * i);
          target[begin + i] = (int) (key >>> shift);
        }
      }
      default -> {
        for (int i = 0; i < length; i++) {
          long key = base + PageLayout.unsignedShort(run, offset + 2L * i);
          target[begin + i] = (int) (key >>> shift);
        }
      }
    }
  }

  /// Returns a key of the run of a cursor, whatever its width.
  public static long key(ForestCursor cursor, int index) {
    MemorySegment run = cursor.runSegment();
    long offset = cursor.runOffset();
    return cursor.runBase()
        + switch (cursor.runKeyBytes()) {
          case Integer.BYTES ->
              Integer.toUnsignedLong(run.get(PageLayout.INT, offset + 4L * index));
          case Long.BYTES -> run.get(PageLayout.LONG, offset + 8L * index);
          default -> PageLayout.unsignedShort(run, offset + 2L * index);
        };
  }

  /// Returns how many rows the batch has. O(1).
  public int count() {
    return count;
  }

  /// Returns the slot of a row of the batch. O(1).
  public long source(int index) {
    return scan == null ? sources[index] : scan.source(index);
  }

  /// Returns for each row of the batch where it begins in [#keys].
  public int[] begins() {
    return begins;
  }

  /// Returns for each row of the batch where it ends (exclusive).
  public int[] ends() {
    return ends;
  }

  /// Returns the slots at the other ends, of all rows of the batch.
  public int[] keys() {
    return keys;
  }
}
