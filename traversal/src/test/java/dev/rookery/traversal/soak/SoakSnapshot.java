package dev.rookery.traversal.soak;

import dev.rookery.graph.Direction;
import dev.rookery.traversal.soak.SoakGraph.Arc;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.TreeSet;

/// A graph as plain lists at one commit, and plain answers to what traversals and algorithms are
/// asked. Nodes are 0 … n - 1 here. Immutable.
final class SoakSnapshot {
  final long[] ids;
  final int[] values;
  final List<Arc> arcs;
  private final Map<Long, Integer> indexes = new HashMap<>();

  SoakSnapshot(long[] ids, int[] values, List<Arc> arcs) {
    this.ids = ids;
    this.values = values;
    this.arcs = arcs;
    for (int i = 0; i < ids.length; i++) {
      indexes.put(ids[i], i);
    }
  }

  /// One end of an arc, as seen from the other one.
  record Link(int node, Arc arc) {}

  int index(long id) {
    Integer index = indexes.get(id);
    if (index == null) {
      throw new AssertionError("no such node id=" + id);
    }
    return index;
  }

  /// Returns for each node the links of some types in a direction. A self loop comes twice where
  /// both directions are walked.
  List<List<Link>> links(Set<String> types, Direction direction) {
    List<List<Link>> links = new ArrayList<>();
    for (int i = 0; i < ids.length; i++) {
      links.add(new ArrayList<>());
    }
    for (Arc arc : arcs) {
      if (types.contains(arc.type())) {
        int source = index(arc.source());
        int target = index(arc.target());
        if (direction != Direction.IN) {
          links.get(source).add(new Link(target, arc));
        }
        if (direction != Direction.OUT) {
          links.get(target).add(new Link(source, arc));
        }
      }
    }
    return links;
  }

  /// Returns the depths at which a walk returns nodes, -1 for the others.
  int[] depths(SoakWalk walk) {
    List<List<Link>> links = links(walk.types(), walk.direction());
    int[] returned = new int[ids.length];
    Arrays.fill(returned, -1);
    boolean[] seen = new boolean[ids.length];
    List<Integer> level = new ArrayList<>();
    for (int start : walk.starts()) {
      level.add(start);
      seen[start] = true;
    }
    for (int depth = 0; !level.isEmpty(); depth++) {
      List<Integer> next = new ArrayList<>();
      for (int node : level) {
        if (!walk.passesNode(values[node])) {
          continue;
        }
        if (walk.includes(values[node], depth) && depth >= walk.minDepth()) {
          returned[node] = depth;
        }
        if (depth < walk.maxDepth() && walk.continues(values[node], depth)) {
          for (Link link : links.get(node)) {
            if (!seen[link.node()] && walk.passesEdge(link.arc().weight())) {
              seen[link.node()] = true;
              next.add(link.node());
            }
          }
        }
      }
      level = next;
    }
    return returned;
  }

  /// Returns how many ways without a repeated node a walk returns.
  long simplePaths(SoakWalk walk) {
    List<List<Link>> links = links(walk.types(), walk.direction());
    long count = 0;
    for (int start : Arrays.stream(walk.starts()).distinct().toArray()) {
      count += simplePaths(walk, links, start, new ArrayDeque<>());
    }
    return count;
  }

  private long simplePaths(SoakWalk walk, List<List<Link>> links, int node, Deque<Integer> way) {
    int depth = way.size();
    if (!walk.passesNode(values[node])) {
      return 0;
    }
    long count = walk.includes(values[node], depth) && depth >= walk.minDepth() ? 1 : 0;
    if (depth < walk.maxDepth() && walk.continues(values[node], depth)) {
      way.push(node);
      for (Link link : links.get(node)) {
        if (!way.contains(link.node()) && walk.passesEdge(link.arc().weight())) {
          count += simplePaths(walk, links, link.node(), way);
        }
      }
      way.pop();
    }
    return count;
  }

  /// Returns the distances by weight from a node.
  double[] distances(int start, List<List<Link>> links) {
    double[] distances = new double[ids.length];
    Arrays.fill(distances, Double.POSITIVE_INFINITY);
    distances[start] = 0;
    record Entry(int node, double distance) {}
    PriorityQueue<Entry> queue =
        new PriorityQueue<>((a, b) -> Double.compare(a.distance(), b.distance()));
    queue.add(new Entry(start, 0));
    while (!queue.isEmpty()) {
      Entry entry = queue.remove();
      if (entry.distance() == distances[entry.node()]) {
        for (Link link : links.get(entry.node())) {
          double sum = entry.distance() + link.arc().weight();
          if (sum < distances[link.node()]) {
            distances[link.node()] = sum;
            queue.add(new Entry(link.node(), sum));
          }
        }
      }
    }
    return distances;
  }

  /// Returns for each node the smallest node of its component.
  int[] components(List<List<Link>> bothWays) {
    int[] components = new int[ids.length];
    Arrays.fill(components, -1);
    for (int first = 0; first < ids.length; first++) {
      Deque<Integer> stack = new ArrayDeque<>();
      if (components[first] < 0) {
        components[first] = first;
        stack.push(first);
      }
      while (!stack.isEmpty()) {
        for (Link link : bothWays.get(stack.pop())) {
          if (components[link.node()] < 0) {
            components[link.node()] = first;
            stack.push(link.node());
          }
        }
      }
    }
    return components;
  }

  /// Returns PageRank after some iterations with a damping of 0.85.
  double[] ranks(List<List<Link>> out, int iterations) {
    double[] ranks = new double[ids.length];
    Arrays.fill(ranks, 1.0 / ids.length);
    for (int i = 0; i < iterations; i++) {
      double[] next = new double[ids.length];
      double idle = 0;
      for (int node = 0; node < ids.length; node++) {
        idle += out.get(node).isEmpty() ? ranks[node] : 0;
        for (Link link : out.get(node)) {
          next[link.node()] += 0.85 * ranks[node] / out.get(node).size();
        }
      }
      for (int node = 0; node < ids.length; node++) {
        next[node] += (0.15 + 0.85 * idle) / ids.length;
      }
      ranks = next;
    }
    return ranks;
  }

  /// Returns for each node its neighbours without itself, each once.
  List<Set<Integer>> neighbors(List<List<Link>> bothWays) {
    List<Set<Integer>> neighbors = new ArrayList<>();
    for (int node = 0; node < ids.length; node++) {
      Set<Integer> set = new TreeSet<>();
      bothWays.get(node).forEach(link -> set.add(link.node()));
      set.remove(node);
      neighbors.add(set);
    }
    return neighbors;
  }

  static long triangles(List<Set<Integer>> neighbors) {
    long count = 0;
    for (int node = 0; node < neighbors.size(); node++) {
      for (int other : neighbors.get(node)) {
        if (other > node) {
          for (int third : neighbors.get(other)) {
            count += third > other && neighbors.get(node).contains(third) ? 1 : 0;
          }
        }
      }
    }
    return count;
  }

  /// Takes nodes of the least degree away, one after the other.
  static int[] cores(List<Set<Integer>> neighbors) {
    int[] degrees = neighbors.stream().mapToInt(Set::size).toArray();
    int[] cores = new int[degrees.length];
    TreeSet<Long> queue = new TreeSet<>();
    for (int node = 0; node < degrees.length; node++) {
      queue.add((long) degrees[node] << 32 | node);
    }
    int core = 0;
    while (!queue.isEmpty()) {
      long entry = queue.removeFirst();
      int node = (int) entry;
      core = Math.max(core, (int) (entry >>> 32));
      cores[node] = core;
      degrees[node] = -1;
      for (int other : neighbors.get(node)) {
        if (degrees[other] >= 0) {
          queue.remove((long) degrees[other] << 32 | other);
          degrees[other]--;
          queue.add((long) degrees[other] << 32 | other);
        }
      }
    }
    return cores;
  }
}
