package dev.rookery.graph;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rookery.storage.ReaderReport;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The figures that a graph gives about itself.
final class StatsTest {
  @TempDir Path directory;

  @Test
  void stats_countWhatIsThere() {
    try (Graph graph = Graph.open(directory.resolve("database"))) {
      GraphStats empty = graph.stats();
      graph.execute(tx -> {
        long a = tx.addNode("A", Map.of("text", PropertyValues.textOfBytes(5_000)));
        long b = tx.addNode();
        tx.addEdge("X", a, b);
        tx.addEdge("Y", a, b);
      });
      GraphStats filled = graph.stats();

      assertThat(empty.nodes()).isZero();
      assertThat(filled.nodes()).isEqualTo(2);
      assertThat(filled.edges()).isEqualTo(2);
      assertThat(filled.sequence()).isEqualTo(empty.sequence() + 1);
      assertThat(filled.commits()).isEqualTo(empty.commits() + 1);
      assertThat(filled.syncs()).isGreaterThan(empty.syncs());
      assertThat(filled.pages()).isGreaterThan(empty.pages());
      assertThat(filled.pageBytes()).isPositive();
      assertThat(filled.journalBytes()).isPositive();
      assertThat(filled.scratchPages()).isPositive();
      assertThat(filled.scratchBytes())
          .isGreaterThanOrEqualTo(filled.scratchPages() * filled.pageBytes());

      graph.checkpoint();

      GraphStats settled = graph.stats();
      assertThat(settled.scratchPages()).isZero();
      assertThat(settled.flushes()).isGreaterThan(filled.flushes());
      assertThat(settled.dataFileBytes())
          .isGreaterThanOrEqualTo(settled.pages() * settled.pageBytes());
    }
  }

  @Test
  void stats_tellAboutReaders() {
    try (Graph graph = Graph.inMemory()) {
      assertThat(graph.stats().activeReaders()).isZero();
      assertThat(graph.stats().oldestReader()).isEmpty();
      try (ReadTransaction old = graph.beginRead()) {
        graph.execute(tx -> tx.addNode());
        try (ReadTransaction young = graph.beginRead()) {
          assertThat(young.sequence()).isEqualTo(old.sequence() + 1);
          assertThat(graph.stats().activeReaders()).isEqualTo(2);
          ReaderReport oldest = graph.stats().oldestReader().orElseThrow();
          assertThat(oldest.sequence()).isEqualTo(old.sequence());
          assertThat(oldest.ageMillis()).isNotNegative();
          assertThat(oldest.threadName()).isEqualTo(Thread.currentThread().getName());
        }
      }
      assertThat(graph.stats().activeReaders()).isZero();
    }
  }

  @Test
  void stats_afterDeletes_showFreePages() {
    try (Graph graph = Graph.inMemory()) {
      graph.execute(tx -> {
        for (int i = 0; i < 2_000; i++) {
          tx.addNode("", Map.of("text", PropertyValues.textOfBytes(500)));
        }
      });
      long before = graph.stats().freePages();
      graph.execute(tx -> {
        for (Node node : tx.nodes()) {
          tx.deleteNode(node.id());
        }
      });

      assertThat(graph.stats().freePages()).isGreaterThan(before + 100);
      assertThat(graph.stats().nodes()).isZero();
    }
  }
}
