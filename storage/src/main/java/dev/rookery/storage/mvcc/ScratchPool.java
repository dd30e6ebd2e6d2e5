package dev.rookery.storage.mvcc;

import dev.rookery.storage.io.StorageFile;
import dev.rookery.storage.page.PageBlocks;
import dev.rookery.storage.page.PageLayout;
import dev.rookery.storage.page.PageReader;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Scratch: room for pages that were changed and not yet flushed, in native memory and, where that
/// would be too much, in spill files.
///
/// Every piece is one page long, because each page of a run is a page of its own: there is nothing
/// to fragment, and a freed piece fits the next page whatever happened before. Memory comes in
/// slabs of 256 KiB to 64 MiB, each a half of what there is, spill files likewise from 1 MiB to 256
/// MiB, each as long as all before. The slabs with the lowest numbers are filled first, so that the
/// others become empty and can be given back by [#trim].
///
/// Spilled pages are written through the file and read through its mapping, as any other page.
///
/// A location in scratch has bit 62 set, the slab number in bits 36 to 61, the byte offset below.
///
/// Threads: the writer allocates, the writer and the engine's threads free and spill; all under
/// this object's lock. Reading a page takes no lock: a page never moves, and a slab is given back
/// only when none of its pieces is in use.
public final class ScratchPool implements AutoCloseable {
  private static final long SLAB_BYTES_MIN = 256L << 10;
  private static final long SLAB_BYTES_MAX = 64L << 20;
  private static final long SPILL_BYTES_MIN = 1L << 20;
  private static final long SPILL_BYTES_MAX = 256L << 20;

  /// Memory up to this is kept, however little of it is in use.
  private static final long KEPT_BYTES = 1L << 20;

  private static final long SCRATCH_BIT = 1L << 62;
  private static final int SLAB_SHIFT = 36;
  private static final int SLAB_MASK = (1 << 26) - 1;

  private final @Nullable SpillFiles files;

  /// Held while a spill file is made, outside of the pool's own lock.
  private final Object growth = new Object();

  /// What [#slabs] answers; [MemorySegment#NULL] where there is none.
  private volatile MemorySegment[] segments = new MemorySegment[0];

  private volatile @Nullable Slab[] all = new Slab[0];

  /// No slab before these has room, in memory and in spill files.
  private int firstInMemory;

  private int firstSpilled;
  private volatile long reservedBytes;
  private volatile long spillBytes;
  private volatile int usedCount;
  private volatile int spilledCount;

  /// The most that was in use since the last [#trim], and before that.
  private int peakCount;

  private int lastPeakCount;
  private boolean isClosed;

  /// Pieces that are free but for what they hold. They count as free.
  private final KeptVersions kept = new KeptVersions();

  /// Creates an empty pool that never spills.
  public ScratchPool() {
    this(null);
  }

  /// Creates an empty pool.
  ///
  /// @param files where pages are spilled to, if at all
  public ScratchPool(@Nullable SpillFiles files) {
    this.files = files;
  }

  /// Returns whether a location lies in scratch.
  public static boolean isScratch(long location) {
    return location >= SCRATCH_BIT;
  }

  /// Returns whether there are spill files to move pages to.
  public boolean canSpill() {
    return files != null;
  }

  /// Returns whether a location in scratch lies in a spill file: the page must not be written to,
  /// nor handed to native code.
  public boolean isSpilled(long location) {
    return slabOf(location).isSpilled();
  }

  private Slab slabOf(long location) {
    Slab slab = all[slab(location)];
    if (slab == null) {
      throw new IllegalStateException("no such slab location=" + Long.toHexString(location));
    }
    return slab;
  }

  /// Allocates a page for a version and returns its location. The content is what was there before.
  public synchronized long allocate(long version) {
    int number = firstWithRoom(false, firstInMemory);
    if (number < 0) {
      long bytes = Math.clamp(reservedBytes / 2, SLAB_BYTES_MIN, SLAB_BYTES_MAX);
      Arena arena = Arena.ofShared();
      number = add(new Slab(arena.allocate(bytes, 4096), arena, null));
      reservedBytes += bytes;
    }
    firstInMemory = number;
    countUsed();
    return take(number, version);
  }

  private synchronized void countUsed() {
    usedCount++;
    peakCount = Math.max(peakCount, usedCount);
  }

  private int firstWithRoom(boolean spilled, int from) {
    @Nullable Slab[] slabs = all;
    for (int i = from; i < slabs.length; i++) {
      Slab slab = slabs[i];
      if (slab != null && slab.isSpilled() == spilled && slab.hasRoom()) {
        return i;
      }
    }
    return -1;
  }

  private long take(int number, long version) {
    long offset = (long) Objects.requireNonNull(all[number]).take();
    long location = SCRATCH_BIT | (long) number << SLAB_SHIFT | offset << PageLayout.PAGE_SHIFT;
    setBorn(location, version);
    setChanged(location, PageBlocks.ALL);
    return location;
  }

  /// Gives a slab the lowest number that is free. No location of an earlier slab of that number is
  /// known to anybody any more.
  private int add(Slab slab) {
    int number = 0;
    while (number < all.length && all[number] != null) {
      number++;
    }
    int length = Math.max(all.length, number + 1);
    @Nullable Slab[] slabs = Arrays.copyOf(all, length);
    MemorySegment[] views = Arrays.copyOf(segments, length);
    slabs[number] = slab;
    views[number] = slab.segment;
    all = slabs;
    segments = views;
    return number;
  }

  /// Allocates a page in a spill file for a version and returns its location, or 0 if spill files
  /// are as long as they may be. May wait for a lane.
  ///
  /// @throws dev.rookery.storage.io.NoSpaceException if the disk is full
  public long allocateSpilled(long version) throws IOException {
    if (files == null) {
      return 0;
    }
    synchronized (growth) {
      long location = takeSpilled(version, files);
      if (location >= 0) {
        return location;
      }
      long room = files.bytesMax() - spillBytes;
      long wished = Math.clamp(spillBytes, SPILL_BYTES_MIN, SPILL_BYTES_MAX);
      long bytes = Math.min(Math.min(wished, room), files.fileBytesMax());
      bytes &= -PageLayout.PAGE_BYTES;
      if (bytes <= 0) {
        return 0;
      }
      addSpilled(files.create(bytes), bytes);
      return Math.max(0, takeSpilled(version, files));
    }
  }

  /// Returns 0 if there is as much as there may be, -1 if another file is needed.
  private synchronized long takeSpilled(long version, SpillFiles where) {
    if ((spilledCount + 1L) << PageLayout.PAGE_SHIFT > where.bytesMax()) {
      return 0;
    }
    int number = firstWithRoom(true, firstSpilled);
    if (number < 0) {
      return -1;
    }
    firstSpilled = number;
    spilledCount++;
    return take(number, version);
  }

  private void addSpilled(StorageFile file, long bytes) throws IOException {
    Arena arena = Arena.ofShared();
    boolean done = false;
    try {
      Slab slab = new Slab(file.map(0, bytes, arena), arena, file);
      synchronized (this) {
        firstSpilled = Math.min(firstSpilled, add(slab));
        spillBytes += bytes;
      }
      done = true;
    } finally {
      if (!done) {
        arena.close();
        file.close();
      }
    }
  }

  /// Writes whole pages to neighbouring pieces of a spill file that nobody sees yet, or whose
  /// content nobody else reads yet. From any thread.
  ///
  /// @throws dev.rookery.storage.io.NoSpaceException if the disk is full
  public void writeSpilled(long location, byte[] pages, int length) throws IOException {
    StorageFile file = slabOf(location).file;
    if (file == null) {
      throw new IllegalArgumentException("page lies in memory");
    }
    file.writeFromAnyThread(pages, 0, length, PageReader.offsetAt(location));
  }

  /// Gives a page back; nobody may read it any more.
  public synchronized void free(long location) {
    int number = slab(location);
    Slab slab = slabOf(location);
    int piece = piece(location);
    assert slab.born[piece] != -1 : "freed twice";
    slab.born[piece] = -1;
    slab.giveBack(piece);
    if (slab.isSpilled()) {
      spilledCount--;
      firstSpilled = Math.min(firstSpilled, number);
    } else {
      usedCount--;
      firstInMemory = Math.min(firstInMemory, number);
    }
  }

  /// Gives a page back, as [#free] does, but for a while keeps what it holds, for [#takeKept].
  ///
  /// @param replaced the version that took its place
  public synchronized void freeAndKeep(long pageNumber, long location, long replaced) {
    Slab slab = slabOf(location);
    if (slab.isSpilled()) {
      free(location);
      return;
    }
    int piece = piece(location);
    assert slab.born[piece] != -1 : "freed twice";
    slab.born[piece] = -1;
    usedCount--;
    giveBackKept(kept.put(pageNumber, replaced, location));
  }

  /// Allocates for a version the piece that holds what a page was before another version of it
  /// replaced that, and returns its location; or 0 if there is none. Until the caller says
  /// otherwise all its blocks count as changed.
  public synchronized long takeKept(long pageNumber, long replaced, long version) {
    long location = kept.take(pageNumber, replaced);
    if (location != 0) {
      countUsed();
      setBorn(location, version);
      setChanged(location, PageBlocks.ALL);
    }
    return location;
  }

  private void giveBackKept(long location) {
    if (location != 0) {
      int number = slab(location);
      Objects.requireNonNull(all[number]).giveBack(piece(location));
      firstInMemory = Math.min(firstInMemory, number);
    }
  }

  /// Gives slabs back that are wholly empty, if there is much more than was lately needed: memory
  /// beyond twice of what was in use at most since the call before the last, and spill files beyond
  /// twice of what is in use. Forgets what free pages held. Returns whether there was anything to
  /// give back.
  ///
  /// Costs up to a millisecond for each slab, and stalls all threads for a moment: belongs on a
  /// lane, and not often.
  public boolean trim() throws IOException {
    List<Slab> gone = new ArrayList<>();
    synchronized (this) {
      for (long location; (location = kept.takeAny()) != 0; ) {
        giveBackKept(location);
      }
      long peak = (long) Math.max(peakCount, lastPeakCount) << PageLayout.PAGE_SHIFT;
      long kept = Math.max(KEPT_BYTES, 2 * peak);
      long keptSpill = (2L * spilledCount) << PageLayout.PAGE_SHIFT;
      for (int i = all.length - 1; i >= 0; i--) {
        Slab slab = all[i];
        boolean isTooMuch =
            slab != null
                && slab.usedCount == 0
                && (slab.isSpilled()
                    ? spillBytes - slab.bytes() >= keptSpill
                    : reservedBytes - slab.bytes() >= kept);
        if (slab != null && isTooMuch) {
          remove(i, slab);
          gone.add(slab);
        }
      }
      lastPeakCount = peakCount;
      peakCount = usedCount;
    }
    for (Slab slab : gone) {
      close(slab);
    }
    return !gone.isEmpty();
  }

  /// Returns whether there is so much more than is in use that [#trim] may give some back, now or
  /// later.
  public boolean hasSpare() {
    return reservedBytes > Math.max(KEPT_BYTES, (4L * usedCount) << PageLayout.PAGE_SHIFT)
        || spillBytes > (4L * spilledCount) << PageLayout.PAGE_SHIFT;
  }

  private synchronized void remove(int number, Slab slab) {
    @Nullable Slab[] slabs = all.clone();
    MemorySegment[] views = segments.clone();
    slabs[number] = null;
    views[number] = MemorySegment.NULL;
    all = slabs;
    segments = views;
    if (slab.isSpilled()) {
      spillBytes -= slab.bytes();
    } else {
      reservedBytes -= slab.bytes();
    }
  }

  private static void close(Slab slab) throws IOException {
    slab.arena.close();
    if (slab.file != null) {
      slab.file.close();
    }
  }

  /// Returns the version that a page was allocated for. Called by the writer, and by others for
  /// versions that were published to them.
  public long born(long location) {
    return slabOf(location).born[piece(location)];
  }

  /// Says that a page belongs to another version than it was allocated for, before anybody sees it.
  public void setBorn(long location, long version) {
    slabOf(location).born[piece(location)] = version;
  }

  /// Returns the blocks in which a page may differ from the version before: all of them, unless
  /// [#setChanged] said otherwise. Called by the writer, for pages of its own.
  public long changed(long location) {
    return slabOf(location).changed[piece(location)];
  }

  /// Says in which blocks a page may differ from the version before.
  public void setChanged(long location, long blocks) {
    slabOf(location).changed[piece(location)] = blocks;
  }

  /// Returns the slabs by number, for readers to index by [#slab]. Covers every location allocated
  /// so far.
  public MemorySegment[] slabs() {
    return segments;
  }

  /// Returns the number of the slab that a location lies in.
  public static int slab(long location) {
    return (int) (location >>> SLAB_SHIFT) & SLAB_MASK;
  }

  private static int piece(long location) {
    return (int) (PageReader.offsetAt(location) >>> PageLayout.PAGE_SHIFT);
  }

  /// Returns a page as a segment of its own; read-only and mapped if it is spilled.
  public MemorySegment page(long location) {
    return segments[slab(location)].asSlice(PageReader.offsetAt(location), PageLayout.PAGE_BYTES);
  }

  /// Returns how many pages in memory are in use.
  public int usedCount() {
    return usedCount;
  }

  /// Returns how many pages in spill files are in use.
  public int spilledCount() {
    return spilledCount;
  }

  /// Returns how much memory is set aside.
  public long reservedBytes() {
    return reservedBytes;
  }

  /// Returns how long all spill files are.
  public long spillBytes() {
    return spillBytes;
  }

  /// Returns how many slabs there are, in memory and in files.
  public int slabCount() {
    int count = 0;
    for (Slab slab : all) {
      count += slab == null ? 0 : 1;
    }
    return count;
  }

  /// Frees all memory and files; segments throw from then on. Belongs on a lane. Idempotent.
  @Override
  public synchronized void close() throws IOException {
    if (isClosed) {
      return;
    }
    isClosed = true;
    for (Slab slab : all) {
      if (slab != null) {
        close(slab);
      }
    }
  }
}
