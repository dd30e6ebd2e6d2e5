package dev.rookery.storage.io;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/// The bytes of a simulated file. Copies share blocks until one of them writes.
///
/// Invariants:
/// 1. A block that is not `owned` is never written to: another copy may show it.
/// 2. Bytes behind the end are zero; a block that is `null` is all zero.
///
/// Threads: one at a time, and copies of each other count as one.
final class CopyOnWriteBytes {
  static final int BLOCK_BYTES = 4096;

  private static final byte[] ZEROS = new byte[BLOCK_BYTES];

  private byte[][] blocks = new byte[1][];
  private boolean[] owned = new boolean[1];
  private long size;

  long size() {
    return size;
  }

  /// Returns a copy; O(blocks) however long they are.
  CopyOnWriteBytes copy() {
    CopyOnWriteBytes copy = new CopyOnWriteBytes();
    copy.blocks = blocks.clone();
    copy.owned = new boolean[blocks.length];
    copy.size = size;
    Arrays.fill(owned, false);
    return copy;
  }

  /// Copies bytes out; all of them must lie inside.
  void read(long position, byte[] target, int offset, int length) {
    for (int done = 0; done < length; ) {
      int inBlock = (int) ((position + done) % BLOCK_BYTES);
      int count = Math.min(length - done, BLOCK_BYTES - inBlock);
      byte[] block = blockAt((position + done) / BLOCK_BYTES);
      if (block == null) {
        Arrays.fill(target, offset + done, offset + done + count, (byte) 0);
      } else {
        System.arraycopy(block, inBlock, target, offset + done, count);
      }
      done += count;
    }
  }

  /// Copies bytes out to memory of any kind.
  void read(long position, MemorySegment target, long offset, int length) {
    for (int done = 0; done < length; ) {
      int inBlock = (int) ((position + done) % BLOCK_BYTES);
      int count = Math.min(length - done, BLOCK_BYTES - inBlock);
      byte[] block = blockAt((position + done) / BLOCK_BYTES);
      if (block == null) {
        target.asSlice(offset + done, count).fill((byte) 0);
      } else {
        MemorySegment.copy(block, inBlock, target, ValueLayout.JAVA_BYTE, offset + done, count);
      }
      done += count;
    }
  }

  /// Copies bytes in, growing where needed.
  void write(long position, byte[] source, int offset, int length) {
    for (int done = 0; done < length; ) {
      int inBlock = (int) ((position + done) % BLOCK_BYTES);
      int count = Math.min(length - done, BLOCK_BYTES - inBlock);
      long index = (position + done) / BLOCK_BYTES;
      // Files are laid out with zeros before they are used: that costs no memory here.
      if (blockAt(index) != null || !isZero(source, offset + done, count)) {
        System.arraycopy(source, offset + done, ownBlock(index), inBlock, count);
      }
      done += count;
    }
    size = Math.max(size, position + length);
  }

  /// Fills a part with zeros; the length stays as it is.
  void zero(long position, long length) {
    long end = Math.min(position + length, (long) blocks.length * BLOCK_BYTES);
    for (long next = position; next < end; ) {
      int inBlock = (int) (next % BLOCK_BYTES);
      int count = (int) Math.min(end - next, BLOCK_BYTES - inBlock);
      int index = (int) (next / BLOCK_BYTES);
      if (count == BLOCK_BYTES) {
        blocks[index] = null;
        owned[index] = false;
      } else if (blocks[index] != null) {
        Arrays.fill(ownBlock(index), inBlock, inBlock + count, (byte) 0);
      }
      next += count;
    }
  }

  /// Cuts, or grows by zeros.
  void resize(long newSize) {
    if (newSize < size) {
      zero(newSize, size - newSize);
    }
    size = newSize;
  }

  /// Takes over the blocks of another that hold a part of it; the length stays as it is.
  void adopt(CopyOnWriteBytes other, long position, long length) {
    long end = (position + length + BLOCK_BYTES - 1) / BLOCK_BYTES;
    for (long index = position / BLOCK_BYTES; index < end; index++) {
      byte[] block = other.blockAt(index);
      if (block != null) {
        reach(index);
        other.owned[(int) index] = false;
      }
      if (index < blocks.length) {
        blocks[(int) index] = block;
        owned[(int) index] = false;
      }
    }
  }

  private byte[] blockAt(long index) {
    return index < blocks.length ? blocks[(int) index] : null;
  }

  private byte[] ownBlock(long blockIndex) {
    reach(blockIndex);
    int index = (int) blockIndex;
    if (!owned[index]) {
      byte[] shared = blocks[index];
      blocks[index] = shared == null ? new byte[BLOCK_BYTES] : shared.clone();
      owned[index] = true;
    }
    return blocks[index];
  }

  private void reach(long index) {
    if (index >= blocks.length) {
      int length = Math.toIntExact(Math.max(index + 1, blocks.length * 2L));
      blocks = Arrays.copyOf(blocks, length);
      owned = Arrays.copyOf(owned, length);
    }
  }

  private static boolean isZero(byte[] bytes, int offset, int length) {
    return Arrays.equals(bytes, offset, offset + length, ZEROS, 0, length);
  }
}
