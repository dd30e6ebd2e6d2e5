package dev.rookery.graph;

import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// The properties of a node or an edge, read in place: looking one up does not decode the others.
///
/// Values are `Boolean`, `Long` (also given as `Integer`, `Short`, `Byte`), `Double` (also given as
/// `Float`), `String`, `byte[]`, `java.time.LocalDate`, `LocalTime`, `LocalDateTime`, `Instant`,
/// `ZonedDateTime`, `Duration`, `java.util.UUID`, and `List` of one of these types. `null` is never
/// a value. Valid until the transaction closes; belongs to the thread that uses it.
public interface PropertyReader {

  /// Returns the value of a property, or nothing if there is no such property. O(number of
  /// properties).
  Optional<Object> property(String key);

  /// Returns whether there is a property of that name.
  boolean hasProperty(String key);

  /// Returns the names of all properties, in no particular order.
  Set<String> propertyKeys();

  /// Returns all properties, decoded, as a map of its own that cannot be changed and outlives the
  /// transaction.
  Map<String, Object> properties();

  /// Returns a `boolean` property.
  ///
  /// @throws dev.rookery.graph.error.PropertyException if it is missing or of another type
  boolean getBoolean(String key);

  /// Returns an integral property.
  ///
  /// @throws dev.rookery.graph.error.PropertyException if it is missing or of another type
  long getLong(String key);

  /// Returns an integral property, or the default if there is none. Allocates nothing.
  ///
  /// @throws dev.rookery.graph.error.PropertyException if it is of another type
  long getLong(String key, long defaultValue);

  /// Returns a floating-point property (an integral one is converted).
  ///
  /// @throws dev.rookery.graph.error.PropertyException if it is missing or of another type
  double getDouble(String key);

  /// Returns a floating-point property (an integral one is converted), or the default if there is
  /// none.
  ///
  /// @throws dev.rookery.graph.error.PropertyException if it is of another type
  double getDouble(String key, double defaultValue);

  /// Returns a `String` property.
  ///
  /// @throws dev.rookery.graph.error.PropertyException if it is missing or of another type
  String getString(String key);

  /// Returns a `String` property, or the default if there is none.
  ///
  /// @throws dev.rookery.graph.error.PropertyException if it is of another type
  String getString(String key, String defaultValue);
}
