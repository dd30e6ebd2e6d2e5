package dev.rookery.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rookery.graph.error.NodeNotFoundException;
import dev.rookery.graph.error.OperationCancelledException;
import dev.rookery.graph.store.PhysicalGraph;
import dev.rookery.storage.error.NestedWriteException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What a reorganisation keeps (everything that can be seen), and what it changes.
final class ReorganizeTest {
  private static final long SEED = Long.getLong("seed", 11);

  @TempDir Path directory;

  private static ReorganizeOptions options(NodeOrder order) {
    return ReorganizeOptions.defaults().withOrder(order);
  }

  /// Returns all nodes and edges as text, by id.
  private static TreeMap<Long, List<String>> content(ReadTransaction tx) {
    TreeMap<Long, List<String>> content = new TreeMap<>();
    for (Node node : tx.nodes()) {
      List<String> lines = new ArrayList<>();
      lines.add(node.label() + " " + new TreeMap<>(node.properties()));
      for (Direction direction : List.of(Direction.OUT, Direction.IN)) {
        List<String> edges = new ArrayList<>();
        for (Edge edge : tx.edges(node.id(), direction)) {
          edges.add(
              "%s %d %d %s"
                  .formatted(
                      edge.type(), edge.source(), edge.target(), new TreeMap<>(edge.properties())));
        }
        edges.sort(null);
        lines.addAll(edges);
      }
      content.put(node.id(), lines);
    }
    return content;
  }

  /// Nodes in random order on a ring, with chords, a hub, parallel edges, self loops, gaps, large
  /// and small properties, and nodes without edges.
  private static List<Long> fill(Graph graph, int count, SplittableRandom random) {
    return graph.write(tx -> {
      tx.declareEdgeType("CALLED", Multiplicity.MULTI);
      List<Long> nodes = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        String text = PropertyValues.textOfBytes(i % 97 == 0 ? 20_000 : random.nextInt(120));
        nodes.add(tx.addNode(i % 3 == 0 ? "Third" : "", Map.of("text", text, "number", i)));
      }
      List<Long> ring = new ArrayList<>(nodes);
      for (int i = count - 1; i > 0; i--) {
        ring.set(i, ring.set(random.nextInt(i + 1), ring.get(i)));
      }
      for (int i = 0; i < count - 20; i++) {
        long node = ring.get(i);
        tx.addEdge("NEXT", node, ring.get((i + 1) % (count - 20)));
        tx.addEdge("HUB", node, ring.getFirst(), Map.of("weight", i));
        if (i % 5 == 0) {
          tx.addEdge("CALLED", node, ring.get(i / 2), Map.of("at", i));
          tx.addEdge("CALLED", node, ring.get(i / 2));
          tx.addEdge("NEXT", node, node);
        }
      }
      for (int i = 0; i < count; i += 7) {
        tx.deleteNode(nodes.get(i));
      }
      return nodes;
    });
  }

  @ParameterizedTest
  @EnumSource(NodeOrder.class)
  void everythingThatCanBeSeen_staysAsItWas(NodeOrder order) {
    Path database = directory.resolve(order.name());
    TreeMap<Long, List<String>> before;
    long deleted;
    try (Graph graph = Graph.open(database)) {
      deleted = fill(graph, 2_500, new SplittableRandom(SEED)).getFirst();
      before = graph.read(ReorganizeTest::content);

      ReorganizeSummary summary = graph.reorganize(options(order));

      assertThat(graph.read(ReorganizeTest::content)).isEqualTo(before);
      assertThat(graph.check()).isEmpty();
      GraphStats stats = graph.stats();
      assertThat(summary.nodes()).isEqualTo(stats.nodes());
      assertThat(summary.edges()).isEqualTo(stats.edges());
      assertThat(summary.pagesAfter()).isEqualTo(stats.pages()).isLessThan(summary.pagesBefore());
      assertThat(summary.sequence()).isEqualTo(stats.sequence());
      assertThat(stats.freePages()).isLessThan(16);
    }
    try (Graph graph = Graph.open(database)) {
      assertThat(graph.read(ReorganizeTest::content)).isEqualTo(before);
      assertThatThrownBy(() -> graph.read(tx -> tx.node(deleted)))
          .isInstanceOf(NodeNotFoundException.class)
          .hasMessageContaining("deleted");
      long next = before.lastKey() + 1;
      assertThat(graph.<Long>write(tx -> tx.addNode("New"))).isGreaterThanOrEqualTo(next);
      graph.execute(tx -> before.keySet().forEach(tx::deleteNode));
      assertThat(graph.check()).isEmpty();
    }
  }

  /// Returns how far the ends of the edges of a type lie apart, on average.
  private static double meanDistance(Graph graph, String type) {
    return graph.read(tx -> {
      PhysicalGraph physical = PhysicalGraph.of(tx);
      double sum = 0;
      long count = 0;
      for (Edge edge : tx.edges(type)) {
        sum += Math.abs(physical.slotOf(edge.source()) - physical.slotOf(edge.target()));
        count++;
      }
      return sum / count;
    });
  }

  private static void fillGrid(Graph graph, int side) {
    graph.execute(tx -> {
      List<Long> cells = new ArrayList<>();
      for (int i = 0; i < side * side; i++) {
        cells.add(tx.addNode());
      }
      SplittableRandom random = new SplittableRandom(SEED);
      for (int i = cells.size() - 1; i > 0; i--) {
        cells.set(i, cells.set(random.nextInt(i + 1), cells.get(i)));
      }
      for (int i = 0; i < side * side; i++) {
        if (i % side + 1 < side) {
          tx.addEdge("STREET", cells.get(i), cells.get(i + 1));
        }
        if (i + side < side * side) {
          tx.addEdge("STREET", cells.get(i), cells.get(i + side));
        }
      }
    });
  }

  @Test
  void ordersOfAGrid_bringNeighboursTogether() {
    int side = 100;
    try (Graph graph = Graph.inMemory()) {
      fillGrid(graph, side);
      double shuffled = meanDistance(graph, "STREET");
      assertThat(shuffled).isGreaterThan(side * side / 4.0);

      graph.reorganize(options(NodeOrder.BREADTH_FIRST));
      double breadthFirst = meanDistance(graph, "STREET");
      graph.reorganize(options(NodeOrder.COMMUNITIES));
      double communities = meanDistance(graph, "STREET");
      System.out.printf(
          "ReorganizeTest distance shuffled=%.0f breadthFirst=%.0f communities=%.0f%n",
          shuffled, breadthFirst, communities);

      assertThat(breadthFirst).isLessThan(2.0 * side);
      assertThat(communities).isLessThan(10.0 * side);
      graph.reorganize(options(NodeOrder.UNCHANGED));
      assertThat(meanDistance(graph, "STREET")).isEqualTo(communities);
    }
  }

  /// Cliques in a row, whose nodes were added in turn: each must come to lie in one piece.
  @Test
  void communities_lieTogether() {
    int cliques = 60;
    int size = 20;
    try (Graph graph = Graph.inMemory()) {
      List<Long> nodes =
          graph.write(tx -> {
            List<Long> all = new ArrayList<>();
            for (int i = 0; i < cliques * size; i++) {
              all.add(tx.addNode());
            }
            for (int i = 0; i < all.size(); i++) {
              for (int j = i % cliques; j < i; j += cliques) {
                tx.addEdge("IN_CLIQUE", all.get(i), all.get(j));
              }
            }
            for (int i = 0; i < cliques; i++) {
              tx.addEdge("NEXT_CLIQUE", all.get(i), all.get((i + 1) % cliques));
            }
            return all;
          });

      graph.reorganize(options(NodeOrder.COMMUNITIES));

      int whole = 0;
      try (ReadTransaction tx = graph.beginRead()) {
        PhysicalGraph physical = PhysicalGraph.of(tx);
        for (int clique = 0; clique < cliques; clique++) {
          long min = Long.MAX_VALUE;
          long max = 0;
          for (int i = clique; i < nodes.size(); i += cliques) {
            min = Math.min(min, physical.slotOf(nodes.get(i)));
            max = Math.max(max, physical.slotOf(nodes.get(i)));
          }
          whole += max - min == size - 1 ? 1 : 0;
        }
      }
      assertThat(whole).isGreaterThan(cliques * 9 / 10);
    }
  }

  @Test
  void degreeOrder_putsHubsFirst() {
    try (Graph graph = Graph.inMemory()) {
      fill(graph, 600, new SplittableRandom(SEED));
      graph.reorganize(options(NodeOrder.DEGREE));
      try (ReadTransaction tx = graph.beginRead()) {
        PhysicalGraph physical = PhysicalGraph.of(tx);
        long last = Long.MAX_VALUE;
        for (long slot = 0; slot < tx.nodeCount(); slot++) {
          long degree = 0;
          for (String type : tx.edgeTypes()) {
            degree += tx.degree(physical.nodeOf(slot), Direction.OUT, type);
            degree += tx.degree(physical.nodeOf(slot), Direction.IN, type);
          }
          assertThat(degree).isLessThanOrEqualTo(last);
          last = degree;
        }
      }
    }
  }

  @Test
  void readers_keepTheirSnapshot_duringAndAfter() {
    try (Graph graph = Graph.open(directory.resolve("readers"))) {
      fill(graph, 1_500, new SplittableRandom(SEED));
      graph.checkpoint();
      graph.execute(tx -> tx.addNode("Unflushed"));
      TreeMap<Long, List<String>> before = graph.read(ReorganizeTest::content);
      List<String> wrong = new ArrayList<>();
      try (ReadTransaction held = graph.beginRead()) {
        Map<String, Integer> phases = new HashMap<>();
        graph.reorganize(
            options(NodeOrder.COMMUNITIES)
                .withListener((phase, done, total) -> {
                  phases.merge(phase, 1, Integer::sum);
                  boolean same =
                      content(held).equals(before)
                          && graph.read(ReorganizeTest::content).equals(before);
                  if (!same) {
                    wrong.add(phase);
                  }
                }));
        assertThat(wrong).isEmpty();
        assertThat(phases.keySet()).contains("communities 1", "nodes", "outgoing edges NEXT");
        // The flush must wait for the reader, whose pages were given back.
        graph.execute(tx -> tx.addNode("After"));
        graph.checkpoint();
        assertThat(content(held)).isEqualTo(before);
      }
      graph.checkpoint();
      assertThat(graph.check()).isEmpty();
    }
  }

  @Test
  void cancelledReorganisation_changesNothing() {
    try (Graph graph = Graph.open(directory.resolve("cancelled"))) {
      fill(graph, 1_500, new SplittableRandom(SEED));
      TreeMap<Long, List<String>> before = graph.read(ReorganizeTest::content);
      GraphStats stats = graph.stats();
      AtomicBoolean cancel = new AtomicBoolean();
      AtomicReference<String> last = new AtomicReference<>("");
      for (String where : List.of("degrees", "nodes", "incoming edges HUB", "commit")) {
        cancel.set(false);
        assertThatThrownBy(() ->
                graph.reorganize(
                    options(NodeOrder.BREADTH_FIRST)
                        .withMemoryBytes(0)
                        .withCancelled(cancel::get)
                        .withListener((phase, done, total) -> {
                          last.set(phase);
                          if (phase.equals(where)) {
                            cancel.set(true);
                            throw new IllegalStateException("listener");
                          }
                        })))
            .isInstanceOf(IllegalStateException.class);
        assertThat(last.get()).isEqualTo(where);
        assertThatThrownBy(
                () -> graph.reorganize(options(NodeOrder.DEGREE).withCancelled(cancel::get)))
            .isInstanceOf(OperationCancelledException.class);
      }
      assertThat(graph.stats().pages()).isEqualTo(stats.pages());
      assertThat(graph.stats().sequence()).isEqualTo(stats.sequence());
      assertThat(graph.read(ReorganizeTest::content)).isEqualTo(before);
      assertThat(graph.check()).isEmpty();
      graph.execute(tx -> tx.addNode("Goes on"));
    }
  }

  @Test
  void reorganize_insideAWriteTransaction_isRefused() {
    try (Graph graph = Graph.inMemory();
        WriteTransaction tx = graph.beginWrite()) {
      assertThat(tx.nodeCount()).isZero();
      assertThatThrownBy(() -> graph.reorganize(ReorganizeOptions.defaults()))
          .isInstanceOf(NestedWriteException.class);
    }
  }

  @Test
  void emptyGraph_canBeReorganized() {
    try (Graph graph = Graph.inMemory()) {
      for (NodeOrder order : NodeOrder.values()) {
        assertThat(graph.reorganize(options(order)).nodes()).isZero();
      }
      assertThat(graph.check()).isEmpty();
    }
  }

  /// Several parts of the edges of one node, and more pages than memory holds.
  @Test
  void supernode_andLittleMemory() throws IOException {
    Path database = directory.resolve("supernode");
    GraphOptions little = GraphOptions.defaults().withScratchBytes(1 << 20);
    int count = 70_000;
    try (Graph graph = Graph.open(database, little)) {
      graph.execute(tx -> {
        long hub = tx.addNode("Hub");
        for (int i = 0; i < count; i++) {
          long node = tx.addNode();
          tx.addEdge("LIKES", node, hub);
          tx.addEdge("SEES", hub, node, Map.of("at", i));
        }
      });
      long[] spilled = new long[1];
      ReorganizeSummary summary =
          graph.reorganize(
              options(NodeOrder.COMMUNITIES)
                  .withMemoryBytes(2 * 4L * (count + 1))
                  .withListener((phase, done, total) ->
                      spilled[0] = Math.max(spilled[0], graph.stats().spilledPages())));
      System.out.println("ReorganizeTest spilledPages=" + spilled[0] + " " + summary);
      assertThat(spilled[0]).isGreaterThan(100);
      assertThat(summary.memoryBytes()).isEqualTo(2 * 4L * (count + 1));
      assertThat(graph.check()).isEmpty();
      try (ReadTransaction tx = graph.beginRead()) {
        assertThat(tx.degree(1, Direction.IN, "LIKES")).isEqualTo(count);
        for (int i = 0; i < count; i += 999) {
          assertThat(tx.findEdge("SEES", 1, 2 + i).orElseThrow().getLong("at")).isEqualTo(i);
        }
      }
    }
    assertThat(Files.size(database.resolve("data.rkd"))).isLessThan(20 << 20);
  }

  /// Most of a graph is deleted, in random order: the file keeps its length until then.
  @Test
  void file_becomesSmaller() throws IOException {
    Path database = directory.resolve("smaller");
    try (Graph graph = Graph.open(database)) {
      List<Long> nodes = fill(graph, 6_000, new SplittableRandom(SEED));
      graph.execute(tx -> {
        for (int i = 0; i < nodes.size(); i++) {
          if (i % 7 != 0 && i % 10 != 0) {
            tx.deleteNode(nodes.get(i));
          }
        }
      });
    }
    final long before = Files.size(database.resolve("data.rkd"));
    try (Graph graph = Graph.open(database)) {
      graph.reorganize(options(NodeOrder.UNCHANGED));
      assertThat(graph.check()).isEmpty();
    }
    long after = Files.size(database.resolve("data.rkd"));
    System.out.println("ReorganizeTest before=" + before + " after=" + after);
    assertThat(after).isLessThan(before / 3);
  }
}
