package dev.rookery.traversal.pattern.model;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/// Nodes and edges that are looked for together, and what must hold for them. It need not hang
/// together: separate pieces are combined in all ways.
///
/// @param nodes each variable once; one that the outer pattern has is the same node
/// @param edges between these nodes, each variable once
/// @param where what must hold; may speak of variables of the outer pattern
/// @param morphism what may be the same
public record PatternPart(
    List<NodePattern> nodes, List<EdgePattern> edges, Expression where, Morphism morphism) {

  /// Copies the lists and checks that names are used once and edges have ends.
  ///
  /// @throws IllegalArgumentException if there is no node, a name is used twice, an edge has an end
  ///   that is no node, or a path may be endless
  public PatternPart {
    nodes = List.copyOf(nodes);
    edges = List.copyOf(edges);
    if (nodes.isEmpty()) {
      throw new IllegalArgumentException("a pattern has a node at least");
    }
    Set<String> ends = new LinkedHashSet<>();
    for (NodePattern node : nodes) {
      requireNew(ends, node.variable());
    }
    Set<String> names = new LinkedHashSet<>(ends);
    for (EdgePattern edge : edges) {
      requireNew(names, edge.variable());
      if (!ends.contains(edge.source()) || !ends.contains(edge.target())) {
        throw new IllegalArgumentException(
            "edge has an end that is no node of the pattern edge=%s source=%s target=%s"
                .formatted(edge.variable(), edge.source(), edge.target()));
      }
      if (morphism == Morphism.HOMOMORPHISM
          && edge.length().max() == EdgePattern.Length.UNBOUNDED) {
        throw new IllegalArgumentException(
            "a path that may use edges again needs a bound edge=" + edge.variable());
      }
    }
    if (where.hasAggregate()) {
      throw new IllegalArgumentException("a condition has an aggregate");
    }
  }

  private static void requireNew(Set<String> names, String name) {
    if (!names.add(name)) {
      throw new IllegalArgumentException("variable is used twice variable=" + name);
    }
  }

  /// Returns the variables of its nodes and edges, and those of which its conditions speak.
  public Set<String> variables() {
    Set<String> found = new LinkedHashSet<>();
    for (NodePattern node : nodes) {
      found.add(node.variable());
      node.properties().values().forEach(value -> found.addAll(value.variables()));
    }
    for (EdgePattern edge : edges) {
      found.add(edge.variable());
      edge.properties().values().forEach(value -> found.addAll(value.variables()));
    }
    found.addAll(where.variables());
    return found;
  }
}
