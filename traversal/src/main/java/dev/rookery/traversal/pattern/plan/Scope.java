package dev.rookery.traversal.pattern.plan;

import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// The variables that can be spoken of at one place of a query, and where a binding keeps each.
///
/// A scope inside of another one has all its variables, but those without names. All scopes of one
/// query share their numbering.
public final class Scope {
  private final Map<String, Variable> variables = new LinkedHashMap<>();
  private final Numbering numbering;

  /// What a variable stands for.
  public enum Kind {
    /// A node.
    NODE,
    /// An edge.
    EDGE,
    /// The edges of a path of variable length.
    PATH
  }

  /// A variable.
  ///
  /// @param name as the query calls it
  /// @param kind what it stands for
  /// @param index its place among those of its kind
  public record Variable(String name, Kind kind, int index) {}

  /// How many variables of each kind there are.
  private static final class Numbering {
    private final Map<Kind, Integer> counts = new EnumMap<>(Kind.class);

    int next(Kind kind) {
      return counts.merge(kind, 1, Integer::sum) - 1;
    }
  }

  private Scope(Numbering numbering) {
    this.numbering = numbering;
  }

  /// Returns a scope without variables.
  public static Scope empty() {
    return new Scope(new Numbering());
  }

  /// Returns a scope inside of this one.
  public Scope inner() {
    Scope inner = new Scope(numbering);
    for (Variable variable : variables.values()) {
      if (!variable.name.startsWith("#")) {
        inner.variables.put(variable.name, variable);
      }
    }
    return inner;
  }

  /// Adds a variable, and returns it; the one that is there if there is one of that name.
  ///
  /// @throws IllegalArgumentException if it is of another kind
  public Variable define(String name, Kind kind) {
    Variable known = variables.get(name);
    if (known == null) {
      known = new Variable(name, kind, numbering.next(kind));
      variables.put(name, known);
    } else if (known.kind != kind) {
      throw new IllegalArgumentException(
          "variable is used for different things variable=%s kinds=%s,%s"
              .formatted(name, known.kind, kind));
    }
    return known;
  }

  /// Returns a variable.
  public Optional<Variable> find(String name) {
    return Optional.ofNullable(variables.get(name));
  }

  /// Returns a variable.
  ///
  /// @throws IllegalArgumentException if there is none of that name
  public Variable get(String name) {
    return find(name)
        .orElseThrow(() -> new IllegalArgumentException("no such variable variable=" + name));
  }

  /// Returns whether there is a variable of that name.
  public boolean has(String name) {
    return variables.containsKey(name);
  }

  /// Returns all variables that have names of their own, in the order in which they came.
  public Iterable<Variable> named() {
    return variables.values().stream().filter(each -> !each.name.startsWith("#")).toList();
  }

  /// Returns how many variables of a kind there are in all scopes of the query.
  public int count(Kind kind) {
    return numbering.counts.getOrDefault(kind, 0);
  }
}
