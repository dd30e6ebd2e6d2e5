package dev.rookery.graph.store;

import dev.rookery.graph.index.NodeQuery;
import dev.rookery.graph.index.NodeQuery.Bound;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The conditions of a query, by numbers and encoded values. For one thread.
final class NodeFilter {
  /// Number of a property that no node has.
  static final int UNKNOWN = -1;

  private final GraphView graph;
  private final int[] equalKeys;
  private final byte[][] equalValues;

  /// The property with bounds or an order, 0 if there is none.
  private final int rangeKey;

  private final byte @Nullable [] lower;
  private final byte @Nullable [] upper;
  private final boolean isLowerInclusive;
  private final boolean isUpperInclusive;
  private final PropertyBytes properties = new PropertyBytes();
  private final IndexKeyEncoder encoder = new IndexKeyEncoder();

  /// @throws dev.rookery.graph.error.PropertyException if a value has a type that is not supported
  /// @throws IllegalArgumentException if bounds have different types
  NodeFilter(GraphView graph, NodeQuery query) {
    this.graph = graph;
    equalKeys = new int[query.equal().size()];
    equalValues = new byte[equalKeys.length][];
    int at = 0;
    for (Map.Entry<String, Object> equal : query.equal().entrySet()) {
      equalValues[at] = encoder.encode(equal.getKey(), equal.getValue());
      equalKeys[at++] = graph.keyNumber(equal.getKey());
    }
    rangeKey = query.rangeKey().isEmpty() ? 0 : graph.keyNumber(query.rangeKey());
    lower = encode(query, query.lower());
    upper = encode(query, query.upper());
    isLowerInclusive = query.lower().map(Bound::inclusive).orElse(true);
    isUpperInclusive = query.upper().map(Bound::inclusive).orElse(true);
    if (lower != null
        && upper != null
        && IndexKeyEncoder.typeRank(lower) != IndexKeyEncoder.typeRank(upper)) {
      throw new IllegalArgumentException("bounds are of different types key=" + query.rangeKey());
    }
  }

  private byte @Nullable [] encode(NodeQuery query, Optional<Bound> bound) {
    return bound.map(end -> encoder.encode(query.rangeKey(), end.value())).orElse(null);
  }

  /// Returns whether a property is asked about that no node has.
  boolean isHopeless() {
    for (int key : equalKeys) {
      if (key < 0) {
        return true;
      }
    }
    return rangeKey < 0;
  }

  int equalCount() {
    return equalKeys.length;
  }

  int rangeKey() {
    return rangeKey;
  }

  byte @Nullable [] lower() {
    return lower;
  }

  byte @Nullable [] upper() {
    return upper;
  }

  boolean isLowerInclusive() {
    return isLowerInclusive;
  }

  boolean isUpperInclusive() {
    return isUpperInclusive;
  }

  /// Returns the value that a property must have, or null if it is not asked for one.
  byte @Nullable [] equalTo(int keyNumber) {
    for (int i = 0; i < equalKeys.length; i++) {
      if (equalKeys[i] == keyNumber) {
        return equalValues[i];
      }
    }
    return null;
  }

  /// Returns whether the node in a slot meets all conditions but the label, looked at in full.
  boolean matches(long slot) {
    if (equalKeys.length == 0 && rangeKey == 0) {
      return true;
    }
    graph.nodeProperties(slot, properties);
    for (int i = 0; i < equalKeys.length; i++) {
      int found = properties.find(equalKeys[i]);
      if (found < 0) {
        return false;
      }
      encode(found);
      if (encoder.compareTo(equalValues[i]) != 0) {
        return false;
      }
    }
    return rangeKey == 0 || isInRange();
  }

  private void encode(int found) {
    encoder.clear();
    encoder.appendWhole(properties, found);
  }

  private boolean isInRange() {
    int found = properties.find(rangeKey);
    if (found < 0) {
      return false;
    }
    encode(found);
    byte[] low = lower;
    byte[] high = upper;
    if (low != null) {
      int order = encoder.compareTo(low);
      if (order < 0 || (order == 0 && !isLowerInclusive) || !encoder.isOfType(low)) {
        return false;
      }
    }
    if (high != null) {
      int order = encoder.compareTo(high);
      return order < 0 ? encoder.isOfType(high) : order == 0 && isUpperInclusive;
    }
    return true;
  }

  /// Returns what the node in a slot is sorted by: the value, cut if it is too long, and the node.
  byte[] sortKey(long slot, long node) {
    graph.nodeProperties(slot, properties);
    encoder.clear();
    encoder.append(properties, properties.find(rangeKey));
    encoder.appendNode(node);
    return encoder.toBytes();
  }
}
