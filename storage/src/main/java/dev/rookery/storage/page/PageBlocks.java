package dev.rookery.storage.page;

import java.lang.foreign.MemorySegment;

/// Which parts of a page may have changed, as 64 bits: one for each block of a 64th of the page.
///
/// Blocks are taken stretch by stretch, a stretch being neighbouring blocks: [#from] and [#to] tell
/// where the first one lies, [#rest] is what follows it.
public final class PageBlocks {
  /// The whole page.
  public static final long ALL = -1;

  /// The block that the header of the page lies in; checksum and sequence change with every commit.
  public static final long HEADER = 1;

  /// Length of a block.
  public static final int BLOCK_BYTES = PageLayout.PAGE_BYTES / Long.SIZE;

  private static final int BLOCK_SHIFT = PageLayout.PAGE_SHIFT - 6;

  private PageBlocks() {}

  /// Returns the blocks that `length` bytes (at least 1) from an offset on lie in.
  public static long of(long offset, long length) {
    long first = offset >>> BLOCK_SHIFT;
    long last = (offset + length - 1) >>> BLOCK_SHIFT;
    return -1L << first & -1L >>> (Long.SIZE - 1 - last);
  }

  /// Returns the offset where the first stretch begins. There must be one.
  public static int from(long blocks) {
    return Long.numberOfTrailingZeros(blocks) << BLOCK_SHIFT;
  }

  /// Returns the offset behind the first stretch.
  public static int to(long blocks) {
    int first = Long.numberOfTrailingZeros(blocks);
    return (first + Long.numberOfTrailingZeros(~(blocks >>> first))) << BLOCK_SHIFT;
  }

  /// Returns the blocks without the first stretch.
  public static long rest(long blocks) {
    // The lowest bit carries through the stretch and comes to lie where none is.
    return blocks & (blocks + (blocks & -blocks));
  }

  /// Returns whether two versions of a page are the same outside of some blocks. O(page).
  public static boolean holdAllDifferences(MemorySegment old, MemorySegment page, long blocks) {
    for (int offset = 0; offset < PageLayout.PAGE_BYTES; offset += Long.BYTES) {
      boolean isIn = (blocks >>> (offset >>> BLOCK_SHIFT) & 1) != 0;
      if (!isIn && old.get(PageLayout.LONG, offset) != page.get(PageLayout.LONG, offset)) {
        return false;
      }
    }
    return true;
  }
}
