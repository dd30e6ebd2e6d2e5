package dev.rookery.benchmarks.pattern;

import java.util.List;
import java.util.function.ToLongFunction;

/// A pattern that is counted, in all ways.
///
/// Edges of type `E` are those of the graph; edges of type `U` lead from the larger to the smaller
/// node, once for each two nodes that are joined.
///
/// @param name for the table
/// @param text the query
/// @param cypher the same for peers
/// @param plain how it is counted by hand
record CountedPattern(String name, String text, String cypher, ToLongFunction<PlainCounts> plain) {

  private static CountedPattern same(String name, String text, ToLongFunction<PlainCounts> plain) {
    return new CountedPattern(name, text, text, plain);
  }

  /// Returns all.
  static List<CountedPattern> all() {
    String triangle = "MATCH (a)-[:U]->(b)-[:U]->(c), (a)-[:U]->(c) RETURN count(*)";
    String clique =
        "MATCH (a)-[:U]->(b)-[:U]->(c)-[:U]->(d), (a)-[:U]->(c), (a)-[:U]->(d), (b)-[:U]->(d)"
            + " RETURN count(*)";
    String cycle = "MATCH (a)-[:E]->(b)-[:E]->(c)-[:E]->(d)-[:E]->(a) RETURN count(*)";
    String path = "(a)-[:E]->(b)-[:E]->(c)-[:E]->(d)-[:E]->(e)-[:E]->(f)";
    String stranger =
        "MATCH (a)-[:E]->(b)-[:E]->(c) WHERE a <> c AND NOT (a)-[:E]->(c) RETURN count(*)";
    return List.of(
        same("triangles, rows merged", triangle, PlainCounts::mergedTriangles),
        same("triangles", triangle, PlainCounts::triangles),
        same("4-cliques", clique, PlainCounts::cliques),
        same("4-cycles", cycle, PlainCounts::cycles),
        new CountedPattern(
            "5-paths",
            "MATCH REPEATABLE ELEMENTS " + path + " RETURN count(*)",
            // Edges are compared within one MATCH only.
            "MATCH (a)-[:E]->(b) MATCH (b)-[:E]->(c) MATCH (c)-[:E]->(d) MATCH (d)-[:E]->(e)"
                + " MATCH (e)-[:E]->(f) RETURN count(*)",
            PlainCounts::walks),
        same("friends of friends who are none", stranger, PlainCounts::strangers));
  }
}
