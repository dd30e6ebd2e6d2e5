package dev.rookery.storage.io;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/// What is in a file in memory, apart from its name and from those who have it open.
///
/// Invariants:
/// 1. A block never moves, so a mapping shows everything written later.
/// 2. Bytes behind the end of the file are zero, so growth shows zeros.
/// 3. A block that was ever mapped stays with the file, and its bytes outlive the file's names.
///
/// Threads: any. The blocks are looked up under the lock of this object, the bytes are copied
/// outside of it, as those who copy to the same place at once are wrong anyway.
final class MemoryContent {
  private static final int BLOCK_BYTES = MemoryBlocks.BLOCK_BYTES;

  private final MemoryBlocks memory;
  private final BitSet mappedBlocks = new BitSet();
  private @Nullable MemorySegment[] blocks = new MemorySegment[1];
  private long size;
  private int openCount;
  private boolean isLinked = true;

  MemoryContent(MemoryBlocks memory) {
    this.memory = memory;
  }

  synchronized long size() {
    return size;
  }

  int read(ByteBuffer target, long position) {
    int begin = target.position();
    long next = position;
    long end = Math.min(size(), position + target.remaining());
    while (next < end) {
      long offset = next % BLOCK_BYTES;
      int count = (int) Math.min(end - next, BLOCK_BYTES - offset);
      MemorySegment block = blockAt(next);
      MemorySegment part = MemorySegment.ofBuffer(target).asSlice(0, count);
      if (block == null) {
        part.fill((byte) 0);
      } else {
        part.copyFrom(block.asSlice(offset, count));
      }
      target.position(target.position() + count);
      next += count;
    }
    return target.position() - begin;
  }

  void write(ByteBuffer source, long position) throws IOException {
    long next = position;
    while (source.hasRemaining()) {
      long offset = next % BLOCK_BYTES;
      int count = (int) Math.min(source.remaining(), BLOCK_BYTES - offset);
      MemorySegment.copy(MemorySegment.ofBuffer(source), 0, allocatedBlockAt(next), offset, count);
      source.position(source.position() + count);
      next += count;
      grow(next);
    }
  }

  synchronized void truncate(long newSize) {
    if (newSize >= size) {
      return;
    }
    int first = (int) (newSize / BLOCK_BYTES);
    for (int index = first; index < blocks.length; index++) {
      MemorySegment block = blocks[index];
      long offset = Math.max(0, newSize - (long) index * BLOCK_BYTES);
      if (block == null) {
        continue;
      }
      if (offset == 0 && !mappedBlocks.get(index)) {
        blocks[index] = null;
        memory.recycle(block);
      } else {
        block.asSlice(offset).fill((byte) 0);
      }
    }
    size = newSize;
  }

  /// Makes a part read as zeros, and gives back the memory of whole blocks that nobody has mapped.
  synchronized void punch(long position, long length) {
    if (position < 0 || length < 1 || position + length > size) {
      throw new IllegalArgumentException(
          "hole is not inside the file position=%d length=%d".formatted(position, length));
    }
    long end = position + length;
    for (long next = position; next < end; ) {
      int index = (int) (next / BLOCK_BYTES);
      long offset = next % BLOCK_BYTES;
      long count = Math.min(end - next, BLOCK_BYTES - offset);
      MemorySegment block = index < blocks.length ? blocks[index] : null;
      if (block != null && count == BLOCK_BYTES && !mappedBlocks.get(index)) {
        blocks[index] = null;
        memory.recycle(block);
      } else if (block != null) {
        block.asSlice(offset, count).fill((byte) 0);
      }
      next += count;
    }
  }

  synchronized MemorySegment map(long position, long length) throws IOException {
    MemorySegment block = allocatedBlockAt(position);
    mappedBlocks.set((int) (position / BLOCK_BYTES));
    return block.asSlice(0, length).asReadOnly();
  }

  synchronized void open() {
    openCount++;
  }

  synchronized void close() {
    openCount--;
    releaseUnreachable();
  }

  /// Takes away the name; the bytes go when nobody has the file open either.
  synchronized void unlink() {
    isLinked = false;
    releaseUnreachable();
  }

  private void releaseUnreachable() {
    if (isLinked || openCount > 0) {
      return;
    }
    for (int index = 0; index < blocks.length; index++) {
      MemorySegment block = blocks[index];
      if (block != null && !mappedBlocks.get(index)) {
        blocks[index] = null;
        memory.recycle(block);
      }
    }
  }

  private synchronized @Nullable MemorySegment blockAt(long position) {
    long index = position / BLOCK_BYTES;
    return index < blocks.length ? blocks[(int) index] : null;
  }

  private synchronized MemorySegment allocatedBlockAt(long position) throws IOException {
    int index = Math.toIntExact(position / BLOCK_BYTES);
    if (index >= blocks.length) {
      blocks = Arrays.copyOf(blocks, Math.max(index + 1, 2 * blocks.length));
    }
    MemorySegment block = blocks[index];
    if (block == null) {
      block = memory.allocate();
      blocks[index] = block;
    }
    return block;
  }

  private synchronized void grow(long end) {
    size = Math.max(size, end);
  }
}
