package dev.rookery.storage.mvcc;

import dev.rookery.storage.io.StorageFile;
import dev.rookery.storage.page.PageLayout;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// A row of pieces of one page each, in memory or in a spill file. Everything but the arrays of
/// what is known about a piece is guarded by the pool's lock.
final class Slab {
  private static final int[] NONE = {};

  final MemorySegment segment;

  /// Holds the segment alone, so that the slab can be given back alone.
  final Arena arena;

  /// The file, which the segment maps; `null` if the slab lies in memory.
  final @Nullable StorageFile file;

  /// For each piece the version that it belongs to: written before the piece can be seen by others.
  final long[] born;

  /// For each piece the blocks in which its page differs from the version before, as far as was
  /// announced (see `PageBlocks`). Of the writer alone.
  final long[] changed;

  /// Pieces that were in use before and are free, the newest last; those from `fresh` on are, too.
  private int[] free = NONE;

  private int freeCount;
  private int fresh;
  int usedCount;

  Slab(MemorySegment segment, Arena arena, @Nullable StorageFile file) {
    this.segment = segment;
    this.arena = arena;
    this.file = file;
    int count = (int) (segment.byteSize() >>> PageLayout.PAGE_SHIFT);
    this.born = new long[count];
    this.changed = new long[count];
  }

  long bytes() {
    return segment.byteSize();
  }

  boolean isSpilled() {
    return file != null;
  }

  boolean hasRoom() {
    return freeCount > 0 || fresh < born.length;
  }

  int take() {
    int piece = freeCount > 0 ? free[--freeCount] : takeFresh();
    usedCount++;
    return piece;
  }

  /// Makes room for the piece among the free ones: giving it back must not need any memory.
  private int takeFresh() {
    if (fresh == free.length) {
      free = Arrays.copyOf(free, Math.min(born.length, Math.max(16, fresh * 2)));
    }
    return fresh++;
  }

  void giveBack(int piece) {
    free[freeCount++] = piece;
    usedCount--;
  }
}
