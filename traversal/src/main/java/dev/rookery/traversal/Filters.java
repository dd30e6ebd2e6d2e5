package dev.rookery.traversal;

import dev.rookery.graph.Edge;
import dev.rookery.graph.Node;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// The callbacks of a description. Immutable.
///
/// @param node what the node filters say together, or null if all nodes pass
/// @param edge what the edge filters say together, or null if all edges pass
/// @param evaluator what the evaluators say together, or null if all nodes are returned and walked
///   on from
record Filters(
    @Nullable Predicate<Node> node, @Nullable Predicate<Edge> edge, @Nullable Evaluator evaluator) {
  static final Filters NONE = new Filters(null, null, null);

  Filters andNode(Predicate<? super Node> filter) {
    return new Filters(node == null ? filter::test : node.and(filter), edge, evaluator);
  }

  Filters andEdge(Predicate<? super Edge> filter) {
    return new Filters(node, edge == null ? filter::test : edge.and(filter), evaluator);
  }

  Filters andEvaluator(Evaluator added) {
    Evaluator first = evaluator;
    return new Filters(
        node,
        edge,
        first == null ? added : position -> first.evaluate(position).and(added.evaluate(position)));
  }

  /// Returns whether a callback has a say about nodes.
  boolean asksAboutNodes() {
    return node != null || evaluator != null;
  }

  boolean isEmpty() {
    return node == null && edge == null && evaluator == null;
  }
}
