package dev.rookery.traversal.pattern.match;

import org.jspecify.annotations.Nullable;

/// An expression that is ready to be evaluated. Belongs to one thread.
@FunctionalInterface
public interface Evaluation {
  /// Returns the value.
  @Nullable Object evaluate(Binding binding);

  /// Returns whether a condition holds: whether its value is true.
  default boolean holds(Binding binding) {
    return Boolean.TRUE.equals(evaluate(binding));
  }
}
