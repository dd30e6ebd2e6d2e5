package dev.rookery.cli;

import dev.rookery.graph.Edge;
import dev.rookery.graph.Node;
import dev.rookery.graph.ReadTransaction;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
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
    return hasType(edge.type())
        && (labels.isEmpty() || (has(tx.node(edge.source())) && has(tx.node(edge.target()))));
  }

  /// Returns the nodes, in the order of the graph; can be iterated over again and again.
  Iterable<Node> nodes() {
    return () -> stream(tx.nodes()).filter(this::has).iterator();
  }

  /// Returns the edges, type by type; can be iterated over again and again.
  Iterable<Edge> edges() {
    return () -> new EdgeIterator(tx.edgeTypes().stream().filter(this::hasType).iterator());
  }

  private boolean hasType(String type) {
    return types.isEmpty() || types.contains(type);
  }

  private static <T> Stream<T> stream(Iterable<T> all) {
    return StreamSupport.stream(all.spliterator(), false);
  }

  /// Goes over the edges of one type after the other. A stream of streams would hold all edges of a
  /// type.
  private final class EdgeIterator implements Iterator<Edge> {
    private final Iterator<String> nextTypes;
    private Iterator<Edge> edges = Collections.emptyIterator();

    EdgeIterator(Iterator<String> types) {
      this.nextTypes = types;
    }

    @Override
    public boolean hasNext() {
      while (!edges.hasNext() && nextTypes.hasNext()) {
        edges = stream(tx.edges(nextTypes.next())).filter(edge -> has(edge)).iterator();
      }
      return edges.hasNext();
    }

    @Override
    public Edge next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      return edges.next();
    }
  }
}
