package dev.rookery.traversal.pattern.model;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/// An edge of a pattern, or a path of edges.
///
/// @param variable its name; one that begins with `#` was not given by the caller and is not
///   returned
/// @param source the variable of the node at which it starts
/// @param target the variable of the node at which it ends
/// @param types of which it must have one; none stands for any
/// @param isDirected whether it leads from source to target, else either way. A self loop is found
///   once either way
/// @param length how many edges there are, or [Length#ONE] for an edge that is no path
/// @param properties what properties of each edge must equal
public record EdgePattern(
    String variable,
    String source,
    String target,
    Set<String> types,
    boolean isDirected,
    Length length,
    Map<String, Expression> properties) {

  /// How many edges lie on a path.
  ///
  /// @param min at least so many, 0 or more: 0 edges lead from a node to itself
  /// @param max at most so many, or [#UNBOUNDED]
  /// @param isPath whether the variable is a list of edges, even if there is one
  public record Length(int min, int max, boolean isPath) {
    /// No upper bound. Only where edges or nodes are distinct.
    public static final int UNBOUNDED = Integer.MAX_VALUE;

    /// A single edge, no path.
    public static final Length ONE = new Length(1, 1, false);

    /// Checks the bounds.
    public Length {
      if (min < 0 || max < min || (!isPath && (min != 1 || max != 1))) {
        throw new IllegalArgumentException("length of a path min=%d max=%d".formatted(min, max));
      }
    }

    /// Returns a path of so many edges.
    public static Length between(int min, int max) {
      return new Length(min, max, true);
    }
  }

  /// Copies the collections.
  public EdgePattern {
    types = Collections.unmodifiableSet(new LinkedHashSet<>(types));
    properties = Collections.unmodifiableMap(new LinkedHashMap<>(properties));
  }

  /// Returns whether the caller gave it no name.
  public boolean isAnonymous() {
    return variable.startsWith("#");
  }

  /// Returns whether it is a path of variable length.
  public boolean isPath() {
    return length.isPath();
  }
}
