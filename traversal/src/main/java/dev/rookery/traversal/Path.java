package dev.rookery.traversal;

import dev.rookery.graph.Edge;
import dev.rookery.graph.Node;
import dev.rookery.graph.ReadTransaction;
import dev.rookery.traversal.engine.EdgeLookup;
import java.util.AbstractList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.RandomAccess;

/// A way through the graph: nodes, and the edges between neighbouring ones, which may be walked
/// against their direction.
///
/// Immutable and thread-safe. The ids stay valid for ever; views of nodes and edges are read when
/// they are asked for and need the transaction to be open. Equal to another path over the same
/// nodes and edges.
public final class Path implements Iterable<Node> {
  private final ReadTransaction tx;
  private final long[] ids;
  private final Hop[] hops;

  /// The edge from one node of a path to the next.
  ///
  /// @param type name of the edge type
  /// @param forward whether it is walked from its source to its target
  /// @param ordinal tells parallel edges apart
  record Hop(String type, boolean forward, int ordinal) {}

  /// Takes over the arrays.
  Path(ReadTransaction tx, long[] ids, Hop[] hops) {
    this.tx = tx;
    this.ids = ids;
    this.hops = hops;
  }

  /// Returns how many edges there are; 0 for a path that is a single node.
  public int length() {
    return hops.length;
  }

  /// Returns the id of the first node.
  public long start() {
    return ids[0];
  }

  /// Returns the id of the last node.
  public long end() {
    return ids[ids.length - 1];
  }

  /// Returns the ids of all nodes in order, one more than there are edges. O(length).
  public long[] ids() {
    return ids.clone();
  }

  /// Returns the nodes in order: a view that reads each node when it is asked for.
  public List<Node> nodes() {
    return new Nodes();
  }

  /// Returns the edges in order: a view that reads each edge when it is asked for, in O(log
  /// degree).
  public List<Edge> edges() {
    return new Edges();
  }

  /// Walks the nodes in order.
  @Override
  public Iterator<Node> iterator() {
    return nodes().iterator();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Path path
        && Arrays.equals(ids, path.ids)
        && Arrays.equals(hops, path.hops);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(ids) + Arrays.hashCode(hops);
  }

  /// Returns the path as text: `(1)-[:KNOWS]->(2)<-[:LIKES]-(3)`; `#` marks the ordinal of a
  /// parallel edge.
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder("(").append(ids[0]).append(')');
    for (int i = 0; i < hops.length; i++) {
      Hop hop = hops[i];
      text.append(hop.forward ? "-[:" : "<-[:").append(hop.type);
      if (hop.ordinal != 0) {
        text.append('#').append(hop.ordinal);
      }
      text.append(hop.forward ? "]->(" : "]-(").append(ids[i + 1]).append(')');
    }
    return text.toString();
  }

  private Edge edge(int index) {
    Hop hop = hops[index];
    long source = ids[hop.forward ? index : index + 1];
    long target = ids[hop.forward ? index + 1 : index];
    return EdgeLookup.find(tx, hop.type, source, target, hop.ordinal);
  }

  private final class Nodes extends AbstractList<Node> implements RandomAccess {
    @Override
    public Node get(int index) {
      return tx.node(ids[Objects.checkIndex(index, ids.length)]);
    }

    @Override
    public int size() {
      return ids.length;
    }
  }

  private final class Edges extends AbstractList<Edge> implements RandomAccess {
    @Override
    public Edge get(int index) {
      return edge(Objects.checkIndex(index, hops.length));
    }

    @Override
    public int size() {
      return hops.length;
    }
  }
}
