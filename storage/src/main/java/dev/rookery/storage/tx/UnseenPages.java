package dev.rookery.storage.tx;

import dev.rookery.storage.error.CorruptPageException;
import dev.rookery.storage.page.DataFile;
import dev.rookery.storage.page.PageChecksum;
import dev.rookery.storage.page.PageLayout;
import dev.rookery.storage.page.PageReader;
import dev.rookery.storage.page.PageWriter;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// A window of memory on unseen pages: structures are built here as in any transaction, but what
/// they allocate goes to the data file and not to the journal.
///
/// Pages that the database has already are those of the transaction: read through it, changed in it
/// if this window belongs to its thread. Pages of this window are kept in *frames* as long as there
/// is room, and written, sealed and in order of their numbers, when there is none; one that is
/// needed again is read back. Pages of other windows cannot be seen.
///
/// As with [PageWriteTransaction#relieve], segments and locations are good until [#relieve].
///
/// Belongs to one thread.
public final class UnseenPages implements PageWriter, AutoCloseable {
  private static final long FRAME_BIT = 3L << 61;
  private static final int SLAB_SHIFT = 36;
  private static final int SLAB_FRAMES = 16;

  /// How many neighbours are taken at once: what other windows take lies behind them.
  private static final int STRETCH_PAGES = 128;

  /// How many frames, those used last, stay when others are written.
  private static final int FRAMES_KEPT = 24;

  private static final int WRITE_PAGES = Math.max(1, (512 << 10) >>> PageLayout.PAGE_SHIFT);

  private final UnseenSpace space;
  private final PageWriteTransaction tx;
  private final int framesMax;
  private final PageChecksum checksum;
  private final Arena arena = Arena.ofShared();
  private final List<MemorySegment> slabs = new ArrayList<>();
  private MemorySegment[] slabArray = new MemorySegment[0];

  /// By frame: its page, or 0; and when it was last used.
  private long[] pageOf = new long[0];

  private long[] usedAt = new long[0];
  private int frameCount;
  private int[] freeFrames = new int[0];
  private int freeCount;
  private long clock;

  /// Open hash table: frame + 1 by page.
  private int[] table = new int[256];

  private final byte[] staging = new byte[WRITE_PAGES << PageLayout.PAGE_SHIFT];

  /// Pages of a run that nobody has touched: they have neither a frame nor bytes in the file.
  private final List<Untouched> untouched = new ArrayList<>();

  /// First page and count of what was taken and is not used.
  private final List<long[]> gone = new ArrayList<>();

  private long stretchNext;
  private long stretchEnd;
  private long writtenPages;
  private boolean isClosed;

  /// Neighbouring pages of which some were not touched yet.
  private static final class Untouched {
    final long first;
    final int count;
    final byte type;
    final int structureId;
    final long[] touched;

    Untouched(long first, int count, byte type, int structureId) {
      this.first = first;
      this.count = count;
      this.type = type;
      this.structureId = structureId;
      this.touched = new long[(count + 63) >>> 6];
    }

    boolean touch(long pageNumber) {
      long index = pageNumber - first;
      if (index < 0 || index >= count || (touched[(int) index >>> 6] >>> index & 1) != 0) {
        return false;
      }
      touched[(int) index >>> 6] |= 1L << index;
      return true;
    }
  }

  UnseenPages(UnseenSpace space, PageWriteTransaction tx, int framesMax) {
    this.space = space;
    this.tx = tx;
    this.framesMax = Math.max(framesMax, 2 * FRAMES_KEPT);
    this.checksum = new PageChecksum(space.database());
  }

  /// Returns how much memory a window of so many frames takes.
  public static long bytesOf(int framesMax) {
    long frames = (long) framesMax + SLAB_FRAMES;
    return (frames + WRITE_PAGES) << PageLayout.PAGE_SHIFT;
  }

  @Override
  public long locate(long pageNumber) {
    if (!space.contains(pageNumber)) {
      return tx.locate(pageNumber);
    }
    int frame = find(pageNumber);
    if (frame < 0) {
      if (tx.hasOwn(pageNumber)) {
        return tx.locate(pageNumber); // The transaction has grown in between.
      }
      frame = bring(pageNumber);
    }
    usedAt[frame] = ++clock;
    return locationOf(frame);
  }

  @Override
  public MemorySegment segmentAt(long location) {
    return location >= FRAME_BIT
        ? slabArray[(int) (location >>> SLAB_SHIFT) & 0xFF_FFFF]
        : tx.segmentAt(location);
  }

  private static long locationOf(int frame) {
    return FRAME_BIT
        | (long) (frame / SLAB_FRAMES) << SLAB_SHIFT
        | (long) (frame % SLAB_FRAMES) << PageLayout.PAGE_SHIFT;
  }

  private MemorySegment pageAt(long location) {
    return segmentAt(location).asSlice(PageReader.offsetAt(location), PageLayout.PAGE_BYTES);
  }

  @Override
  public long pageCount() {
    return Long.MAX_VALUE >>> PageLayout.PAGE_SHIFT; // Others take pages meanwhile.
  }

  @Override
  public RuntimeException corrupt(long pageNumber, String expected, String found) {
    return tx.corrupt(pageNumber, expected, found);
  }

  @Override
  public MemorySegment modify(long pageNumber) {
    long location = locate(pageNumber);
    return location >= FRAME_BIT ? pageAt(location) : tx.modify(pageNumber);
  }

  @Override
  public MemorySegment modify(long pageNumber, long offset, long length) {
    long location = locate(pageNumber);
    return location >= FRAME_BIT ? pageAt(location) : tx.modify(pageNumber, offset, length);
  }

  @Override
  public MemorySegment modifyBlocks(long pageNumber, long blocks) {
    long location = locate(pageNumber);
    return location >= FRAME_BIT ? pageAt(location) : tx.modifyBlocks(pageNumber, blocks);
  }

  @Override
  public long allocate(byte type, int structureId) {
    if (stretchNext == stretchEnd) {
      stretchNext = space.take(STRETCH_PAGES);
      stretchEnd = stretchNext + STRETCH_PAGES;
    }
    long page = stretchNext++;
    initialise(newFrame(page), page, type, structureId);
    return page;
  }

  @Override
  public long allocateRun(int count, byte type, int structureId) {
    if (count < 1 || count > maxRun()) {
      throw new IllegalArgumentException("run out of range count=%d".formatted(count));
    }
    long first = space.take(count);
    untouched.add(new Untouched(first, count, type, structureId));
    return first;
  }

  @Override
  public int maxRun() {
    return FreeSpaceMap.GROUP_PAGES / 8;
  }

  /// Gives back a page of the database. One of this window is not given back before the load ends.
  @Override
  public void free(long pageNumber) {
    if (!space.contains(pageNumber) || tx.hasOwn(pageNumber)) {
      tx.free(pageNumber);
      return;
    }
    int frame = find(pageNumber);
    if (frame >= 0) {
      release(frame);
    }
    freed(pageNumber, 1);
  }

  private void freed(long first, long count) {
    gone.add(new long[] {first, count});
  }

  private void initialise(int frame, long page, byte type, int structureId) {
    MemorySegment segment = pageAt(locationOf(frame));
    segment.fill((byte) 0);
    segment.set(PageLayout.LONG, PageLayout.PAGE_NUMBER_OFFSET, page);
    segment.set(PageLayout.INT, PageLayout.STRUCTURE_OFFSET, structureId);
    segment.set(PageLayout.BYTE, PageLayout.TYPE_OFFSET, type);
  }

  /// Gives a page that is not in memory a frame.
  private int bring(long pageNumber) {
    for (Untouched run : untouched) {
      if (run.touch(pageNumber)) {
        int frame = newFrame(pageNumber);
        initialise(frame, pageNumber, run.type, run.structureId);
        return frame;
      }
    }
    int frame = newFrame(pageNumber);
    boolean isSound = false;
    try {
      readBack(pageNumber, pageAt(locationOf(frame)));
      isSound = true;
    } finally {
      if (!isSound) {
        release(frame); // Else the next one to ask would be given what is in it.
      }
    }
    return frame;
  }

  private void readBack(long pageNumber, MemorySegment page) {
    space.read(page.asByteBuffer(), pageNumber);
    if (page.get(PageLayout.INT, PageLayout.CHECKSUM_OFFSET) != checksum.of(page)
        || page.get(PageLayout.LONG, PageLayout.PAGE_NUMBER_OFFSET) != pageNumber) {
      throw new CorruptPageException(DataFile.NAME, pageNumber, "the page written", "another");
    }
  }

  private int newFrame(long pageNumber) {
    if (freeCount == 0) {
      addSlab();
    }
    int frame = freeFrames[--freeCount];
    pageOf[frame] = pageNumber;
    usedAt[frame] = ++clock;
    frameCount++;
    if (frameCount * 2 > table.length) {
      table = new int[table.length * 2];
      for (int i = 0; i < pageOf.length; i++) {
        if (pageOf[i] != 0 && i != frame) {
          put(pageOf[i], i);
        }
      }
    }
    put(pageNumber, frame);
    return frame;
  }

  private void addSlab() {
    slabs.add(arena.allocate((long) SLAB_FRAMES << PageLayout.PAGE_SHIFT, 4096));
    slabArray = slabs.toArray(MemorySegment[]::new);
    int before = pageOf.length;
    pageOf = Arrays.copyOf(pageOf, before + SLAB_FRAMES);
    usedAt = Arrays.copyOf(usedAt, pageOf.length);
    freeFrames = Arrays.copyOf(freeFrames, pageOf.length);
    for (int frame = pageOf.length - 1; frame >= before; frame--) {
      freeFrames[freeCount++] = frame;
    }
  }

  private int indexOf(long pageNumber) {
    return (int) ((pageNumber * 0x9E37_79B9_7F4A_7C15L) >>> 40) & (table.length - 1);
  }

  private void put(long pageNumber, int frame) {
    int at = indexOf(pageNumber);
    while (table[at] != 0) {
      at = at + 1 & (table.length - 1);
    }
    table[at] = frame + 1;
  }

  private int find(long pageNumber) {
    int at = indexOf(pageNumber);
    while (table[at] != 0) {
      int frame = table[at] - 1;
      if (pageOf[frame] == pageNumber) {
        return frame;
      }
      at = at + 1 & (table.length - 1);
    }
    return -1;
  }

  private void release(int frame) {
    removeFromTable(pageOf[frame]);
    pageOf[frame] = 0;
    freeFrames[freeCount++] = frame;
    frameCount--;
  }

  /// Takes a page out of the table and moves up those that its place had pushed back.
  private void removeFromTable(long pageNumber) {
    int mask = table.length - 1;
    int at = indexOf(pageNumber);
    while (pageOf[table[at] - 1] != pageNumber) {
      at = at + 1 & mask;
    }
    table[at] = 0;
    for (int next = at + 1 & mask; table[next] != 0; next = next + 1 & mask) {
      int frame = table[next] - 1;
      table[next] = 0;
      put(pageOf[frame], frame);
    }
  }

  /// Says that nobody holds a segment or location at this moment: where memory is used up, pages go
  /// to the file.
  ///
  /// @throws dev.rookery.storage.error.DiskFullException if the disk is full
  /// @throws dev.rookery.storage.error.StorageFailedException if a write failed
  public void relieve() {
    if (frameCount > framesMax) {
      writeOut(FRAMES_KEPT);
    }
  }

  /// Writes all pages out. Untouched pages of runs are written, too: every page taken is sealed.
  public void finish() {
    for (Untouched run : untouched) {
      for (int i = 0; i < run.count; i++) {
        if (run.touch(run.first + i)) {
          initialise(newFrame(run.first + i), run.first + i, run.type, run.structureId);
          relieve();
        }
      }
    }
    untouched.clear();
    writeOut(0);
  }

  /// Tells the transaction, behind [UnseenSpace#adopt], which of the pages are not used. On its
  /// thread.
  public void giveBackUnused() {
    freed(stretchNext, stretchEnd - stretchNext);
    stretchNext = stretchEnd;
    for (long[] run : gone) {
      for (long i = 0; i < run[1]; i++) {
        tx.giveBack(run[0] + i);
      }
    }
    gone.clear();
  }

  /// Returns how many pages were written.
  public long writtenPages() {
    return writtenPages;
  }

  private void writeOut(int kept) {
    int count = 0;
    long[] used = new long[frameCount];
    for (int frame = 0; frame < pageOf.length; frame++) {
      if (pageOf[frame] != 0) {
        used[count++] = usedAt[frame];
      }
    }
    long oldest = Long.MAX_VALUE;
    if (kept > 0 && count > kept) {
      Arrays.sort(used, 0, count);
      oldest = used[count - kept];
    }
    long[] order = new long[count];
    count = 0;
    for (int frame = 0; frame < pageOf.length; frame++) {
      if (pageOf[frame] != 0 && usedAt[frame] < oldest) {
        order[count++] = pageOf[frame];
      }
    }
    Arrays.sort(order, 0, count);
    for (int start = 0; start < count; ) {
      start = writeRun(order, start, count);
    }
  }

  /// Writes neighbours in one go and returns the index behind them.
  private int writeRun(long[] order, int start, int count) {
    int end = start;
    while (end < count && end - start < WRITE_PAGES && order[end] == order[start] + end - start) {
      int frame = find(order[end]);
      MemorySegment page = pageAt(locationOf(frame));
      page.set(PageLayout.LONG, PageLayout.SEQUENCE_OFFSET, space.sequence());
      checksum.seal(page);
      int offset = (end - start) << PageLayout.PAGE_SHIFT;
      MemorySegment.copy(page, PageLayout.BYTE, 0, staging, offset, PageLayout.PAGE_BYTES);
      end++;
    }
    space.write(staging, (end - start) << PageLayout.PAGE_SHIFT, order[start]);
    writtenPages += end - start;
    for (int i = start; i < end; i++) {
      release(find(order[i]));
    }
    return end;
  }

  /// Gives the memory back. What was not written is gone. Idempotent.
  @Override
  public void close() {
    if (!isClosed) {
      isClosed = true;
      arena.close();
    }
  }
}
