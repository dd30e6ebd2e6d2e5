package dev.rookery.benchmarks.work;

import java.io.IOException;

/// A store, or something in place of one, that does works.
///
/// Belongs to one thread. Files are made below a directory of its own and deleted by [#close].
interface Peer extends AutoCloseable {
  /// Name of the property of nodes that is read by [Work#W4].
  String NUMBER = "number";

  /// How many edges a transaction of [Work#W3] has.
  int BATCH_EDGES = 50_000;

  /// How many threads [Work#W2] has.
  int WRITER_COUNT = 20;

  /// Returns the name, as in `--peers` and in tables.
  String name();

  /// Returns whether this peer does a work at all.
  boolean does(Work work);

  /// Makes the graph that works read.
  void load() throws IOException;

  /// Does a work once.
  ///
  /// @throws IllegalStateException if the result is wrong
  Outcome run(Work work, Queries queries, Budget budget) throws IOException;

  @Override
  void close() throws IOException;

  /// Returns the property of a node of the loaded graph, by its number.
  static long numberOf(int node) {
    return node * 1_000_003L;
  }
}
