package dev.rookery.graph;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rookery.graph.change.ChangeBatch;
import dev.rookery.graph.index.IndexDefinition;
import dev.rookery.storage.Durability;
import dev.rookery.storage.StorageOptions;
import dev.rookery.storage.io.CrashMode;
import dev.rookery.storage.io.SimulatedDisk;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/// Bulk loads beside the other features that have to do with where pages are and who is told.
final class LoadBehindTrimTest {
  private static final int NODES = 3_000;

  private static Graph open(SimulatedDisk disk, Durability durability) {
    StorageOptions options = StorageOptions.defaults().withScratchBytes(4 << 20).inline();
    return Graph.open(disk.fileSystem(), options, durability);
  }

  private static void fill(Graph graph) {
    graph.execute(tx -> {
      for (int i = 0; i < NODES; i++) {
        long node = tx.addNode("Old", Map.of("number", i, "text", "a text of some length " + i));
        tx.addEdge("KNOWS", node, 1 + i / 2);
      }
    });
    graph.checkpoint();
  }

  private static void deleteMost(Graph graph) {
    graph.execute(tx -> {
      for (long node = 10; node <= NODES; node++) {
        tx.deleteNode(node);
      }
    });
  }

  private static void load(Graph graph) {
    try (BulkLoader loader = graph.bulkLoad(BulkLoadOptions.defaults())) {
      List<Long> nodes = new ArrayList<>();
      for (int i = 0; i < NODES; i++) {
        nodes.add(
            loader.addNode("New", Map.of("number", -i, "text", "another text entirely " + i)));
        loader.addEdge("LIKES", nodes.get(i), nodes.get(i / 3));
      }
      loader.finish();
    }
  }

  private static void assertOld(ReadTransaction tx) {
    long edges = 0;
    for (long node = 1; node <= NODES; node++) {
      assertThat(tx.node(node).getLong("number")).isEqualTo(node - 1);
      for (Edge edge : tx.edges(node, Direction.OUT, "KNOWS")) {
        assertThat(edge.target()).isEqualTo(1 + (node - 1) / 2);
        edges++;
      }
    }
    assertThat(edges).isEqualTo(NODES);
  }

  @Test
  void readerOfAStateWithMorePages_isNotDisturbedByALoad() {
    try (Graph graph = open(new SimulatedDisk(), Durability.SYNC)) {
      fill(graph);
      long before = graph.stats().pages();
      try (ReadTransaction reader = graph.beginRead()) {
        deleteMost(graph);
        graph.reorganize(ReorganizeOptions.defaults());
        assertThat(graph.stats().pages()).as("the end is cut off").isLessThan(before);
        load(graph);
        assertOld(reader);
      }
      assertThat(graph.<Long>read(ReadTransaction::nodeCount)).isEqualTo(9L + NODES);
      assertThat(graph.check()).isEmpty();
    }
  }

  @Test
  void crashThatTakesTheCutBack_findsTheOldPages() {
    SimulatedDisk disk = new SimulatedDisk();
    SimulatedDisk crashed;
    try (Graph graph = open(disk, Durability.NONE)) {
      fill(graph);
      deleteMost(graph);
      graph.reorganize(ReorganizeOptions.defaults());
      try (BulkLoader loader = graph.bulkLoad(BulkLoadOptions.defaults())) {
        for (int i = 0; i < NODES; i++) {
          loader.addNode("New", Map.of("number", -i, "text", "another text entirely " + i));
        }
        crashed = disk.fork(1, CrashMode.LOSE_ALL_UNSYNCED);
        verifyOld(disk.fork(1, CrashMode.REORDER));
      }
    }
    verifyOld(crashed);
  }

  private static void verifyOld(SimulatedDisk crashed) {
    try (Graph again = open(crashed, Durability.SYNC)) {
      assertThat(again.check()).isEmpty();
      if (again.<Long>read(ReadTransaction::nodeCount) == NODES) {
        try (ReadTransaction tx = again.beginRead()) {
          assertOld(tx);
        }
      }
      load(again);
      assertThat(again.check()).isEmpty();
    }
  }

  @Test
  void load_isABatchOfTheChangeFeedThatSaysSo_andIsIndexed() {
    try (Graph graph = open(new SimulatedDisk(), Durability.SYNC)) {
      graph.createIndex(IndexDefinition.on("New", "number"));
      graph.changeFeed().enable(1 << 20);
      OptionalLong after = graph.changeFeed().oldest();
      load(graph);
      graph.execute(tx -> tx.addNode("Last"));
      List<ChangeBatch> batches = graph.changeFeed().read(after.orElseThrow(), 10);
      assertThat(batches).extracting(ChangeBatch::isComplete).containsExactly(false, true);
      try (ReadTransaction tx = graph.beginRead()) {
        NodeCursor found = tx.findNodes("New", "number", -17);
        assertThat(found.next()).isTrue();
        assertThat(tx.node(found.node()).getString("text")).isEqualTo("another text entirely 17");
        assertThat(found.next()).isFalse();
      }
      assertThat(graph.check()).isEmpty();
    }
  }
}
