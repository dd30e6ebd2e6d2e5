package dev.rookery.graph;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rookery.graph.index.IndexDefinition;
import dev.rookery.graph.index.IndexState;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.TreeMap;
import java.util.TreeSet;

/// A graph of plain maps: what the database must look like. Rules are told here as simply as can
/// be.
final class ReferenceGraph {
  private static final int SEEN_OUT = 1;
  private static final int SEEN_IN = 2;

  /// What names an edge.
  record EdgeKey(String type, long source, long target, int ordinal)
      implements Comparable<EdgeKey> {
    private static final Comparator<EdgeKey> ORDER =
        Comparator.comparing(EdgeKey::type)
            .thenComparingLong(EdgeKey::source)
            .thenComparingLong(EdgeKey::target)
            .thenComparingInt(EdgeKey::ordinal);

    @Override
    public int compareTo(EdgeKey other) {
      return ORDER.compare(this, other);
    }

    boolean touches(long node, Direction direction) {
      return (direction != Direction.IN && source == node)
          || (direction != Direction.OUT && target == node);
    }
  }

  /// A node without its edges.
  record NodeState(String label, Map<String, Object> properties) {}

  private long nextNode = 1;
  private final TreeMap<Long, NodeState> nodes = new TreeMap<>();
  private final TreeMap<EdgeKey, Map<String, Object>> edges = new TreeMap<>();
  private final TreeMap<String, Multiplicity> types = new TreeMap<>();
  private final TreeSet<String> labels = new TreeSet<>();
  private ReferenceIndexes indexes = new ReferenceIndexes();

  /// Returns a copy that does not change with this graph.
  ReferenceGraph copy() {
    ReferenceGraph copy = new ReferenceGraph();
    copy.nextNode = nextNode;
    copy.nodes.putAll(nodes);
    copy.edges.putAll(edges);
    copy.types.putAll(types);
    copy.labels.addAll(labels);
    copy.indexes = indexes.copy();
    return copy;
  }

  ReferenceIndexes indexes() {
    return indexes;
  }

  void defineIndex(IndexDefinition definition, IndexState state) {
    labels.add(definition.label());
    indexes.define(definition, state);
  }

  /// Returns whether a unique index in a state is violated.
  boolean isViolated(IndexState state) {
    return indexes.isViolated(state, nodes);
  }

  /// Returns whether an index could not be unique.
  boolean hasDuplicates(IndexDefinition definition) {
    return !ReferenceIndexes.duplicates(definition, nodes).isEmpty();
  }

  /// Returns a node of a label whose property has a value, or 0.
  long findNode(String label, String key, Object value) {
    for (Map.Entry<Long, NodeState> node : nodes.entrySet()) {
      Object found = node.getValue().properties().get(key);
      if (found != null
          && node.getValue().label().equals(label)
          && ReferenceIndexes.isSame(found, PropertyValues.normal(value))) {
        return node.getKey();
      }
    }
    return 0;
  }

  long nextNode() {
    return nextNode;
  }

  int nodeCount() {
    return nodes.size();
  }

  int edgeCount() {
    return edges.size();
  }

  boolean hasNode(long node) {
    return nodes.containsKey(node);
  }

  boolean hasType(String type) {
    return types.containsKey(type);
  }

  boolean isMulti(String type) {
    return types.get(type) == Multiplicity.MULTI;
  }

  /// Returns one of the nodes, or 0 if there is none.
  long pickNode(int pick) {
    return nodes.isEmpty() ? 0 : nth(nodes.keySet(), pick);
  }

  /// Returns one of the edges.
  EdgeKey pickEdge(int pick) {
    if (edges.isEmpty()) {
      throw new NoSuchElementException("graph has no edge");
    }
    return nth(edges.keySet(), pick);
  }

  boolean hasEdge(EdgeKey key) {
    return edges.containsKey(key);
  }

  boolean hasEdges() {
    return !edges.isEmpty();
  }

  private static <T> T nth(java.util.Set<T> set, int pick) {
    int index = Math.floorMod(pick, set.size());
    return set.stream().skip(index).findFirst().orElseThrow();
  }

  long addNode(String label, Map<String, ?> properties) {
    long node = nextNode++;
    nodes.put(node, new NodeState("", PropertyValues.normal(properties)));
    setLabel(node, label);
    return node;
  }

  void setLabel(long node, String label) {
    nodes.put(node, new NodeState(label, nodes.get(node).properties()));
    if (!label.isEmpty()) {
      labels.add(label);
    }
  }

  void setProperties(long node, Map<String, ?> properties) {
    nodes.put(node, new NodeState(nodes.get(node).label(), PropertyValues.normal(properties)));
  }

  void setProperty(long node, String key, Object value) {
    setProperties(node, with(nodes.get(node).properties(), key, value));
  }

  boolean removeProperty(long node, String key) {
    Map<String, Object> before = nodes.get(node).properties();
    setProperties(node, without(before, key));
    return before.containsKey(key);
  }

  private static Map<String, Object> with(Map<String, Object> map, String key, Object value) {
    Map<String, Object> changed = new HashMap<>(map);
    changed.put(key, PropertyValues.normal(value));
    return Map.copyOf(changed);
  }

  private static Map<String, Object> without(Map<String, Object> map, String key) {
    Map<String, Object> changed = new HashMap<>(map);
    changed.remove(key);
    return Map.copyOf(changed);
  }

  void deleteNode(long node) {
    nodes.remove(node);
    edges.keySet().removeIf(edge -> edge.touches(node, Direction.BOTH));
  }

  void declareType(String type, Multiplicity multiplicity) {
    types.putIfAbsent(type, multiplicity);
  }

  boolean addEdge(String type, long source, long target, Map<String, ?> properties) {
    types.putIfAbsent(type, Multiplicity.SIMPLE);
    int ordinal = 0;
    for (EdgeKey edge : between(type, source, target)) {
      if (!isMulti(type)) {
        return false;
      }
      ordinal = edge.ordinal() + 1;
    }
    edges.put(new EdgeKey(type, source, target, ordinal), PropertyValues.normal(properties));
    return true;
  }

  boolean putEdge(String type, long source, long target, Map<String, ?> properties) {
    boolean isNew = addEdge(type, source, target, properties);
    edges.put(new EdgeKey(type, source, target, 0), PropertyValues.normal(properties));
    return isNew;
  }

  /// Returns the edges of a type between two nodes, by ordinal.
  List<EdgeKey> between(String type, long source, long target) {
    EdgeKey first = new EdgeKey(type, source, target, 0);
    EdgeKey last = new EdgeKey(type, source, target, Integer.MAX_VALUE);
    return List.copyOf(edges.subMap(first, true, last, true).keySet());
  }

  void setEdgeProperty(EdgeKey edge, String key, Object value) {
    edges.put(edge, with(edges.get(edge), key, value));
  }

  boolean removeEdgeProperty(EdgeKey edge, String key) {
    Map<String, Object> before = edges.get(edge);
    edges.put(edge, without(before, key));
    return before.containsKey(key);
  }

  void deleteEdge(EdgeKey edge) {
    edges.remove(edge);
  }

  int deleteEdges(String type, long source, long target) {
    List<EdgeKey> found = between(type, source, target);
    edges.keySet().removeAll(found);
    return found.size();
  }

  /// Asserts that a transaction sees this graph, by every way of looking at it.
  void assertSeenBy(ReadTransaction tx) {
    assertThat(tx.edgeTypes()).isEqualTo(List.copyOf(types.keySet()));
    assertThat(tx.labels()).isEqualTo(List.copyOf(labels));
    indexes.assertSeenBy(tx, nodes);
    assertContentSeenBy(tx);
  }

  /// Asserts that a transaction sees these nodes and edges, whatever else it sees.
  void assertContentSeenBy(ReadTransaction tx) {
    assertNodes(tx);
    assertEdges(tx);
    Map<Long, List<EdgeKey>> adjacency = new HashMap<>();
    for (EdgeKey edge : edges.keySet()) {
      adjacency.computeIfAbsent(edge.source(), node -> new ArrayList<>()).add(edge);
      if (edge.source() != edge.target()) {
        adjacency.computeIfAbsent(edge.target(), node -> new ArrayList<>()).add(edge);
      }
    }
    for (Direction direction : Direction.values()) {
      NeighborCursor cursor = tx.neighborCursor(direction);
      for (long node : nodes.keySet()) {
        List<EdgeKey> around = adjacency.getOrDefault(node, List.of());
        assertNeighbors(tx, node, direction, cursor, around);
      }
    }
  }

  private void assertNodes(ReadTransaction tx) {
    assertThat(tx.nodeCount()).isEqualTo(nodes.size());
    TreeMap<Long, NodeState> found = new TreeMap<>();
    for (Node node : tx.nodes()) {
      NodeState state =
          new NodeState(node.label().orElse(""), PropertyValues.normal(node.properties()));
      assertThat(found.put(node.id(), state)).isNull();
    }
    assertThat(found).isEqualTo(nodes);
    for (String label : labels) {
      assertLabel(tx, label);
    }
    assertThat(tx.nodesWithLabel("").next()).isFalse();
    assertThat(tx.nodeCount("NeverSeen")).isZero();
    for (long node = 0; node <= nextNode; node++) {
      assertThat(tx.hasNode(node)).isEqualTo(nodes.containsKey(node));
    }
  }

  private void assertLabel(ReadTransaction tx, String label) {
    List<Long> inOrder = new ArrayList<>();
    for (Node node : tx.nodes()) {
      if (nodes.get(node.id()).label().equals(label)) {
        inOrder.add(node.id());
      }
    }
    assertThat(tx.nodes(label)).extracting(Node::id).isEqualTo(inOrder);
    NodeCursor cursor = tx.nodesWithLabel(label);
    List<Long> found = new ArrayList<>();
    while (cursor.next()) {
      found.add(cursor.node());
    }
    assertThat(found).isEqualTo(inOrder);
    assertThat(cursor.next()).isFalse();
    assertThat(tx.nodeCount(label)).isEqualTo(inOrder.size());
  }

  private void assertEdges(ReadTransaction tx) {
    assertThat(tx.edgeCount()).isEqualTo(edges.size());
    TreeMap<EdgeKey, Map<String, Object>> found = new TreeMap<>();
    for (String type : types.keySet()) {
      int before = found.size();
      for (Edge edge : tx.edges(type)) {
        assertThat(found.put(keyOf(edge), PropertyValues.normal(edge.properties()))).isNull();
      }
      assertThat(tx.edgeCount(type)).isEqualTo(found.size() - before);
    }
    assertThat(found).isEqualTo(edges);
  }

  private void assertNeighbors(
      ReadTransaction tx,
      long node,
      Direction direction,
      NeighborCursor cursor,
      List<EdgeKey> all) {
    Map<EdgeKey, Integer> expected = new HashMap<>();
    for (EdgeKey edge : all) {
      int out = direction != Direction.IN && edge.source() == node ? SEEN_OUT : 0;
      int in = direction != Direction.OUT && edge.target() == node ? SEEN_IN : 0;
      if (out + in > 0) {
        expected.put(edge, out + in);
      }
    }
    Map<EdgeKey, Integer> found = new HashMap<>();
    long count = 0;
    cursor.of(node);
    while (cursor.next()) {
      Edge edge = cursor.edge();
      boolean isOut = cursor.direction() == Direction.OUT;
      assertThat(cursor.neighbor()).isEqualTo(isOut ? edge.target() : edge.source());
      assertThat(cursor.type()).isEqualTo(edge.type());
      assertThat(PropertyValues.normal(edge.properties())).isEqualTo(edges.get(keyOf(edge)));
      found.merge(keyOf(edge), isOut ? SEEN_OUT : SEEN_IN, Integer::sum);
      count++;
    }
    assertThat(found).isEqualTo(expected);
    assertThat(cursor.degree()).isEqualTo(count);
    if (!expected.isEmpty()) {
      assertLookups(tx, node, direction, expected);
    }
  }

  private void assertLookups(
      ReadTransaction tx, long node, Direction direction, Map<EdgeKey, Integer> expected) {
    EdgeKey any = expected.keySet().iterator().next();
    long degree = 0;
    for (Map.Entry<EdgeKey, Integer> edge : expected.entrySet()) {
      boolean isTwice = edge.getValue() == SEEN_OUT + SEEN_IN;
      degree += !edge.getKey().type().equals(any.type()) ? 0 : isTwice ? 2 : 1;
    }
    assertThat(tx.degree(node, direction, any.type())).isEqualTo(degree);
    EdgeKey first = between(any.type(), any.source(), any.target()).getFirst();
    assertThat(tx.findEdge(any.type(), any.source(), any.target()).map(ReferenceGraph::keyOf))
        .contains(first);
  }

  static EdgeKey keyOf(Edge edge) {
    return new EdgeKey(edge.type(), edge.source(), edge.target(), edge.ordinal());
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ReferenceGraph graph
        && graph.nextNode == nextNode
        && graph.nodes.equals(nodes)
        && graph.edges.equals(edges)
        && graph.types.equals(types)
        && graph.labels.equals(labels)
        && graph.indexes.equals(indexes);
  }

  @Override
  public int hashCode() {
    return nodes.hashCode() * 31 + edges.hashCode();
  }

  @Override
  public String toString() {
    return "ReferenceGraph[nodes=%d, edges=%d, next=%d]"
        .formatted(nodes.size(), edges.size(), nextNode);
  }
}
