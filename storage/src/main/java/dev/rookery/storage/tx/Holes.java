package dev.rookery.storage.tx;

import dev.rookery.storage.error.CorruptPageException;
import dev.rookery.storage.page.DataFile;
import dev.rookery.storage.page.HeaderBlocks.DurableEntry;
import dev.rookery.storage.page.PageChecksum;
import dev.rookery.storage.page.PageLayout;
import dev.rookery.storage.page.PageType;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.UUID;

/// Gives the room of free pages in the middle of the data file back to the disk, behind each
/// checkpoint.
///
/// Which pages are free is read from the free-space map *in the file*, where it is at this moment
/// that of the checkpoint: what was flushed was the snapshot of its durable entry, and nobody
/// writes these pages of the file but the thread that calls this. A load writes behind them (see
/// [UnseenSpace]).
///
/// Nobody needs what a page held that is free in the durable state:
/// 1. *Readers.* The flush took the oldest snapshot that anybody reads. In that one the page is
///    free; in a newer one that has it, it was allocated since and lies in scratch, until the next
///    flush, which has not begun. The same goes for the basis of a change under way.
/// 2. *Replay from the durable entry.* A page that is free begins anew: the first that a record
///    says of it differs from zeros ([PageChanges#initialise]), and what the file holds is not
///    looked at.
/// 3. *Replay from the durable entry before*, should the newer one be damaged. It passes the commit
///    of the newer one, at which the page is free: what a difference made of the hole until then is
///    dropped with the page, and what is behind begins anew as above. Checksums are looked at
///    behind all of it.
/// 4. *Replay from a transient entry*, which is as new as the durable one or newer: what a flush
///    wrote into the hole since is there to be read on the same boot, and another boot does not
///    believe the entry.
/// 5. Backups, checks and copies read pages that are taken, no others.
///
/// Crash windows: dying before the next sync leaves any mixture of the old bytes and zeros in pages
/// that are free, or that the journal behind the durable entry begins anew.
///
/// What was punched is remembered, one bit for each page, and forgotten when the page is written.
/// After opening nothing is known: each hole is punched once more, which costs a call and no write.
///
/// Belongs to the checkpointer's thread.
final class Holes {
  /// One call of the system holds up readers of the file's pages that are not in memory.
  private static final int PAGES_PER_CALL = (64 << 20) >>> PageLayout.PAGE_SHIFT;

  /// So many calls behind one checkpoint; the rest waits for the next.
  private static final int CALLS_MAX = 1024;

  private static final int WORDS = FreeSpaceMap.GROUP_PAGES / Long.SIZE;

  private final DataFile dataFile;
  private final PageChecksum checksum;
  private final int pagesMin;

  /// By group, a bit for each page that is known to be part of a hole; empty where none is.
  private long[][] known = new long[0][];

  /// Where to go on.
  private long nextGroup;

  private int callCount;
  private boolean isRefused;

  Holes(DataFile dataFile, UUID database) {
    this.dataFile = dataFile;
    this.checksum = new PageChecksum(database);
    this.pagesMin = dataFile.holePagesMin();
  }

  /// Returns whether there can be holes here.
  boolean arePossible() {
    return pagesMin > 0;
  }

  /// Is told that pages are about to be written.
  void fill(long[] pages, int count) {
    for (int i = 0; i < count; i++) {
      long group = pages[i] / FreeSpaceMap.GROUP_PAGES;
      int bit = (int) (pages[i] % FreeSpaceMap.GROUP_PAGES);
      if (group < known.length && known[(int) group].length > 0) {
        known[(int) group][bit >>> 6] &= ~(1L << bit);
      }
    }
  }

  /// Punches what is free and no hole yet, where enough of it lies together, and stops when enough
  /// was done. Right behind the checkpoint of the entry.
  ///
  /// @param pause is called between calls
  void punch(DurableEntry settled, Runnable pause) throws IOException {
    callCount = 0;
    isRefused = false;
    long groups = Math.ceilDiv(settled.pageCount(), FreeSpaceMap.GROUP_PAGES);
    int before = known.length;
    if (groups > before) {
      long[][] more = Arrays.copyOf(known, Math.toIntExact(groups));
      Arrays.fill(more, before, more.length, new long[0]);
      known = more; // Last: memory may run out before.
    }
    for (long i = 0; i < groups && mayGoOn(); i++) {
      nextGroup = nextGroup < groups ? nextGroup : 0;
      punchGroup(nextGroup, settled, pause);
      nextGroup += mayGoOn() ? 1 : 0;
    }
  }

  private boolean mayGoOn() {
    return callCount < CALLS_MAX && !isRefused;
  }

  private void punchGroup(long group, DurableEntry settled, Runnable pause) throws IOException {
    long first = group * FreeSpaceMap.GROUP_PAGES;
    long pageCount = Math.min(settled.pageCount(), dataFile.mapping().pageCount());
    int end = (int) Math.min(FreeSpaceMap.GROUP_PAGES, pageCount - first);
    long[] free = freeBits(group, end);
    long[] holes = known[(int) group];
    if (holes.length == 0) {
      holes = new long[WORDS];
      known[(int) group] = holes;
    }
    int bit = 0;
    while (mayGoOn() && (bit = next(free, bit, end, true)) < end) {
      int runEnd = next(free, bit, end, false);
      int from = next(holes, bit, runEnd, false);
      int to = runEnd;
      while (to > from && isSet(holes, to - 1)) {
        to--;
      }
      if (to - from >= pagesMin) {
        punchRun(first, from, to, holes, pause);
      }
      bit = runEnd;
    }
  }

  private void punchRun(long first, int from, int to, long[] holes, Runnable pause)
      throws IOException {
    for (int at = from; at < to && mayGoOn(); at += PAGES_PER_CALL) {
      int count = Math.min(PAGES_PER_CALL, to - at);
      isRefused = !dataFile.punch(first + at, count);
      callCount++;
      if (!isRefused) {
        for (int bit = at; bit < at + count; bit++) {
          holes[bit >>> 6] |= 1L << bit;
        }
        pause.run();
      }
    }
  }

  /// Returns a bit for each page of a group that is free, by its map in the file: none where that
  /// cannot be believed, which whoever needs the map will be told.
  private long[] freeBits(long group, int end) {
    long[] free = new long[WORDS];
    long mapPage = FreeSpaceMap.mapPage(group);
    try {
      dataFile.mapping().verifyNow(mapPage, checksum);
    } catch (CorruptPageException e) {
      return free;
    }
    MemorySegment map = checksum.lastCopy();
    int taken = 0;
    for (int word = 0; word < WORDS; word++) {
      long bits = FreeSpaceMap.takenBits(map, word);
      taken += Long.bitCount(bits);
      int pages = Math.clamp(end - (word << 6), 0, Long.SIZE);
      free[word] = pages == 0 ? 0 : ~bits & -1L >>> (Long.SIZE - pages);
    }
    if (group == 0) {
      free[0] &= -1L << PageLayout.FIRST_PAGE; // The header blocks, whatever the map says.
    }
    boolean isMap =
        PageLayout.type(map) == PageType.FREE_SPACE
            && taken == map.get(PageLayout.INT, FreeSpaceMap.TAKEN_OFFSET)
            && !isSet(free, (int) (mapPage % FreeSpaceMap.GROUP_PAGES));
    return isMap ? free : new long[WORDS];
  }

  private static boolean isSet(long[] bits, int index) {
    return (bits[index >>> 6] >>> index & 1) != 0;
  }

  /// Returns the first index from one on whose bit is set, or is not, and `end` if there is none.
  private static int next(long[] bits, int from, int end, boolean isSet) {
    for (int index = from; index < end; ) {
      long word = (isSet ? bits[index >>> 6] : ~bits[index >>> 6]) >>> index;
      if (word != 0) {
        return Math.min(end, index + Long.numberOfTrailingZeros(word));
      }
      index = (index | 63) + 1;
    }
    return end;
  }
}
