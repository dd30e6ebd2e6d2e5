package dev.rookery.storage.page;

/// Where pages of a snapshot lie, for one who asks for many of them again and again, by a number of
/// his own: on the heap, so that the way to a page is one load.
///
/// Holds nothing where locations do not last ([PageReader#keepsLocations]), and before so many were
/// noted that it is worth while. Then it has 8 bytes for each page that there may be, of the first
/// [#COUNT_MAX] ones: at most 4 MiB.
///
/// A location says nothing about whether the snapshot is still there: [PageReader#segmentAt] does.
///
/// Threads may share an instance, without order: what one of them misses, it looks up itself, and
/// finds the same. (A `long` is written in one piece on every machine that can map files of this
/// size; atomic access would keep loops over many pages from being compiled well.)
public final class KnownLocations {
  private static final int COUNT_MAX = 1 << 19;

  /// Nothing is kept before so many notes, and one for so many pages.
  private static final int WORTH_NOTES = 32;

  private static final int PAGES_A_NOTE = 16;

  private final int count;

  /// By number, 0 = not known.
  private long[] locations = {};

  private int notes;

  /// @param pageCount all numbers are smaller, but for those that are not to be kept
  public KnownLocations(PageReader pages, long pageCount) {
    count = pages.keepsLocations() ? (int) Math.min(pageCount, COUNT_MAX) : 0;
  }

  /// Returns the location of a page, or 0 if it is not known.
  public long get(long number) {
    long[] known = locations;
    return number >= 0 && number < known.length ? known[(int) number] : 0;
  }

  /// Notes where a page lies.
  public void note(long number, long location) {
    notes++;
    if (locations.length < count && notes >= WORTH_NOTES && count / PAGES_A_NOTE <= notes) {
      locations = new long[count];
    }
    long[] known = locations;
    if (number >= 0 && number < known.length) {
      known[(int) number] = location;
    }
  }
}
