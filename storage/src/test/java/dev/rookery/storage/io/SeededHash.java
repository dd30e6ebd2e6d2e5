package dev.rookery.storage.io;

/// Random decisions that depend on nothing but a seed and on what is decided.
final class SeededHash {
  private static final long GOLDEN = 0x9E3779B97F4A7C15L;

  private SeededHash() {}

  /// Returns 64 random bits for a question that two numbers name.
  static long bits(long seed, long first, long second) {
    return mix(mix(mix(seed + GOLDEN) + first * GOLDEN + 1) + second * GOLDEN + 2);
  }

  /// Returns a random number below `bound`.
  static long below(long bound, long bits) {
    return Long.remainderUnsigned(bits, bound);
  }

  /// The finaliser of SplitMix64.
  private static long mix(long z) {
    long a = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    long b = (a ^ (a >>> 27)) * 0x94D049BB133111EBL;
    return b ^ (b >>> 31);
  }
}
