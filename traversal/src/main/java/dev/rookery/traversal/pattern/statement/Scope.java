package dev.rookery.traversal.pattern.statement;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The variables that an expression may speak of: those of its own pattern and of those around it.
final class Scope {
  private final @Nullable Scope outer;
  private final Map<String, VariableKind> own = new HashMap<>();

  Scope(@Nullable Scope outer) {
    this.outer = outer;
  }

  /// Returns what a variable stands for, or null if there is none of that name.
  @Nullable VariableKind kindOf(String variable) {
    for (Scope scope = this; scope != null; scope = scope.outer) {
      VariableKind kind = scope.own.get(variable);
      if (kind != null) {
        return kind;
      }
    }
    return null;
  }

  void put(String variable, VariableKind kind) {
    own.put(variable, kind);
  }
}
