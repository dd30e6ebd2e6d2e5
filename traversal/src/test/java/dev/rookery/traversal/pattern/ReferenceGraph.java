package dev.rookery.traversal.pattern;

import dev.rookery.graph.Edge;
import dev.rookery.graph.Node;
import dev.rookery.graph.ReadTransaction;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// All of a small graph, as plain maps.
final class ReferenceGraph {
  private final List<NodeRef> nodes = new ArrayList<>();
  private final List<EdgeRef> edges = new ArrayList<>();
  private final Map<NodeRef, String> labels = new HashMap<>();
  private final Map<Object, Map<String, Object>> properties = new HashMap<>();

  ReferenceGraph(ReadTransaction tx) {
    for (Node node : tx.nodes()) {
      NodeRef ref = new NodeRef(node.id());
      nodes.add(ref);
      node.label().ifPresent(label -> labels.put(ref, label));
      properties.put(ref, node.properties());
    }
    for (String type : tx.edgeTypes()) {
      for (Edge edge : tx.edges(type)) {
        EdgeRef ref = new EdgeRef(type, edge.source(), edge.target(), edge.ordinal());
        edges.add(ref);
        properties.put(ref, edge.properties());
      }
    }
  }

  List<NodeRef> nodes() {
    return nodes;
  }

  List<EdgeRef> edges() {
    return edges;
  }

  @Nullable String label(NodeRef node) {
    return labels.get(node);
  }

  /// Returns a property of a node or an edge, or null.
  @Nullable Object property(Object element, String key) {
    return properties.getOrDefault(element, Map.of()).get(key);
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    for (NodeRef node : nodes) {
      text.append("(%d:%s %s) ".formatted(node.id(), labels.get(node), properties.get(node)));
    }
    for (EdgeRef edge : edges) {
      text.append(
          "\n  (%d)-[:%s#%d %s]->(%d)"
              .formatted(
                  edge.source(), edge.type(), edge.ordinal(), properties.get(edge), edge.target()));
    }
    return text.toString();
  }
}
