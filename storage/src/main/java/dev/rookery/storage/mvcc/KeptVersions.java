package dev.rookery.storage.mvcc;

/// Copies of pages that nobody can read any more, kept for the next change of the same page: it
/// then differs from the newest version only where that one was changed, and is brought up to it by
/// copying those blocks instead of the whole page.
///
/// A copy is known by its page and by the version that replaced it. Only if the newest version of
/// the page is that very version, the announced blocks (see `PageBlocks`) of the newest version are
/// all that the two differ in.
///
/// Sets of two, the one that came later first: pages that every commit changes stay, whatever else
/// comes and goes. Guarded by the lock of the pool.
final class KeptVersions {
  private static final int SET_BITS = 5;

  /// (page, version that replaced the copy, its location), two for each set. Page 0 means none.
  private static final int CELL = 3;

  private static final int SET_LENGTH = 2 * CELL;
  private final long[] cells = new long[SET_LENGTH << SET_BITS];

  private static int setOf(long pageNumber) {
    return (int) ((pageNumber * 0x9E3779B97F4A7C15L) >>> (Long.SIZE - SET_BITS)) * SET_LENGTH;
  }

  /// Keeps a copy and returns the location of one that gives way, or 0.
  long put(long pageNumber, long replaced, long location) {
    int at = setOf(pageNumber);
    int second = at + CELL;
    boolean isAgain = cells[at] == pageNumber;
    long gone = cells[(isAgain ? at : second) + 2];
    if (!isAgain) {
      System.arraycopy(cells, at, cells, second, CELL);
    }
    cells[at] = pageNumber;
    cells[at + 1] = replaced;
    cells[at + 2] = location;
    return gone;
  }

  /// Takes the copy of a page that a version has replaced, and returns its location, or 0.
  long take(long pageNumber, long replaced) {
    int set = setOf(pageNumber);
    for (int at = set; at < set + SET_LENGTH; at += CELL) {
      if (cells[at] == pageNumber && cells[at + 1] == replaced) {
        long location = cells[at + 2];
        clear(at);
        return location;
      }
    }
    return 0;
  }

  /// Takes any copy and returns its location, or 0 if there is none.
  long takeAny() {
    for (int at = 0; at < cells.length; at += CELL) {
      long location = cells[at + 2];
      if (location != 0) {
        clear(at);
        return location;
      }
    }
    return 0;
  }

  private void clear(int at) {
    cells[at] = 0;
    cells[at + 1] = 0;
    cells[at + 2] = 0;
  }
}
