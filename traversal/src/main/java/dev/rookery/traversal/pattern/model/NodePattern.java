package dev.rookery.traversal.pattern.model;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/// A node of a pattern.
///
/// @param variable its name; one that begins with `#` was not given by the caller and is not
///   returned
/// @param labels of which it must have one, in no particular order; none stands for any
/// @param properties what properties must equal: expressions of constants, parameters and other
///   variables
public record NodePattern(String variable, Set<String> labels, Map<String, Expression> properties) {

  /// Copies the collections.
  public NodePattern {
    labels = Collections.unmodifiableSet(new LinkedHashSet<>(labels));
    properties = Collections.unmodifiableMap(new LinkedHashMap<>(properties));
  }

  /// Returns whether the caller gave it no name.
  public boolean isAnonymous() {
    return variable.startsWith("#");
  }
}
