package dev.rookery.traversal.soak;

import dev.rookery.graph.Direction;
import dev.rookery.graph.Edge;
import dev.rookery.graph.Multiplicity;
import dev.rookery.graph.WriteTransaction;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;

/// A graph as plain lists that a writer changes together with the stored one.
///
/// Types are `A`, `B` and the MULTI type `M`. A node has the property `value`, an edge the property
/// `weight`, in eighths, so that sums are exact. Belongs to one thread, or to a lock.
final class SoakGraph {
  private static final int NODES_MAX = 1500;
  private static final int ARCS_PER_NODE = 4;
  private static final List<String> TYPES = List.of("A", "A", "B", "M");

  private final List<Long> ids;
  private final List<Integer> values;
  private final List<Arc> arcs;

  /// An edge, by node ids.
  record Arc(String type, long source, long target, int ordinal, double weight) {
    boolean isSameEdge(Arc other) {
      return type.equals(other.type)
          && source == other.source
          && target == other.target
          && ordinal == other.ordinal;
    }
  }

  SoakGraph() {
    this(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
  }

  private SoakGraph(List<Long> ids, List<Integer> values, List<Arc> arcs) {
    this.ids = ids;
    this.values = values;
    this.arcs = arcs;
  }

  /// Returns a copy that is changed apart.
  SoakGraph copy() {
    return new SoakGraph(new ArrayList<>(ids), new ArrayList<>(values), new ArrayList<>(arcs));
  }

  /// Returns what readers check with.
  SoakSnapshot snapshot() {
    return new SoakSnapshot(
        ids.stream().mapToLong(Long::longValue).toArray(),
        values.stream().mapToInt(Integer::intValue).toArray(),
        List.copyOf(arcs));
  }

  /// Makes a random change, here and there.
  void change(Random random, WriteTransaction tx) {
    int kind = random.nextInt(20);
    if (ids.size() < 20 || (kind < 3 && ids.size() < NODES_MAX)) {
      addNode(random, tx);
    } else if (kind == 3 && ids.size() > NODES_MAX / 2) {
      deleteNode(random.nextInt(ids.size()), tx);
    } else if (kind < 6) {
      int at = random.nextInt(ids.size());
      values.set(at, random.nextInt(1000));
      tx.setProperty(ids.get(at), "value", values.get(at));
    } else if (kind < 8 && !arcs.isEmpty()) {
      reweigh(random, tx);
    } else if (kind < 11 && !arcs.isEmpty()) {
      deleteArc(random.nextInt(arcs.size()), tx);
    } else if (arcs.size() < ARCS_PER_NODE * ids.size()) {
      addArc(random, tx);
    }
  }

  private void addNode(Random random, WriteTransaction tx) {
    values.add(random.nextInt(1000));
    ids.add(tx.addNode(random.nextBoolean() ? "Even" : "Odd", Map.of("value", values.getLast())));
  }

  private void deleteNode(int at, WriteTransaction tx) {
    long id = ids.get(at);
    tx.deleteNode(id);
    ids.set(at, ids.getLast());
    ids.removeLast();
    values.set(at, values.getLast());
    values.removeLast();
    arcs.removeIf(arc -> arc.source == id || arc.target == id);
  }

  private void addArc(Random random, WriteTransaction tx) {
    String type = TYPES.get(random.nextInt(TYPES.size()));
    long source = ids.get(skewed(random));
    long target = random.nextInt(30) == 0 ? source : ids.get(skewed(random));
    double weight = random.nextInt(1000) / 8.0;
    tx.declareEdgeType("M", Multiplicity.MULTI);
    if (tx.addEdge(type, source, target, Map.of("weight", weight))) {
      // Which ordinal a parallel edge gets is the store's choice.
      int ordinal = type.equals("M") ? newOrdinal(tx, source, target) : 0;
      arcs.add(new Arc(type, source, target, ordinal, weight));
    }
  }

  /// A few nodes have many edges.
  private int skewed(Random random) {
    double x = random.nextDouble();
    return (int) (ids.size() * (random.nextInt(3) == 0 ? x * x * x * x : x));
  }

  private int newOrdinal(WriteTransaction tx, long source, long target) {
    for (Edge edge : tx.edges(source, Direction.OUT, "M")) {
      Arc found = new Arc("M", source, target, edge.ordinal(), 0);
      if (edge.target() == target && arcs.stream().noneMatch(found::isSameEdge)) {
        return edge.ordinal();
      }
    }
    throw new AssertionError("the edge is not there source=" + source + " target=" + target);
  }

  private void reweigh(Random random, WriteTransaction tx) {
    int at = random.nextInt(arcs.size());
    Arc arc = arcs.get(at);
    double weight = random.nextInt(1000) / 8.0;
    tx.setProperty(edge(tx, arc), "weight", weight);
    arcs.set(at, new Arc(arc.type, arc.source, arc.target, arc.ordinal, weight));
  }

  private void deleteArc(int at, WriteTransaction tx) {
    tx.deleteEdge(edge(tx, arcs.get(at)));
    arcs.set(at, arcs.getLast());
    arcs.removeLast();
  }

  private static Edge edge(WriteTransaction tx, Arc arc) {
    for (Edge edge : tx.edges(arc.source, Direction.OUT, arc.type)) {
      if (edge.target() == arc.target && edge.ordinal() == arc.ordinal) {
        return edge;
      }
    }
    throw new AssertionError("edge is missing " + arc);
  }
}
