package dev.rookery.traversal;

import dev.rookery.graph.BulkLoader;
import dev.rookery.graph.Direction;
import dev.rookery.graph.Edge;
import dev.rookery.graph.NeighborCursor;
import dev.rookery.graph.Node;
import dev.rookery.graph.ReadTransaction;
import dev.rookery.graph.WriteTransaction;
import dev.rookery.traversal.engine.RegionRun;
import dev.rookery.traversal.engine.Steps;
import dev.rookery.traversal.frontier.SlotBits;
import dev.rookery.traversal.frontier.SlotSet;
import dev.rookery.traversal.frontier.Slots;
import dev.rookery.traversal.run.EdgeSelection;
import dev.rookery.traversal.run.PageAccess;
import dev.rookery.traversal.run.RunOptions;
import java.util.Arrays;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.PrimitiveIterator;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// A set of nodes, and all edges of some types between them.
///
/// *Induced*: an edge belongs to it if both of its ends do and the edge filter of the traversal, if
/// there is one, lets it pass; whether or not a traversal has walked it, and in whichever
/// direction. Each edge once, parallel ones and self loops as well. The nodes are those that
///
/// - are named: [#of(ReadTransaction, EdgeSelection, long...)];
/// - lie no more than some edges away from others: [#around(ReadTransaction, EdgeSelection, int,
///   long...)];
/// - a traversal returned: [Traversal#subgraph(ReadTransaction)], [Reached#subgraph];
/// - rows of a pattern query name: [dev.rookery.traversal.pattern.PatternRows#subgraph].
///
/// ```java
/// Subgraph circle = Subgraph.around(tx, EdgeSelection.both("KNOWS"), 2, ada);
/// long friendships = circle.edgeCount();
/// SubgraphCopy copy = other.write(target -> circle.withEdges(EdgeSelection.out()).copyTo(target));
/// ```
///
/// A view of the transaction, valid until it closes, or, in a write transaction, until it changes
/// something. Only the set of nodes is kept, as a bitmap by region, 8 KiB for each region of 65,536
/// nodes that was touched; edges and properties are read when they are asked for. Immutable;
/// threads may share it, iterators and cursors belong to one thread each. One that was made with
/// [RunOptions] keeps the bitmap off the heap, a bit for each node of the graph, in memory or in a
/// nameless file.
///
/// [#copyTo(WriteTransaction)] and [#copyTo(BulkLoader)] make a graph of it; the module `exchange`
/// writes [#nodes] and [#edges] to CSV files.
public final class Subgraph {
  /// How many nodes are added between two looks at whether to give up.
  private static final int CHECK_MASK = (1 << 10) - 1;

  private final Steps steps;
  private final Slots slots;
  private final @Nullable Predicate<Edge> edgeFilter;

  Subgraph(Steps walked, Slots slots, @Nullable Predicate<Edge> edgeFilter) {
    this.steps = walked.outOfEachType();
    this.slots = slots;
    this.edgeFilter = edgeFilter;
  }

  /// Returns the subgraph of some nodes. O(nodes).
  ///
  /// @param edges says of which types edges are; directions have no meaning here
  /// @param nodes ids; one that is named twice is there once
  /// @throws dev.rookery.graph.error.NodeNotFoundException if there is no such node
  public static Subgraph of(ReadTransaction tx, EdgeSelection edges, long... nodes) {
    return of(tx, edges, Arrays.stream(nodes).iterator());
  }

  /// As [#of(ReadTransaction, EdgeSelection, long...)], of nodes that need not be in an array.
  ///
  /// @throws dev.rookery.graph.error.NodeNotFoundException if there is no such node
  public static Subgraph of(
      ReadTransaction tx, EdgeSelection edges, PrimitiveIterator.OfLong nodes) {
    Steps steps = Steps.of(tx, edges);
    SlotSet slots = new SlotSet(steps.graph()::slotCount);
    while (nodes.hasNext()) {
      slots.add(steps.graph().slotOf(nodes.nextLong()));
    }
    return new Subgraph(steps, slots, null);
  }

  /// As [#of(ReadTransaction, EdgeSelection, PrimitiveIterator.OfLong)], for sets that are large:
  /// with the set off the heap, within the budget.
  ///
  /// @throws dev.rookery.graph.error.NodeNotFoundException if there is no such node
  /// @throws dev.rookery.graph.error.OperationCancelledException if it was cancelled
  /// @throws dev.rookery.traversal.error.RunTimeoutException if it took too long
  public static Subgraph of(
      ReadTransaction tx, EdgeSelection edges, PrimitiveIterator.OfLong nodes, RunOptions options) {
    Steps steps = Steps.of(tx, edges);
    RunOptions one = options.withWorkerCount(1).withPages(PageAccess.MAPPED);
    try (RegionRun run = RegionRun.begin(tx, one)) {
      SlotBits slots = new SlotBits(run.memory().work(), run.slotCount());
      run.alone(worker -> {
        for (long count = 0; nodes.hasNext(); count++) {
          slots.add(steps.graph().slotOf(nodes.nextLong()));
          worker.visited(1);
          if ((count & CHECK_MASK) == 0) {
            run.check();
          }
        }
      });
      run.endRound();
      return new Subgraph(steps, slots, null);
    }
  }

  /// Returns the neighbourhood of nodes: all that a breadth-first search reaches from them over no
  /// more than some edges, and the edges of these types between them. [#withEdges] adds those of
  /// other types. O(edges of what is reached).
  ///
  /// @param edges what is walked, in which directions
  /// @param hopMax how many edges; with 0, only the nodes themselves
  /// @param nodes ids
  /// @throws dev.rookery.graph.error.NodeNotFoundException if there is no such node
  public static Subgraph around(
      ReadTransaction tx, EdgeSelection edges, int hopMax, long... nodes) {
    return Traversal.from(nodes).along(edges).maxDepth(hopMax).subgraph(tx);
  }

  /// As [#around(ReadTransaction, EdgeSelection, int, long...)], over regions with several workers
  /// and a budget.
  ///
  /// @throws dev.rookery.graph.error.NodeNotFoundException if there is no such node
  /// @throws dev.rookery.graph.error.OperationCancelledException if it was cancelled
  /// @throws dev.rookery.traversal.error.RunTimeoutException if it took too long
  public static Subgraph around(
      ReadTransaction tx, EdgeSelection edges, int hopMax, long[] nodes, RunOptions options) {
    return Traversal.from(nodes).along(edges).maxDepth(hopMax).subgraph(tx, options);
  }

  /// Returns the same nodes with all edges of these types between them: also those that the edge
  /// filter of a traversal kept out. O(1), shares the set of nodes.
  ///
  /// @param edges says of which types edges are; directions have no meaning here
  public Subgraph withEdges(EdgeSelection edges) {
    return new Subgraph(Steps.of(steps.transaction(), edges), slots, null);
  }

  // The whole

  /// Returns how many nodes there are. O(1).
  public long nodeCount() {
    return slots.count();
  }

  /// Returns how many edges there are. O(edges of the nodes).
  public long edgeCount() {
    long count = 0;
    SubgraphCursor edges = cursor();
    for (long slot = slots.next(0); slot >= 0; slot = slots.next(slot + 1)) {
      edges.moveTo(slot);
      while (edges.next()) {
        count++;
      }
    }
    return count;
  }

  /// Returns whether a node belongs to it. O(1).
  public boolean contains(long node) {
    ReadTransaction tx = steps.transaction();
    return tx.hasNode(node) && slots.contains(steps.graph().slotOf(node));
  }

  /// Returns the ids of the nodes, in the order of their places in the store. Lazy.
  public PrimitiveIterator.OfLong ids() {
    return new PrimitiveIterator.OfLong() {
      private long slot = slots.next(0);

      @Override
      public boolean hasNext() {
        return slot >= 0;
      }

      @Override
      public long nextLong() {
        if (slot < 0) {
          throw new NoSuchElementException("the subgraph has no more nodes");
        }
        long id = steps.graph().nodeOf(slot);
        slot = slots.next(slot + 1);
        return id;
      }
    };
  }

  /// Returns the nodes, in the order of their places in the store. Lazy; each call of `iterator()`
  /// starts anew.
  public Iterable<Node> nodes() {
    return () -> {
      PrimitiveIterator.OfLong ids = ids();
      return new Iterator<>() {
        @Override
        public boolean hasNext() {
          return ids.hasNext();
        }

        @Override
        public Node next() {
          return steps.transaction().node(ids.nextLong());
        }
      };
    };
  }

  /// Returns the edges, in the order of their sources in the store. Lazy; each call of `iterator()`
  /// starts anew.
  public Iterable<Edge> edges() {
    return () -> new EdgeIterator(cursor(), slots.next(0));
  }

  // One node

  /// Returns how many edges a node has here; none, where it does not belong to it itself. With
  /// [Direction#BOTH] a self loop counts twice. O(edges of the node).
  ///
  /// @throws dev.rookery.graph.error.NodeNotFoundException if there is no such node in the graph
  public long degree(long node, Direction direction) {
    return cursor(direction).of(node).degree();
  }

  /// Returns the ids of the nodes at the other ends of the edges that a node has here, each as
  /// often as there are edges. Lazy.
  ///
  /// @throws dev.rookery.graph.error.NodeNotFoundException if there is no such node in the graph
  public PrimitiveIterator.OfLong neighbors(long node, Direction direction) {
    SubgraphCursor edges = cursor(direction).of(node);
    return new PrimitiveIterator.OfLong() {
      private boolean isFound = edges.next();

      @Override
      public boolean hasNext() {
        return isFound;
      }

      @Override
      public long nextLong() {
        if (!isFound) {
          throw new NoSuchElementException("the node has no more neighbours in the subgraph");
        }
        long neighbor = edges.neighbor();
        isFound = false; // Stays so if the filter throws.
        isFound = edges.next();
        return neighbor;
      }
    };
  }

  /// Returns the edges that a node has here. Lazy; each call of `iterator()` starts anew.
  ///
  /// @throws dev.rookery.graph.error.NodeNotFoundException if there is no such node in the graph,
  ///   when an iterator is asked for
  public Iterable<Edge> edges(long node, Direction direction) {
    return () -> new EdgeIterator(cursor(direction).of(node), -1);
  }

  /// Returns a cursor over the edges that nodes have here, to be used for many nodes. Its degree
  /// costs O(edges of the node).
  public NeighborCursor neighborCursor(Direction direction) {
    return cursor(direction);
  }

  // Copies

  /// Adds a copy of it to a graph: nodes with labels and properties in the order of their places in
  /// the store, then the edges with theirs. The graph gets new ids, which the answer tells. Edge
  /// types are declared as they are here. O(nodes + edges of the nodes).
  ///
  /// @param target of another graph, or of this one while the subgraph is of a read transaction
  /// @throws IllegalArgumentException if it is the transaction that the subgraph is read from, or
  ///   an edge type exists there with another multiplicity; what was added until then stays in the
  ///   transaction
  /// @throws dev.rookery.graph.error.UniqueViolationException if a unique index of that graph
  ///   forbids a node; what was added until then stays in the transaction
  public SubgraphCopy copyTo(WriteTransaction target) {
    if (target.equals(steps.transaction())) {
      throw new IllegalArgumentException("subgraph cannot be copied into what it is read from");
    }
    return SubgraphCopy.into(target, this);
  }

  /// Adds a copy of it to what is being loaded, as [#copyTo(WriteTransaction)] does: for subgraphs
  /// that are large. The caller finishes the load.
  ///
  /// @throws IllegalArgumentException if an edge type exists there with another multiplicity
  public SubgraphCopy copyTo(BulkLoader target) {
    return SubgraphCopy.into(target, this);
  }

  /// Returns a cursor over the edges that start at nodes.
  SubgraphCursor cursor() {
    return new SubgraphCursor(steps, slots, edgeFilter);
  }

  private SubgraphCursor cursor(Direction direction) {
    Steps walked =
        switch (direction) {
          case OUT -> steps;
          case IN -> steps.reversed();
          case BOTH -> steps.bothWays();
        };
    return new SubgraphCursor(walked, slots, edgeFilter);
  }

  Steps steps() {
    return steps;
  }

  /// Gives the edges of one node, or of all nodes from a slot on.
  private final class EdgeIterator implements Iterator<Edge> {
    private final SubgraphCursor edges;
    private long nextSlot;
    private boolean isFound;
    private boolean isEnded;

    /// @param nextSlot the slot to go on with when the cursor has no more, or -1
    EdgeIterator(SubgraphCursor edges, long nextSlot) {
      this.edges = edges;
      this.nextSlot = nextSlot;
    }

    @Override
    public boolean hasNext() {
      if (!isFound && !isEnded) {
        isEnded = true; // Stays so if the filter throws.
        isFound = advance();
        isEnded = !isFound;
      }
      return isFound;
    }

    private boolean advance() {
      while (!edges.next()) {
        if (nextSlot < 0) {
          return false;
        }
        edges.moveTo(nextSlot);
        nextSlot = slots.next(nextSlot + 1);
      }
      return true;
    }

    @Override
    public Edge next() {
      if (!hasNext()) {
        throw new NoSuchElementException("the subgraph has no more edges");
      }
      isFound = false;
      return edges.edge();
    }
  }
}
