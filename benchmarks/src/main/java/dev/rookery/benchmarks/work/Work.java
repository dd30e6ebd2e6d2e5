package dev.rookery.benchmarks.work;

import java.util.Locale;

/// What is measured.
enum Work {
  W1("a transaction = a node with two properties and an edge, synced", "tx/s"),
  W1A("the same, synced in the background", "tx/s"),
  W2("W1 from 20 threads", "tx/s"),
  W3("edges in random order, 50,000 in a transaction, synced", "edges/s"),
  W3B("the same edges in one bulk load, durable at the end", "edges/s"),
  W4("one property of a random node", "reads/s"),
  W5("all out-neighbours of a random node", "nodes/s"),
  W5B("distinct nodes within 2 hops of 1,000 random nodes", "queries/s"),
  W5C("distinct nodes within 3 hops of 50 random nodes", "queries/s"),
  W6("breadth-first over out-edges from 8 random nodes, 1 thread", "edges/s"),
  W6P("breadth-first as W6, with 2 threads and from both directions", "edges/s"),
  W7PR("PageRank, 10 iterations, 1 thread", "edges/s"),
  W7WCC("weakly connected components, 1 thread", "edges/s"),
  W7TRI("triangles, whatever the direction, 1 thread", "edges/s");

  /// What is done.
  final String description;

  /// The unit of its figures.
  final String unit;

  Work(String description, String unit) {
    this.description = description;
    this.unit = unit;
  }

  /// Returns the work of a name, such as `W5b`.
  ///
  /// @throws IllegalArgumentException if there is none
  static Work of(String name) {
    return valueOf(name.toUpperCase(Locale.ROOT));
  }

  /// Returns the name as it is written in tables and given on the command line.
  String label() {
    return name().substring(0, 2) + name().substring(2).toLowerCase(Locale.ROOT);
  }

  /// Returns whether it reads a graph that is there already.
  boolean reads() {
    return compareTo(W4) >= 0;
  }

  /// Returns whether it is an algorithm over the whole graph that LMDB was not taught.
  boolean isAlgorithm() {
    return compareTo(W6) > 0;
  }

  /// Returns how many hops a [#W5B] or [#W5C] query goes.
  int hops() {
    return this == W5B ? 2 : 3;
  }
}
