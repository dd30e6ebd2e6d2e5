package dev.rookery.graph.store;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Map;

/// Notes down what a write transaction changes, in the form of [ChangeKind], up to a limit: beyond
/// it the transaction's changes are *incomplete* and nothing of them is kept.
///
/// Belongs to the thread of the transaction. Each method is called after the change was made, so
/// all names have numbers.
public final class ChangeRecorder {
  private static final int FIRST_BYTES = 256;

  private final GraphView graph;
  private final int bytesMax;
  private final PropertyEncoder encoder = new PropertyEncoder();
  private byte[] bytes = new byte[FIRST_BYTES];

  /// Wraps `bytes`.
  private ByteBuffer buffer = wrap(bytes);

  private boolean isIncomplete;

  /// Creates a recorder of a transaction.
  ///
  /// @param bytesMax the most to keep
  ChangeRecorder(GraphView graph, int bytesMax) {
    this.graph = graph;
    this.bytesMax = bytesMax;
  }

  private static ByteBuffer wrap(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  /// Returns how much was noted down: a position for [#truncate] and [#changesSince].
  public int position() {
    return buffer.position();
  }

  /// Returns whether nothing was changed.
  public boolean isEmpty() {
    return buffer.position() == 0 && !isIncomplete;
  }

  /// Returns whether there were too many changes to be kept.
  boolean isIncomplete() {
    return isIncomplete;
  }

  /// Forgets the changes behind a position. Those of an incomplete transaction stay lost.
  public void truncate(int position) {
    buffer.position(Math.min(position, buffer.position()));
  }

  /// Returns the bytes, of which [#position] count.
  byte[] bytes() {
    return bytes;
  }

  /// Returns the changes behind a position.
  public Changes changesSince(int position) {
    return isIncomplete
        ? Changes.INCOMPLETE
        : new Changes(true, ChangeDecoder.decode(graph, bytes, position, position()));
  }

  /// A node was added.
  public void nodeAdded(long node, String label, Map<String, ?> properties) {
    int length = encode(properties);
    if (begin(ChangeKind.NODE_ADDED, Long.BYTES + 2 * Integer.BYTES + length)) {
      buffer.putLong(node).putInt(label.isEmpty() ? 0 : graph.labelNumber(label));
      putProperties(length);
    }
  }

  /// A node was deleted.
  public void nodeDeleted(long node) {
    if (begin(ChangeKind.NODE_DELETED, Long.BYTES)) {
      buffer.putLong(node);
    }
  }

  /// A node got a label.
  public void labelSet(long node, String label) {
    if (begin(ChangeKind.LABEL_SET, Long.BYTES + Integer.BYTES)) {
      buffer.putLong(node).putInt(label.isEmpty() ? 0 : graph.labelNumber(label));
    }
  }

  /// A property of a node was set.
  public void nodePropertySet(long node, String key, Object value) {
    int length = encode(Map.of(key, value));
    if (begin(ChangeKind.NODE_PROPERTY_SET, Long.BYTES + Integer.BYTES + length)) {
      buffer.putLong(node);
      putProperties(length);
    }
  }

  /// A property of a node was removed.
  public void nodePropertyRemoved(long node, String key) {
    if (begin(ChangeKind.NODE_PROPERTY_REMOVED, Long.BYTES + Integer.BYTES)) {
      buffer.putLong(node).putInt(graph.keyNumber(key));
    }
  }

  /// All properties of a node were replaced.
  public void nodePropertiesReplaced(long node, Map<String, ?> properties) {
    int length = encode(properties);
    if (begin(ChangeKind.NODE_PROPERTIES_REPLACED, Long.BYTES + Integer.BYTES + length)) {
      buffer.putLong(node);
      putProperties(length);
    }
  }

  /// An edge type was declared.
  public void edgeTypeDeclared(String type, boolean multi) {
    if (begin(ChangeKind.EDGE_TYPE_DECLARED, Integer.BYTES + 1)) {
      buffer.putInt(graph.typeNumber(type)).put((byte) (multi ? 1 : 0));
    }
  }

  /// An edge was added.
  public void edgeAdded(
      String type, long source, long target, int ordinal, Map<String, ?> properties) {
    int length = encode(properties);
    if (beginEdge(ChangeKind.EDGE_ADDED, type, source, target, 2 * Integer.BYTES + length)) {
      buffer.putInt(ordinal);
      putProperties(length);
    }
  }

  /// An edge was deleted.
  public void edgeDeleted(String type, long source, long target, int ordinal) {
    if (beginEdge(ChangeKind.EDGE_DELETED, type, source, target, Integer.BYTES)) {
      buffer.putInt(ordinal);
    }
  }

  /// All edges of a type between two nodes were deleted.
  public void edgesDeleted(String type, long source, long target) {
    beginEdge(ChangeKind.EDGES_DELETED, type, source, target, 0);
  }

  /// A property of an edge was set.
  public void edgePropertySet(
      String type, long source, long target, int ordinal, String key, Object value) {
    int length = encode(Map.of(key, value));
    if (beginEdge(ChangeKind.EDGE_PROPERTY_SET, type, source, target, 2 * Integer.BYTES + length)) {
      buffer.putInt(ordinal);
      putProperties(length);
    }
  }

  /// A property of an edge was removed.
  public void edgePropertyRemoved(String type, long source, long target, int ordinal, String key) {
    if (beginEdge(ChangeKind.EDGE_PROPERTY_REMOVED, type, source, target, 2 * Integer.BYTES)) {
      buffer.putInt(ordinal).putInt(graph.keyNumber(key));
    }
  }

  /// All properties of an edge were replaced.
  public void edgePropertiesReplaced(
      String type, long source, long target, Map<String, ?> properties) {
    int length = encode(properties);
    if (beginEdge(
        ChangeKind.EDGE_PROPERTIES_REPLACED, type, source, target, Integer.BYTES + length)) {
      putProperties(length);
    }
  }

  /// More was changed than can be said.
  public void loseCount() {
    isIncomplete = true;
    bytes = new byte[FIRST_BYTES];
    buffer = wrap(bytes);
  }

  private int encode(Map<String, ?> properties) {
    return properties.isEmpty() || isIncomplete ? 0 : encoder.encode(properties, graph::keyNumber);
  }

  private void putProperties(int length) {
    buffer.putInt(length).put(encoder.buffer(), 0, length);
  }

  private boolean beginEdge(byte kind, String type, long source, long target, int moreBytes) {
    if (!begin(kind, Integer.BYTES + 2 * Long.BYTES + moreBytes)) {
      return false;
    }
    buffer.putInt(graph.typeNumber(type)).putLong(source).putLong(target);
    return true;
  }

  /// Makes room for a change and puts its kind, if it is to be kept.
  private boolean begin(byte kind, int fieldBytes) {
    long needed = (long) buffer.position() + 1 + fieldBytes;
    if (isIncomplete || needed > bytesMax) {
      loseCount();
      return false;
    }
    if (needed > buffer.capacity()) {
      int length = buffer.position();
      bytes = Arrays.copyOf(bytes, (int) Math.min(bytesMax, Math.max(needed, 2L * bytes.length)));
      buffer = wrap(bytes).position(length);
    }
    buffer.put(kind);
    return true;
  }
}
