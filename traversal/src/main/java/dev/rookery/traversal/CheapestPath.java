package dev.rookery.traversal;

import dev.rookery.graph.Direction;
import dev.rookery.graph.ReadTransaction;
import dev.rookery.traversal.engine.RegionRun;
import dev.rookery.traversal.engine.Steps;
import dev.rookery.traversal.run.EdgeSelection;
import dev.rookery.traversal.run.PageAccess;
import dev.rookery.traversal.run.RunOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongToDoubleFunction;

/// A search for a way between two nodes whose edges have the least sum of weights, described once
/// and run on any snapshot.
///
/// ```java
/// Optional<CheapestPath.Found> way =
///     CheapestPath.between(ada, grace).out("ROAD").weight("km").find(tx);
/// ```
///
/// Without a heuristic it is the algorithm of Dijkstra (*A Note on Two Problems in Connexion with
/// Graphs*, 1959); with one it is A* (Hart, Nilsson, Raphael, 1968). Of several cheapest ways one
/// is returned, always the same for the same snapshot. O(edges of the nodes nearer than the end,
/// times log nodes) time and 60 to 120 bytes for each node met: on the heap, or with [RunOptions]
/// off it within their budget, and beyond that in nameless files.
///
/// Every edge that is walked must have the weight, a number that is not negative. A description is
/// immutable and thread-safe; each run belongs to one thread and ends with the exception of a
/// heuristic that throws.
public final class CheapestPath {
  private final long start;
  private final long end;
  private final EdgeSelection selection;
  private final String weight;
  private final LongToDoubleFunction heuristic;

  /// A way and what it costs.
  ///
  /// @param path the way
  /// @param weight the sum of its weights, added from the start on
  public record Found(Path path, double weight) {}

  private CheapestPath(
      long start,
      long end,
      EdgeSelection selection,
      String weight,
      LongToDoubleFunction heuristic) {
    this.start = start;
    this.end = end;
    this.selection = selection;
    this.weight = weight;
    this.heuristic = heuristic;
  }

  /// Searches from one node to another; the same node twice gives a path without edges.
  public static CheapestPath between(long start, long end) {
    return new CheapestPath(start, end, EdgeSelection.NONE, "", _ -> 0);
  }

  /// Walks edges from source to target as well: of these types, or of all types if none is named.
  public CheapestPath out(String... types) {
    return with(selection.and(Direction.OUT, types));
  }

  /// Walks edges from target to source as well: of these types, or of all types if none is named.
  public CheapestPath in(String... types) {
    return with(selection.and(Direction.IN, types));
  }

  /// Walks edges both ways as well: of these types, or of all types if none is named.
  public CheapestPath both(String... types) {
    return with(selection.and(Direction.BOTH, types));
  }

  /// Takes this property as the weight of an edge.
  public CheapestPath weight(String key) {
    return new CheapestPath(start, end, selection, key, heuristic);
  }

  /// Looks first where a function promises the least. It is given the id of a node and returns an
  /// estimate of the sum of weights from there to the end, once for each node that is met.
  ///
  /// If it never says more than is true, the way is a cheapest one; else it is some way. Infinity
  /// says that the end cannot be reached from there.
  public CheapestPath heuristic(LongToDoubleFunction estimate) {
    return new CheapestPath(start, end, selection, weight, estimate);
  }

  /// Searches and returns a cheapest path, or nothing if there is none.
  ///
  /// @throws dev.rookery.graph.error.NodeNotFoundException if an end does not exist
  /// @throws dev.rookery.graph.error.PropertyException if an edge has no weight, or a negative one
  /// @throws IllegalArgumentException if the heuristic gives a negative number or none
  /// @throws IllegalStateException if no edges or no weight were described
  public Optional<Found> find(ReadTransaction tx) {
    return find(tx, WalkRoom.HEAP);
  }

  /// As [#find(ReadTransaction)], with options: for searches that meet much of a graph. One worker
  /// searches, since each step depends on the one before, and reads mapped pages.
  ///
  /// @throws dev.rookery.graph.error.OperationCancelledException if the run was cancelled
  /// @throws dev.rookery.traversal.error.RunTimeoutException if it took too long
  public Optional<Found> find(ReadTransaction tx, RunOptions options) {
    RunOptions one = options.withWorkerCount(1).withPages(PageAccess.MAPPED);
    List<Optional<Found>> found = new ArrayList<>();
    try (RegionRun run = RegionRun.begin(tx, one)) {
      run.alone(worker -> found.add(find(tx, WalkRoom.of(run, worker))));
      run.endRound();
    }
    return found.getFirst();
  }

  private Optional<Found> find(ReadTransaction tx, WalkRoom room) {
    if (weight.isEmpty()) {
      throw new IllegalStateException("no weight to add up: say weight");
    }
    CheapestSearch search = new CheapestSearch(Steps.of(tx, selection), weight, heuristic, room);
    return search.run(start, end)
        ? Optional.of(new Found(search.path(), search.weight()))
        : Optional.empty();
  }

  private CheapestPath with(EdgeSelection changed) {
    return new CheapestPath(start, end, changed, weight, heuristic);
  }
}
