package dev.rookery.graph;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/// Values to be compared, for tests in other packages.
public final class PropertyOrderCases {
  private PropertyOrderCases() {}

  /// Returns values of all types, among them many that nearly agree.
  public static List<Object> values(long seed, int count) {
    SplittableRandom random = new SplittableRandom(seed);
    List<Object> values = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      values.add(PropertyValues.small(i));
    }
    while (values.size() < count) {
      long near = 1L << random.nextInt(64);
      switch (random.nextInt(4)) {
        case 0 -> values.add(near + random.nextInt(5) - 2);
        case 1 -> values.add((double) near + random.nextInt(5) - 2);
        case 2 -> values.add(-(near + random.nextInt(5) - 2));
        default -> values.add(PropertyValues.of(random.nextLong()));
      }
    }
    return values;
  }

  /// Compares two values.
  public static int compare(Object one, Object other) {
    return ReferenceOrder.INSTANCE.compare(
        PropertyValues.normal(one), PropertyValues.normal(other));
  }
}
