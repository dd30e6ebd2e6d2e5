package dev.rookery.graph.index;

import java.util.HashSet;
import java.util.List;

/// What an index is on: the nodes of a label, by the values of one property or several.
///
/// A node is in the index if it has the label and the first property; of the others, those it has
/// not count as smaller than every value. In a *unique* index no two nodes have the same values;
/// nodes that lack one of the properties may be any number.
///
/// @param label the label, not empty
/// @param keys the names of the properties, in the order in which they are compared: 1 to
///   [#KEY_COUNT_MAX], all different
/// @param unique whether no two nodes may have the same values
public record IndexDefinition(String label, List<String> keys, boolean unique) {
  /// How many properties an index may have.
  public static final int KEY_COUNT_MAX = 4;

  /// Checks and copies.
  ///
  /// @throws IllegalArgumentException if the label is empty, or the keys are none, too many, empty,
  ///   or not different
  public IndexDefinition {
    keys = List.copyOf(keys);
    if (label.isEmpty()) {
      throw new IllegalArgumentException("label of an index is empty keys=" + keys);
    }
    if (keys.isEmpty() || keys.size() > KEY_COUNT_MAX || keys.contains("")) {
      throw new IllegalArgumentException(
          "an index is on 1 to %d named properties label=%s keys=%s"
              .formatted(KEY_COUNT_MAX, label, keys));
    }
    if (new HashSet<>(keys).size() < keys.size()) {
      throw new IllegalArgumentException(
          "a property is in an index twice label=%s keys=%s".formatted(label, keys));
    }
  }

  /// Returns the definition of an index on properties of nodes with a label.
  public static IndexDefinition on(String label, String... keys) {
    return new IndexDefinition(label, List.of(keys), false);
  }

  /// Returns the definition of a unique index on properties of nodes with a label.
  public static IndexDefinition unique(String label, String... keys) {
    return new IndexDefinition(label, List.of(keys), true);
  }

  /// Returns whether another definition is on the same label and properties.
  public boolean isOnSame(IndexDefinition other) {
    return label.equals(other.label) && keys.equals(other.keys);
  }

  /// Returns a name for messages: `Person(name, born)`.
  @Override
  public String toString() {
    return label + "(" + String.join(", ", keys) + ")";
  }
}
