package dev.rookery.benchmarks.pattern;

import java.util.function.ToLongFunction;

/// A pattern that is counted, in all ways.
///
/// Edges of type `E` are those of the graph; edges of type `U` lead from the larger to the smaller
/// node, once for each two nodes that are joined.
///
/// @param name for the table
/// @param text the query
/// @param plain how it is counted by hand
record CountedPattern(String name, String text, ToLongFunction<PlainCounts> plain) {
  static final CountedPattern TRIANGLES =
      new CountedPattern(
          "triangles",
          "MATCH REPEATABLE ELEMENTS (a)-[:U]->(b)-[:U]->(c), (a)-[:U]->(c) RETURN count(*)",
          PlainCounts::triangles);

  static final CountedPattern MERGED_TRIANGLES =
      new CountedPattern("triangles, CSR merged", TRIANGLES.text, PlainCounts::mergedTriangles);

  static final CountedPattern CLIQUES =
      new CountedPattern(
          "4-cliques",
          "MATCH REPEATABLE ELEMENTS (a)-[:U]->(b)-[:U]->(c)-[:U]->(d), (a)-[:U]->(c),"
              + " (a)-[:U]->(d), (b)-[:U]->(d) RETURN count(*)",
          PlainCounts::cliques);

  static final CountedPattern CYCLES =
      new CountedPattern(
          "4-cycles",
          "MATCH REPEATABLE ELEMENTS (a)-[:E]->(b)-[:E]->(c)-[:E]->(d)-[:E]->(a) RETURN count(*)",
          PlainCounts::cycles);

  static final CountedPattern WALKS =
      new CountedPattern(
          "5-paths",
          "MATCH REPEATABLE ELEMENTS (a)-[:E]->(b)-[:E]->(c)-[:E]->(d)-[:E]->(e)-[:E]->(f)"
              + " RETURN count(*)",
          PlainCounts::walks);

  static final CountedPattern STRANGERS =
      new CountedPattern(
          "friends of friends who are none",
          "MATCH REPEATABLE ELEMENTS (a)-[:E]->(b)-[:E]->(c)"
              + " WHERE a <> c AND NOT (a)-[:E]->(c) RETURN count(*)",
          PlainCounts::strangers);
}
