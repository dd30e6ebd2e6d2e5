package dev.rookery.traversal.pattern.match;

import dev.rookery.graph.store.PhysicalGraph;
import dev.rookery.traversal.pattern.plan.Scope;
import dev.rookery.traversal.pattern.value.EdgeValue;
import dev.rookery.traversal.pattern.value.NodeValue;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// What the variables of a query are bound to. Belongs to one thread.
public final class Binding {
  /// In place of a slot: nothing is bound, or null.
  static final int NONE = -1;

  private final PhysicalGraph graph;
  private final int[] nodes;
  private final EdgeList[] edges;
  private final EdgeList[] paths;

  /// @param scope the innermost scope, by which all variables have their numbers
  public Binding(PhysicalGraph graph, Scope scope) {
    this.graph = graph;
    nodes = new int[scope.count(Scope.Kind.NODE)];
    Arrays.fill(nodes, NONE);
    edges = lists(scope.count(Scope.Kind.EDGE));
    paths = lists(scope.count(Scope.Kind.PATH));
  }

  private static EdgeList[] lists(int count) {
    EdgeList[] lists = new EdgeList[count];
    Arrays.setAll(lists, _ -> new EdgeList());
    return lists;
  }

  PhysicalGraph graph() {
    return graph;
  }

  /// Returns the slot of a node, or [#NONE].
  int node(int variable) {
    return nodes[variable];
  }

  void setNode(int variable, int slot) {
    nodes[variable] = slot;
  }

  /// Returns where an edge is kept: a list of one, or of none if it is null.
  EdgeList edge(int variable) {
    return edges[variable];
  }

  /// Returns where the edges of a path are kept.
  EdgeList path(int variable) {
    return paths[variable];
  }

  /// Returns the value of a variable.
  @Nullable Object value(Scope.Variable variable) {
    return switch (variable.kind()) {
      case NODE -> {
        int slot = nodes[variable.index()];
        yield slot == NONE ? null : new NodeValue(slot, graph.nodeOf(slot));
      }
      case EDGE -> {
        EdgeList list = edges[variable.index()];
        yield list.isNull() ? null : list.value(0);
      }
      case PATH -> {
        EdgeList list = paths[variable.index()];
        yield list.isNull() ? null : list.values();
      }
    };
  }

  /// Returns an edge, or null.
  @Nullable EdgeValue edgeValue(int variable) {
    return edges[variable].isNull() ? null : edges[variable].value(0);
  }
}
