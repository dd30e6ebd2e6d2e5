package dev.rookery.benchmarks.report;

/// How long things took, as a histogram: any number of durations in 16 KiB, each kept to 1/32 of
/// itself.
///
/// A duration of less than [#PARTS] nanoseconds has a bucket of its own; above, each power of two
/// is cut into so many equal parts. Belongs to one thread; adding allocates nothing.
public final class Durations {
  private static final int PART_BITS = 5;
  private static final int PARTS = 1 << PART_BITS;

  private final long[] counts = new long[(Long.SIZE - PART_BITS) * PARTS];
  private long count;

  /// Creates an empty histogram.
  public Durations() {}

  /// Adds a duration in nanoseconds.
  public void add(long nanos) {
    counts[bucket(Math.max(nanos, 0))]++;
    count++;
  }

  /// Adds all durations of another histogram.
  public void addAll(Durations other) {
    for (int i = 0; i < counts.length; i++) {
      counts[i] += other.counts[i];
    }
    count += other.count;
  }

  /// Returns how many durations were added.
  public long count() {
    return count;
  }

  /// Returns the duration, in nanoseconds, that a share of all did not exceed: at most 1/32 too
  /// long. NaN if there is none.
  ///
  /// @param share from 0 to 1; 0.99 for the 99th percentile
  public double nanosAt(double share) {
    long wanted = Math.max(1, (long) Math.ceil(count * share));
    long seen = 0;
    for (int i = 0; i < counts.length; i++) {
      seen += counts[i];
      if (seen >= wanted) {
        return longest(i);
      }
    }
    return Double.NaN;
  }

  private static int bucket(long nanos) {
    if (nanos < PARTS) {
      return (int) nanos;
    }
    int exponent = Long.SIZE - 1 - Long.numberOfLeadingZeros(nanos);
    int part = (int) (nanos >>> (exponent - PART_BITS)) & (PARTS - 1);
    return ((exponent - PART_BITS + 1) << PART_BITS) + part;
  }

  private static double longest(int bucket) {
    if (bucket < PARTS) {
      return bucket;
    }
    int exponent = (bucket >>> PART_BITS) + PART_BITS - 1;
    long first = (long) (PARTS + (bucket & (PARTS - 1))) << (exponent - PART_BITS);
    return first + (1L << (exponent - PART_BITS)) - 1;
  }
}
