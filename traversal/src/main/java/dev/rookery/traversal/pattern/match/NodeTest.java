package dev.rookery.traversal.pattern.match;

import dev.rookery.traversal.pattern.plan.NodeConditions;
import dev.rookery.traversal.pattern.plan.Scope;

/// Whether a node meets what its variable asks for. Belongs to one thread.
final class NodeTest {
  private final int variable;
  private final NodeConditions asked;
  private final Evaluation[] conditions;
  private final int[] paths;

  /// @param paths paths within which it must not lie, if it is asked to lie off paths
  NodeTest(
      int variable, NodeConditions asked, int[] paths, ExpressionCompiler compiler, Scope scope) {
    this.variable = variable;
    this.asked = asked;
    this.paths = paths;
    conditions = compiler.conditions(asked.conditions(), scope);
  }

  /// Returns whether nothing is asked but that slots are not those of other nodes, nor above some.
  boolean isBySlot() {
    return asked.labels() == null
        && asked.same().length == 0
        && !asked.isOffPaths()
        && conditions.length == 0;
  }

  /// Returns the largest slot that is allowed.
  int limit(Binding binding) {
    int limit = Integer.MAX_VALUE;
    for (int bound : asked.bounds()) {
      limit = Math.min(limit, binding.node(bound));
    }
    return limit;
  }

  /// Returns whether a slot is that of a node that it must not be.
  boolean isRefused(int slot, Binding binding) {
    for (int other : asked.others()) {
      if (binding.node(other) == slot) {
        return true;
      }
    }
    return false;
  }

  /// Binds a slot if it meets everything, and returns whether it does.
  boolean bind(int slot, Binding binding) {
    if (isRefused(slot, binding) || slot > limit(binding)) {
      return false;
    }
    for (int same : asked.same()) {
      if (binding.node(same) != slot) {
        return false;
      }
    }
    int[] labels = asked.labels();
    if (labels != null && !ExpressionCompiler.isOneOf(binding.graph().labelOf(slot), labels)) {
      return false;
    }
    if (asked.isOffPaths() && isWithinPath(slot, binding)) {
      return false;
    }
    binding.setNode(variable, slot);
    return ExpressionCompiler.allHold(conditions, binding);
  }

  private boolean isWithinPath(int slot, Binding binding) {
    for (int path : paths) {
      if (binding.path(path).passes(slot)) {
        return true;
      }
    }
    return false;
  }
}
