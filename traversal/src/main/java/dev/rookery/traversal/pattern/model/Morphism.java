package dev.rookery.traversal.pattern.model;

/// Which parts of a pattern may be matched by the same part of the graph.
///
/// Holds within one [PatternPart]: an optional part and one inside of a condition compare only what
/// they match themselves, together with the nodes of the outer pattern that they name.
public enum Morphism {
  /// Any may: two variables may be the same node, and two edges of the pattern the same edge.
  HOMOMORPHISM,

  /// No two edges of the pattern, those within paths of variable length included, are the same
  /// edge. Two variables may be the same node. The default, as in Cypher and in GQL's `DIFFERENT
  /// EDGES`.
  DISTINCT_EDGES,

  /// No two edges are the same edge, and no two variables, nodes within paths of variable length
  /// included, are the same node: subgraph isomorphism.
  DISTINCT_NODES
}
