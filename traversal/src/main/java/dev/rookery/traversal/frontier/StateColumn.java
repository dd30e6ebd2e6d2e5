package dev.rookery.traversal.frontier;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.function.LongFunction;

/// A growing list of `long` in the state of a run: off the heap within a budget, else in nameless
/// files.
///
/// It lies in chunks of doubling length, so growing copies no values, and few files are made. The
/// memory of what is dropped or released is used again at best, and given back with the list.
/// Belongs to one thread.
public final class StateColumn implements LongSequence {
  private static final int FIRST_SHIFT = 7;

  private final LongFunction<MemorySegment> state;
  private MemorySegment[] chunks = new MemorySegment[0];
  private long size;

  /// @param state makes a segment of so many bytes, aligned to 8
  public StateColumn(LongFunction<MemorySegment> state) {
    this.state = state;
  }

  @Override
  public long size() {
    return size;
  }

  @Override
  public void add(long value) {
    int chunk = chunkOf(size);
    if (chunk == chunks.length) {
      chunks = Arrays.copyOf(chunks, chunk + 1);
      chunks[chunk] = state.apply((long) Long.BYTES << (FIRST_SHIFT + chunk));
    }
    size++;
    set(size - 1, value);
  }

  @Override
  public long get(long index) {
    int chunk = chunkOf(index);
    return chunks[chunk].get(ValueLayout.JAVA_LONG, offset(index, chunk));
  }

  @Override
  public void set(long index, long value) {
    int chunk = chunkOf(index);
    chunks[chunk].set(ValueLayout.JAVA_LONG, offset(index, chunk), value);
  }

  @Override
  public void truncate(long newSize) {
    size = newSize;
  }

  @Override
  public void release(long index) {}

  /// Chunk *i* holds the indexes from (2^i - 1) · 128 on.
  private static int chunkOf(long index) {
    return Long.SIZE - 1 - Long.numberOfLeadingZeros((index >>> FIRST_SHIFT) + 1);
  }

  private static long offset(long index, int chunk) {
    return (index - (((1L << chunk) - 1) << FIRST_SHIFT)) * Long.BYTES;
  }
}
