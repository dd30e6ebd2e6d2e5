package dev.rookery.traversal.pattern.plan;

import dev.rookery.traversal.pattern.model.Expression;
import java.util.List;
import java.util.Map;

/// One step of a plan: binds a variable in all ways that fit what is bound before.
public sealed interface Step {

  /// Returns how many matches are expected behind this step.
  double estimate();

  /// Binds a node to each that there is.
  ///
  /// @param node the variable
  /// @param start where they come from
  /// @param conditions what they must meet
  /// @param estimate how many matches are expected
  record NodeScan(int node, Start start, NodeConditions conditions, double estimate)
      implements Step {}

  /// Binds a node to each that has edges with nodes that are bound: an intersection of sorted rows.
  ///
  /// @param node the variable
  /// @param links edges that there must be; one at least
  /// @param excluded edges that there must not be
  /// @param reused index of an earlier step that has intersected the rows of some of these links,
  ///   or -1
  /// @param ownLinks the links that the reused step has not
  /// @param conditions what they must meet
  /// @param estimate how many matches are expected
  record NodeJoin(
      int node,
      List<Link> links,
      List<Link> excluded,
      int reused,
      List<Link> ownLinks,
      NodeConditions conditions,
      double estimate)
      implements Step {}

  /// Binds an edge between two nodes that are bound.
  ///
  /// @param edge the variable
  /// @param from one end
  /// @param to the other end
  /// @param legs the edges, walked from the first end
  /// @param isDistinct whether it must be another edge than all others that are bound
  /// @param conditions what must hold
  /// @param estimate how many matches are expected
  record EdgeBind(
      int edge,
      int from,
      int to,
      List<Leg> legs,
      boolean isDistinct,
      List<Expression> conditions,
      double estimate)
      implements Step {}

  /// Binds a path, and the node at its end if that is not bound.
  ///
  /// @param path the variable
  /// @param from the end that is bound
  /// @param to the other end
  /// @param isToBound whether that is bound as well
  /// @param isReversed whether it is walked from its last edge to its first
  /// @param legs the edges, walked from the bound end
  /// @param min how many edges it has at least
  /// @param max how many edges it has at most
  /// @param properties what properties of each edge must equal
  /// @param areEdgesDistinct whether its edges are no others that are bound, nor each other
  /// @param areNodesDistinct whether nodes within are none that is bound, nor each other
  /// @param toConditions what the node at the end must meet, if it is not bound
  /// @param conditions what must hold
  /// @param estimate how many matches are expected
  record PathExpand(
      int path,
      int from,
      int to,
      boolean isToBound,
      boolean isReversed,
      List<Leg> legs,
      int min,
      int max,
      Map<String, Expression> properties,
      boolean areEdgesDistinct,
      boolean areNodesDistinct,
      NodeConditions toConditions,
      List<Expression> conditions,
      double estimate)
      implements Step {}
}
