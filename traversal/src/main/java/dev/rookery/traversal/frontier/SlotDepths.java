package dev.rookery.traversal.frontier;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/// How deep in a search slots are: a byte for each slot of the graph as long as that suffices, and
/// an `int` from then on. Outside of the heap; all slots are without a depth at first.
///
/// Most searches end after a few levels, and then three quarters of what `int` would take need not
/// be made, zeroed and written.
///
/// A slot that is out of range is an [IndexOutOfBoundsException]. Threads: [#set] by several at
/// once for different words, all else by one thread when they are done.
public final class SlotDepths {
  /// Returned for a slot without a depth.
  public static final int NONE = -1;

  private static final ValueLayout.OfByte BYTE = ValueLayout.JAVA_BYTE;
  private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;

  /// A byte holds 1 more than a depth, and 0 stands for none.
  private static final int NARROW_MAX = (1 << Byte.SIZE) - 2;

  private final LongFunction<MemorySegment> state;
  private final long slotCount;

  /// Empty when [#wide] is there.
  private MemorySegment narrow;

  private @Nullable SlotInts wide;

  /// @param state makes a segment of so many zeros, aligned to 4
  public SlotDepths(LongFunction<MemorySegment> state, long slotCount) {
    this.state = state;
    this.slotCount = slotCount;
    narrow = state.apply(slotCount);
  }

  /// Makes room for depths up to one. O(slots) when they have to become wider, once.
  public void reserve(int depth) {
    if (depth <= NARROW_MAX || wide != null) {
      return;
    }
    SlotInts wider = new SlotInts(state.apply(SlotInts.bytes(slotCount)));
    MemorySegment values = wider.segment();
    for (long slot = 0; slot < slotCount; slot++) {
      values.set(INT, slot << 2, Byte.toUnsignedInt(narrow.get(BYTE, slot)));
    }
    wide = wider;
    narrow = MemorySegment.NULL;
  }

  /// Gives slots of one word a depth for which there is room.
  ///
  /// @param index of the word: its lowest bit stands for slot 64 · index
  /// @param bits which slots
  public void set(long index, long bits, int depth) {
    long first = index << 6;
    if (wide == null) {
      MemorySegment values = narrow;
      byte value = (byte) (depth + 1);
      for (long left = bits; left != 0; left &= left - 1) {
        values.set(BYTE, first + Long.numberOfTrailingZeros(left), value);
      }
      return;
    }
    for (long left = bits; left != 0; left &= left - 1) {
      wide.set(first + Long.numberOfTrailingZeros(left), depth + 1);
    }
  }

  /// Returns the depth of a slot, or [#NONE]. O(1).
  public int get(long slot) {
    return (wide == null ? Byte.toUnsignedInt(narrow.get(BYTE, slot)) : wide.get(slot)) - 1;
  }
}
