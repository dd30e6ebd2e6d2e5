package dev.rookery.traversal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rookery.graph.BulkLoadOptions;
import dev.rookery.graph.BulkLoader;
import dev.rookery.graph.Direction;
import dev.rookery.graph.Edge;
import dev.rookery.graph.Graph;
import dev.rookery.graph.NeighborCursor;
import dev.rookery.graph.Node;
import dev.rookery.graph.ReadTransaction;
import dev.rookery.traversal.ModelGraph.Link;
import dev.rookery.traversal.run.EdgeSelection;
import dev.rookery.traversal.run.RunOptions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.PrimitiveIterator;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/// Subgraphs of random graphs, compared with what plain lists of nodes and links say.
final class SubgraphRandomTest {
  private static final int GRAPHS = 40;
  private static final int CASES_PER_GRAPH = 8;
  private static final RunOptions SMALL =
      RunOptions.defaults().withMemoryBytes(RunOptions.MEMORY_BYTES_MIN).withWorkerCount(2);

  /// Types that are asked for; all of them where there is none.
  private static final List<List<String>> TYPES =
      List.of(List.of(), List.of("A"), List.of("M", "B"), List.of("NONE", "M"), List.of("NONE"));

  @Test
  void views_ofRandomSets_agreeWithPlainLists() {
    Random random = Seeds.random("SubgraphRandomTest", 20_262);
    for (int g = 0; g < GRAPHS; g++) {
      int nodeCount = 1 + random.nextInt(14);
      ModelGraph model = ModelGraph.random(random, nodeCount, random.nextInt(4 * nodeCount + 2));
      try (StoredGraph stored = model.store(g % 40 == 0 ? 70_000 : 1)) {
        for (int c = 0; c < CASES_PER_GRAPH; c++) {
          int[] nodes = random.ints(random.nextInt(2 * nodeCount), 0, nodeCount).toArray();
          List<String> types = TYPES.get(random.nextInt(TYPES.size()));
          Expected expected = new Expected(model, setOf(nodes), types);
          EdgeSelection edges = selection(random, types);
          long[] ids = stored.ids(nodes);
          check(stored, Subgraph.of(stored.tx(), edges, ids), expected);
          check(stored, Subgraph.of(stored.tx(), edges, iterator(ids), SMALL), expected);
          checkAround(random, model, stored, nodes);
        }
      }
    }
  }

  private static void checkAround(
      Random random, ModelGraph model, StoredGraph stored, int[] starts) {
    List<String> types = TYPES.get(random.nextInt(TYPES.size()));
    Direction direction = Direction.values()[random.nextInt(3)];
    EdgeSelection edges = EdgeSelection.NONE.and(direction, types.toArray(String[]::new));
    int hopMax = random.nextInt(4);
    Set<Integer> reached = setOf(starts);
    for (int hop = 0; hop < hopMax; hop++) {
      Set<Integer> next = new HashSet<>(reached);
      for (Link link : model.links()) {
        if (types.isEmpty() || types.contains(link.type())) {
          if (direction != Direction.IN && reached.contains(link.source())) {
            next.add(link.target());
          }
          if (direction != Direction.OUT && reached.contains(link.target())) {
            next.add(link.source());
          }
        }
      }
      reached = next;
    }
    long[] ids = stored.ids(starts);
    Subgraph around = Subgraph.around(stored.tx(), edges, hopMax, ids);

    check(stored, around, new Expected(model, reached, types));
    check(
        stored,
        Subgraph.around(stored.tx(), edges, hopMax, ids, SMALL),
        new Expected(model, reached, types));
    check(
        stored,
        around.withEdges(EdgeSelection.in()),
        new Expected(model, reached, List.of("A", "B", "M")));
  }

  private static void check(StoredGraph stored, Subgraph subgraph, Expected expected) {
    assertThat(subgraph.nodeCount()).isEqualTo(expected.nodes.size());
    assertThat(subgraph.edgeCount()).isEqualTo(expected.links.size());
    assertThat(stored.indexes(subgraph.ids())).containsExactlyInAnyOrderElementsOf(expected.nodes);
    assertThat(stored.indexes(subgraph.nodes()))
        .containsExactlyInAnyOrderElementsOf(expected.nodes);
    assertThat(stored.numbers(subgraph.edges()))
        .containsExactlyInAnyOrderElementsOf(expected.links.stream().map(Link::number).toList());
    for (Direction direction : Direction.values()) {
      NeighborCursor cursor = subgraph.neighborCursor(direction);
      for (int node = 0; node < expected.model.nodeCount(); node++) {
        assertThat(subgraph.contains(stored.id(node))).isEqualTo(expected.nodes.contains(node));
        checkNode(stored, subgraph, cursor, expected, node, direction);
      }
    }
  }

  private static void checkNode(
      StoredGraph stored,
      Subgraph subgraph,
      NeighborCursor cursor,
      Expected expected,
      int node,
      Direction direction) {
    List<Integer> numbers = new ArrayList<>();
    List<Integer> others = new ArrayList<>();
    for (Link link : expected.links) {
      if (direction != Direction.IN && link.source() == node) {
        numbers.add(link.number());
        others.add(link.target());
      }
      if (direction != Direction.OUT && link.target() == node) {
        numbers.add(link.number());
        others.add(link.source());
      }
    }
    long id = stored.id(node);
    assertThat(subgraph.degree(id, direction)).isEqualTo(numbers.size());
    assertThat(stored.indexes(subgraph.neighbors(id, direction)))
        .containsExactlyInAnyOrderElementsOf(others);
    assertThat(stored.numbers(subgraph.edges(id, direction)))
        .containsExactlyInAnyOrderElementsOf(numbers);
    List<Integer> met = new ArrayList<>();
    for (cursor.of(id); cursor.next(); ) {
      Edge edge = cursor.edge();
      met.add((int) edge.getLong("number"));
      assertThat(edge.type()).isEqualTo(cursor.type());
      assertThat(cursor.direction() == Direction.OUT ? edge.target() : edge.source())
          .isEqualTo(cursor.neighbor());
      assertThat(cursor.degree()).isEqualTo(numbers.size());
    }
    assertThat(met).containsExactlyInAnyOrderElementsOf(numbers);
    long[] read = new long[2];
    int count = 0;
    cursor.of(id);
    for (int more = cursor.next(read); more > 0; more = cursor.next(read)) {
      count += more;
    }
    assertThat(count).isEqualTo(others.size());
  }

  @Test
  void copies_ofRandomSets_areEqual() {
    Random random = Seeds.random("SubgraphRandomTest copies", 20_263);
    for (int g = 0; g < GRAPHS; g++) {
      int nodeCount = 1 + random.nextInt(20);
      ModelGraph model = ModelGraph.random(random, nodeCount, random.nextInt(5 * nodeCount + 2));
      List<String> types = TYPES.get(random.nextInt(TYPES.size()));
      int[] nodes = random.ints(random.nextInt(2 * nodeCount), 0, nodeCount).toArray();
      Expected expected = new Expected(model, setOf(nodes), types);
      try (StoredGraph stored = model.store();
          Graph written = Graph.inMemory();
          Graph loaded = Graph.inMemory()) {
        Subgraph subgraph = Subgraph.of(stored.tx(), selection(random, types), stored.ids(nodes));
        written.execute(tx -> tx.addNode("Other")); // So that ids differ.
        checkCopy(stored, written, written.write(subgraph::copyTo), expected);
        try (BulkLoader load = loaded.bulkLoad(BulkLoadOptions.defaults())) {
          SubgraphCopy copy = subgraph.copyTo(load);
          load.finish();
          checkCopy(stored, loaded, copy, expected);
        }
        checkCopy(stored, stored.graph(), stored.graph().write(subgraph::copyTo), expected);
        assertThat(stored.graph().check()).isEmpty();
      }
    }
  }

  private static void checkCopy(
      StoredGraph stored, Graph target, SubgraphCopy copy, Expected expected) {
    assertThat(copy.nodeCount()).isEqualTo(expected.nodes.size());
    assertThat(copy.edgeCount()).isEqualTo(expected.links.size());
    Set<Long> pairs = new HashSet<>();
    copy.forEach((original, other) -> {
      assertThat(copy.find(original)).hasValue(other);
      pairs.add(original);
    });
    assertThat(pairs).hasSize(expected.nodes.size());
    try (ReadTransaction tx = target.beginRead()) {
      Set<Integer> numbers = new TreeSet<>();
      for (int node = 0; node < expected.model.nodeCount(); node++) {
        if (!expected.nodes.contains(node)) {
          assertThat(copy.find(stored.id(node))).isEmpty();
          continue;
        }
        Node original = stored.tx().node(stored.id(node));
        Node other = tx.node(copy.find(stored.id(node)).orElseThrow());
        assertThat(other.label()).isEqualTo(original.label());
        assertThat(other.properties()).isEqualTo(original.properties());
        for (Edge edge : tx.edges(other.id(), Direction.OUT)) {
          Link link = expected.model.links().get((int) edge.getLong("number"));
          assertThat(link.source()).isEqualTo(node);
          assertThat(copy.find(stored.id(link.target()))).hasValue(edge.target());
          assertThat(edge.type()).isEqualTo(link.type());
          assertThat(tx.multiplicity(edge.type())).isEqualTo(stored.tx().multiplicity(edge.type()));
          assertThat(numbers.add(link.number())).isTrue();
        }
      }
      assertThat(numbers)
          .containsExactlyElementsOf(expected.links.stream().map(Link::number).sorted().toList());
    }
  }

  private static EdgeSelection selection(Random random, List<String> types) {
    Direction direction = Direction.values()[random.nextInt(3)];
    return EdgeSelection.NONE.and(direction, types.toArray(String[]::new));
  }

  private static PrimitiveIterator.OfLong iterator(long[] ids) {
    return Arrays.stream(ids).iterator();
  }

  private static Set<Integer> setOf(int[] nodes) {
    Set<Integer> set = new HashSet<>();
    for (int node : nodes) {
      set.add(node);
    }
    return set;
  }

  /// What a subgraph is to have.
  private static final class Expected {
    private final ModelGraph model;
    private final Set<Integer> nodes;
    private final List<Link> links;

    Expected(ModelGraph model, Set<Integer> nodes, List<String> types) {
      this.model = model;
      this.nodes = nodes;
      links =
          model.links().stream()
              .filter(link -> types.isEmpty() || types.contains(link.type()))
              .filter(link -> nodes.contains(link.source()) && nodes.contains(link.target()))
              .toList();
    }
  }
}
