package dev.rookery.traversal;

import dev.rookery.graph.Direction;
import dev.rookery.graph.Edge;
import dev.rookery.graph.Node;
import dev.rookery.graph.ReadTransaction;
import dev.rookery.graph.index.NodeQuery;
import dev.rookery.traversal.engine.BreadthFirstKernel;
import dev.rookery.traversal.engine.Steps;
import dev.rookery.traversal.frontier.SlotLevels;
import dev.rookery.traversal.frontier.SlotSet;
import dev.rookery.traversal.run.EdgeSelection;
import dev.rookery.traversal.run.RunOptions;
import dev.rookery.traversal.run.RunReport;
import it.unimi.dsi.fastutil.longs.LongArrayList;
import java.util.Collection;
import java.util.Objects;
import java.util.PrimitiveIterator;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// A walk through the graph, described once and run on any snapshot.
///
/// ```java
/// Traversal friends = Traversal.from(ada).out("KNOWS").minDepth(1).maxDepth(2);
/// for (Node friend : friends.nodes(tx)) …
/// ```
///
/// A description is immutable and thread-safe: every method returns another one. A run reads one
/// transaction, which may be a write transaction (it sees what that has changed so far), and
/// belongs to one thread.
///
/// **What is walked.** The edges named by [#out], [#in] and [#both], which add up; an edge that is
/// named twice is walked once, and so is a self loop that is named from both of its ends. Types
/// that do not exist have no edges.
///
/// **What is returned.** The start nodes, at depth 0, and every node that an edge leads to, unless
///
/// 1. its uniqueness forbids it ([#uniqueness], [Uniqueness#NODE] unless said otherwise);
/// 2. an edge filter rejects the edge: it is as if the edge did not exist;
/// 3. a node filter rejects the node: it is as if the node did not exist, for start nodes as well;
/// 4. an evaluator excludes it, or its depth is below [#minDepth]; the traversal walks on through
///    it.
///
/// It walks on from a node unless an evaluator prunes there or the depth is [#maxDepth]. With
/// [Uniqueness#NODE], the first arrival at a node decides, and the start nodes count as arrived at
/// depth 0. The same node given twice is one start. Depths are `int`s: without a maxDepth a walk
/// ends at depth 2^31 - 1.
///
/// **Order.** Breadth-first (the default): all nodes of a depth before those of the next.
/// Depth-first: exact pre-order, one start after the other, neighbours in adjacency order: by
/// described type and direction, then by their places in the store. Where both `NODE` and a
/// maxDepth are given, a depth-first run may miss nodes within the depth, since it has met them on
/// a longer way before; breadth-first runs do not.
///
/// **Running.** Results are lazy: each call of `iterator()` begins a run, which reads as far as it
/// is asked. Start nodes that do not exist are a [dev.rookery.graph.error.NodeNotFoundException] at
/// that moment, and descriptions that are contradictory or might never end are an
/// [IllegalStateException]. An exception of a callback ends the run and passes through. After the
/// transaction has closed, a run fails with the transaction's exception. The graph must not be
/// changed while a run goes on: collect first, then change.
///
/// **Large runs.** With [RunOptions], a run keeps its state off the heap within a budget (beyond it
/// in nameless files), can be given up, and reports what it did. A breadth-first run with
/// [Uniqueness#NODE] goes over regions then, with several workers, level by level. It returns the
/// same nodes at the same depths, and what callbacks are shown depends on neither workers nor
/// budget, but some things are different:
///
/// 1. Nodes of a depth come in the order of their places in the store.
/// 2. The way to a node is one over the parent whose place comes first, by the first edge in
///    adjacency order that the edge filter lets pass.
/// 3. Filters and evaluators are called by several threads at once, in any order within a depth.
///    The views that they get, from the position as well, are moved to other nodes and edges after
///    the call; ids and paths may be kept.
///
/// Where neither depths nor an evaluator have a say, [#count(ReadTransaction, RunOptions)] and
/// [#subgraph(ReadTransaction, RunOptions)] go over regions in any order instead, which reads a
/// graph larger than memory in fewer passes. Depth-first runs, and other kinds of uniqueness, are
/// the same with options as without: in their exact order, by one worker, pages mapped.
public final class Traversal {
  private final Starts starts;
  private final EdgeSelection selection;
  private final Shape shape;
  private final Filters filters;

  private Traversal(Starts starts, EdgeSelection selection, Shape shape, Filters filters) {
    this.starts = starts;
    this.selection = selection;
    this.shape = shape;
    this.filters = filters;
  }

  /// Starts at nodes, given by their ids.
  public static Traversal from(long... nodes) {
    long[] ids = nodes.clone();
    return new Traversal(tx -> ids, EdgeSelection.NONE, Shape.DEFAULT, Filters.NONE);
  }

  /// Starts at nodes, given by their ids.
  public static Traversal from(Collection<Long> nodes) {
    long[] ids = nodes.stream().mapToLong(Long::longValue).toArray();
    return new Traversal(tx -> ids, EdgeSelection.NONE, Shape.DEFAULT, Filters.NONE);
  }

  /// Starts at all nodes that have a label when it is run.
  public static Traversal fromLabel(String label) {
    return fromNodes(NodeQuery.of(label));
  }

  /// Starts at the nodes that a query finds when it is run: by an index, if one serves.
  public static Traversal fromNodes(NodeQuery query) {
    Objects.requireNonNull(query);
    return new Traversal(
        tx -> Starts.idsOf(tx.findNodes(query)), EdgeSelection.NONE, Shape.DEFAULT, Filters.NONE);
  }

  // What is walked

  /// Walks edges from source to target as well: of these types, or of all types if none is named.
  public Traversal out(String... types) {
    return with(selection.and(Direction.OUT, types));
  }

  /// Walks edges from target to source as well: of these types, or of all types if none is named.
  public Traversal in(String... types) {
    return with(selection.and(Direction.IN, types));
  }

  /// Walks edges both ways as well: of these types, or of all types if none is named.
  public Traversal both(String... types) {
    return with(selection.and(Direction.BOTH, types));
  }

  /// Walks the edges of a selection instead of those that were named.
  Traversal along(EdgeSelection edges) {
    return with(edges);
  }

  /// Follows only edges that pass; of several filters, all must let them. How often an edge is
  /// asked about, and in which order, is not promised.
  public Traversal edgeFilter(Predicate<? super Edge> filter) {
    return with(filters.andEdge(Objects.requireNonNull(filter)));
  }

  /// Neither returns nor walks through nodes that do not pass; of several filters, all must let
  /// them.
  public Traversal nodeFilter(Predicate<? super Node> filter) {
    return with(filters.andNode(Objects.requireNonNull(filter)));
  }

  // In which order and how far

  /// Goes breadth-first: all nodes of a depth before those of the next.
  public Traversal breadthFirst() {
    return with(shape.withDepthFirst(false));
  }

  /// Goes depth-first: a node, then all that is reached through it, then its next sibling.
  public Traversal depthFirst() {
    return with(shape.withDepthFirst(true));
  }

  /// Walks through nodes before this depth without returning them. 0 unless said otherwise.
  ///
  /// @throws IllegalArgumentException if it is negative
  public Traversal minDepth(int depth) {
    return with(shape.withMinDepth(depth));
  }

  /// Does not walk on from nodes at this depth. Unlimited unless said otherwise.
  ///
  /// @throws IllegalArgumentException if it is negative
  public Traversal maxDepth(int depth) {
    return with(shape.withMaxDepth(depth));
  }

  /// Says what may be met more than once. [Uniqueness#NODE] unless said otherwise.
  public Traversal uniqueness(Uniqueness uniqueness) {
    return with(shape.withUniqueness(Objects.requireNonNull(uniqueness)));
  }

  /// Asks about each node whether it is returned and whether to walk on. Of several evaluators all
  /// must include, and all must continue.
  public Traversal evaluate(Evaluator evaluator) {
    return with(filters.andEvaluator(Objects.requireNonNull(evaluator)));
  }

  // Results

  /// Returns the nodes. Lazy.
  public Iterable<Node> nodes(ReadTransaction tx) {
    return results(tx, false, Arrival::node);
  }

  /// Returns, for each node, the way by which it was reached. Lazy.
  public Iterable<Path> paths(ReadTransaction tx) {
    return results(tx, true, Arrival::path);
  }

  /// Begins a run that gives the ids of the nodes. Lazy; makes no object for a node.
  public PrimitiveIterator.OfLong ids(ReadTransaction tx) {
    return Lookahead.ids(begin(tx, steps(tx), false));
  }

  /// Runs and passes each position to a consumer, which must not keep it.
  public void forEach(ReadTransaction tx, Consumer<? super Position> consumer) {
    Run run = begin(tx, steps(tx), true);
    while (run.next()) {
      consumer.accept(run.position());
    }
  }

  /// Runs and returns how many nodes (or paths, where nodes may come again) there are.
  public long count(ReadTransaction tx) {
    Steps steps = steps(tx);
    if (isPlain(steps)) {
      long[] sizes = kernel(tx, steps, null).sizes();
      long count = 0;
      for (int depth = shape.minDepth(); depth < sizes.length; depth++) {
        count += sizes[depth];
      }
      return count;
    }
    long count = 0;
    for (Run run = begin(tx, steps, false); run.next(); ) {
      count++;
    }
    return count;
  }

  /// Runs and returns the nodes with all edges of the walked types between them.
  public Subgraph subgraph(ReadTransaction tx) {
    Steps steps = steps(tx);
    if (isPlain(steps) && shape.minDepth() == 0) {
      return new Subgraph(steps, kernel(tx, steps, null).seen(), null);
    }
    SlotSet slots = new SlotSet(steps.graph()::slotCount);
    for (Run run = begin(tx, steps, false); run.next(); ) {
      slots.add(run.position().slot());
    }
    return new Subgraph(steps, slots, filters.edge());
  }

  /// Runs and returns the distance of each node from the start nodes.
  ///
  /// @throws IllegalStateException if the traversal is not breadth-first with [Uniqueness#NODE]
  public BreadthFirstLevels levels(ReadTransaction tx) {
    if (shape.depthFirst() || shape.uniqueness() != Uniqueness.NODE) {
      throw new IllegalStateException("levels need a breadth-first traversal with NODE " + shape);
    }
    Steps steps = steps(tx);
    SlotLevels levels = new SlotLevels();
    if (isPlain(steps) && shape.minDepth() == 0) {
      BreadthFirstKernel kernel = kernel(tx, steps, levels);
      return new BreadthFirstLevels(tx, levels, kernel.sizes(), kernel.edgesWalked());
    }
    LongArrayList sizes = new LongArrayList();
    BreadthFirstRun run =
        new BreadthFirstRun(steps, starts.in(tx), shape, filters, linked(false), WalkRoom.HEAP);
    while (run.next()) {
      Arrival position = run.position();
      levels.set(position.slot(), position.depth());
      sizes.size(Math.max(sizes.size(), position.depth() + 1));
      sizes.set(position.depth(), sizes.getLong(position.depth()) + 1);
    }
    return new BreadthFirstLevels(tx, levels, sizes.toLongArray(), run.edgesWalked());
  }

  // Results of large runs

  /// As [#forEach(ReadTransaction, Consumer)], with options: for walks over much of a graph.
  ///
  /// The consumer is called by the caller's thread.
  ///
  /// @return what was done
  /// @throws dev.rookery.graph.error.OperationCancelledException if the run was cancelled
  /// @throws dev.rookery.traversal.error.RunTimeoutException if it took too long
  public RunReport forEach(
      ReadTransaction tx, RunOptions options, Consumer<? super Position> consumer) {
    return regionWalk(tx, options).forEach(consumer);
  }

  /// As [#count(ReadTransaction)], with options.
  ///
  /// @throws dev.rookery.graph.error.OperationCancelledException if the run was cancelled
  /// @throws dev.rookery.traversal.error.RunTimeoutException if it took too long
  public long count(ReadTransaction tx, RunOptions options) {
    return regionWalk(tx, options).count();
  }

  /// As [#subgraph(ReadTransaction)], with options.
  ///
  /// @throws dev.rookery.graph.error.OperationCancelledException if the run was cancelled
  /// @throws dev.rookery.traversal.error.RunTimeoutException if it took too long
  public Subgraph subgraph(ReadTransaction tx, RunOptions options) {
    return regionWalk(tx, options).subgraph();
  }

  /// Runs and returns which nodes were returned, and at which depth each.
  ///
  /// @throws IllegalStateException if the traversal is not breadth-first with [Uniqueness#NODE]
  /// @throws dev.rookery.graph.error.OperationCancelledException if the run was cancelled
  /// @throws dev.rookery.traversal.error.RunTimeoutException if it took too long
  public Reached reach(ReadTransaction tx, RunOptions options) {
    return regionWalk(tx, options).reach(false);
  }

  /// As [#reach], and keeps the ways: from each node its parent.
  ///
  /// @throws IllegalStateException if the traversal is not breadth-first with [Uniqueness#NODE]
  /// @throws UnsupportedOperationException if the graph has 2^31 slots or more
  /// @throws dev.rookery.graph.error.OperationCancelledException if the run was cancelled
  /// @throws dev.rookery.traversal.error.RunTimeoutException if it took too long
  public Reached reachWithPaths(ReadTransaction tx, RunOptions options) {
    return regionWalk(tx, options).reach(true);
  }

  private RegionWalk regionWalk(ReadTransaction tx, RunOptions options) {
    return new RegionWalk(tx, options, steps(tx), starts.in(tx), shape, filters);
  }

  private <T> Iterable<T> results(
      ReadTransaction tx, boolean paths, Function<? super Arrival, ? extends T> result) {
    return () -> Lookahead.iterator(begin(tx, steps(tx), paths), result);
  }

  private Steps steps(ReadTransaction tx) {
    shape.checkComplete();
    return Steps.of(tx, selection);
  }

  private Run begin(ReadTransaction tx, Steps steps, boolean paths) {
    long[] ids = starts.in(tx);
    return shape.depthFirst()
        ? new DepthFirstRun(steps, ids, shape, filters, WalkRoom.HEAP)
        : new BreadthFirstRun(steps, ids, shape, filters, linked(paths), WalkRoom.HEAP);
  }

  /// Returns whether the ways must be kept: for the results, an evaluator that may ask, or the
  /// uniqueness of a path.
  private boolean linked(boolean paths) {
    return paths
        || filters.evaluator() != null
        || shape.uniqueness() == Uniqueness.PATH
        || shape.uniqueness() == Uniqueness.TRAIL;
  }

  /// Returns whether the plain kernel reaches the same nodes.
  private boolean isPlain(Steps steps) {
    return filters.isEmpty() && shape.reachesLevels() && BreadthFirstKernel.fits(steps);
  }

  private BreadthFirstKernel kernel(ReadTransaction tx, Steps steps, @Nullable SlotLevels levels) {
    BreadthFirstKernel kernel = new BreadthFirstKernel(steps, levels);
    kernel.run(starts.in(tx), shape.maxDepth());
    return kernel;
  }

  private Traversal with(EdgeSelection changed) {
    return new Traversal(starts, changed, shape, filters);
  }

  private Traversal with(Shape changed) {
    return new Traversal(starts, selection, changed, filters);
  }

  private Traversal with(Filters changed) {
    return new Traversal(starts, selection, shape, changed);
  }
}
