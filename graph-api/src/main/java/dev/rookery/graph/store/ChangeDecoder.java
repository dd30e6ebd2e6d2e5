package dev.rookery.graph.store;

import dev.rookery.graph.change.Change;
import dev.rookery.storage.error.CorruptDatabaseException;
import java.lang.foreign.MemorySegment;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Reads changes in the form of [ChangeKind].
final class ChangeDecoder {
  private final GraphView graph;
  private final byte[] bytes;
  private final ByteBuffer buffer;
  private final PropertyBytes properties = new PropertyBytes();

  private ChangeDecoder(GraphView graph, byte[] bytes, int begin, int end) {
    this.graph = graph;
    this.bytes = bytes;
    this.buffer = ByteBuffer.wrap(bytes, begin, end - begin).order(ByteOrder.LITTLE_ENDIAN);
  }

  /// Decodes changes.
  ///
  /// @param graph knows the names
  /// @throws CorruptDatabaseException if the bytes are no changes
  static List<Change> decode(GraphView graph, byte[] bytes, int begin, int end) {
    ChangeDecoder decoder = new ChangeDecoder(graph, bytes, begin, end);
    List<Change> changes = new ArrayList<>();
    try {
      while (decoder.buffer.hasRemaining()) {
        changes.add(decoder.next());
      }
    } catch (BufferUnderflowException e) {
      throw decoder.corrupt("ends early");
    }
    return changes;
  }

  private CorruptDatabaseException corrupt(String what) {
    return new CorruptDatabaseException(
        "stored change %s offset=%d".formatted(what, buffer.position()));
  }

  private Change next() {
    byte kind = buffer.get();
    return switch (kind) {
      case ChangeKind.NODE_ADDED -> new Change.NodeAdded(buffer.getLong(), label(), properties());
      case ChangeKind.NODE_DELETED -> new Change.NodeDeleted(buffer.getLong());
      case ChangeKind.LABEL_SET -> new Change.LabelSet(buffer.getLong(), label());
      case ChangeKind.NODE_PROPERTY_SET -> {
        long node = buffer.getLong();
        Map.Entry<String, Object> set = property();
        yield new Change.NodePropertySet(node, set.getKey(), set.getValue());
      }
      case ChangeKind.NODE_PROPERTY_REMOVED ->
          new Change.NodePropertyRemoved(buffer.getLong(), key());
      case ChangeKind.NODE_PROPERTIES_REPLACED ->
          new Change.NodePropertiesReplaced(buffer.getLong(), properties());
      case ChangeKind.EDGE_TYPE_DECLARED -> new Change.EdgeTypeDeclared(type(), buffer.get() != 0);
      default -> edge(kind, type(), buffer.getLong(), buffer.getLong());
    };
  }

  private Change edge(byte kind, String type, long source, long target) {
    return switch (kind) {
      case ChangeKind.EDGE_ADDED ->
          new Change.EdgeAdded(type, source, target, buffer.getInt(), properties());
      case ChangeKind.EDGE_DELETED -> new Change.EdgeDeleted(type, source, target, buffer.getInt());
      case ChangeKind.EDGES_DELETED -> new Change.EdgesDeleted(type, source, target);
      case ChangeKind.EDGE_PROPERTY_SET -> {
        int ordinal = buffer.getInt();
        Map.Entry<String, Object> set = property();
        yield new Change.EdgePropertySet(
            type, source, target, ordinal, set.getKey(), set.getValue());
      }
      case ChangeKind.EDGE_PROPERTY_REMOVED ->
          new Change.EdgePropertyRemoved(type, source, target, buffer.getInt(), key());
      case ChangeKind.EDGE_PROPERTIES_REPLACED ->
          new Change.EdgePropertiesReplaced(type, source, target, properties());
      default -> throw corrupt("has an unknown kind " + kind);
    };
  }

  private int number(int count, String what) {
    int number = buffer.getInt();
    if (number < 1 || number > count) {
      throw corrupt("names an unknown " + what + " " + number);
    }
    return number;
  }

  private String label() {
    if (buffer.getInt(buffer.position()) == 0) {
      buffer.getInt();
      return "";
    }
    return graph.labelName(number(graph.labelCount(), "label"));
  }

  private String type() {
    return graph.typeName(number(graph.typeCount(), "edge type"));
  }

  private String key() {
    return graph.keyName(number(graph.keyCount(), "key"));
  }

  private Map.Entry<String, Object> property() {
    Map<String, Object> one = properties();
    if (one.size() != 1) {
      throw corrupt("has " + one.size() + " properties");
    }
    return one.entrySet().iterator().next();
  }

  private Map<String, Object> properties() {
    int length = buffer.getInt();
    if (length < 0 || length > buffer.remaining()) {
      throw corrupt("has properties of length " + length);
    }
    properties.set(MemorySegment.ofArray(bytes), buffer.position(), length);
    buffer.position(buffer.position() + length);
    Map<String, Object> all = new LinkedHashMap<>();
    for (int i = 0; i < properties.count(); i++) {
      all.put(graph.keyName(properties.keyAt(i)), properties.valueAt(i));
    }
    return Collections.unmodifiableMap(all);
  }
}
