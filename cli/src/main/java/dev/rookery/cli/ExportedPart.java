package dev.rookery.cli;

import dev.rookery.graph.Edge;
import dev.rookery.graph.Node;
import dev.rookery.graph.ReadTransaction;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/// The part of a graph that an export is asked for: nodes with some labels, and the edges of some
/// types between them. Of the thread of its transaction.
///
/// @param labels empty for all nodes
/// @param types empty for all types
record ExportedPart(ReadTransaction tx, Set<String> labels, Set<String> types) {
  /// @throws IllegalArgumentException if the graph has no such label or type
  ExportedPart {
    requireAll("label", labels, tx.labels());
    requireAll("type", types, tx.edgeTypes());
  }

  private static void requireAll(String what, Set<String> asked, List<String> known) {
    for (String name : asked) {
      if (!known.contains(name)) {
        throw new IllegalArgumentException("database has no such %s name=%s".formatted(what, name));
      }
    }
  }

  boolean isAll() {
    return labels.isEmpty() && types.isEmpty();
  }

  boolean has(Node node) {
    return labels.isEmpty() || node.label().filter(labels::contains).isPresent();
  }

  boolean has(Edge edge) {
    return (types.isEmpty() || types.contains(edge.type()))
        && (labels.isEmpty() || (has(tx.node(edge.source())) && has(tx.node(edge.target()))));
  }

  /// Returns the nodes, in the order of the graph; can be iterated over again and again.
  Iterable<Node> nodes() {
    return () -> stream(tx.nodes()).filter(this::has).iterator();
  }

  /// Returns the edges; can be iterated over again and again.
  Iterable<Edge> edges() {
    return () ->
        tx.edgeTypes().stream()
            .filter(type -> types.isEmpty() || types.contains(type))
            .flatMap(type -> stream(tx.edges(type)))
            .filter(this::has)
            .iterator();
  }

  private static <T> Stream<T> stream(Iterable<T> all) {
    return StreamSupport.stream(all.spliterator(), false);
  }
}
