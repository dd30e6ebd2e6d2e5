package dev.rookery.graph.load;

/// Sorts numbers as unsigned, stable, by digits from the lowest on; digits that are the same in all
/// numbers cost nothing. O(count · digits that differ).
final class RadixSort {
  private static final int DIGIT_BITS_MAX = 11;
  private static final int PASSES_MAX = 2 * (Integer.SIZE / DIGIT_BITS_MAX + 1);

  private final int[] shifts = new int[PASSES_MAX];
  private final int[] widths = new int[PASSES_MAX];
  private int passes;

  /// Sorts the first `count` of `source`, each turned by `rotation` bits first, into `target`.
  ///
  /// @param spare at least as long as `target`, overwritten
  void sort(long[] source, int count, int rotation, long[] target, long[] spare) {
    plan(source, count, rotation);
    int[][] places = places(source, count, rotation);
    if (passes == 0) {
      for (int i = 0; i < count; i++) {
        target[i] = Long.rotateLeft(source[i], rotation);
      }
      return;
    }
    long[] from = source;
    int turn = rotation;
    for (int pass = 0; pass < passes; pass++) {
      long[] to = (passes - pass) % 2 == 1 ? target : spare;
      scatter(from, count, turn, to, places[pass], shifts[pass], widths[pass]);
      from = to;
      turn = 0;
    }
  }

  private static void scatter(
      long[] from, int count, int rotation, long[] to, int[] places, int shift, int width) {
    int mask = (1 << width) - 1;
    for (int i = 0; i < count; i++) {
      long key = Long.rotateLeft(from[i], rotation);
      to[places[(int) (key >>> shift) & mask]++] = key;
    }
  }

  /// As the other, with a number that goes with each key. All arrays are overwritten; the result is
  /// in `keys` and `values`.
  void sort(long[] keys, long[] values, int count, long[] spareKeys, long[] spareValues) {
    plan(keys, count, 0);
    int[][] places = places(keys, count, 0);
    long[] from = keys;
    long[] fromValues = values;
    long[] to = spareKeys;
    long[] toValues = spareValues;
    for (int pass = 0; pass < passes; pass++) {
      int mask = (1 << widths[pass]) - 1;
      int[] place = places[pass];
      for (int i = 0; i < count; i++) {
        int at = place[(int) (from[i] >>> shifts[pass]) & mask]++;
        to[at] = from[i];
        toValues[at] = fromValues[i];
      }
      long[] swap = from;
      from = to;
      to = swap;
      swap = fromValues;
      fromValues = toValues;
      toValues = swap;
    }
    if (passes % 2 == 1) {
      System.arraycopy(from, 0, keys, 0, count);
      System.arraycopy(fromValues, 0, values, 0, count);
    }
  }

  /// Divides the bits that differ, of each half, into digits.
  private void plan(long[] source, int count, int rotation) {
    long all = -1;
    long any = 0;
    for (int i = 0; i < count; i++) {
      all &= source[i];
      any |= source[i];
    }
    long varying = count == 0 ? 0 : Long.rotateLeft(all ^ any, rotation);
    passes = 0;
    plan((int) varying, 0);
    plan((int) (varying >>> Integer.SIZE), Integer.SIZE);
  }

  private void plan(int varying, int base) {
    if (varying == 0) {
      return;
    }
    int low = Integer.numberOfTrailingZeros(varying);
    int bits = Integer.SIZE - Integer.numberOfLeadingZeros(varying) - low;
    int digits = Math.ceilDiv(bits, DIGIT_BITS_MAX);
    for (int i = 0; i < digits; i++) {
      int from = bits * i / digits;
      shifts[passes] = base + low + from;
      widths[passes++] = bits * (i + 1) / digits - from;
    }
  }

  /// Returns for each pass where the first number with each digit goes.
  private int[][] places(long[] source, int count, int rotation) {
    int[][] places = new int[passes][];
    for (int pass = 0; pass < passes; pass++) {
      int[] counts = new int[1 << widths[pass]];
      int mask = counts.length - 1;
      int shift = shifts[pass];
      for (int i = 0; i < count; i++) {
        counts[(int) (Long.rotateLeft(source[i], rotation) >>> shift) & mask]++;
      }
      int sum = 0;
      for (int digit = 0; digit < counts.length; digit++) {
        int next = sum + counts[digit];
        counts[digit] = sum;
        sum = next;
      }
      places[pass] = counts;
    }
    return places;
  }
}
