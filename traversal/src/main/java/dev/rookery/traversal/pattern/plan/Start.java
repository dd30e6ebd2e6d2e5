package dev.rookery.traversal.pattern.plan;

import dev.rookery.graph.index.NodeQuery;
import dev.rookery.traversal.pattern.model.Expression;

/// Where nodes come from that hang on nothing that is bound.
public sealed interface Start {
  /// All nodes, or those of the labels that the conditions name, one part of the graph after the
  /// other.
  record Slots() implements Start {}

  /// What an index gives.
  ///
  /// @param query that the index answers
  record Index(NodeQuery query) implements Start {}

  /// The node with an id.
  ///
  /// @param value the id, an expression of what is bound before
  record Id(Expression value) implements Start {}
}
