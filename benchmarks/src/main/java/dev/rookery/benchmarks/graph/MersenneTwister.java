package dev.rookery.benchmarks.graph;

/// The generator of random numbers that C++ calls `mt19937`: Matsumoto and Nishimura, *Mersenne
/// Twister* (ACM TOMACS 8, 1998). For graphs that other programs draw with it. Belongs to one
/// thread.
final class MersenneTwister {
  private static final int LENGTH = 624;
  private static final int MIDDLE = 397;

  private final int[] state = new int[LENGTH];
  private int index;

  MersenneTwister(int seed) {
    state[0] = seed;
    for (int i = 1; i < LENGTH; i++) {
      state[i] = 1812433253 * (state[i - 1] ^ state[i - 1] >>> 30) + i;
    }
    index = LENGTH;
  }

  /// Returns 32 random bits.
  int next() {
    if (index == LENGTH) {
      twist();
    }
    int bits = state[index++];
    bits ^= bits >>> 11;
    bits ^= bits << 7 & 0x9D2C5680;
    bits ^= bits << 15 & 0xEFC60000;
    return bits ^ bits >>> 18;
  }

  private void twist() {
    for (int i = 0; i < LENGTH; i++) {
      int joined = (state[i] & 0x80000000) | (state[(i + 1) % LENGTH] & 0x7FFFFFFF);
      int odd = (joined & 1) == 0 ? 0 : 0x9908B0DF;
      state[i] = state[(i + MIDDLE) % LENGTH] ^ joined >>> 1 ^ odd;
    }
    index = 0;
  }

  /// Returns a number from 0 on, below 1, of the precision of a `float`.
  float nextFloat() {
    float drawn = Integer.toUnsignedLong(next()) * 0x1p-32f;
    return drawn < 1 ? drawn : Math.nextDown(1f);
  }

  /// Returns a number from 0 on, below a bound.
  int nextInt(int bound) {
    return (int) ((Integer.toUnsignedLong(next()) * bound) >>> 32);
  }
}
