package dev.rookery.graph.index;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/// Which nodes are asked for: those of a label whose properties have these values.
///
/// ```java
/// NodeQuery.of("Person").equal("country", "GB").atLeast("born", 1800).below("born", 1900)
///     .descending("born")
/// ```
///
/// Immutable: every method returns another query. At most one property may have bounds, and an
/// order is by that property, or, where none has bounds, by any one. A bound admits only values of
/// its own type; an order admits only nodes that have the property.
///
/// **How values compare.** Types in the order `Boolean`, numbers, `String`, `byte[]`, `LocalDate`,
/// `LocalTime`, `LocalDateTime`, `Instant`, `ZonedDateTime`, `Duration`, `UUID`, `List`.
///
/// - `false` before `true`.
/// - Numbers by their value, `long` and `double` together and exactly: 1 equals 1.0, and 2^53 + 1
///   is more than 2^53. -0.0 equals 0. NaN equals itself and is more than infinity.
/// - `String` by code points; `byte[]` and `UUID` as unsigned bytes.
/// - `ZonedDateTime` by the instant, then by the id of the zone.
/// - `List` element by element, the shorter one first.
public final class NodeQuery {
  /// One end of a range.
  ///
  /// @param value the value at the end
  /// @param inclusive whether the value itself is in the range
  public record Bound(Object value, boolean inclusive) {}

  /// What the nodes are sorted by.
  public enum Order {
    /// Not at all.
    NONE,
    /// The smallest value first.
    ASCENDING,
    /// The largest value first.
    DESCENDING
  }

  private final String label;
  private final Map<String, Object> equal;
  private final String rangeKey;
  private final Optional<Bound> lower;
  private final Optional<Bound> upper;
  private final Order order;

  private NodeQuery(
      String label,
      Map<String, Object> equal,
      String rangeKey,
      Optional<Bound> lower,
      Optional<Bound> upper,
      Order order) {
    this.label = label;
    this.equal = equal;
    this.rangeKey = rangeKey;
    this.lower = lower;
    this.upper = upper;
    this.order = order;
  }

  /// Asks for all nodes of a label.
  public static NodeQuery of(String label) {
    Objects.requireNonNull(label);
    return new NodeQuery(label, Map.of(), "", Optional.empty(), Optional.empty(), Order.NONE);
  }

  /// Asks for those whose property has this value.
  ///
  /// @throws IllegalArgumentException if the property has a value or a bound already
  public NodeQuery equal(String key, Object value) {
    requireKey(key);
    Objects.requireNonNull(value);
    if (equal.containsKey(key) || rangeKey.equals(key)) {
      throw new IllegalArgumentException("property is asked about twice key=" + key);
    }
    Map<String, Object> more = new LinkedHashMap<>(equal);
    more.put(key, value);
    return new NodeQuery(label, more, rangeKey, lower, upper, order);
  }

  /// Asks for those whose property is this value or more.
  ///
  /// @throws IllegalArgumentException if it has a value or such a bound already, or another
  ///   property has bounds or an order
  public NodeQuery atLeast(String key, Object value) {
    return withLower(key, new Bound(value, true));
  }

  /// Asks for those whose property is more than this value.
  ///
  /// @throws IllegalArgumentException as [#atLeast] does
  public NodeQuery above(String key, Object value) {
    return withLower(key, new Bound(value, false));
  }

  /// Asks for those whose property is this value or less.
  ///
  /// @throws IllegalArgumentException as [#atLeast] does
  public NodeQuery atMost(String key, Object value) {
    return withUpper(key, new Bound(value, true));
  }

  /// Asks for those whose property is less than this value.
  ///
  /// @throws IllegalArgumentException as [#atLeast] does
  public NodeQuery below(String key, Object value) {
    return withUpper(key, new Bound(value, false));
  }

  /// Asks for the nodes by ascending values of a property; equal ones in no particular order.
  ///
  /// @throws IllegalArgumentException if it is asked to equal a value, or another property has
  ///   bounds or an order
  public NodeQuery ascending(String key) {
    requireRangeKey(key);
    return new NodeQuery(label, equal, key, lower, upper, Order.ASCENDING);
  }

  /// Asks for the nodes by descending values of a property; equal ones in no particular order.
  ///
  /// @throws IllegalArgumentException as [#ascending] does
  public NodeQuery descending(String key) {
    requireRangeKey(key);
    return new NodeQuery(label, equal, key, lower, upper, Order.DESCENDING);
  }

  private NodeQuery withLower(String key, Bound bound) {
    requireRangeKey(key);
    requireFree(key, lower);
    Objects.requireNonNull(bound.value());
    return new NodeQuery(label, equal, key, Optional.of(bound), upper, order);
  }

  private NodeQuery withUpper(String key, Bound bound) {
    requireRangeKey(key);
    requireFree(key, upper);
    Objects.requireNonNull(bound.value());
    return new NodeQuery(label, equal, key, lower, Optional.of(bound), order);
  }

  private static void requireFree(String key, Optional<Bound> bound) {
    if (bound.isPresent()) {
      throw new IllegalArgumentException("property has that bound already key=" + key);
    }
  }

  private static void requireKey(String key) {
    if (key.isEmpty()) {
      throw new IllegalArgumentException("property key is empty");
    }
  }

  private void requireRangeKey(String key) {
    requireKey(key);
    if (equal.containsKey(key)) {
      throw new IllegalArgumentException("property is asked about twice key=" + key);
    }
    if (!rangeKey.isEmpty() && !rangeKey.equals(key)) {
      throw new IllegalArgumentException(
          "another property has bounds or an order key=%s other=%s".formatted(key, rangeKey));
    }
  }

  /// Returns the label.
  public String label() {
    return label;
  }

  /// Returns the values that properties must have, by their names.
  public Map<String, Object> equal() {
    return java.util.Collections.unmodifiableMap(equal);
  }

  /// Returns the property that has bounds or an order; empty if there is none.
  public String rangeKey() {
    return rangeKey;
  }

  /// Returns the lower bound.
  public Optional<Bound> lower() {
    return lower;
  }

  /// Returns the upper bound.
  public Optional<Bound> upper() {
    return upper;
  }

  /// Returns the order.
  public Order order() {
    return order;
  }

  @Override
  public String toString() {
    return "NodeQuery[label=%s, equal=%s, rangeKey=%s, lower=%s, upper=%s, order=%s]"
        .formatted(label, equal, rangeKey, lower, upper, order);
  }
}
