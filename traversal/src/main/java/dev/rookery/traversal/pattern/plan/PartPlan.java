package dev.rookery.traversal.pattern.plan;

import dev.rookery.traversal.pattern.model.Expression;
import dev.rookery.traversal.pattern.model.Morphism;
import java.util.List;

/// How one part of a pattern is matched.
///
/// @param scope its variables and those of the outer pattern
/// @param morphism what may be the same
/// @param isPossible whether there can be a match at all: not if an edge has no type that exists
/// @param outerNodes nodes of the outer pattern that the part has: all must be there
/// @param outerLabels for each of these the labels of which it must have one, as expressions
/// @param first what must hold before anything is bound
/// @param steps what is done, one after the other
/// @param nodes the nodes of the part, those of the outer pattern included
/// @param boundEdges edges that steps bind
/// @param paths paths that steps bind
/// @param countedEdges edges that are only counted
/// @param conflicts where nodes are the same so that two edges that must be different may not be
/// @param order positions in [#nodes] in the order in which they are bound
/// @param symmetries ways to exchange the nodes of the part that leave it as it is, the first of
///   them none: for each of [#nodes] the node that stands for it. One if matches are not merely
///   counted
/// @param tails for each step what the rest depends on, if its count may be kept
@SuppressWarnings("ArrayRecordComponent") // Never compared.
public record PartPlan(
    Scope scope,
    Morphism morphism,
    boolean isPossible,
    List<Integer> outerNodes,
    List<Expression> outerLabels,
    List<Expression> first,
    List<Step> steps,
    int[] nodes,
    int[] boundEdges,
    int[] paths,
    List<CountedEdge> countedEdges,
    List<Conflict> conflicts,
    int[] order,
    List<int[]> symmetries,
    List<Tail> tails) {

  /// What the number of matches of all steps from one on depends on.
  ///
  /// @param kind what is kept
  /// @param node the node whose slot it is kept by
  /// @param isPerStart whether it also depends on the node that the first step binds
  public record Tail(Kind kind, int node, boolean isPerStart) {
    /// It depends on too much.
    public static final Tail NONE = new Tail(Kind.NOTHING, -1, false);

    /// What is kept.
    public enum Kind {
      /// Nothing: it depends on too much, or is never asked for again.
      NOTHING,
      /// The number of matches.
      MATCHES,
      /// What the rows of the last step have in common, whether or not these are nodes that are
      /// bound already.
      ROWS
    }
  }
}
