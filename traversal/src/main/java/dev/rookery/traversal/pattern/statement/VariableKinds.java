package dev.rookery.traversal.pattern.statement;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The variables that an expression may speak of: those of its own pattern and of those around it.
final class VariableKinds {
  private final @Nullable VariableKinds outer;
  private final Map<String, VariableKind> own = new HashMap<>();

  VariableKinds(@Nullable VariableKinds outer) {
    this.outer = outer;
  }

  /// Returns what a variable stands for, or null if there is none of that name.
  @Nullable VariableKind kindOf(String variable) {
    for (VariableKinds kinds = this; kinds != null; kinds = kinds.outer) {
      VariableKind kind = kinds.own.get(variable);
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
