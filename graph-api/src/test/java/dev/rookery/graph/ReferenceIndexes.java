package dev.rookery.graph;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rookery.graph.ReferenceGraph.NodeState;
import dev.rookery.graph.index.IndexDefinition;
import dev.rookery.graph.index.IndexState;
import dev.rookery.graph.index.IndexStatus;
import dev.rookery.graph.index.NodeQuery;
import dev.rookery.graph.index.NodeQuery.Bound;
import dev.rookery.graph.index.NodeQuery.Order;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;

/// The indexes of a [ReferenceGraph]: which there are, and what queries must answer, whatever
/// indexes there are.
final class ReferenceIndexes {
  private static final String[] KEYS = {"key0", "key1", "key2", "key3"};

  private final Map<IndexDefinition, IndexState> states = new LinkedHashMap<>();

  ReferenceIndexes copy() {
    ReferenceIndexes copy = new ReferenceIndexes();
    copy.states.putAll(states);
    return copy;
  }

  /// Returns the definition of the index on the same, if there is one.
  List<IndexDefinition> onSame(IndexDefinition definition) {
    return states.keySet().stream().filter(other -> other.isOnSame(definition)).toList();
  }

  IndexState stateOf(IndexDefinition definition) {
    return states.get(definition);
  }

  List<IndexDefinition> all() {
    return List.copyOf(states.keySet());
  }

  /// Notes an index that was defined, at the end of the list.
  void define(IndexDefinition definition, IndexState state) {
    states.remove(definition);
    states.put(definition, state);
  }

  void setState(IndexDefinition definition, IndexState state) {
    states.put(definition, state);
  }

  void drop(IndexDefinition definition) {
    states.remove(definition);
  }

  /// Returns two nodes with the same values, or none.
  static List<Long> duplicates(IndexDefinition definition, Map<Long, NodeState> nodes) {
    List<Map.Entry<Long, NodeState>> complete = new ArrayList<>();
    for (Map.Entry<Long, NodeState> node : nodes.entrySet()) {
      if (node.getValue().label().equals(definition.label())
          && node.getValue().properties().keySet().containsAll(definition.keys())) {
        complete.add(node);
      }
    }
    for (int i = 0; i < complete.size(); i++) {
      for (int j = 0; j < i; j++) {
        if (haveSame(definition, complete.get(i).getValue(), complete.get(j).getValue())) {
          return List.of(complete.get(j).getKey(), complete.get(i).getKey());
        }
      }
    }
    return List.of();
  }

  private static boolean haveSame(IndexDefinition definition, NodeState one, NodeState other) {
    for (String key : definition.keys()) {
      if (!isSame(one.properties().get(key), other.properties().get(key))) {
        return false;
      }
    }
    return true;
  }

  static boolean isSame(Object one, Object other) {
    return ReferenceOrder.INSTANCE.compare(one, other) == 0;
  }

  /// Returns whether a unique index in a state is violated.
  boolean isViolated(IndexState state, Map<Long, NodeState> nodes) {
    for (Map.Entry<IndexDefinition, IndexState> index : states.entrySet()) {
      if (index.getKey().unique()
          && index.getValue() == state
          && !duplicates(index.getKey(), nodes).isEmpty()) {
        return true;
      }
    }
    return false;
  }

  void assertSeenBy(ReadTransaction tx, TreeMap<Long, NodeState> nodes) {
    List<IndexStatus> found = tx.indexes();
    assertThat(found).extracting(IndexStatus::definition).isEqualTo(all());
    for (IndexStatus info : found) {
      IndexDefinition definition = info.definition();
      assertThat(info.state()).as("%s", definition).isEqualTo(states.get(definition));
      long entries = nodes.values().stream().filter(node -> belongs(definition, node)).count();
      if (info.state() == IndexState.READY) {
        assertThat(info.entryCount()).as("%s", definition).isEqualTo(entries);
      } else {
        assertThat(info.entryCount()).as("%s", definition).isBetween(0L, entries);
      }
      assertThat(info.failure().isEmpty()).isEqualTo(info.state() != IndexState.FAILED);
      assertThat(
              definition.unique() && info.state() == IndexState.READY
                  ? duplicates(definition, nodes)
                  : List.of())
          .isEmpty();
    }
    SplittableRandom random = new SplittableRandom(nodes.hashCode());
    for (IndexDefinition definition : states.keySet()) {
      for (int i = 0; i < 4; i++) {
        assertAnswer(tx, nodes, query(random, definition.label(), definition.keys(), nodes));
      }
    }
    for (int i = 0; i < 2; i++) {
      String label = GraphScriptRun.LABELS[1 + random.nextInt(3)];
      assertAnswer(tx, nodes, query(random, label, List.of(KEYS), nodes));
    }
  }

  private static boolean belongs(IndexDefinition definition, NodeState node) {
    return node.label().equals(definition.label())
        && node.properties().containsKey(definition.keys().getFirst());
  }

  /// Returns a query about some properties with values that nodes have.
  private static NodeQuery query(
      SplittableRandom random, String label, List<String> keys, TreeMap<Long, NodeState> nodes) {
    NodeQuery query = NodeQuery.of(label);
    int equalCount = random.nextInt(keys.size() + 1);
    NodeState model = pick(random, nodes);
    for (String key : keys.subList(0, equalCount)) {
      Object value = model.properties().getOrDefault(key, value(random, key, nodes));
      query = query.equal(key, stored(value));
    }
    if (equalCount < keys.size() && random.nextInt(4) > 0) {
      query = withRange(random, query, keys.get(equalCount), nodes);
    }
    return query;
  }

  private static NodeQuery withRange(
      SplittableRandom random, NodeQuery base, String key, TreeMap<Long, NodeState> nodes) {
    NodeQuery query = base;
    Object one = value(random, key, nodes);
    Object other = value(random, key, nodes);
    if (random.nextInt(3) > 0) {
      query =
          random.nextBoolean() ? query.atLeast(key, stored(one)) : query.above(key, stored(one));
    }
    boolean fits =
        query.lower().isEmpty() || ReferenceOrder.typeOf(one) == ReferenceOrder.typeOf(other);
    if (fits && random.nextInt(3) > 0) {
      query =
          random.nextBoolean() ? query.atMost(key, stored(other)) : query.below(key, stored(other));
    }
    return switch (random.nextInt(3)) {
      case 0 -> query;
      case 1 -> query.ascending(key);
      default -> query.descending(key);
    };
  }

  private static NodeState pick(SplittableRandom random, TreeMap<Long, NodeState> nodes) {
    if (nodes.isEmpty()) {
      return new NodeState("", Map.of());
    }
    Long from = nodes.firstKey() + random.nextLong(nodes.lastKey() - nodes.firstKey() + 1);
    return nodes.ceilingEntry(from).getValue();
  }

  private static Object value(SplittableRandom random, String key, TreeMap<Long, NodeState> nodes) {
    for (int i = 0; i < 20; i++) {
      Object value = pick(random, nodes).properties().get(key);
      if (value != null) {
        return value;
      }
    }
    return PropertyValues.normal(PropertyValues.small(random.nextInt(1000)));
  }

  /// Returns a value as the database takes it.
  private static Object stored(Object normal) {
    return switch (normal) {
      case java.nio.ByteBuffer bytes -> bytes.array().clone();
      case List<?> list -> list.stream().map(ReferenceIndexes::stored).toList();
      default -> normal;
    };
  }

  private static boolean matches(NodeQuery query, NodeState node) {
    if (!node.label().equals(query.label())) {
      return false;
    }
    for (Map.Entry<String, Object> equal : query.equal().entrySet()) {
      Object value = node.properties().get(equal.getKey());
      if (value == null || !isSame(value, PropertyValues.normal(equal.getValue()))) {
        return false;
      }
    }
    if (query.rangeKey().isEmpty()) {
      return true;
    }
    Object value = node.properties().get(query.rangeKey());
    return value != null
        && query.lower().map(bound -> isWithin(value, bound, 1)).orElse(true)
        && query.upper().map(bound -> isWithin(value, bound, -1)).orElse(true);
  }

  private static boolean isWithin(Object value, Bound bound, int side) {
    Object end = PropertyValues.normal(bound.value());
    int order = side * ReferenceOrder.INSTANCE.compare(value, end);
    return ReferenceOrder.typeOf(value) == ReferenceOrder.typeOf(end)
        && (order > 0 || (order == 0 && bound.inclusive()));
  }

  static void assertAnswer(ReadTransaction tx, TreeMap<Long, NodeState> nodes, NodeQuery query) {
    List<Long> found = new ArrayList<>();
    NodeCursor cursor = tx.findNodes(query);
    while (cursor.next()) {
      found.add(cursor.node());
    }
    List<Long> expected = new ArrayList<>();
    nodes.forEach((id, node) -> {
      if (matches(query, node)) {
        expected.add(id);
      }
    });
    assertThat(found).as("%s", query).containsExactlyInAnyOrderElementsOf(expected);
    assertThat(new HashSet<>(found)).hasSize(found.size());
    assertThat(tx.countNodes(query)).as("%s", query).isEqualTo(expected.size());
    if (query.order() != Order.NONE) {
      Comparator<Object> order =
          query.order() == Order.ASCENDING
              ? ReferenceOrder.INSTANCE
              : ReferenceOrder.INSTANCE.reversed();
      assertThat(found)
          .extracting(id -> nodes.get(id).properties().get(query.rangeKey()))
          .as("%s", query)
          .filteredOn(value -> !PropertyValues.isLong(value))
          .isSortedAccordingTo(order);
    }
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ReferenceIndexes indexes
        && List.copyOf(indexes.states.entrySet()).equals(List.copyOf(states.entrySet()));
  }

  @Override
  public int hashCode() {
    return states.hashCode();
  }
}
