package dev.rookery.storage.tx;

import java.util.Arrays;

/// A growing list of page numbers, each with a number beside it. Belongs to one thread.
final class PageLog {
  private static final int INDEX_BITS = 24;

  private static final int LENGTH_MIN = 16;
  private static final long[] NOTHING = new long[0];

  long[] pages = NOTHING;
  long[] values = NOTHING;
  int count;

  void add(long page, long value) {
    if (count >>> INDEX_BITS != 0) {
      throw new IllegalStateException("transaction changes too many pages count=" + count);
    }
    if (count == pages.length) {
      int length = Math.max(LENGTH_MIN, count * 2);
      pages = Arrays.copyOf(pages, length);
      values = Arrays.copyOf(values, length);
    }
    pages[count] = page;
    values[count++] = value;
  }

  /// Drops the oldest entries.
  void dropFirst(int gone) {
    System.arraycopy(pages, gone, pages, 0, count - gone);
    System.arraycopy(values, gone, values, 0, count - gone);
    count -= gone;
  }

  /// Returns the entries sorted by page number and then by age, packed: see [#pageOf] and
  /// [#indexOf].
  long[] order() {
    long[] order = new long[count];
    for (int i = 0; i < count; i++) {
      order[i] = pages[i] << INDEX_BITS | i;
    }
    Arrays.sort(order);
    return order;
  }

  static long pageOf(long packed) {
    return packed >>> INDEX_BITS;
  }

  static int indexOf(long packed) {
    return (int) (packed & (1 << INDEX_BITS) - 1);
  }
}
