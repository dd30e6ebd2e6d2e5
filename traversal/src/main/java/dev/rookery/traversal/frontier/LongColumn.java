package dev.rookery.traversal.frontier;

import java.util.Arrays;

/// A growing list of `long` in chunks of 1,024: growing copies no values, and what lies behind can
/// be given back.
///
/// Serves as the queue of a breadth-first walk, as the stack of a depth-first one, and as a column
/// of a log. Not limited to 2^31 values. Belongs to one thread.
public final class LongColumn implements LongSequence {
  private static final int CHUNK_SHIFT = 10;
  private static final int CHUNK_LENGTH = 1 << CHUNK_SHIFT;

  /// Stands for chunks that were released or do not exist yet.
  private static final long[] NO_CHUNK = {};

  private long[][] chunks = {NO_CHUNK, NO_CHUNK};
  private long size;

  /// Creates an empty list.
  public LongColumn() {}

  /// Returns how many values were added, the released ones as well. O(1).
  @Override
  public long size() {
    return size;
  }

  /// Appends a value. O(1), amortised.
  @Override
  public void add(long value) {
    int chunk = (int) (size >>> CHUNK_SHIFT);
    if (chunk == chunks.length) {
      chunks = Arrays.copyOf(chunks, 2 * chunk);
      Arrays.fill(chunks, chunk, chunks.length, NO_CHUNK);
    }
    if (chunks[chunk].length == 0) {
      chunks[chunk] = new long[CHUNK_LENGTH];
    }
    chunks[chunk][indexInChunk(size)] = value;
    size++;
  }

  /// Returns the value at an index that was added and not released. O(1).
  @Override
  public long get(long index) {
    return chunks[(int) (index >>> CHUNK_SHIFT)][indexInChunk(index)];
  }

  /// Replaces the value at an index. O(1).
  @Override
  public void set(long index, long value) {
    chunks[(int) (index >>> CHUNK_SHIFT)][indexInChunk(index)] = value;
  }

  /// Drops the values at and behind an index. O(1); one chunk beyond the end is kept.
  @Override
  public void truncate(long newSize) {
    int unused = (int) (newSize >>> CHUNK_SHIFT) + 2;
    if (newSize < size && unused < chunks.length) {
      chunks[unused] = NO_CHUNK;
    }
    size = newSize;
  }

  /// Gives back the memory of whole chunks before an index; call it for each index in turn. O(1).
  @Override
  public void release(long index) {
    if (index > 0 && indexInChunk(index) == 0) {
      chunks[(int) (index >>> CHUNK_SHIFT) - 1] = NO_CHUNK;
    }
  }

  private static int indexInChunk(long index) {
    return (int) index & CHUNK_LENGTH - 1;
  }
}
