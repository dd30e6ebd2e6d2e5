package dev.rookery.storage.io;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.ConcurrentLinkedQueue;

/// Native memory in which simulated files show their chunks, used again from one life of a process
/// to the next: fresh pages of the operating system would cost more than all else that opening a
/// small database does.
///
/// Threads: any.
final class MirrorMemory {
  private static final ConcurrentLinkedQueue<MemorySegment> FREE = new ConcurrentLinkedQueue<>();

  private MirrorMemory() {}

  /// Returns a chunk with any content that is dead when the arena is closed, and somebody else's
  /// then.
  @SuppressWarnings("restricted") // Of the tests alone; the size stays.
  static MemorySegment take(Arena arena) {
    MemorySegment free = FREE.poll();
    MemorySegment memory =
        free == null ? Arena.global().allocate(SimulatedFile.CHUNK_BYTES, Long.BYTES) : free;
    return memory.reinterpret(arena, _ -> FREE.add(memory));
  }
}
