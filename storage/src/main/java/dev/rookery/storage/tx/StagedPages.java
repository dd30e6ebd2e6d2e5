package dev.rookery.storage.tx;

import dev.rookery.storage.error.StorageFailedException;
import dev.rookery.storage.io.StorageFile;
import dev.rookery.storage.io.StorageFileSystem;
import dev.rookery.storage.mvcc.ScratchPool;
import dev.rookery.storage.mvcc.Snapshot;
import dev.rookery.storage.page.PageChecksum;
import dev.rookery.storage.page.PageLayout;
import dev.rookery.storage.page.PageReader;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.BitSet;

/// The pages of a snapshot, of which those that one piece of work needs are read beforehand, by few
/// large reads in the order of the file, into memory of its own. Others are read when they are
/// touched, with some behind them, where there is room for them, and come from the mapping else.
///
/// For graphs larger than memory: through the mapping each page costs a read when it is touched,
/// with megabytes around it that nobody asked for, and the system keeps what it likes; here whoever
/// knows what comes next says so.
///
/// Locations of pages in that memory are valid until the next call of [#stage]. Belongs to one
/// thread.
public final class StagedPages implements PageReader, AutoCloseable {
  /// Marks a location in the frames: above chunks of the mapping, below scratch.
  private static final long FRAME_BIT = 1L << 61;

  /// So many pages that nobody asked for may be read to make one read of two.
  private static final int GAP_PAGES_MAX = 4;

  /// So many pages are read where one is touched that was not staged.
  private static final int AHEAD_PAGES = 8;

  private static final int READ_PAGES_MAX = (1 << 20) >>> PageLayout.PAGE_SHIFT;

  private final PageReadTransaction pages;
  private final StorageFile file;
  private final Arena arena = Arena.ofShared();
  private final MemorySegment frames;
  private final ByteBuffer buffer;
  private final PageChecksum checksum;
  private final int frameCount;

  private final FrameTable staged;
  private final long[] wanted;
  private int used;

  /// Pages that were read because they were touched. They have the frames behind those of staged
  /// ones, and keep them, as their locations must, at least until the next call of [#stage].
  private final FrameTable touched;

  private final int touchedMax;
  private int touchedCount;

  /// Which of the frames of touched pages hold one that was verified.
  private final BitSet verified = new BitSet();

  private long readCount;
  private long readBytes;

  /// @param file the data file, opened for this object alone: an interrupt of its thread closes no
  ///   more than that
  /// @param frameCount how many staged pages it has memory for; half as many come on top, for pages
  ///   that are touched
  StagedPages(PageReadTransaction pages, StorageFile file, PageChecksum checksum, int frameCount) {
    this.pages = pages;
    this.file = file;
    this.checksum = checksum;
    this.frameCount = frameCount;
    touchedMax = touchedMax(frameCount);
    long bytes = (long) (frameCount + touchedMax) << PageLayout.PAGE_SHIFT;
    frames = arena.allocate(bytes, StorageFileSystem.DIRECT_BYTES);
    buffer = frames.asByteBuffer();
    staged = new FrameTable(frameCount);
    touched = new FrameTable(touchedMax);
    wanted = new long[frameCount];
  }

  private static int touchedMax(int frameCount) {
    return Math.max(4, frameCount / 2);
  }

  /// Returns how many bytes an object with memory for so many staged pages takes: half of that
  /// comes on top, for pages that were not.
  public static long bytes(int frameCount) {
    int touchedMax = touchedMax(frameCount);
    return ((long) (frameCount + touchedMax) << PageLayout.PAGE_SHIFT)
        + FrameTable.bytes(frameCount)
        + FrameTable.bytes(touchedMax)
        + (long) frameCount * Long.BYTES;
  }

  /// Returns how many pages can be staged at once.
  public int capacity() {
    return frameCount;
  }

  /// Returns how many reads of the file there were.
  public long readCount() {
    return readCount;
  }

  /// Returns how many bytes were read.
  public long readBytes() {
    return readBytes;
  }

  /// Reads pages, unless all of them are staged already, and forgets what was staged before. Pages
  /// that are not in the data file, because they have changed lately, need not be read.
  ///
  /// @param pageNumbers in any order, at most [#capacity]; sorted by this call
  /// @throws dev.rookery.storage.error.CorruptPageException if one of them is damaged
  /// @throws StorageFailedException if the file cannot be read
  public void stage(long[] pageNumbers, int count) {
    Arrays.sort(pageNumbers, 0, count);
    Snapshot snapshot = pages.snapshotToRead();
    int missing = 0;
    int left = 0;
    for (int i = 0; i < count; i++) {
      long page = pageNumbers[i];
      boolean isAgain = i > 0 && page == pageNumbers[i - 1];
      if (!isAgain && snapshot.table().lookup(page) == 0) {
        wanted[left++] = page;
        missing += staged.find(page) < 0 ? 1 : 0;
      }
    }
    if (touchedCount > touchedMax / 4) {
      touched.clear();
      touchedCount = 0;
      verified.clear();
    }
    if (missing == 0) {
      return;
    }
    staged.clear();
    used = 0;
    try {
      for (int i = 0; i < left; ) {
        i = readRun(snapshot, i, left);
      }
    } catch (IOException e) {
      throw new StorageFailedException("data file cannot be read: " + e, e);
    }
    pages.checkNotExpired();
  }

  /// Reads neighbours, and what lies between them where there is room for it, and returns the index
  /// of the first page behind them.
  private int readRun(Snapshot snapshot, int start, int left) throws IOException {
    long first = wanted[start];
    int end = start + 1;
    // Every page still to be read must keep a frame.
    int spare = frameCount - used - (left - start);
    while (end < left && wanted[end] - first < READ_PAGES_MAX) {
      long gap = wanted[end] - wanted[end - 1] - 1;
      if (gap > GAP_PAGES_MAX || gap > spare) {
        break;
      }
      spare -= (int) gap;
      end++;
    }
    int pageCount = (int) (wanted[end - 1] - first) + 1;
    snapshot.mapping().requireMapped(wanted[end - 1]);
    read(first, pageCount, used);
    for (int i = start; i < end; i++) {
      int frame = used + (int) (wanted[i] - first);
      verify(snapshot, wanted[i], frame);
      staged.put(wanted[i], frame);
    }
    used += pageCount;
    return end;
  }

  private void read(long firstPage, int pageCount, int frame) throws IOException {
    int offset = frame << PageLayout.PAGE_SHIFT;
    int length = pageCount << PageLayout.PAGE_SHIFT;
    ByteBuffer target = buffer.duplicate().limit(Math.addExact(offset, length)).position(offset);
    if (file.read(target, firstPage << PageLayout.PAGE_SHIFT) < length) {
      // The frames would hold what was read into them before.
      throw new IOException("data file ends within pages from page=" + firstPage + " on");
    }
    readCount++;
    readBytes += length;
  }

  private void verify(Snapshot snapshot, long page, int frame) {
    MemorySegment copy =
        frames.asSlice((long) frame << PageLayout.PAGE_SHIFT, PageLayout.PAGE_BYTES);
    snapshot.mapping().verifyCopy(page, copy, checksum);
  }

  /// Returns the frame of a page that was not staged, or a negative number if it is none of the
  /// data file's, or there is no room.
  private int touch(long page) {
    int known = touched.find(page);
    if (known < 0 && touchedCount < touchedMax && page != 0) {
      Snapshot snapshot = pages.snapshotToRead();
      if (snapshot.table().lookup(page) == 0) {
        snapshot.mapping().requireMapped(page);
        readTouched(snapshot, page);
        known = touched.find(page);
      }
    }
    if (known >= 0 && !verified.get(known - frameCount)) {
      verify(pages.snapshotToRead(), page, known);
      verified.set(known - frameCount);
    }
    return known;
  }

  /// Reads a page and some of those behind it: the pages of a large tree often lie together. They
  /// may be anything, so each is verified when it is touched itself.
  private void readTouched(Snapshot snapshot, long page) {
    long end = Math.min(page + AHEAD_PAGES, snapshot.mapping().pageCount());
    int count = (int) Math.min(end - page, touchedMax - touchedCount);
    try {
      read(page, count, frameCount + touchedCount);
    } catch (IOException e) {
      throw new StorageFailedException("data file cannot be read: " + e, e);
    }
    pages.checkNotExpired();
    for (int i = 0; i < count; i++) {
      long number = page + i;
      if (touched.find(number) < 0 && snapshot.table().lookup(number) == 0) {
        touched.put(number, frameCount + touchedCount + i);
      }
    }
    touchedCount += count;
  }

  @Override
  public long locate(long pageNumber) {
    int frame = staged.find(pageNumber);
    frame = frame >= 0 ? frame : touch(pageNumber);
    return frame >= 0
        ? FRAME_BIT | (long) frame << PageLayout.PAGE_SHIFT
        : pages.locate(pageNumber);
  }

  @Override
  public MemorySegment segmentAt(long location) {
    return (location & FRAME_BIT) != 0 && !ScratchPool.isScratch(location)
        ? frames
        : pages.segmentAt(location);
  }

  @Override
  public long pageCount() {
    return pages.pageCount();
  }

  @Override
  public RuntimeException corrupt(long pageNumber, String expected, String found) {
    return pages.corrupt(pageNumber, expected, found);
  }

  /// Gives the memory back. The transaction stays open. Idempotent.
  @Override
  public void close() {
    if (arena.scope().isAlive()) {
      arena.close();
    }
    try {
      file.close();
    } catch (IOException e) {
      throw new StorageFailedException("data file cannot be closed: " + e, e);
    }
  }
}
