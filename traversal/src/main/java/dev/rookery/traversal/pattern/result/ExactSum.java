package dev.rookery.traversal.pattern.result;

import java.math.BigInteger;
import java.util.Arrays;

/// A sum that does not depend on the order of its terms: whole numbers exactly, others as partial
/// sums that do not overlap, rounded once at the end (Shewchuk, *Adaptive Precision Floating-Point
/// Arithmetic and Fast Robust Geometric Predicates*, 1997).
final class ExactSum {
  private BigInteger whole = BigInteger.ZERO;
  private long small;
  private double[] partials = new double[8];
  private int count;
  private boolean isFloating;

  /// Sum of the terms that are infinite or NaN.
  private double special;

  private boolean hasSpecial;

  /// Adds a number so many times.
  void add(Number number, long times) {
    if (number instanceof Double || number instanceof Float) {
      isFloating = true;
      addDouble(number.doubleValue(), times);
      return;
    }
    long high = Math.multiplyHigh(number.longValue(), times);
    long product = number.longValue() * times;
    long sum = small + product;
    boolean overflows = high != product >> 63 || ((small ^ sum) & (product ^ sum)) < 0;
    if (overflows) {
      whole =
          whole
              .add(BigInteger.valueOf(small))
              .add(BigInteger.valueOf(number.longValue()).multiply(BigInteger.valueOf(times)));
      small = 0;
    } else {
      small = sum;
    }
  }

  private void addDouble(double value, long times) {
    if (!Double.isFinite(value)) {
      special = hasSpecial ? special + value : value;
      hasSpecial = true;
      return;
    }
    // A product with a whole number of up to 53 bits is the sum of two doubles.
    long left = times;
    while (left > 0) {
      long part = Math.min(left, 1L << 53);
      double product = value * part;
      addPartial(product);
      if (Double.isFinite(product)) {
        addPartial(Math.fma(value, (double) part, -product));
      }
      left -= part;
    }
  }

  private void addPartial(double term) {
    double carried = term;
    int kept = 0;
    for (int i = 0; i < count; i++) {
      double other = partials[i];
      double large = Math.abs(carried) >= Math.abs(other) ? carried : other;
      double little = Math.abs(carried) >= Math.abs(other) ? other : carried;
      double sum = large + little;
      double rest = little - (sum - large);
      if (rest != 0) {
        partials[kept++] = rest;
      }
      carried = sum;
    }
    if (kept == partials.length) {
      partials = Arrays.copyOf(partials, 2 * kept);
    }
    partials[kept] = carried;
    count = kept + 1;
  }

  /// Adds what another sum has.
  void add(ExactSum other) {
    whole = whole.add(other.whole).add(BigInteger.valueOf(other.small));
    isFloating |= other.isFloating;
    for (int i = 0; i < other.count; i++) {
      addPartial(other.partials[i]);
    }
    if (other.hasSpecial) {
      special = hasSpecial ? special + other.special : other.special;
      hasSpecial = true;
    }
  }

  /// Returns the sum: a `Long` if all terms are whole, else a `Double`.
  ///
  /// @throws ArithmeticException if all terms are whole and the sum is not a `long`
  Number value() {
    BigInteger total = whole.add(BigInteger.valueOf(small));
    if (isFloating) {
      return doubleValue();
    }
    try {
      return total.longValueExact();
    } catch (ArithmeticException e) {
      throw new ArithmeticException("a sum is more than a long holds sum=" + total);
    }
  }

  /// Returns the sum.
  double doubleValue() {
    if (hasSpecial) {
      return special;
    }
    java.math.BigDecimal sum = new java.math.BigDecimal(whole.add(BigInteger.valueOf(small)));
    for (int i = 0; i < count; i++) {
      if (!Double.isFinite(partials[i])) {
        return partials[i];
      }
      sum = sum.add(new java.math.BigDecimal(partials[i]));
    }
    return sum.doubleValue();
  }
}
