package dev.rookery.traversal;

import dev.rookery.graph.Edge;
import dev.rookery.graph.Node;
import dev.rookery.graph.ReadTransaction;
import dev.rookery.storage.tree.FixedSizeForest;
import dev.rookery.traversal.engine.Steps;
import dev.rookery.traversal.frontier.Slots;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.PrimitiveIterator;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// The nodes that a traversal returned, and all edges between them of the types it was described
/// with.
///
/// *Induced*: an edge belongs to it if both of its ends do and the edge filter lets it pass,
/// whether or not the traversal has walked it, and in whichever direction. Each edge once, parallel
/// ones and self loops as well.
///
/// A view of the transaction, valid until it closes; the set of nodes is kept as a bitmap by
/// region, 8 KiB for each region of 65,536 nodes that was touched. Immutable; threads may share it,
/// iterators belong to one thread each. One that was made with
/// [dev.rookery.traversal.run.RunOptions] keeps the bitmap off the heap, a bit for each node of the
/// graph, in memory or in a nameless file.
public final class Subgraph {
  private final Steps steps;
  private final Slots slots;
  private final @Nullable Predicate<Edge> edgeFilter;

  Subgraph(Steps walked, Slots slots, @Nullable Predicate<Edge> edgeFilter) {
    this.steps = walked.outOfEachType();
    this.slots = slots;
    this.edgeFilter = edgeFilter;
  }

  /// Returns how many nodes there are. O(1).
  public long nodeCount() {
    return slots.count();
  }

  /// Returns how many edges there are. O(edges of the nodes).
  public long edgeCount() {
    long count = 0;
    for (EdgeWalk walk = new EdgeWalk(); walk.next(); ) {
      count++;
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
    return EdgeIterator::new;
  }

  /// Walks all edges: for each node, for each type, the edges whose other end is here too.
  private final class EdgeWalk {
    private final FixedSizeForest.Cursor[] cursors = steps.cursors();
    private long source = -1;
    private long target;
    private int step = cursors.length;
    private int ordinal;

    boolean next() {
      steps.checkOpen();
      do {
        while (step < cursors.length && cursors[step].next()) {
          long key = cursors[step].key();
          target = steps.slotOf(step, key);
          ordinal = steps.ordinalOf(step, key);
          if (slots.contains(target) && (edgeFilter == null || edgeFilter.test(edge()))) {
            return true;
          }
        }
      } while (seekNext());
      return false;
    }

    Edge edge() {
      return steps.edge(step, source, target, ordinal);
    }

    private boolean seekNext() {
      step++;
      if (step >= cursors.length) {
        source = cursors.length == 0 ? -1 : slots.next(source + 1);
        if (source < 0) {
          return false;
        }
        step = 0;
      }
      cursors[step].seek(source);
      return true;
    }
  }

  private final class EdgeIterator implements Iterator<Edge> {
    private final EdgeWalk walk = new EdgeWalk();
    private boolean found;
    private boolean ended;

    @Override
    public boolean hasNext() {
      if (!found && !ended) {
        ended = true; // Stays so if the filter throws.
        found = walk.next();
        ended = !found;
      }
      return found;
    }

    @Override
    public Edge next() {
      if (!hasNext()) {
        throw new NoSuchElementException("the subgraph has no more edges");
      }
      found = false;
      return walk.edge();
    }
  }
}
