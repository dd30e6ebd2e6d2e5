package dev.rookery.traversal.pattern.planner;

import dev.rookery.graph.index.NodeQuery;
import dev.rookery.traversal.pattern.model.Expression;
import dev.rookery.traversal.pattern.planner.PartGraph.PartEdge;
import dev.rookery.traversal.pattern.planner.PartGraph.PartNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Finds the order in which to bind the nodes of a part, by dynamic programming over the sets of
/// nodes that are bound (as Selinger et al. over joins), greedily where they are too many.
///
/// How many matches a set of nodes has is estimated as the product of the nodes and of the part of
/// pairs that each edge joins, whatever the order. The next node costs as much for each of these as
/// the shortest of the rows that it must be in has entries.
final class NodeOrder {
  /// Sets of more nodes are too many.
  private static final int EXACT_NODES_MAX = 12;

  /// What a match costs beside its rows, in entries of rows.
  private static final double MATCH_COST = 1;

  /// What an entry costs of each row but the shortest.
  private static final double FURTHER_ROW_COST = 0.2;

  private static final double PATH_EDGES_MAX = 6;

  /// So few nodes may be bound beside all matches.
  private static final double FEW_NODES = 16;

  private final PartGraph graph;
  private final Statistics statistics;
  private final int[] own;
  private final double[] nodeCounts;
  private final @Nullable NodeQuery[] queries;

  /// What was asked before, by edge and end, and for ends of matched edges by these: NaN if not
  /// yet.
  private final double[] means;

  private final double[] behind;

  /// @param queries what an index is asked for each node, or null
  NodeOrder(PartGraph graph, Statistics statistics, @Nullable NodeQuery[] queries) {
    this.graph = graph;
    this.statistics = statistics;
    this.queries = queries;
    List<Integer> found = new ArrayList<>();
    nodeCounts = new double[graph.nodes.size()];
    for (int i = 0; i < nodeCounts.length; i++) {
      PartNode node = graph.nodes.get(i);
      if (node.isOuter()) {
        nodeCounts[i] = 1;
      } else {
        found.add(i);
        nodeCounts[i] = count(node, queries[i]);
      }
    }
    int ends = 2 * graph.edges.size();
    means = new double[ends];
    behind = new double[ends * graph.edges.size()];
    Arrays.fill(means, Double.NaN);
    Arrays.fill(behind, Double.NaN);
    own = found.stream().mapToInt(Integer::intValue).toArray();
  }

  /// Returns how many nodes fit what is asked of one alone.
  private double count(PartNode node, @Nullable NodeQuery query) {
    double count = statistics.nodes(node.labels());
    double part = 1;
    for (Expression condition : graph.conditions) {
      Expression id = IndexedConditions.id(node, condition);
      if (id != null && graph.needs(id).isEmpty()) {
        return 1;
      }
      if (condition.variables().equals(java.util.Set.of(node.pattern().variable()))) {
        part *= Selectivity.of(condition);
      }
    }
    return query == null ? count * part : Math.min(count, statistics.indexed(query));
  }

  /// Returns positions of nodes, the first to be bound first.
  int[] find() {
    return own.length <= EXACT_NODES_MAX ? exact() : greedy();
  }

  private int[] exact() {
    int sets = 1 << own.length;
    double[] cost = new double[sets];
    double[] matches = new double[sets];
    int[] last = new int[sets];
    Arrays.fill(cost, Double.POSITIVE_INFINITY);
    cost[0] = 0;
    matches[0] = 1;
    for (int set = 0; set < sets; set++) {
      boolean[] bound = bound(set);
      boolean canJoin = canJoin(bound);
      for (int i = 0; i < own.length; i++) {
        int with = set | 1 << i;
        if (with == set || (canJoin && !isNear(bound, own[i]))) {
          continue;
        }
        double after = matches[set] * growth(bound, own[i]);
        double sum = cost[set] + matches[set] * work(bound, own[i]) + after * MATCH_COST;
        if (sum < cost[with]) {
          cost[with] = sum;
          matches[with] = after;
          last[with] = i;
        }
      }
    }
    int[] order = new int[own.length];
    int set = sets - 1;
    for (int at = own.length - 1; at >= 0; at--) {
      order[at] = own[last[set]];
      set &= ~(1 << last[set]);
    }
    return order;
  }

  /// Returns whether a node that is not bound has an edge with one that is.
  private boolean canJoin(boolean[] bound) {
    for (int position : own) {
      if (!bound[position] && isJoined(bound, position)) {
        return true;
      }
    }
    return false;
  }

  /// Returns whether a node is worth binding next: unless few nodes fit it, one that hangs on
  /// nothing multiplies all matches.
  private boolean isNear(boolean[] bound, int position) {
    return nodeCounts[position] <= FEW_NODES || isJoined(bound, position);
  }

  private boolean isJoined(boolean[] bound, int position) {
    for (PartEdge edge : graph.edges) {
      if (joins(edge, bound, position)) {
        return true;
      }
    }
    return false;
  }

  private boolean[] bound(int set) {
    boolean[] bound = new boolean[nodeCounts.length];
    for (int i = 0; i < bound.length; i++) {
      bound[i] = graph.nodes.get(i).isOuter();
    }
    for (int i = 0; i < own.length; i++) {
      bound[own[i]] |= (set >> i & 1) != 0;
    }
    return bound;
  }

  private int[] greedy() {
    int[] order = new int[own.length];
    boolean[] bound = bound(0);
    for (int at = 0; at < order.length; at++) {
      int best = -1;
      double bestCost = Double.POSITIVE_INFINITY;
      boolean canJoin = canJoin(bound);
      for (int position : own) {
        if (canJoin && !isNear(bound, position)) {
          continue;
        }
        double cost =
            bound[position] ? Double.NaN : work(bound, position) * growth(bound, position);
        if (cost < bestCost || (best < 0 && !bound[position])) {
          best = position;
          bestCost = cost;
        }
      }
      order[at] = best;
      bound[best] = true;
    }
    return order;
  }

  /// Returns by how much a node multiplies the matches of those that are bound.
  double growth(boolean[] bound, int position) {
    double factor = nodeCounts[position];
    for (PartEdge edge : graph.edges) {
      if (edge.source() != edge.target() && joins(edge, bound, position)) {
        factor *= Math.min(1, fanOut(edge, other(edge, position), bound) / all(position));
      }
    }
    return factor;
  }

  private double all(int position) {
    return Math.max(1, statistics.nodes(graph.nodes.get(position).labels()));
  }

  private double work(boolean[] bound, int position) {
    double least = Double.POSITIVE_INFINITY;
    double sum = 0;
    for (PartEdge edge : graph.edges) {
      if (edge.source() != edge.target() && joins(edge, bound, position)) {
        double row = fanOut(edge, other(edge, position), bound);
        least = Math.min(least, row);
        sum += row;
      }
    }
    if (least < Double.POSITIVE_INFINITY) {
      return least + FURTHER_ROW_COST * (sum - least);
    }
    return queries[position] == null ? all(position) : nodeCounts[position];
  }

  private static boolean joins(PartEdge edge, boolean[] bound, int position) {
    return (edge.source() == position && bound[edge.target()])
        || (edge.target() == position && bound[edge.source()]);
  }

  private static int other(PartEdge edge, int position) {
    return edge.source() == position ? edge.target() : edge.source();
  }

  /// Returns how many nodes an edge or a path leads to from one of its ends, those that have not
  /// the label of the other end left out.
  private double fanOut(PartEdge edge, int from, boolean[] bound) {
    int index = graph.edges.indexOf(edge);
    int end = 2 * index + (edge.source() == from ? 0 : 1);
    if (Double.isNaN(means[end])) {
      means[end] = statistics.fanOut(graph.nodes.get(from).labels(), edge.legsFrom(from));
    }
    double first = Math.max(means[end], behindOthers(index, from, bound));
    return edge.pattern().isPath()
        ? pathFanOut(edge, from, first)
        : first
            * statistics.share(
                graph.nodes.get(from).labels(),
                edge.legsFrom(from),
                graph.nodes.get(other(edge, from)).labels());
  }

  private double pathFanOut(PartEdge edge, int from, double first) {
    double step = statistics.fanOut(null, edge.legsFrom(from));
    double sum = edge.pattern().length().min() == 0 ? 1 : 0;
    double reached = 1;
    double longest = Math.min(edge.pattern().length().max(), PATH_EDGES_MAX);
    for (int length = 1; length <= longest; length++) {
      reached *= length == 1 ? first : step;
      sum += length >= edge.pattern().length().min() ? reached : 0;
    }
    return sum;
  }

  /// Returns how many edges there are on average at the ends of edges that are matched already, 0
  /// if none is.
  private double behindOthers(int index, int from, boolean[] bound) {
    PartEdge edge = graph.edges.get(index);
    double most = 0;
    for (int i = 0; i < graph.edges.size(); i++) {
      PartEdge other = graph.edges.get(i);
      boolean isAtEnd = other.source() == from || other.target() == from;
      boolean isMatched =
          i != index
              && isAtEnd
              && !other.pattern().isPath()
              && other.source() != other.target()
              && bound[from]
              && bound[other(other, from)];
      if (isMatched) {
        int place = (2 * index + (edge.source() == from ? 0 : 1)) * graph.edges.size() + i;
        if (Double.isNaN(behind[place])) {
          behind[place] =
              statistics.fanOutBehind(other.legsFrom(other(other, from)), edge.legsFrom(from));
        }
        most = Math.max(most, behind[place]);
      }
    }
    return most;
  }
}
