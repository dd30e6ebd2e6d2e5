package dev.rookery.traversal;

import dev.rookery.graph.store.PhysicalGraph;
import dev.rookery.traversal.engine.EndedRun;
import dev.rookery.traversal.engine.Steps;
import dev.rookery.traversal.frontier.SlotBits;
import dev.rookery.traversal.frontier.SlotInts;
import dev.rookery.traversal.run.RunReport;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;

/// The nodes that a large run of a traversal has returned, how far each is from the start nodes,
/// and, if that was asked for, the way to each.
///
/// Immutable and thread-safe. Nodes can be asked for until the transaction closes; the sizes stay.
/// Takes 4 bytes and a bit for each node of the graph, and 4 more for ways, outside of the heap or
/// in nameless files, until nobody refers to it any more.
public final class Reached {
  private final Steps steps;
  private final Filters filters;
  private final PhysicalGraph graph;
  private final SlotBits slots;
  private final SlotInts depths;
  private final Optional<ParentSlots> parents;
  private final long[] sizes;
  private final EndedRun ended;

  /// Takes each node that was returned and its depth.
  @FunctionalInterface
  public interface Visitor {
    /// Is told of one node.
    void visit(long node, int depth);
  }

  Reached(Steps steps, Filters filters, LevelWalk walk, EndedRun ended, boolean keepsWays) {
    this.steps = steps;
    this.filters = filters;
    this.ended = ended;
    graph = steps.graph();
    slots = new SlotBits(walk.returned(), graph.slotCount());
    depths = Objects.requireNonNull(walk.depths());
    parents = keepsWays ? Optional.ofNullable(walk.parents()) : Optional.empty();
    sizes = walk.sizes();
  }

  /// Returns how many nodes were returned. O(depths).
  public long nodeCount() {
    long count = 0;
    for (long size : sizes) {
      count += size;
    }
    return count;
  }

  /// Returns how many nodes were returned at each depth, from 0 on. O(depths).
  public long[] sizes() {
    return sizes.clone();
  }

  /// Returns whether a node was returned. O(1).
  ///
  /// @throws dev.rookery.graph.error.NodeNotFoundException if there is no such node
  public boolean contains(long node) {
    return slots.contains(graph.slotOf(node));
  }

  /// Returns how many edges lead from a start node to a node, or nothing if it was not returned.
  /// O(1).
  ///
  /// @throws dev.rookery.graph.error.NodeNotFoundException if there is no such node
  public OptionalInt depth(long node) {
    int depth = depths.get(graph.slotOf(node));
    return depth == 0 ? OptionalInt.empty() : OptionalInt.of(depth - 1);
  }

  /// Returns the way by which a node was reached, or nothing if it was not returned. Asks the edge
  /// filter. O(depth · log degree).
  ///
  /// @throws dev.rookery.graph.error.NodeNotFoundException if there is no such node
  /// @throws IllegalStateException if the run has kept no ways
  public Optional<Path> path(long node) {
    ParentSlots kept =
        parents.orElseThrow(
            () -> new IllegalStateException("ways were not kept: say reachWithPaths node=" + node));
    long slot = graph.slotOf(node);
    return slots.contains(slot)
        ? Optional.of(new ParentEdges(steps, kept, filters.edge()).path(slot))
        : Optional.empty();
  }

  /// Hands out all nodes with their depths, in the order of their places in the store.
  public void forEach(Visitor visitor) {
    for (long slot = slots.next(0); slot >= 0; slot = slots.next(slot + 1)) {
      visitor.visit(graph.nodeOf(slot), depths.get(slot) - 1);
    }
  }

  /// Returns the nodes with all edges of the walked types between them.
  public Subgraph subgraph() {
    return new Subgraph(steps, slots, filters.edge());
  }

  /// Returns what the run has done: a round for each level.
  public RunReport report() {
    return ended.report();
  }
}
