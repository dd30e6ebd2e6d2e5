package dev.rookery.traversal.pattern.row;

import org.jspecify.annotations.Nullable;

/// Loops over sorted rows: intersection by merging, by galloping (Bentley and Yao, *An Almost
/// Optimal Algorithm for Unbounded Searching*, 1976) or by looking up bits; union; difference.
/// Without state.
public final class RowKernels {
  /// Rows whose lengths differ by more than this factor are not merged.
  private static final int GALLOP_FACTOR = 16;

  private RowKernels() {}

  /// Makes a row of what is in both. Weights are multiplied.
  public static void intersect(Row one, Row other, Row into) {
    if (one.weights != null || other.weights != null) {
      intersectWeighted(one, other, into);
      return;
    }
    Row small = one.size() <= other.size() ? one : other;
    Row large = small == one ? other : one;
    int[] target = into.room(small.size());
    int count =
        large.size() / GALLOP_FACTOR > small.size()
            ? gallop(small, small.to, large, target)
            : mergeCommon(small, small.to, large, large.to, target);
    into.showOwn(count, false);
  }

  /// Returns how much is in both, up to a limit; weights are multiplied.
  public static long countCommon(Row one, Row other, int limit) {
    int oneEnd = one.endOf(limit);
    int otherEnd = other.endOf(limit);
    if (one.weights != null || other.weights != null) {
      return countWeighted(one, oneEnd, other, otherEnd);
    }
    boolean isOneSmall = oneEnd - one.from <= otherEnd - other.from;
    Row small = isOneSmall ? one : other;
    Row large = isOneSmall ? other : one;
    int smallEnd = isOneSmall ? oneEnd : otherEnd;
    int largeEnd = isOneSmall ? otherEnd : oneEnd;
    return (largeEnd - large.from) / GALLOP_FACTOR > smallEnd - small.from
        ? gallop(small, smallEnd, large, null)
        : mergeCommon(small, smallEnd, large, largeEnd, null);
  }

  private static int mergeCommon(
      Row one, int oneEnd, Row other, int otherEnd, int @Nullable [] target) {
    int[] left = one.values;
    int[] right = other.values;
    int i = one.from;
    int k = other.from;
    int count = 0;
    while (i < oneEnd && k < otherEnd) {
      int a = left[i];
      int b = right[k];
      if (a == b) {
        if (target != null) {
          target[count] = a;
        }
        count++;
      }
      i += a <= b ? 1 : 0;
      k += b <= a ? 1 : 0;
    }
    return count;
  }

  private static int gallop(Row small, int smallEnd, Row large, int @Nullable [] target) {
    int[] values = small.values;
    int[] in = large.values;
    int at = large.from;
    int count = 0;
    for (int i = small.from; i < smallEnd && at < large.to; i++) {
      int wanted = values[i];
      at = lowerBound(in, at, large.to, wanted);
      if (at < large.to && in[at] == wanted) {
        if (target != null) {
          target[count] = wanted;
        }
        count++;
      }
    }
    return count;
  }

  /// Returns the first index from one on whose value is not below the given one: in steps that
  /// double, then by halves.
  private static int lowerBound(int[] values, int from, int end, int wanted) {
    int step = 1;
    int low = from;
    int high = from;
    while (high < end && values[high] < wanted) {
      low = high + 1;
      high = step > end - high ? end : high + step;
      step <<= 1;
    }
    high = Math.min(high, end);
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (values[middle] < wanted) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  private static void intersectWeighted(Row one, Row other, Row into) {
    int room = Math.min(one.size(), other.size());
    int[] target = into.room(room);
    long[] weights = into.weightRoom(room);
    int i = one.from;
    int k = other.from;
    int count = 0;
    while (i < one.to && k < other.to) {
      int a = one.values[i];
      int b = other.values[k];
      if (a == b) {
        target[count] = a;
        weights[count++] = Math.multiplyExact(one.weightAt(i), other.weightAt(k));
      }
      i += a <= b ? 1 : 0;
      k += b <= a ? 1 : 0;
    }
    into.showOwn(count, true);
  }

  private static long countWeighted(Row one, int oneEnd, Row other, int otherEnd) {
    int i = one.from;
    int k = other.from;
    long count = 0;
    while (i < oneEnd && k < otherEnd) {
      int a = one.values[i];
      int b = other.values[k];
      if (a == b) {
        count += Math.multiplyExact(one.weightAt(i), other.weightAt(k));
      }
      i += a <= b ? 1 : 0;
      k += b <= a ? 1 : 0;
    }
    return count;
  }

  /// Makes a row of the values whose bits are set.
  public static void intersect(Row row, SlotBits bits, Row into) {
    int[] values = row.values;
    int[] target = into.room(row.size());
    long[] words = bits.words();
    int count = 0;
    for (int i = row.from; i < row.to; i++) {
      int value = values[i];
      target[count] = value;
      count += (int) (words[value >>> 6] >>> value & 1);
    }
    into.showOwn(count, false);
  }

  /// Returns how many values up to an index have their bits set.
  public static long countCommon(Row row, int end, SlotBits bits) {
    int[] values = row.values;
    long[] words = bits.words();
    long count = 0;
    for (int i = row.from; i < end; i++) {
      int value = values[i];
      count += words[value >>> 6] >>> value & 1;
    }
    return count;
  }

  /// Makes a row of what is in the first and not in the second.
  public static void subtract(Row row, Row without, Row into) {
    int[] target = into.room(row.size());
    long[] weights = row.weights;
    long[] kept = weights == null ? null : into.weightRoom(row.size());
    int count = 0;
    int k = without.from;
    for (int i = row.from; i < row.to; i++) {
      int value = row.values[i];
      k = lowerBound(without.values, k, without.to, value);
      if (k == without.to || without.values[k] != value) {
        target[count] = value;
        if (kept != null && weights != null) {
          kept[count] = weights[i];
        }
        count++;
      }
    }
    into.showOwn(count, weights != null);
  }

  /// Makes a row of what is in one of two; weights of what is in both are added.
  public static void merge(Row one, Row other, Row into) {
    int room = one.size() + other.size();
    int[] target = into.room(room);
    long[] weights = into.weightRoom(room);
    int i = one.from;
    int k = other.from;
    int count = 0;
    boolean isWeighted = one.weights != null || other.weights != null;
    while (i < one.to || k < other.to) {
      boolean takesOne = k == other.to || (i < one.to && one.values[i] <= other.values[k]);
      boolean takesOther = i == one.to || (k < other.to && other.values[k] <= one.values[i]);
      isWeighted |= takesOne && takesOther;
      weights[count] = (takesOne ? one.weightAt(i) : 0) + (takesOther ? other.weightAt(k) : 0);
      target[count++] = takesOne ? one.values[i] : other.values[k];
      i += takesOne ? 1 : 0;
      k += takesOther ? 1 : 0;
    }
    into.showOwn(count, isWeighted);
  }
}
