package dev.rookery.traversal.pattern.match;

import dev.rookery.graph.store.PhysicalGraph;
import dev.rookery.traversal.pattern.plan.Leg;
import dev.rookery.traversal.pattern.plan.PartPlan;
import dev.rookery.traversal.pattern.plan.Step;

/// Binds an edge to each that there is between two nodes.
final class EdgeRun extends StepRun {
  private final Step.EdgeBind step;
  private final EdgesBetween edges;
  private final Evaluation[] conditions;
  private final PartPlan plan;

  EdgeRun(Step.EdgeBind step, PartPlan plan, PhysicalGraph graph, ExpressionCompiler compiler) {
    this.step = step;
    this.plan = plan;
    edges = new EdgesBetween(graph, step.legs().toArray(Leg[]::new));
    conditions = compiler.conditions(step.conditions(), plan.scope());
  }

  @Override
  void open(Binding binding) {
    binding.edge(step.edge()).setNull();
    edges.open(binding.node(step.from()), binding.node(step.to()));
  }

  @Override
  boolean advance(Binding binding) {
    EdgeList edge = binding.edge(step.edge());
    edge.setNull();
    while (edges.next()) {
      boolean isNew =
          !step.isDistinct()
              || !isBound(
                  plan, binding, edges.type(), edges.source(), edges.target(), edges.ordinal());
      if (isNew) {
        edge.clear(false);
        edge.add(
            edges.type(),
            edges.source(),
            edges.target(),
            edges.ordinal(),
            binding.node(step.to()),
            edges.record());
        if (ExpressionCompiler.allHold(conditions, binding)) {
          return true;
        }
        edge.setNull();
      }
    }
    return false;
  }

  /// Returns whether one of the edges and paths of a part is bound to an edge.
  static boolean isBound(
      PartPlan plan, Binding binding, int type, int source, int target, int ordinal) {
    for (int other : plan.boundEdges()) {
      if (binding.edge(other).has(type, source, target, ordinal)) {
        return true;
      }
    }
    for (int path : plan.paths()) {
      if (binding.path(path).has(type, source, target, ordinal)) {
        return true;
      }
    }
    return false;
  }
}
