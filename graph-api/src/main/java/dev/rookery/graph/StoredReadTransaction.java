package dev.rookery.graph;

import dev.rookery.graph.index.IndexStatus;
import dev.rookery.graph.index.NodeQuery;
import dev.rookery.graph.store.EdgeType;
import dev.rookery.graph.store.GraphView;
import dev.rookery.graph.store.LabelCursor;
import dev.rookery.graph.store.NodeSearch;
import dev.rookery.graph.store.NodeSource;
import dev.rookery.graph.store.PhysicalGraph;
import dev.rookery.storage.tree.ForestCursor;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// Reading a graph that lies in a store: of a snapshot, or (in the subclass) of the writer's own
/// state.
class StoredReadTransaction implements ReadTransaction, PhysicalGraph.Source {
  private final GraphView graph;
  private final LongSupplier sequence;
  private final Runnable closing;

  /// @param sequence tells the newest commit seen
  /// @param closing ends the transaction of pages below
  StoredReadTransaction(GraphView graph, LongSupplier sequence, Runnable closing) {
    this.graph = graph;
    this.sequence = sequence;
    this.closing = closing;
  }

  @Override
  public PhysicalGraph physical() {
    graph.settle();
    return graph;
  }

  @Override
  public PhysicalGraph.MovingNode movingNode() {
    return new StoredNode(graph, 0, -1);
  }

  @Override
  public PhysicalGraph.MovingEdge movingEdge(int typeNumber, boolean outgoing) {
    return new StoredEdge(graph, graph.type(typeNumber), outgoing);
  }

  @Override
  public long nodeCount() {
    return graph.nodeCount();
  }

  @Override
  public long edgeCount() {
    long count = 0;
    for (int type = 1; type <= graph.typeCount(); type++) {
      count += graph.edgeCount(type);
    }
    return count;
  }

  @Override
  public long edgeCount(String type) {
    int number = graph.typeNumber(type);
    return number < 0 ? 0 : graph.edgeCount(number);
  }

  @Override
  public boolean hasNode(long node) {
    return graph.findSlot(node) >= 0;
  }

  @Override
  public Node node(long node) {
    return new StoredNode(graph, node, graph.slotOf(node));
  }

  @Override
  public Optional<Node> findNode(long node) {
    long slot = graph.findSlot(node);
    return slot < 0 ? Optional.empty() : Optional.of(new StoredNode(graph, node, slot));
  }

  @Override
  public Iterable<Node> nodes() {
    return () -> new Lazily<>(new NodeScan(graph)::next);
  }

  @Override
  public Iterable<Node> nodes(String label) {
    return () -> {
      LabelCursor cursor = graph.slotsOf(graph.labelNumber(label));
      return new Lazily<Node>(() -> cursor.next() ? nodeIn(cursor.slot()) : null);
    };
  }

  private StoredNode nodeIn(long slot) {
    return new StoredNode(graph, graph.nodeOf(slot), slot);
  }

  @Override
  public NodeCursor nodesWithLabel(String label) {
    return findNodes(NodeQuery.of(label));
  }

  @Override
  public NodeCursor findNodes(String label, String key, Object value) {
    return findNodes(NodeQuery.of(label).equal(key, value));
  }

  @Override
  public NodeCursor findNodes(NodeQuery query) {
    return new StoredNodeCursor(NodeSearch.of(graph, query));
  }

  @Override
  public Optional<Node> findNode(String label, String key, Object value) {
    NodeCursor found = findNodes(label, key, value);
    return found.next() ? findNode(found.node()) : Optional.empty();
  }

  @Override
  public long countNodes(NodeQuery query) {
    NodeSource found = NodeSearch.of(graph, query);
    long count = 0;
    while (found.next()) {
      count++;
    }
    return count;
  }

  @Override
  public List<IndexStatus> indexes() {
    return graph.indexes();
  }

  @Override
  public long nodeCount(String label) {
    return graph.labelSize(graph.labelNumber(label));
  }

  /// A scan of the slots.
  private static final class NodeScan {
    private final GraphView graph;
    private long slot;

    NodeScan(GraphView graph) {
      this.graph = graph;
    }

    @Nullable Node next() {
      while (slot < graph.slotCount()) {
        long at = slot++;
        long node = graph.nodeOf(at);
        if (node != 0) {
          return new StoredNode(graph, node, at);
        }
      }
      return null;
    }
  }

  private <T> Iterable<T> around(
      long node,
      Direction direction,
      @Nullable String type,
      Function<StoredNeighborCursor, T> element) {
    graph.slotOf(node);
    return () -> {
      StoredNeighborCursor cursor = new StoredNeighborCursor(graph, direction, type).of(node);
      return new Lazily<T>(() -> cursor.next() ? element.apply(cursor) : null);
    };
  }

  @Override
  public Iterable<Node> neighbors(long node, Direction direction, String type) {
    return around(node, direction, type, StoredNeighborCursor::node);
  }

  @Override
  public Iterable<Node> neighbors(long node, Direction direction) {
    return around(node, direction, null, StoredNeighborCursor::node);
  }

  @Override
  public Iterable<Edge> edges(long node, Direction direction, String type) {
    return around(node, direction, type, StoredNeighborCursor::edge);
  }

  @Override
  public Iterable<Edge> edges(long node, Direction direction) {
    return around(node, direction, null, StoredNeighborCursor::edge);
  }

  @Override
  public Iterable<Edge> edges(String type) {
    return () -> {
      int number = graph.typeNumber(type);
      return number < 0
          ? List.<Edge>of().iterator()
          : new Lazily<>(new EdgeScan(graph, graph.type(number))::next);
    };
  }

  /// A scan of all edges of a type, by the slots of their sources. After a change it goes on behind
  /// the edge that it gave last.
  private static final class EdgeScan {
    private final GraphView graph;
    private final EdgeType type;
    private final ForestCursor cursor;
    private long slot = -1;
    private long key;
    private boolean inside;
    private int changeCount;

    EdgeScan(GraphView graph, EdgeType type) {
      this.graph = graph;
      this.type = type;
      this.cursor = graph.outgoing(type.number());
    }

    @Nullable Edge next() {
      if (changeCount != graph.changeCount() && !graph.hasType(type)) {
        return null;
      }
      if (inside && changeCount != graph.changeCount()) {
        cursor.seek(slot);
        cursor.seekKey(key + 1);
      }
      changeCount = graph.changeCount();
      while (!inside || !cursor.next()) {
        slot = cursor.seekNext(slot + 1, graph.slotCount());
        if (slot < 0) {
          slot = graph.slotCount() - 1;
          inside = false;
          return null;
        }
        inside = true;
      }
      key = cursor.key();
      return new StoredEdge(graph, type, slot, key, cursor.value());
    }
  }

  @Override
  public NeighborCursor neighborCursor(Direction direction, String type) {
    return new StoredNeighborCursor(graph, direction, type);
  }

  @Override
  public NeighborCursor neighborCursor(Direction direction) {
    return new StoredNeighborCursor(graph, direction, null);
  }

  @Override
  public long degree(long node, Direction direction, String type) {
    return new StoredNeighborCursor(graph, direction, type).of(node).degree();
  }

  @Override
  public boolean hasEdge(String type, long source, long target) {
    return findEdge(type, source, target).isPresent();
  }

  @Override
  public Optional<Edge> findEdge(String type, long source, long target) {
    int number = graph.typeNumber(type);
    long from = graph.findSlot(source);
    long to = graph.findSlot(target);
    if (number < 0 || from < 0 || to < 0) {
      return Optional.empty();
    }
    EdgeType found = graph.type(number);
    ForestCursor cursor = graph.outgoing(number);
    cursor.seek(from);
    cursor.seekKey(found.key(to, 0));
    return cursor.next() && found.slotOf(cursor.key()) == to
        ? Optional.of(new StoredEdge(graph, found, from, cursor.key(), cursor.value()))
        : Optional.empty();
  }

  @Override
  public List<String> edgeTypes() {
    return graph.types();
  }

  @Override
  public Multiplicity multiplicity(String type) {
    int number = graph.typeNumber(type);
    if (number < 0) {
      throw new IllegalArgumentException("no such edge type type=" + type);
    }
    return graph.type(number).multi() ? Multiplicity.MULTI : Multiplicity.SIMPLE;
  }

  @Override
  public List<String> labels() {
    return graph.labels();
  }

  @Override
  public long sequence() {
    return sequence.getAsLong();
  }

  @Override
  public void close() {
    closing.run();
    graph.noteChange();
  }
}
