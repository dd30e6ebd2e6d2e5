package dev.rookery.traversal.algorithm;

import dev.rookery.traversal.engine.EdgeRows;
import dev.rookery.traversal.engine.RegionWorker;
import dev.rookery.traversal.engine.Steps;
import dev.rookery.traversal.frontier.SlotInts;
import dev.rookery.traversal.frontier.SlotLongs;
import dev.rookery.traversal.frontier.SlotWork;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The neighbours of all slots, copied out of the store, one row after the other: for algorithms
/// that come back to a row many times, in any order.
///
/// A slot is named by its *number* here: the slot itself, or its rank in an order that is given. A
/// row may be
///
/// - all that the edges of some steps lead to, as often as they do, or
/// - [Kind#DISTINCT]: each neighbour but the slot itself once, or
/// - [Kind#LOWER]: of these, only those of a lower number than the row's.
///
/// Takes 4 bytes for each edge of each step (for [Kind#LOWER]: half of that) and 12 for each slot,
/// in memory or, where the budget does not suffice, in a nameless file. Immutable once built.
final class CompactRows {
  private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;
  private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;

  private final SlotLongs begins;
  private final SlotInts lengths;
  private final MemorySegment targets;

  /// What rows hold.
  enum Kind {
    ALL,
    DISTINCT,
    LOWER
  }

  private CompactRows(SlotLongs begins, SlotInts lengths, MemorySegment targets) {
    this.begins = begins;
    this.lengths = lengths;
    this.targets = targets;
  }

  /// Copies the edges of some steps. O(edges + slots).
  ///
  /// @param numbers the number of each slot, or null if that is the slot
  static CompactRows build(GraphPass pass, Steps steps, @Nullable SlotInts numbers, Kind kind) {
    SlotLongs begins = pass.memory().longs();
    SlotInts lengths = pass.memory().ints();
    pass.sweep(
        steps,
        (worker, from, end) -> {
          for (EdgeRows rows : worker.rows(steps)) {
            rows.range(from, end);
            while (rows.nextBatch()) {
              worker.walked(count(rows, numbers, kind, lengths));
            }
          }
        });
    long total = 0;
    for (long number = 0; number < pass.slotCount(); number++) {
      begins.set(number, total);
      total += lengths.get(number);
    }
    CompactRows made = new CompactRows(begins, lengths, pass.memory().state(total * Integer.BYTES));
    MemorySegment[] marks = kind == Kind.ALL ? new MemorySegment[0] : marks(pass);
    pass.sweep(
        steps, (worker, from, end) -> made.fill(worker, steps, numbers, kind, marks, from, end));
    return made;
  }

  /// Returns a set of slots for each worker.
  static MemorySegment[] marks(GraphPass pass) {
    MemorySegment[] marks = new MemorySegment[pass.run().workerCount()];
    for (int i = 0; i < marks.length; i++) {
      marks[i] = pass.memory().state(SlotWork.bytes(pass.slotCount()));
    }
    return marks;
  }

  private static long count(
      EdgeRows rows, @Nullable SlotInts numbers, Kind kind, SlotInts lengths) {
    int[] keys = rows.keys();
    int[] begins = rows.begins();
    int[] ends = rows.ends();
    MemorySegment numberOf = numbers == null ? MemorySegment.NULL : numbers.segment();
    long edges = 0;
    for (int i = 0; i < rows.count(); i++) {
      int begin = begins[i];
      int end = ends[i];
      if (begin == end) {
        continue;
      }
      int source = (int) rows.source(i);
      int number = numbers == null ? source : numberOf.get(INT, (long) source << 2);
      int length = 0;
      if (kind != Kind.LOWER) {
        length = end - begin;
      } else if (numbers == null) {
        for (int k = begin; k < end; k++) {
          length += keys[k] < source ? 1 : 0;
        }
      } else {
        for (int k = begin; k < end; k++) {
          length += numberOf.get(INT, (long) keys[k] << 2) < number ? 1 : 0;
        }
      }
      lengths.set(number, Math.addExact(lengths.get(number), length));
      edges += end - begin;
    }
    return edges;
  }

  private void fill(
      RegionWorker worker,
      Steps steps,
      @Nullable SlotInts numbers,
      Kind kind,
      MemorySegment[] marks,
      long from,
      long end) {
    for (long slot = from; slot < end; slot++) {
      lengths.set(numbers == null ? slot : numbers.get(slot), 0);
    }
    for (EdgeRows rows : worker.rows(steps)) {
      rows.range(from, end);
      while (rows.nextBatch()) {
        worker.walked(append(rows, numbers, kind));
      }
    }
    for (long slot = from; slot < end && kind != Kind.ALL; slot++) {
      dropRepeated(numbers == null ? slot : numbers.get(slot), marks[worker.index()]);
    }
  }

  private long append(EdgeRows rows, @Nullable SlotInts numbers, Kind kind) {
    int[] keys = rows.keys();
    int[] rowBegins = rows.begins();
    int[] ends = rows.ends();
    MemorySegment numberOf = numbers == null ? MemorySegment.NULL : numbers.segment();
    MemorySegment to = targets;
    int slotCount = (int) begins.slotCount();
    boolean isLowerOnly = kind == Kind.LOWER;
    boolean isDistinct = kind == Kind.DISTINCT;
    long edges = 0;
    for (int i = 0; i < rows.count(); i++) {
      int begin = rowBegins[i];
      int end = ends[i];
      if (begin == end) {
        continue;
      }
      int source = (int) rows.source(i);
      int number = numbers == null ? source : numberOf.get(INT, (long) source << 2);
      long first = begins.get(number) << 2;
      long at = first + ((long) lengths.get(number) << 2);
      for (int k = begin; k < end; k++) {
        int other =
            numbers == null
                ? Objects.checkIndex(keys[k], slotCount)
                : numberOf.get(INT, (long) keys[k] << 2);
        if (isLowerOnly ? other < number : !isDistinct || other != number) {
          to.set(INT, at, other);
          at += Integer.BYTES;
        }
      }
      lengths.set(number, (int) ((at - first) >>> 2));
      edges += end - begin;
    }
    return edges;
  }

  /// Keeps the first of equal neighbours in a row.
  ///
  /// @param marks an empty set, left empty
  private void dropRepeated(long number, MemorySegment marks) {
    long first = begins.get(number) << 2;
    long end = first + ((long) lengths.get(number) << 2);
    long kept = first;
    for (long at = first; at < end; at += Integer.BYTES) {
      int other = targets.get(INT, at);
      long offset = (long) other >>> 6 << 3;
      long word = marks.get(LONG, offset);
      if ((word >>> other & 1) == 0) {
        marks.set(LONG, offset, word | 1L << other);
        targets.set(INT, kept, other);
        kept += Integer.BYTES;
      }
    }
    for (long at = first; at < kept; at += Integer.BYTES) {
      marks.set(LONG, (long) targets.get(INT, at) >>> 6 << 3, 0);
    }
    lengths.set(number, (int) ((kept - first) >>> 2));
  }

  /// Returns the neighbours of all numbers, 4 bytes each, in the order of rows.
  MemorySegment targets() {
    return targets;
  }

  /// Returns the index in [#targets] at which a row begins.
  long begin(long number) {
    return begins.get(number);
  }

  /// Returns how long a row is.
  int length(long number) {
    return lengths.get(number);
  }
}
