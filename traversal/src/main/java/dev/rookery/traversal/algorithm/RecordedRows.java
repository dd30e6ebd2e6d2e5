package dev.rookery.traversal.algorithm;

import dev.rookery.traversal.engine.EdgeRows;
import it.unimi.dsi.fastutil.longs.LongArrayList;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// The edges of some steps as one sweep has read them, for the sweeps behind it: the same rows, of
/// each slot in the same order, without the store.
///
/// In contrast to [CompactRows], a row may come in several pieces and cannot be looked up;
/// recording is one pass, and nothing has to be known of the graph but how many edges it has. In
/// memory:
///
/// ```
/// slot, length, neighbours … | slot, length, neighbours … | …        4 bytes each
/// ```
///
/// in *stretches*, each of which holds pieces of neighbouring slots. Stretches are listed for each
/// 1,024 slots, so a part of a later sweep finds its own, whichever worker has recorded them.
///
/// Recorded during one sweep, by all workers; read when that is over. Where the room does not
/// suffice, nothing is lost but the time: [#isWhole] says so, and the store is read again.
final class RecordedRows {
  private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;

  /// Parts of sweeps begin at multiples of so many slots.
  private static final int GROUP_SHIFT = 10;

  /// A stretch is not prolonged beyond so many bytes: a run is asked between two whether it has
  /// been cancelled.
  private static final long STRETCH_BYTES = 1L << 18;

  /// A tree with pages of its own comes in pieces, which have no less than so many edges on
  /// average.
  private static final int PIECE_EDGES = 16;

  private static final long HEAD_BYTES = 2 * Integer.BYTES;

  private final MemorySegment values;

  /// Where the next stretch begins.
  private final AtomicLong end = new AtomicLong();

  /// For each group of slots where its stretches begin and end, in turn.
  private final LongArrayList[] groups;

  private volatile boolean isWhole = true;

  /// Takes a stretch of what was recorded.
  @FunctionalInterface
  interface Stretch {
    /// Is told of one.
    void read(MemorySegment values, long begin, long end);
  }

  private RecordedRows(MemorySegment values, long slotCount) {
    this.values = values;
    groups =
        new LongArrayList[Math.toIntExact((slotCount + (1 << GROUP_SHIFT) - 1) >>> GROUP_SHIFT)];
    for (int i = 0; i < groups.length; i++) {
      groups[i] = new LongArrayList(0);
    }
  }

  /// Returns an empty record, or null if the rest of the budget does not suffice for one.
  ///
  /// @param edgeCount how many edges there are to record
  /// @param stepCount of how many steps
  static @Nullable RecordedRows begin(GraphPass pass, long edgeCount, int stepCount) {
    long pieces = Math.min(edgeCount, pass.slotCount() * stepCount) + edgeCount / PIECE_EDGES;
    long bytes = edgeCount * Integer.BYTES + pieces * HEAD_BYTES;
    MemorySegment values = pass.memory().stateInMemory(bytes);
    return values == null ? null : new RecordedRows(values, pass.slotCount());
  }

  /// Adds the rows of a batch.
  ///
  /// @param slot a slot of the part that is being read
  void add(long slot, EdgeRows rows) {
    int[] begins = rows.begins();
    int[] ends = rows.ends();
    int count = rows.count();
    long bytes = 0;
    for (int i = 0; i < count; i++) {
      int length = ends[i] - begins[i];
      bytes += length == 0 ? 0 : HEAD_BYTES + (long) length * Integer.BYTES;
    }
    long at = end.getAndAdd(bytes);
    if (at + bytes > values.byteSize()) {
      isWhole = false;
      return;
    }
    note(groups[(int) (slot >>> GROUP_SHIFT)], at, at + bytes);
    int[] keys = rows.keys();
    for (int i = 0; i < count; i++) {
      int length = ends[i] - begins[i];
      if (length > 0) {
        values.set(INT, at, (int) rows.source(i));
        values.set(INT, at + Integer.BYTES, length);
        MemorySegment.copy(keys, begins[i], values, INT, at + HEAD_BYTES, length);
        at += HEAD_BYTES + (long) length * Integer.BYTES;
      }
    }
  }

  private static void note(LongArrayList stretches, long begin, long end) {
    int last = stretches.size() - 1;
    if (last > 0
        && stretches.getLong(last) == begin
        && end - stretches.getLong(last - 1) <= STRETCH_BYTES) {
      stretches.set(last, end);
    } else if (begin < end) {
      stretches.add(begin);
      stretches.add(end);
    }
  }

  /// Returns whether all that was added is there.
  boolean isWhole() {
    return isWhole;
  }

  /// Hands out what was recorded for a part of the graph, in the order in which it was read.
  void forEach(long from, long endSlot, Stretch reader) {
    long group = from >>> GROUP_SHIFT;
    for (; group << GROUP_SHIFT < endSlot; group++) {
      LongArrayList stretches = groups[(int) group];
      for (int i = 0; i < stretches.size(); i += 2) {
        reader.read(values, stretches.getLong(i), stretches.getLong(i + 1));
      }
    }
  }
}
