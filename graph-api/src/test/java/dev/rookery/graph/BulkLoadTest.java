package dev.rookery.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rookery.graph.error.BulkLoadException;
import dev.rookery.graph.error.NodeNotFoundException;
import dev.rookery.graph.error.PropertyException;
import dev.rookery.storage.error.NestedWriteException;
import dev.rookery.storage.error.TransactionClosedException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class BulkLoadTest {
  private static final BulkLoadOptions SMALL = BulkLoadOptions.defaults().withMemoryBytes(8 << 20);

  @TempDir Path directory;

  private static long nodeCount(Graph graph) {
    return graph.read(ReadTransaction::nodeCount);
  }

  private static long edgeCount(Graph graph) {
    return graph.read(ReadTransaction::edgeCount);
  }

  @Test
  void finish_nothingAdded_leavesTheGraph() {
    try (Graph graph = Graph.inMemory();
        BulkLoader load = graph.bulkLoad(SMALL)) {
      BulkLoadSummary summary = load.finish();

      assertThat(summary.nodes() + summary.edges() + summary.duplicates()).isZero();
      assertThat(graph.check()).isEmpty();
      assertThatThrownBy(load::addNode).isInstanceOf(TransactionClosedException.class);
      graph.execute(WriteTransaction::addNode);
    }
  }

  @Test
  void finish_supernodes_haveAllTheirEdges() {
    int degree = 20_000;
    try (Graph graph = Graph.open(directory)) {
      graph.execute(tx -> {
        long early = tx.addNode("Early");
        tx.addEdge("LIKES", early, early, Map.of("since", 1));
      });
      long hub;
      long other;
      try (BulkLoader load = graph.bulkLoad(SMALL)) {
        hub = load.addNode("Hub");
        other = load.addNode("Hub");
        for (int i = 0; i < degree; i++) {
          long node = load.addNode("Spoke");
          load.addEdge("LINKS", hub, node);
          load.addEdge("LINKS", node, other);
          load.addEdge("LIKES", other, node, i % 7 == 0 ? Map.of("number", i) : Map.of());
        }
        load.addEdge("LINKS", hub, other);
        load.addEdge("LINKS", hub, other);
        BulkLoadSummary summary = load.finish();
        assertThat(summary.duplicates()).isEqualTo(1);
        assertThat(summary.memoryBytesPeak()).isLessThanOrEqualTo(8 << 20);
      }
      assertThat(graph.check()).isEmpty();
      try (ReadTransaction tx = graph.beginRead()) {
        assertThat(tx.degree(hub, Direction.OUT, "LINKS")).isEqualTo(degree + 1);
        assertThat(tx.degree(other, Direction.IN, "LINKS")).isEqualTo(degree + 1);
        Edge edge = tx.findEdge("LIKES", other, other + 1 + 7).orElseThrow();
        assertThat(edge.properties()).containsEntry("number", 7L);
        assertThat(tx.findEdge("LIKES", 1, 1).orElseThrow().properties()).containsKey("since");
      }
      // Once more on top, with values that come to trees that had none.
      try (BulkLoader load = graph.bulkLoad(SMALL)) {
        for (int i = 0; i < 3000; i++) {
          load.addEdge("LINKS", hub, load.addNode(), Map.of("late", true));
        }
        load.finish();
      }
      assertThat(graph.check()).isEmpty();
      graph.execute(tx -> tx.deleteNode(hub));
      assertThat(graph.check()).isEmpty();
    }
  }

  @Test
  void load_whileReadersRead_theySeeNothingOfItBeforeItsEnd() throws Exception {
    try (Graph graph = Graph.open(directory)) {
      long first = graph.write(WriteTransaction::addNode);
      CompletableFuture<Long> writer;
      try (ReadTransaction before = graph.beginRead();
          BulkLoader load = graph.bulkLoad(SMALL)) {
        for (int i = 0; i < 100_000; i++) {
          load.addEdge("LINKS", first, i % 10 == 0 ? load.addNode() : first);
        }
        assertThat(nodeCount(graph)).isOne();
        writer = CompletableFuture.supplyAsync(() -> graph.write(WriteTransaction::addNode));
        load.finish();
        assertThat(before.nodeCount()).isOne();
        assertThat(before.edgeTypes()).isEmpty();
        graph.checkpoint();
        assertThat(before.nodeCount()).isOne();
      }
      assertThat(writer.get(60, TimeUnit.SECONDS)).isEqualTo(10_002);
      assertThat(edgeCount(graph)).isEqualTo(10_001);
    }
    try (Graph graph = Graph.open(directory)) {
      assertThat(graph.check()).isEmpty();
      assertThat(nodeCount(graph)).isEqualTo(10_002);
    }
  }

  @Test
  void add_wrongArgument_changesNothingAndTheLoadGoesOn() {
    try (Graph graph = Graph.inMemory()) {
      try (BulkLoader load = graph.bulkLoad(SMALL)) {
        long node = load.addNode("Good", Map.of("name", "Ann"));
        assertThatThrownBy(() -> load.addEdge("TO", node, node + 1))
            .isInstanceOf(NodeNotFoundException.class)
            .hasMessageContaining(Long.toString(node + 1));
        assertThatThrownBy(() -> load.addEdge("TO", 0, node))
            .isInstanceOf(NodeNotFoundException.class);
        assertThatThrownBy(() -> load.addEdge("TO", node, -7))
            .isInstanceOf(NodeNotFoundException.class);
        assertThatThrownBy(() -> load.addEdge("", node, node))
            .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> load.addNode("Bad", Map.of("value", new Object())))
            .isInstanceOf(PropertyException.class);
        assertThatThrownBy(() -> load.addNode("\uD800", Map.of()))
            .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> load.addEdge("TO", node, node, Map.of("", 1)))
            .isInstanceOf(PropertyException.class);
        assertThatThrownBy(graph::beginWrite).isInstanceOf(NestedWriteException.class);
        load.addEdge("TO", node, node);
        load.finish();
      }
      assertThat(nodeCount(graph)).isOne();
      assertThat(edgeCount(graph)).isOne();
      assertThat(graph.check()).isEmpty();
    }
  }

  @Test
  void cancel_fromTheListener_leavesNothing() {
    AtomicReference<BulkLoader> running = new AtomicReference<>();
    AtomicInteger told = new AtomicInteger();
    BulkLoadOptions options =
        SMALL.withListener(progress -> {
          told.incrementAndGet();
          if (progress.edgesBuilt() > 0) {
            running.get().cancel();
          }
        });
    try (Graph graph = Graph.open(directory)) {
      try (BulkLoader load = graph.bulkLoad(options)) {
        running.set(load);
        long hub = load.addNode();
        for (int i = 0; i < 200_000; i++) {
          load.addEdge("TO", hub, i % 100 == 0 ? load.addNode() : hub);
        }
        assertThat(told.get()).isPositive();
        assertThatThrownBy(load::finish).isInstanceOf(BulkLoadException.class);
        assertThatThrownBy(load::addNode).isInstanceOf(BulkLoadException.class);
      }
      assertThat(nodeCount(graph)).isZero();
      assertThat(graph.check()).isEmpty();
    }
  }

  /// The second thread is at work on runs when the load is given up.
  @Test
  void cancel_whileEdgesWithPropertiesAreBuilt_leavesNothing() {
    AtomicReference<BulkLoader> running = new AtomicReference<>();
    BulkLoadOptions options =
        SMALL
            .withThreadCount(2)
            .withListener(progress -> {
              if (progress.edgesBuilt() > 0) {
                running.get().cancel();
              }
            });
    try (Graph graph = Graph.open(directory)) {
      try (BulkLoader load = graph.bulkLoad(options)) {
        running.set(load);
        long hub = load.addNode();
        for (int i = 0; i < 200_000; i++) {
          long other = i % 100 == 0 ? load.addNode() : hub;
          load.addEdge("TO", i % 2 == 0 ? hub : other, other, Map.of("number", i, "text", "text"));
        }
        assertThatThrownBy(load::finish).isInstanceOf(BulkLoadException.class);
      }
      assertThat(nodeCount(graph)).isZero();
      assertThat(graph.check()).isEmpty();
    }
  }

  @Test
  void timeout_passes_leavesNothing() {
    try (Graph graph = Graph.inMemory()) {
      try (BulkLoader load = graph.bulkLoad(SMALL.withTimeout(Duration.ZERO))) {
        load.addNode();
        assertThatThrownBy(load::finish)
            .isInstanceOf(BulkLoadException.class)
            .hasMessageContaining("timeout=");
      }
      assertThat(nodeCount(graph)).isZero();
    }
  }

  @Test
  void memory_ofManyEdgesAndProperties_staysWithinTheBudget() {
    SplittableRandom random = new SplittableRandom(1);
    try (Graph graph = Graph.open(directory);
        BulkLoader load = graph.bulkLoad(SMALL)) {
      int nodes = 5000;
      for (int i = 0; i < nodes; i++) {
        load.addNode("Node", Map.of("text", "x".repeat(random.nextInt(100))));
      }
      for (int i = 0; i < 600_000; i++) {
        long source = 1 + random.nextInt(nodes);
        long target = 1 + random.nextInt(nodes);
        String type = "TYPE" + random.nextInt(20);
        load.addEdge(
            type,
            source,
            target,
            random.nextInt(4) == 0 && type.endsWith("7") ? Map.of("number", i) : Map.of());
      }
      BulkLoadSummary summary = load.finish();
      assertThat(summary.memoryBytesPeak()).isLessThanOrEqualTo(8 << 20);
      assertThat(summary.spilledBytes()).isGreaterThan(600_000);
      assertThat(graph.check()).isEmpty();
    }
  }

  @Test
  void findNode_manyKeys_findsEach() {
    SplittableRandom random = new SplittableRandom(9);
    Map<Object, Long> expected = new HashMap<>();
    try (Graph graph = Graph.inMemory()) {
      try (BulkLoader load = graph.bulkLoad(SMALL)) {
        for (int i = 0; i < 20_000; i++) {
          long number = random.nextLong() >> random.nextInt(64);
          String text = "key" + "x".repeat(random.nextInt(12)) + (random.nextInt() >>> 12);
          if (load.findNode(number).isEmpty()) {
            expected.put(number, load.addNode(number, "Number", Map.of()));
          }
          if (load.findNode(text).isEmpty()) {
            expected.put(text, load.addNode(text, "Text", Map.of()));
          }
        }
        long zero = load.findNode(0).orElseGet(() -> load.addNode(0, "", Map.of()));
        assertThat(load.findNode("")).isEmpty();
        long empty = load.addNode("", "", Map.of());
        expected.put(0L, zero);
        expected.put("", empty);
        expected.forEach((key, node) -> {
          OptionalLong found =
              key instanceof Long number ? load.findNode(number) : load.findNode((String) key);
          assertThat(found).hasValue(node);
        });
        assertThat(load.findNode("no such key")).isEmpty();
        assertThatThrownBy(() -> load.addNode("", "", Map.of()))
            .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> load.addNode(0, "", Map.of()))
            .isInstanceOf(IllegalArgumentException.class);
        load.finish();
      }
      assertThat(nodeCount(graph)).isEqualTo(expected.size());
      assertThat(graph.check()).isEmpty();
    }
  }

  @Test
  void addNode_moreKeysThanMemory_isRefused() {
    try (Graph graph = Graph.open(directory)) {
      try (BulkLoader load = graph.bulkLoad(SMALL)) {
        assertThatThrownBy(
                () -> {
                  for (int i = 0; i < 1_000_000; i++) {
                    load.addNode("a key of some length " + i, "", Map.of());
                  }
                })
            .isInstanceOf(BulkLoadException.class)
            .hasMessageContaining("keys=");
        assertThatThrownBy(load::finish).isInstanceOf(BulkLoadException.class);
      }
      assertThat(nodeCount(graph)).isZero();
      assertThat(graph.check()).isEmpty();
    }
  }

  /// Loads in a small heap, in a process of its own.
  static final class Loader {
    private Loader() {}

    public static void main(String[] arguments) {
      int nodes = 100_000;
      int edges = Integer.parseInt(arguments[1]);
      try (Graph graph =
              Graph.open(Path.of(arguments[0]), GraphOptions.defaults().withScratchBytes(4 << 20));
          BulkLoader load = graph.bulkLoad(SMALL)) {
        for (int i = 0; i < nodes; i++) {
          load.addNode("Node", Map.of("number", i));
        }
        SplittableRandom random = new SplittableRandom(5);
        for (int i = 0; i < edges; i++) {
          load.addEdge("LINKS", 1 + random.nextInt(nodes), 1 + random.nextInt(nodes));
        }
        BulkLoadSummary summary = load.finish();
        System.out.println(summary);
        boolean isRight =
            summary.edges() + summary.duplicates() == edges && summary.nodes() == nodes;
        System.exit(isRight && graph.read(ReadTransaction::edgeCount) == summary.edges() ? 0 : 3);
      }
    }
  }

  @Test
  void load_inHeapOf32MiB_works() throws Exception {
    String edges = System.getProperty("load.edges", "1500000");
    Process process =
        ChildProcess.start(
            List.of("-Xmx32m"), Loader.class, directory.resolve("small").toString(), edges);
    try {
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      System.out.print("BulkLoadTest " + output + "\n");
      assertThat(process.waitFor(600, TimeUnit.SECONDS)).isTrue();
      assertThat(process.exitValue()).isZero();
    } finally {
      process.destroyForcibly();
    }
  }
}
