package dev.rookery.traversal.algorithm;

import java.util.Arrays;

/// How often each of 64 bits was set in the numbers that were added.
///
/// The counts lie across: plane *i* holds bit *i* of all 64 counts, so that adding a number is
/// adding with carry, 64 counts at a time. Belongs to one thread.
final class BitTally {
  private final long[] planes = new long[Long.SIZE];

  /// Counts the bits of a number. O(1): two planes on average for a bit, about eight for many.
  void add(long bits) {
    long carry = bits;
    for (int plane = 0; carry != 0; plane++) {
      long both = planes[plane] & carry;
      planes[plane] ^= carry;
      carry = both;
    }
  }

  /// Adds the count of each bit to an element of an array, and begins anew.
  void drainTo(long[] counts) {
    for (int bit = 0; bit < counts.length; bit++) {
      for (int plane = 0; plane < planes.length; plane++) {
        counts[bit] += (planes[plane] >>> bit & 1) << plane;
      }
    }
    Arrays.fill(planes, 0);
  }
}
