package dev.rookery.storage.io;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.Deque;

/// The native memory of a file system in memory, in blocks of one length.
///
/// Threads: any. Its lock is the innermost: files call it while they hold their own.
final class MemoryBlocks {
  static final int BLOCK_BYTES = 4 << 20;

  private final Arena arena = Arena.ofShared();
  private final Deque<MemorySegment> unused = new ArrayDeque<>();
  private boolean isClosed;

  /// Returns a block of zeros.
  synchronized MemorySegment allocate() throws NoSpaceException {
    MemorySegment block = unused.poll();
    if (block != null) {
      return block.fill((byte) 0);
    }
    try {
      return arena.allocate(BLOCK_BYTES, Long.BYTES);
    } catch (OutOfMemoryError e) {
      throw new NoSpaceException("no memory for a file blockBytes=" + BLOCK_BYTES, e);
    }
  }

  /// Takes back a block that nobody can read any more.
  synchronized void recycle(MemorySegment block) {
    unused.add(block);
  }

  /// Frees all memory. Idempotent.
  synchronized void close() {
    if (!isClosed) {
      isClosed = true;
      unused.clear();
      arena.close();
    }
  }
}
