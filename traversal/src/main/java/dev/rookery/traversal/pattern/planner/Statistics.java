package dev.rookery.traversal.pattern.planner;

import dev.rookery.graph.NodeCursor;
import dev.rookery.graph.ReadTransaction;
import dev.rookery.graph.index.IndexState;
import dev.rookery.graph.index.IndexStatus;
import dev.rookery.graph.index.NodeQuery;
import dev.rookery.graph.store.LabelCursor;
import dev.rookery.graph.store.PhysicalGraph;
import dev.rookery.storage.tree.ForestCursor;
import dev.rookery.traversal.pattern.plan.Leg;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What a planner asks of a snapshot: how many nodes, how many edges at one of them, and where
/// these lead. Counts where the store keeps them, else samples: the same ones in the same snapshot.
/// Belongs to one thread.
final class Statistics {
  /// So many nodes are looked at to learn of all with their label.
  private static final int SAMPLE_NODES = 64;

  /// So many edges of each of these.
  private static final int SAMPLE_EDGES = 8;

  /// So many where it matters to what kind of nodes they lead.
  private static final int BEHIND_EDGES = 2;

  /// An index is asked for no more nodes than these.
  private static final int INDEX_NODES_MAX = 1 << 10;

  private final ReadTransaction tx;
  private final PhysicalGraph graph;
  private final Map<Sampled, Sample> samples = new HashMap<>();
  private final Map<Behind, Double> behind = new HashMap<>();

  /// Edges at the nodes to which others lead.
  private record Behind(List<Leg> arrival, List<Leg> legs) {}

  /// What was sampled: edges of a leg at nodes with a label, 0 for any.
  private record Sampled(int label, Leg leg) {}

  /// What was seen.
  ///
  /// @param fanOut edges at one node, on average
  /// @param labels how many of the edges that were looked at led to each label
  /// @param edges how many were looked at
  private record Sample(double fanOut, Map<Integer, Integer> labels, int edges) {}

  Statistics(ReadTransaction tx) {
    this.tx = tx;
    this.graph = PhysicalGraph.of(tx);
  }

  /// Returns how many nodes have one of some labels, or all if there are none given.
  double nodes(int @Nullable [] labels) {
    if (labels == null) {
      return tx.nodeCount();
    }
    double sum = 0;
    for (int label : labels) {
      sum += graph.labelSize(label);
    }
    return sum;
  }

  /// Returns how many edges of some legs a node has on average.
  double fanOut(int @Nullable [] labels, List<Leg> legs) {
    double sum = 0;
    for (Leg leg : legs) {
      if (labels == null) {
        sum += (double) tx.edgeCount(graph.typeName(leg.type())) / Math.max(1, tx.nodeCount());
      } else {
        double nodes = Math.max(1, nodes(labels));
        for (int label : labels) {
          sum += sample(label, leg).fanOut * graph.labelSize(label) / nodes;
        }
      }
    }
    return sum;
  }

  /// Returns how many edges of some legs a node has on average to which an edge of other legs
  /// leads: more than others have, where few nodes have many edges. Size-biased, as are the nodes
  /// of matches: each is met as often as it has edges.
  ///
  /// @param arrival the legs that lead there
  double fanOutBehind(List<Leg> arrival, List<Leg> legs) {
    return behind.computeIfAbsent(new Behind(arrival, legs), this::lookBehind);
  }

  private double lookBehind(Behind asked) {
    double degrees = 0;
    int edges = 0;
    ForestCursor[] onward =
        asked.legs.stream().map(leg -> leg.cursor(graph)).toArray(ForestCursor[]::new);
    long[] slots = sampleSlots(0);
    for (Leg leg : asked.arrival) {
      ForestCursor cursor = leg.cursor(graph);
      int shift = leg.shift(graph);
      for (long slot : slots) {
        long degree = cursor.seek(slot);
        // Spread over all edges of the node: the first ones lead to nodes of one kind.
        for (int i = 0; i < BEHIND_EDGES && i < degree; i++) {
          cursor.seekKey(
              degree <= BEHIND_EDGES ? 0 : (graph.slotCount() * i / BEHIND_EDGES) << shift);
          boolean isThere = cursor.next();
          for (int skip = 0; degree <= BEHIND_EDGES && skip < i && isThere; skip++) {
            isThere = cursor.next();
          }
          if (isThere) {
            edges++;
            for (ForestCursor next : onward) {
              degrees += next.seek(cursor.key() >>> shift);
            }
          }
        }
      }
    }
    return edges == 0 ? 0 : degrees / edges;
  }

  /// Returns which part of the edges of some legs lead to nodes with one of some labels.
  double share(int @Nullable [] from, List<Leg> legs, int @Nullable [] to) {
    if (to == null) {
      return 1;
    }
    int all = 0;
    int found = 0;
    for (Leg leg : legs) {
      for (int label : from == null ? new int[] {0} : from) {
        Sample sample = sample(label, leg);
        all += sample.edges;
        for (int wanted : to) {
          found += sample.labels.getOrDefault(wanted, 0);
        }
      }
    }
    return (found + 0.5) / (all + 1); // What was not seen may be there all the same.
  }

  private Sample sample(int label, Leg leg) {
    return samples.computeIfAbsent(new Sampled(label, leg), this::look);
  }

  private Sample look(Sampled sampled) {
    ForestCursor cursor = sampled.leg.cursor(graph);
    int shift = sampled.leg.shift(graph);
    Map<Integer, Integer> labels = new HashMap<>();
    int edges = 0;
    double degrees = 0;
    long[] slots = sampleSlots(sampled.label);
    for (long slot : slots) {
      degrees += cursor.seek(slot);
      for (int i = 0; i < SAMPLE_EDGES && cursor.next(); i++) {
        labels.merge(graph.labelOf(cursor.key() >>> shift), 1, Integer::sum);
        edges++;
      }
    }
    return new Sample(degrees / Math.max(1, slots.length), labels, edges);
  }

  /// Returns slots of nodes with a label, spread over the graph.
  private long[] sampleSlots(int label) {
    long[] slots = new long[SAMPLE_NODES];
    int count = 0;
    long slotCount = graph.slotCount();
    long last = -1;
    LabelCursor cursor = graph.slotsOf(label);
    for (int i = 0; i < SAMPLE_NODES; i++) {
      long from = slotCount * i / SAMPLE_NODES;
      long slot = from;
      if (label > 0) {
        cursor.seek(from);
        slot = cursor.next() ? cursor.slot() : -1;
      }
      if (slot > last && slot < slotCount && graph.nodeOf(slot) != 0) {
        slots[count++] = slot;
        last = slot;
      }
    }
    return Arrays.copyOf(slots, count);
  }

  /// Returns whether an index answers a query without looking at all nodes of the label.
  boolean isIndexed(NodeQuery query) {
    for (IndexStatus index : tx.indexes()) {
      String key = index.definition().keys().getFirst();
      if (index.state() == IndexState.READY
          && index.definition().label().equals(query.label())
          && (query.equal().containsKey(key) || query.rangeKey().equals(key))) {
        return true;
      }
    }
    return false;
  }

  /// Returns how many nodes an index gives; an estimate where they are many.
  double indexed(NodeQuery query) {
    NodeCursor cursor = tx.findNodes(query);
    int count = 0;
    while (count < INDEX_NODES_MAX && cursor.next()) {
      count++;
    }
    int label = graph.labelNumber(query.label());
    return count < INDEX_NODES_MAX
        ? count
        : Math.max(count, graph.labelSize(label) * Selectivity.RANGE);
  }
}
