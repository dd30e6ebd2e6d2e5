package dev.rookery.traversal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rookery.graph.error.OperationCancelledException;
import dev.rookery.traversal.error.RunTimeoutException;
import dev.rookery.traversal.run.RunOptions;
import dev.rookery.traversal.run.RunReport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/// Searches for cheapest paths with options: in little memory, and given up.
final class CheapestPathRunTest {
  private static final int NODES = 30_000;

  private final Random random = Seeds.random("CheapestPathRunTest", 31);

  /// A way through all nodes with shortcuts; the weight of an edge is its number.
  private StoredGraph store() {
    ModelGraph model = new ModelGraph(NODES);
    for (int i = 1; i < NODES; i++) {
      model.linkUnchecked("M", i - 1, i);
    }
    for (int i = 0; i < NODES; i++) {
      model.linkUnchecked("M", random.nextInt(NODES), random.nextInt(NODES));
    }
    return model.store();
  }

  private static CheapestPath description(StoredGraph stored) {
    return CheapestPath.between(stored.id(0), stored.id(NODES - 1)).both("M").weight("number");
  }

  @Test
  void find_withLittleMemory_findsTheSamePathAndKeepsItsStateInFiles() {
    try (StoredGraph stored = store()) {
      CheapestPath path = description(stored);
      CheapestPath.Found expected = path.find(stored.tx()).orElseThrow();
      for (long bytes : new long[] {RunOptions.MEMORY_BYTES_MIN, 1L << 28}) {
        List<RunReport> reports = new ArrayList<>();
        RunOptions options =
            RunOptions.defaults().withMemoryBytes(bytes).withListener(reports::add);
        assertThat(path.find(stored.tx(), options)).hasValue(expected);
        RunReport report = reports.getLast();
        assertThat(report.memoryBytes()).isBetween(1L, bytes);
        assertThat(report.spilledBytes() > 0).isEqualTo(bytes == RunOptions.MEMORY_BYTES_MIN);
        assertThat(report.edgesWalked()).isPositive();
        CheapestPath guided = path.heuristic(node -> node == stored.id(5) ? 1e12 : 0);
        assertThat(guided.find(stored.tx(), options)).isEqualTo(guided.find(stored.tx()));
      }
    }
  }

  @Test
  void find_thatIsGivenUp_saysSo() {
    try (StoredGraph stored = store()) {
      CheapestPath path = description(stored);
      RunOptions options = RunOptions.defaults();
      AtomicInteger asked = new AtomicInteger();
      assertThatThrownBy(() ->
              path.find(stored.tx(), options.withCancelled(() -> asked.incrementAndGet() == 3)))
          .isInstanceOf(OperationCancelledException.class);
      assertThat(asked).hasValue(3);
      assertThatThrownBy(() -> path.find(stored.tx(), options.withTimeout(Duration.ofNanos(1))))
          .isInstanceOf(RunTimeoutException.class);
      IllegalCallerException mine = new IllegalCallerException("mine");
      assertThatThrownBy(() ->
              path.heuristic(
                      _ -> {
                        if (asked.incrementAndGet() == 100) {
                          throw mine;
                        }
                        return 0;
                      })
                  .find(stored.tx(), options))
          .isSameAs(mine);
      assertThat(path.find(stored.tx(), options)).isEqualTo(path.find(stored.tx()));
      assertThat(stored.graph().stats().activeReaders()).isEqualTo(1);
    }
  }
}
