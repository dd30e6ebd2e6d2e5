package dev.rookery.traversal;

import dev.rookery.graph.BulkLoader;
import dev.rookery.graph.Edge;
import dev.rookery.graph.Multiplicity;
import dev.rookery.graph.Node;
import dev.rookery.graph.WriteTransaction;
import dev.rookery.traversal.engine.Steps;
import it.unimi.dsi.fastutil.longs.Long2LongMap;
import it.unimi.dsi.fastutil.longs.Long2LongOpenHashMap;
import java.util.BitSet;
import java.util.Map;
import java.util.OptionalLong;
import java.util.PrimitiveIterator;

/// Which node of a copy stands for which node of the subgraph that was copied, and how many edges
/// came along.
///
/// Knows ids only, so it outlives both transactions. Immutable and thread-safe; on the heap, 22 to
/// 43 bytes for each node.
public final class SubgraphCopy {
  private final Long2LongOpenHashMap copies = new Long2LongOpenHashMap();
  private long edgeCount;

  /// Takes pairs of ids, without making objects of them.
  @FunctionalInterface
  public interface PairConsumer {
    /// Is told of a node.
    ///
    /// @param original id in the graph that was copied from
    /// @param copy id in the graph that was copied into
    void accept(long original, long copy);
  }

  /// Whoever takes the nodes and edges.
  private interface Target {
    long addNode(String label, Map<String, ?> properties);

    void declareEdgeType(String type, Multiplicity multiplicity);

    void addEdge(String type, long source, long target, Map<String, ?> properties);
  }

  private SubgraphCopy() {}

  /// Copies into a graph that a transaction changes.
  static SubgraphCopy into(WriteTransaction tx, Subgraph subgraph) {
    return new SubgraphCopy()
        .fill(
            new Target() {
              @Override
              public long addNode(String label, Map<String, ?> properties) {
                return tx.addNode(label, properties);
              }

              @Override
              public void declareEdgeType(String type, Multiplicity multiplicity) {
                tx.declareEdgeType(type, multiplicity);
              }

              @Override
              public void addEdge(
                  String type, long source, long target, Map<String, ?> properties) {
                tx.addEdge(type, source, target, properties);
              }
            },
            subgraph);
  }

  /// Copies into a graph that is being loaded.
  static SubgraphCopy into(BulkLoader load, Subgraph subgraph) {
    return new SubgraphCopy()
        .fill(
            new Target() {
              @Override
              public long addNode(String label, Map<String, ?> properties) {
                return load.addNode(label, properties);
              }

              @Override
              public void declareEdgeType(String type, Multiplicity multiplicity) {
                load.declareEdgeType(type, multiplicity);
              }

              @Override
              public void addEdge(
                  String type, long source, long target, Map<String, ?> properties) {
                load.addEdge(type, source, target, properties);
              }
            },
            subgraph);
  }

  private SubgraphCopy fill(Target target, Subgraph subgraph) {
    for (Node node : subgraph.nodes()) {
      copies.put(node.id(), target.addNode(node.label().orElse(""), node.properties()));
    }
    Steps steps = subgraph.steps();
    BitSet declared = new BitSet();
    SubgraphCursor edges = subgraph.cursor();
    for (PrimitiveIterator.OfLong ids = subgraph.ids(); ids.hasNext(); ) {
      edges.of(ids.nextLong());
      while (edges.next()) {
        if (!declared.get(edges.step())) {
          String type = edges.type();
          target.declareEdgeType(type, steps.transaction().multiplicity(type));
          declared.set(edges.step());
        }
        Edge edge = edges.movingEdge();
        target.addEdge(
            edge.type(), copies.get(edge.source()), copies.get(edge.target()), edge.properties());
        edgeCount++;
      }
    }
    return this;
  }

  /// Returns how many nodes were copied.
  public long nodeCount() {
    return copies.size();
  }

  /// Returns how many edges were copied.
  public long edgeCount() {
    return edgeCount;
  }

  /// Returns the id of the copy of a node, or nothing if the node was not copied. O(1).
  public OptionalLong find(long original) {
    return copies.containsKey(original)
        ? OptionalLong.of(copies.get(original))
        : OptionalLong.empty();
  }

  /// Passes all pairs of ids to a consumer, in no order.
  public void forEach(PairConsumer consumer) {
    for (Long2LongMap.Entry pair : copies.long2LongEntrySet()) {
      consumer.accept(pair.getLongKey(), pair.getLongValue());
    }
  }
}
