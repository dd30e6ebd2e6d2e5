package dev.rookery.storage.mvcc;

import dev.rookery.storage.page.PageBlocks;
import dev.rookery.storage.page.PageLayout;
import dev.rookery.storage.page.PageReader;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/// Scratch: native memory for pages that were changed and not yet flushed.
///
/// Every piece is one page long, because each page of a run is a page of its own: there is nothing
/// to fragment, and a freed piece fits the next page whatever happened before. Memory comes in
/// slabs that double from 256 KiB to 64 MiB and are kept for reuse until the pool is closed.
///
/// A location in scratch has bit 62 set, the slab number in bits 36 to 61, the byte offset below.
///
/// Threads: the writer allocates, the writer and the engine's threads free; all under this object's
/// lock. Reading a page takes no lock: a slab never moves.
public final class ScratchPool implements AutoCloseable {
  private static final long SLAB_BYTES_MIN = 256L << 10;
  private static final long SLAB_BYTES_MAX = 64L << 20;
  private static final long SCRATCH_BIT = 1L << 62;
  private static final int SLAB_SHIFT = 36;
  private static final int SLAB_MASK = (1 << 26) - 1;

  private final Arena arena = Arena.ofShared();
  private volatile MemorySegment[] slabs = new MemorySegment[0];

  /// For each piece the version that it belongs to: written by the writer before the piece can be
  /// seen by others.
  private volatile long[][] born = new long[0][];

  /// For each piece the blocks in which its page differs from the version before, as far as was
  /// announced (see `PageBlocks`). Of the writer alone.
  private volatile long[][] changed = new long[0][];

  /// Each page as a segment of its own, made when it is asked for the first time. Threads may race
  /// to make it.
  private volatile MemorySegment[][] views = new MemorySegment[0][];

  private long[] free = new long[64];
  private int freeCount;
  private int bumpSlab = -1;
  private long bumpOffset;
  private long reservedBytes;
  private int usedCount;

  /// Creates an empty pool.
  public ScratchPool() {}

  /// Returns whether a location lies in scratch.
  public static boolean isScratch(long location) {
    return location >= SCRATCH_BIT;
  }

  /// Allocates a page for a version and returns its location. The content is what was there before.
  public synchronized long allocate(long version) {
    long location;
    if (freeCount > 0) {
      location = free[--freeCount];
    } else {
      if (bumpSlab < 0 || bumpOffset == slabs[bumpSlab].byteSize()) {
        addSlab();
      }
      location = SCRATCH_BIT | (long) bumpSlab << SLAB_SHIFT | bumpOffset;
      bumpOffset += PageLayout.PAGE_BYTES;
    }
    born[slab(location)][piece(location)] = version;
    changed[slab(location)][piece(location)] = PageBlocks.ALL;
    usedCount++;
    return location;
  }

  private void addSlab() {
    int count = slabs.length;
    long bytes = Math.clamp(reservedBytes, SLAB_BYTES_MIN, SLAB_BYTES_MAX);
    MemorySegment slab = arena.allocate(bytes, 4096);
    MemorySegment[] longer = Arrays.copyOf(slabs, count + 1);
    longer[count] = slab;
    long[][] longerBorn = Arrays.copyOf(born, count + 1);
    longerBorn[count] = new long[(int) (bytes >>> PageLayout.PAGE_SHIFT)];
    long[][] longerChanged = Arrays.copyOf(changed, count + 1);
    longerChanged[count] = new long[longerBorn[count].length];
    changed = longerChanged;
    MemorySegment[][] longerViews = Arrays.copyOf(views, count + 1);
    longerViews[count] = new MemorySegment[longerBorn[count].length];
    views = longerViews;
    born = longerBorn;
    slabs = longer;
    bumpSlab = count;
    bumpOffset = 0;
    reservedBytes += bytes;
  }

  /// Gives a page back; nobody may read it any more.
  public synchronized void free(long location) {
    if (freeCount == free.length) {
      free = Arrays.copyOf(free, freeCount * 2);
    }
    free[freeCount++] = location;
    born[slab(location)][piece(location)] = -1;
    usedCount--;
  }

  /// Returns the version that a page was allocated for. Called by the writer, and by others for
  /// versions that were published to them.
  public long born(long location) {
    return born[slab(location)][piece(location)];
  }

  /// Returns the blocks in which a page may differ from the version before: all of them, unless
  /// [#setChanged] said otherwise. Called by the writer, for pages of its own.
  public long changed(long location) {
    return changed[slab(location)][piece(location)];
  }

  /// Says in which blocks a page may differ from the version before.
  public void setChanged(long location, long blocks) {
    changed[slab(location)][piece(location)] = blocks;
  }

  /// Returns the slabs by number, for readers to index by [#slab]. Covers every location allocated
  /// so far.
  public MemorySegment[] slabs() {
    return slabs;
  }

  /// Returns the number of the slab that a location lies in.
  public static int slab(long location) {
    return (int) (location >>> SLAB_SHIFT) & SLAB_MASK;
  }

  private static int piece(long location) {
    return (int) (PageReader.offsetAt(location) >>> PageLayout.PAGE_SHIFT);
  }

  /// Returns a page as a segment of its own.
  public MemorySegment page(long location) {
    MemorySegment[] inSlab = views[slab(location)];
    MemorySegment view = inSlab[piece(location)];
    if (view == null) {
      view = slabs[slab(location)].asSlice(PageReader.offsetAt(location), PageLayout.PAGE_BYTES);
      inSlab[piece(location)] = view;
    }
    return view;
  }

  /// Returns how many pages are in use.
  public synchronized int usedCount() {
    return usedCount;
  }

  /// Returns how much memory is set aside.
  public synchronized long reservedBytes() {
    return reservedBytes;
  }

  /// Frees all memory; segments throw from then on.
  @Override
  public void close() {
    arena.close();
  }
}
