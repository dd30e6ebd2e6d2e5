package dev.rookery.traversal;

import dev.rookery.graph.Direction;
import dev.rookery.graph.Edge;
import dev.rookery.graph.Node;
import dev.rookery.graph.ReadTransaction;
import dev.rookery.traversal.engine.Steps;
import dev.rookery.traversal.run.EdgeSelection;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Predicate;

/// A search for a way with as few edges as possible between two nodes, described once and run on
/// any snapshot.
///
/// ```java
/// Optional<Path> way = ShortestPath.between(ada, grace).both("KNOWS").maxLength(6).find(tx);
/// ```
///
/// Directions are those of the way from the first node to the second. Filters and types mean what
/// they mean for a [Traversal]; the node filter is asked about the two ends as well. Of several
/// shortest ways one is returned, always the same for the same snapshot.
///
/// The search goes breadth-first from both ends and always expands the side whose outermost nodes
/// have fewer edges. O(edges within half the distance of either end). A description is immutable
/// and thread-safe; each run belongs to one thread, begins with a
/// [dev.rookery.graph.error.NodeNotFoundException] if an end does not exist, and ends with the
/// exception of a filter that throws.
public final class ShortestPath {
  private final long start;
  private final long end;
  private final EdgeSelection selection;
  private final Filters filters;
  private final int maxLength;

  private ShortestPath(
      long start, long end, EdgeSelection selection, Filters filters, int maxLength) {
    this.start = start;
    this.end = end;
    this.selection = selection;
    this.filters = filters;
    this.maxLength = maxLength;
  }

  /// Searches from one node to another; the same node twice gives a path without edges.
  public static ShortestPath between(long start, long end) {
    return new ShortestPath(start, end, EdgeSelection.NONE, Filters.NONE, Shape.UNLIMITED);
  }

  /// Walks edges from source to target as well: of these types, or of all types if none is named.
  public ShortestPath out(String... types) {
    return with(selection.and(Direction.OUT, types));
  }

  /// Walks edges from target to source as well: of these types, or of all types if none is named.
  public ShortestPath in(String... types) {
    return with(selection.and(Direction.IN, types));
  }

  /// Walks edges both ways as well: of these types, or of all types if none is named.
  public ShortestPath both(String... types) {
    return with(selection.and(Direction.BOTH, types));
  }

  /// Follows only edges that pass; of several filters, all must let them.
  public ShortestPath edgeFilter(Predicate<? super Edge> filter) {
    return with(filters.andEdge(Objects.requireNonNull(filter)));
  }

  /// Goes only through nodes that pass, the two ends as well; of several filters, all must let
  /// them.
  public ShortestPath nodeFilter(Predicate<? super Node> filter) {
    return with(filters.andNode(Objects.requireNonNull(filter)));
  }

  /// Gives up beyond this number of edges. Unlimited unless said otherwise.
  ///
  /// @throws IllegalArgumentException if it is negative
  public ShortestPath maxLength(int edgeCount) {
    if (edgeCount < 0) {
      throw new IllegalArgumentException("length is negative maxLength=" + edgeCount);
    }
    return new ShortestPath(start, end, selection, filters, edgeCount);
  }

  /// Searches and returns a shortest path, or nothing if there is none.
  ///
  /// @throws IllegalStateException if no edges were described
  public Optional<Path> find(ReadTransaction tx) {
    BidirectionalSearch search =
        new BidirectionalSearch(Steps.of(tx, selection), filters, maxLength);
    return search.run(start, end) ? Optional.of(search.path()) : Optional.empty();
  }

  /// Searches and returns the number of edges of a shortest path, or nothing if there is none.
  ///
  /// @throws IllegalStateException if no edges were described
  public OptionalInt distance(ReadTransaction tx) {
    BidirectionalSearch search =
        new BidirectionalSearch(Steps.of(tx, selection), filters, maxLength);
    return search.run(start, end) ? OptionalInt.of(search.length()) : OptionalInt.empty();
  }

  private ShortestPath with(EdgeSelection changed) {
    return new ShortestPath(start, end, changed, filters, maxLength);
  }

  private ShortestPath with(Filters changed) {
    return new ShortestPath(start, end, selection, changed, maxLength);
  }
}
