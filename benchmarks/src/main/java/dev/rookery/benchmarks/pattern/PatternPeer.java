package dev.rookery.benchmarks.pattern;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.OptionalLong;

/// Another graph database that counts the same patterns, found as a service. Belongs to one thread.
public interface PatternPeer extends AutoCloseable {
  /// Returns its name, for the table.
  String name();

  /// Makes its database: nodes without properties, and edges between them, by numbers from 0.
  ///
  /// @param types of the edges
  /// @param sources for each type the node at which each of its edges starts
  /// @param targets for each type the node at which each of its edges ends
  void load(Path directory, int nodeCount, String[] types, int[][] sources, int[][] targets)
      throws IOException;

  /// Returns the number that a query in Cypher returns, or nothing if it takes longer than a limit
  /// or more memory than it may.
  OptionalLong count(String cypher, Duration limit);

  @Override
  void close();
}
