package dev.rookery.graph;

import dev.rookery.graph.error.EdgeNotFoundException;
import dev.rookery.graph.store.EdgeType;
import dev.rookery.graph.store.GraphEdit;
import dev.rookery.graph.store.GraphView;
import dev.rookery.graph.store.PhysicalGraph;
import dev.rookery.graph.store.PropertyBytes;
import dev.rookery.storage.tree.FixedSizeForest;

/// An edge by its type, the slot of its source, and its key in the source's tree. What users may
/// keep is never moved.
final class StoredEdge extends StoredProperties implements Edge, PhysicalGraph.MovingEdge {
  private final EdgeType type;

  /// Whether it is moved along edges by their sources.
  private final boolean outgoing;

  private long from;
  private long key;
  private long source;
  private long target;
  private long record;

  /// Creates a view that is to be moved.
  StoredEdge(GraphView graph, EdgeType type, boolean outgoing) {
    super(graph);
    this.type = type;
    this.outgoing = outgoing;
  }

  StoredEdge(GraphView graph, EdgeType type, long from, long key, long record) {
    this(graph, type, true);
    show(from, key, record);
  }

  private void show(long newFrom, long newKey, long newRecord) {
    from = newFrom;
    key = newKey;
    record = newRecord;
    source = graph.nodeOf(newFrom);
    target = graph.nodeOf(type.slotOf(newKey));
  }

  @Override
  public void moveTo(long slot, long newKey, long recordId) {
    if (outgoing) {
      show(slot, newKey, recordId);
    } else {
      show(type.slotOf(newKey), type.key(slot, type.ordinalOf(newKey)), recordId);
    }
  }

  EdgeType edgeType() {
    return type;
  }

  /// Returns the slot of the source.
  long from() {
    return from;
  }

  /// Returns the key in the source's tree.
  long key() {
    return key;
  }

  /// Throws if one of the ends was deleted since, so that the slots may belong to other nodes, or
  /// the type is gone.
  void checkAlive() {
    if (!graph.hasType(type)
        || graph.nodeOf(from) != source
        || graph.nodeOf(type.slotOf(key)) != target) {
      throw gone();
    }
  }

  private EdgeNotFoundException gone() {
    return new EdgeNotFoundException("edge was deleted " + describe());
  }

  @Override
  public String type() {
    return type.name();
  }

  @Override
  public long source() {
    return source;
  }

  @Override
  public long target() {
    return target;
  }

  @Override
  public int ordinal() {
    return type.ordinalOf(key);
  }

  @Override
  void locate(PropertyBytes bytes) {
    long current = record;
    if (graph instanceof GraphEdit) {
      checkAlive();
      current = type.outgoing().get(graph.pages(), from, key);
      if (current == FixedSizeForest.ABSENT) {
        throw gone();
      }
    }
    graph.edgeProperties(current, bytes);
  }

  @Override
  String describe() {
    return "%s edge from %d to %d".formatted(type.name(), source, target);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof StoredEdge edge
        && edge.type.number() == type.number()
        && edge.source == source
        && edge.target == target
        && edge.ordinal() == ordinal();
  }

  @Override
  public int hashCode() {
    return Long.hashCode(source) * 31 + Long.hashCode(target);
  }

  @Override
  public String toString() {
    return "Edge[%d -%s-> %d]".formatted(source, type.name(), target);
  }
}
