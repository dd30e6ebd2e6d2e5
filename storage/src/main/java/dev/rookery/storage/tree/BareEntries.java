package dev.rookery.storage.tree;

import java.util.Arrays;

/// Entries without values, collected to be put into a forest together ([FixedSizeForest#putAll]).
///
/// Grows as needed and is reused. Belongs to one thread.
public final class BareEntries {
  private static final int CAPACITY_MIN = 16;

  /// Up to so many entries are sorted by insertion.
  private static final int INSERTION_COUNT_MAX = 48;

  private static final int DIGIT_BITS = 11;
  private static final int DIGIT_COUNT = 1 << DIGIT_BITS;

  /// In place of the source of an entry that was dropped.
  private static final long DROPPED = -1;

  private long[] sources = new long[0];
  private long[] keys = new long[0];
  private int count;

  // Where a pass of the sort moves the entries to, and the digits it has counted.
  private long[] otherSources = new long[0];
  private long[] otherKeys = new long[0];
  private int[] digits = new int[0];

  /// Adds an entry, not looking whether it is there.
  public void add(long source, long key) {
    if (count == sources.length) {
      int capacity = Math.max(CAPACITY_MIN, 2 * count);
      sources = Arrays.copyOf(sources, capacity);
      keys = Arrays.copyOf(keys, capacity);
    }
    sources[count] = source;
    keys[count++] = key;
  }

  /// Returns how many entries there are.
  public int count() {
    return count;
  }

  /// Returns the source of an entry.
  public long source(int index) {
    return sources[index];
  }

  /// Returns the key of an entry.
  public long key(int index) {
    return keys[index];
  }

  /// Forgets all entries.
  public void clear() {
    count = 0;
  }

  long[] keys() {
    return keys;
  }

  void setKey(int index, long key) {
    keys[index] = key;
  }

  /// Drops an entry: it stays in its place until [#removeDropped], without a source.
  void drop(int index) {
    sources[index] = DROPPED;
  }

  /// Returns the index of the first entry from one on that was not dropped, or `end`.
  int nextKept(int from, int end) {
    int index = from;
    while (index < end && sources[index] == DROPPED) {
      index++;
    }
    return index;
  }

  /// Returns the index behind the last entry of the source of an entry, `end` at most.
  int endOfSource(int from, int end) {
    int index = from + 1;
    while (index < end && sources[index] == sources[from]) {
      index++;
    }
    return index;
  }

  /// Returns the index of the first entry from one on whose source is not smaller than a limit.
  int endBefore(int from, long sourceEnd) {
    int index = from;
    while (index < count && sources[index] < sourceEnd) {
      index++;
    }
    return index;
  }

  /// Removes the entries that were dropped.
  void removeDropped() {
    int kept = 0;
    for (int i = 0; i < count; i++) {
      if (sources[i] != DROPPED) {
        sources[kept] = sources[i];
        keys[kept++] = keys[i];
      }
    }
    count = kept;
  }

  /// Makes the keys the sources and the sources the keys.
  public void swap() {
    long[] swapped = sources;
    sources = keys;
    keys = swapped;
  }

  /// Sorts the entries by source and key (unsigned), and removes duplicates. O(n) for each 11 bits
  /// in which they differ.
  public void sort() {
    if (count <= INSERTION_COUNT_MAX) {
      sortByInsertion();
    } else if (!isSorted()) {
      if (otherSources.length < sources.length) {
        otherSources = new long[sources.length];
        otherKeys = new long[sources.length];
        digits = new int[DIGIT_COUNT];
      }
      sortBy(false);
      sortBy(true);
    }
    for (int i = 1; i < count; i++) {
      if (sources[i] == sources[i - 1] && keys[i] == keys[i - 1]) {
        removeDuplicates();
        return;
      }
    }
  }

  private void removeDuplicates() {
    int kept = 1;
    for (int i = 1; i < count; i++) {
      if (sources[i] != sources[kept - 1] || keys[i] != keys[kept - 1]) {
        sources[kept] = sources[i];
        keys[kept++] = keys[i];
      }
    }
    count = kept;
  }

  private boolean isSorted() {
    int i = 1;
    while (i < count && !isLess(sources[i], keys[i], sources[i - 1], keys[i - 1])) {
      i++;
    }
    return i == count;
  }

  private static boolean isLess(long source, long key, long otherSource, long otherKey) {
    return source != otherSource ? source < otherSource : Long.compareUnsigned(key, otherKey) < 0;
  }

  private void sortByInsertion() {
    for (int i = 1; i < count; i++) {
      long source = sources[i];
      long key = keys[i];
      int at = i;
      for (; at > 0 && isLess(source, key, sources[at - 1], keys[at - 1]); at--) {
        sources[at] = sources[at - 1];
        keys[at] = keys[at - 1];
      }
      sources[at] = source;
      keys[at] = key;
    }
  }

  /// Sorts by the digits of the sources, or of the keys, from the lowest to the highest; each pass
  /// keeps the order of what is equal.
  private void sortBy(boolean bySource) {
    long[] by = bySource ? sources : keys;
    long differing = 0;
    for (int i = 1; i < count; i++) {
      differing |= by[i] ^ by[0];
    }
    for (int shift = 0; shift < Long.SIZE; shift += DIGIT_BITS) {
      if ((differing >>> shift & DIGIT_COUNT - 1) != 0) {
        pass(bySource, shift);
      }
    }
  }

  private void pass(boolean bySource, int shift) {
    long[] by = bySource ? sources : keys;
    Arrays.fill(digits, 0);
    for (int i = 0; i < count; i++) {
      digits[(int) (by[i] >>> shift) & DIGIT_COUNT - 1]++;
    }
    int before = 0;
    for (int digit = 0; digit < DIGIT_COUNT; digit++) {
      int here = digits[digit];
      digits[digit] = before;
      before += here;
    }
    for (int i = 0; i < count; i++) {
      int to = digits[(int) (by[i] >>> shift) & DIGIT_COUNT - 1]++;
      otherSources[to] = sources[i];
      otherKeys[to] = keys[i];
    }
    long[] swapped = sources;
    sources = otherSources;
    otherSources = swapped;
    swapped = keys;
    keys = otherKeys;
    otherKeys = swapped;
  }
}
