package dev.rookery.graph;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rookery.storage.Durability;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// How much disk things take: small graphs, changes of one value, large values.
final class FootprintTest {
  private static final int LARGE_MEBIBYTES = Integer.getInteger("large.mebibytes", 24);

  @TempDir Path directory;

  @Test
  void smallGraph_takesLessThanAMebibyte() throws IOException {
    Path database = directory.resolve("small");
    SplittableRandom random = new SplittableRandom(Long.getLong("seed", 3));
    try (Graph graph = Graph.open(database)) {
      List<Long> people = new ArrayList<>();
      // A transaction for each: not what a bulk load would make of it.
      for (int i = 0; i < 1_000; i++) {
        String name = "Person number " + i;
        people.add(graph.write(Durability.NONE, tx -> tx.addNode("Person", Map.of("name", name))));
      }
      for (int i = 0; i < 50; i++) {
        graph.execute(
            Durability.NONE,
            tx -> {
              for (int j = 0; j < 100; ) {
                long from = people.get(random.nextInt(people.size()));
                long to = people.get(random.nextInt(people.size()));
                j += tx.addEdge("KNOWS", from, to) ? 1 : 0;
              }
            });
      }
      graph.checkpoint();
    }
    long bytes = Files.size(database.resolve("data.rkd"));
    System.out.println("FootprintTest smallGraph bytes=" + bytes);
    assertThat(bytes).isLessThanOrEqualTo(1 << 20);
  }

  /// Returns how many bytes of journal a change of one property takes, on average.
  private static long journalBytes(Graph graph, long node, String key, List<Object> values) {
    graph.execute(tx -> tx.setProperty(node, key, values.getLast()));
    long before = graph.stats().journalWrittenBytes();
    for (Object value : values) {
      graph.execute(Durability.NONE, tx -> tx.setProperty(node, key, value));
    }
    graph.sync();
    return (graph.stats().journalWrittenBytes() - before) / values.size();
  }

  /// A commit has a header of 128 bytes and is padded to 64; a changed page names itself in 12
  /// bytes and tells its commit, its checksum, and what changed.
  @Test
  void fixedWidthValue_isChangedInPlace() {
    try (Graph graph = Graph.open(directory.resolve("inPlace"))) {
      Map<String, Object> properties = new HashMap<>();
      for (int i = 0; i < 30; i++) {
        properties.put("text" + i, "some text number " + i);
      }
      properties.put("score", 0.5);
      properties.put("count", 1L << 40);
      long rich = graph.write(tx -> tx.addNode("Rich", properties));
      long poor = graph.write(tx -> tx.addNode("Poor", Map.of("score", 0.5)));
      List<Object> doubles = new ArrayList<>();
      List<Object> longs = new ArrayList<>();
      for (int i = 1; i <= 64; i++) {
        doubles.add(1.0 / i);
        longs.add((1L << 40) + i * 7_919L);
      }

      long inRecord = journalBytes(graph, rich, "score", doubles);
      long integral = journalBytes(graph, rich, "count", longs);
      long inCell = journalBytes(graph, poor, "score", doubles);

      System.out.printf(
          "FootprintTest inPlace journal bytes a commit: record %d, integral %d, cell %d%n",
          inRecord, integral, inCell);
      assertThat(inRecord).isLessThanOrEqualTo(256);
      assertThat(integral).isLessThanOrEqualTo(256);
      assertThat(inCell).isLessThanOrEqualTo(256);
      assertThat(graph.<Double>read(tx -> tx.node(rich).getDouble("score"))).isEqualTo(1.0 / 64);
      assertThat(graph.check()).isEmpty();
    }
  }

  /// `-Dlarge.mebibytes=` says how large; 1024 is the limit of a value, and needs a heap of 6 GiB.
  @Test
  void largeValue_isStoredReadAndGivenBack() {
    byte[] value = new byte[LARGE_MEBIBYTES << 20];
    new SplittableRandom(Long.getLong("seed", 5)).nextBytes(value);
    Path database = directory.resolve("large");
    long node;
    long pages;
    try (Graph graph = Graph.open(database)) {
      node = graph.write(tx -> tx.addNode("Large", Map.of("name", "blob", "bytes", value)));
      assertThat(graph.check()).isEmpty();
      pages = graph.stats().pages();
    }
    try (Graph graph = Graph.open(database)) {
      graph.execute(tx -> {
        Object found = tx.node(node).properties().get("bytes");
        assertThat(Arrays.equals((byte[]) found, value)).isTrue();
        tx.removeProperty(node, "bytes");
      });
      assertThat(graph.<String>read(tx -> tx.node(node).getString("name"))).isEqualTo("blob");
      GraphStats stats = graph.stats();
      assertThat(stats.freePages()).isGreaterThan(pages * 9 / 10);
      graph.execute(tx -> tx.setProperty(node, "bytes", value));
      assertThat(graph.stats().pages()).isLessThanOrEqualTo(pages + 8);
      assertThat(graph.check()).isEmpty();
    }
  }
}
