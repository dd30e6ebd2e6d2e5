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

/// The pages of a snapshot, of which those that one piece of work needs are read beforehand, by few
/// large reads in the order of the file, into memory of its own. All others come from the mapping.
///
/// For graphs larger than memory: through the mapping each page costs a read when it is touched,
/// and the system keeps what it likes; here whoever knows what comes next says so.
///
/// Locations of staged pages are valid until the next call of [#stage]. Belongs to one thread.
public final class StagedPages implements PageReader, AutoCloseable {
  /// Marks a location in the frames: above chunks of the mapping, below scratch.
  private static final long FRAME_BIT = 1L << 61;

  /// So many pages that nobody asked for may be read to make one read of two.
  private static final int GAP_PAGES_MAX = 4;

  private static final int READ_PAGES_MAX = (1 << 20) >>> PageLayout.PAGE_SHIFT;

  private final PageReadTransaction pages;
  private final StorageFile file;
  private final Arena arena = Arena.ofShared();
  private final MemorySegment frames;
  private final ByteBuffer buffer;
  private final PageChecksum checksum;
  private final int frameCount;

  /// Open addressing: at a place the number of a staged page, or 0, which is never one.
  private final long[] table;

  private final int[] frameAt;
  private final long[] wanted;
  private int used;
  private long readCount;
  private long readBytes;

  /// @param file the data file, opened for this object alone: an interrupt of its thread closes no
  ///   more than that
  /// @param frameCount how many pages it has memory for
  StagedPages(PageReadTransaction pages, StorageFile file, PageChecksum checksum, int frameCount) {
    this.pages = pages;
    this.file = file;
    this.checksum = checksum;
    this.frameCount = frameCount;
    frames =
        arena.allocate((long) frameCount << PageLayout.PAGE_SHIFT, StorageFileSystem.DIRECT_BYTES);
    buffer = frames.asSlice(0, (long) frameCount << PageLayout.PAGE_SHIFT).asByteBuffer();
    int places = Integer.highestOneBit(Math.max(2, frameCount)) << 2;
    table = new long[places];
    frameAt = new int[places];
    wanted = new long[frameCount];
  }

  /// Returns how many bytes an object with memory for so many pages takes.
  public static long bytes(int frameCount) {
    int places = Integer.highestOneBit(Math.max(2, frameCount)) << 2;
    return ((long) frameCount << PageLayout.PAGE_SHIFT)
        + (long) places * (Long.BYTES + Integer.BYTES)
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
        missing += find(page) < 0 ? 1 : 0;
      }
    }
    if (missing == 0) {
      return;
    }
    Arrays.fill(table, 0);
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
    long offset = (long) used << PageLayout.PAGE_SHIFT;
    int length = pageCount << PageLayout.PAGE_SHIFT;
    snapshot.mapping().requireMapped(wanted[end - 1]);
    ByteBuffer target =
        buffer.duplicate().limit(Math.toIntExact(offset + length)).position((int) offset);
    file.read(target, first << PageLayout.PAGE_SHIFT);
    readCount++;
    readBytes += length;
    for (int i = start; i < end; i++) {
      int frame = used + (int) (wanted[i] - first);
      snapshot
          .mapping()
          .verifyCopy(
              wanted[i],
              frames.asSlice((long) frame << PageLayout.PAGE_SHIFT, PageLayout.PAGE_BYTES),
              checksum);
      put(wanted[i], frame);
    }
    used += pageCount;
    return end;
  }

  private void put(long page, int frame) {
    int place = place(page);
    while (table[place] != 0) {
      place = place + 1 & table.length - 1;
    }
    table[place] = page;
    frameAt[place] = frame;
  }

  private int find(long page) {
    if (page == 0) {
      return -1;
    }
    int place = place(page);
    while (table[place] != page) {
      if (table[place] == 0) {
        return -1;
      }
      place = place + 1 & table.length - 1;
    }
    return frameAt[place];
  }

  private int place(long page) {
    return (int) ((page * 0x9E3779B97F4A7C15L) >>> 32) & (table.length - 1);
  }

  @Override
  public long locate(long pageNumber) {
    int frame = find(pageNumber);
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
