package dev.rookery.storage.tx;

import java.util.Arrays;

/// Which frame of a buffer a page lies in: a hash table with open addressing.
///
/// Belongs to one thread.
final class FrameTable {
  /// At a place the number of a page, or 0, which is never one.
  private final long[] pages;

  private final int[] frames;

  /// @param countMax how many pages it is for
  FrameTable(int countMax) {
    pages = new long[places(countMax)];
    frames = new int[pages.length];
  }

  private static int places(int countMax) {
    return Integer.highestOneBit(Math.max(2, countMax)) << 2;
  }

  /// Returns what a table for so many pages takes.
  static long bytes(int countMax) {
    return (long) places(countMax) * (Long.BYTES + Integer.BYTES);
  }

  void clear() {
    Arrays.fill(pages, 0);
  }

  void put(long page, int frame) {
    int place = place(page);
    while (pages[place] != 0) {
      place = place + 1 & pages.length - 1;
    }
    pages[place] = page;
    frames[place] = frame;
  }

  /// Returns the frame of a page, or a negative number if it has none.
  int find(long page) {
    if (page == 0) {
      return -1;
    }
    int place = place(page);
    while (pages[place] != page) {
      if (pages[place] == 0) {
        return -1;
      }
      place = place + 1 & pages.length - 1;
    }
    return frames[place];
  }

  private int place(long page) {
    return (int) ((page * 0x9E3779B97F4A7C15L) >>> 32) & (pages.length - 1);
  }
}
