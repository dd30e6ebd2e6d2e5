package dev.rookery.graph.store;

import dev.rookery.graph.index.NodeQuery;
import dev.rookery.graph.index.NodeQuery.Order;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Answers queries for nodes: by the index that serves best, or by a scan of the label.
///
/// An index serves as far as its first properties are asked to equal something, and one more if the
/// next property has the bounds or the order. What an index does not decide is looked up in the
/// nodes that it gives, and what it does not sort is sorted on the heap. All ways give the same
/// nodes, because all compare the same encodings of values.
public final class NodeSearch {
  private final GraphView graph;
  private final NodeQuery query;
  private final NodeFilter filter;

  private NodeSearch(GraphView graph, NodeQuery query) {
    this.graph = graph;
    this.query = query;
    this.filter = new NodeFilter(graph, query);
  }

  /// Returns the nodes that a query asks for.
  ///
  /// @throws dev.rookery.graph.error.PropertyException if a value has a type that is not supported
  /// @throws IllegalArgumentException if bounds have different types
  public static NodeSource of(GraphView graph, NodeQuery query) {
    return new NodeSearch(graph, query).run();
  }

  private NodeSource run() {
    int label = graph.labelNumber(query.label());
    if (label < 0 || filter.isHopeless()) {
      return new Listed(List.of());
    }
    Plan best = null;
    for (StoredIndex index : graph.catalog().of(label)) {
      Plan plan = index.isReady() ? plan(index) : null;
      if (plan != null && (best == null || plan.worth() > best.worth())) {
        best = plan;
      }
    }
    if (best != null) {
      boolean isSorted = query.order() == Order.NONE || best.usesRange();
      NodeSource found = scan(best);
      return isSorted ? found : sorted(found);
    }
    NodeSource found = new LabelScan(graph, label, filter);
    return query.order() == Order.NONE ? found : sorted(found);
  }

  /// How an index would be used.
  ///
  /// @param equalCount how many of its first properties are asked to equal something
  /// @param usesRange whether the next one is that with bounds or an order
  private record Plan(StoredIndex index, int equalCount, boolean usesRange) {
    int worth() {
      return 2 * equalCount + (usesRange ? 1 : 0);
    }
  }

  private @Nullable Plan plan(StoredIndex index) {
    int equalCount = 0;
    while (equalCount < index.keyCount() && filter.equalTo(index.keyNumber(equalCount)) != null) {
      equalCount++;
    }
    boolean usesRange =
        equalCount < index.keyCount()
            && filter.rangeKey() != 0
            && index.keyNumber(equalCount) == filter.rangeKey();
    return equalCount == 0 && !usesRange ? null : new Plan(index, equalCount, usesRange);
  }

  private NodeSource scan(Plan plan) {
    IndexKeyEncoder encoder = new IndexKeyEncoder();
    for (int i = 0; i < plan.equalCount(); i++) {
      byte[] value = filter.equalTo(plan.index().keyNumber(i));
      if (value != null) {
        encoder.appendEncoded(value);
      }
    }
    byte[] prefix = encoder.toBytes();
    boolean isWhole =
        plan.equalCount() == filter.equalCount() && (plan.usesRange() || filter.rangeKey() == 0);
    byte[] from = plan.usesRange() ? first(prefix) : prefix;
    byte[] end = plan.usesRange() ? end(prefix) : IndexEntries.successor(prefix);
    boolean isDescending = plan.usesRange() && query.order() == Order.DESCENDING;
    return new IndexScan(graph, plan.index(), from, end, isDescending, filter, !isWhole);
  }

  /// Returns the smallest key that may be in the range. The beginning of a value that is cut stands
  /// for all values that begin so: these are looked at in full.
  private byte[] first(byte[] prefix) {
    byte[] lower = filter.lower();
    byte[] upper = filter.upper();
    if (lower != null) {
      byte[] at = with(prefix, lower);
      byte[] behind = IndexEntries.successor(at);
      return filter.isLowerInclusive() || IndexKeyEncoder.isCut(lower) || behind == null
          ? at
          : behind;
    }
    return withRank(
        prefix, upper == null ? IndexKeyEncoder.ABSENT + 1 : IndexKeyEncoder.typeRank(upper));
  }

  /// Returns what all keys in the range are before.
  private byte @Nullable [] end(byte[] prefix) {
    byte[] lower = filter.lower();
    byte[] upper = filter.upper();
    if (upper != null) {
      byte[] at = with(prefix, upper);
      return filter.isUpperInclusive() || IndexKeyEncoder.isCut(upper)
          ? IndexEntries.successor(at)
          : at;
    }
    return withRank(
        prefix,
        lower == null
            ? IndexKeyEncoder.RANK_END
            : IndexKeyEncoder.typeRank(lower) + IndexKeyEncoder.TYPE_RANKS);
  }

  private static byte[] with(byte[] prefix, byte[] encoded) {
    int length = Math.min(encoded.length, IndexKeyEncoder.FULL_BYTES_MAX);
    byte[] key = Arrays.copyOf(prefix, prefix.length + length);
    System.arraycopy(encoded, 0, key, prefix.length, length);
    return key;
  }

  private static byte[] withRank(byte[] prefix, int rank) {
    byte[] key = Arrays.copyOf(prefix, prefix.length + 1);
    key[prefix.length] = (byte) rank;
    return key;
  }

  private NodeSource sorted(NodeSource found) {
    List<byte[]> keys = new ArrayList<>();
    while (found.next()) {
      keys.add(filter.sortKey(graph.slotOf(found.node()), found.node()));
    }
    keys.sort(
        query.order() == Order.ASCENDING
            ? Arrays::compareUnsigned
            : (one, other) -> Arrays.compareUnsigned(other, one));
    return new Listed(keys);
  }

  /// Nodes that were found and sorted before the first was asked for.
  private static final class Listed implements NodeSource {
    private final List<byte[]> keys;
    private int next;

    Listed(List<byte[]> keys) {
      this.keys = keys;
    }

    @Override
    public boolean next() {
      if (next >= keys.size()) {
        return false;
      }
      next++;
      return true;
    }

    @Override
    public long node() {
      return IndexEntries.nodeOf(keys.get(next - 1));
    }
  }

  /// The nodes of a label, each looked at.
  private static final class LabelScan implements NodeSource {
    private final GraphView graph;
    private final LabelCursor slots;
    private final NodeFilter filter;

    LabelScan(GraphView graph, int label, NodeFilter filter) {
      this.graph = graph;
      this.slots = graph.slotsOf(label);
      this.filter = filter;
    }

    @Override
    public boolean next() {
      while (slots.next()) {
        if (filter.matches(slots.slot())) {
          return true;
        }
      }
      return false;
    }

    @Override
    public long node() {
      return graph.nodeOf(slots.slot());
    }
  }
}
