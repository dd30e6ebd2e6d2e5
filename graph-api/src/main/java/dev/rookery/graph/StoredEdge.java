package dev.rookery.graph;

import dev.rookery.graph.error.EdgeNotFoundException;
import dev.rookery.graph.store.EdgeType;
import dev.rookery.graph.store.GraphEdit;
import dev.rookery.graph.store.GraphView;
import dev.rookery.graph.store.PropertyBytes;
import dev.rookery.storage.tree.FixedSizeForest;

/// An edge by its type, the slot of its source, and its key in the source's tree.
final class StoredEdge extends StoredProperties implements Edge {
  private final EdgeType type;
  private final long from;
  private final long key;
  private final long source;
  private final long target;
  private final long record;

  StoredEdge(GraphView graph, EdgeType type, long from, long key, long record) {
    super(graph);
    this.type = type;
    this.from = from;
    this.key = key;
    this.record = record;
    this.source = graph.nodeOf(from);
    this.target = graph.nodeOf(type.slotOf(key));
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
