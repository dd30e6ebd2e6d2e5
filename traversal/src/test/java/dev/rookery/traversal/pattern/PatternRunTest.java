package dev.rookery.traversal.pattern;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rookery.graph.Graph;
import dev.rookery.graph.ReadTransaction;
import dev.rookery.graph.WriteTransaction;
import dev.rookery.graph.error.OperationCancelledException;
import dev.rookery.graph.index.IndexDefinition;
import dev.rookery.storage.error.TransactionClosedException;
import dev.rookery.traversal.error.MemoryBudgetException;
import dev.rookery.traversal.error.RunTimeoutException;
import dev.rookery.traversal.run.RunOptions;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// How queries keep to what their options say, and what they start from.
final class PatternRunTest {
  private static final Pattern CLIQUES =
      Pattern.parse(
          "(a)-[:E]->(b)-[:E]->(c)-[:E]->(d), (a)-[:E]->(c), (a)-[:E]->(d), (b)-[:E]->(d)"
              + " RETURN count(*)");

  private final Graph graph = Graph.inMemory();

  @AfterEach
  void close() {
    graph.close();
  }

  /// A node with edges to all others, of which every four in a row are joined.
  private void addSupernode(int degree) {
    long[] sources = new long[degree + degree / 4 * 6];
    long[] targets = new long[sources.length];
    try (WriteTransaction tx = graph.beginWrite()) {
      long hub = tx.addNode();
      for (int i = 0; i < degree; i++) {
        sources[i] = hub;
        targets[i] = tx.addNode();
      }
      int count = degree;
      for (int i = 0; i < degree; i += 4) {
        for (int one = i; one < i + 4; one++) {
          for (int other = one + 1; other < i + 4; other++) {
            sources[count] = targets[one];
            targets[count++] = targets[other];
          }
        }
      }
      tx.addEdges("E", sources, targets, 0, count);
      tx.commit();
    }
  }

  private long count(Pattern pattern, ReadTransaction tx, RunOptions options) {
    try (PatternRows rows = pattern.rows(tx, options)) {
      assertThat(rows.next()).isTrue();
      assertThat(rows.report().memoryBytes()).isLessThanOrEqualTo(options.memoryBytes());
      return rows.number("count(*)");
    }
  }

  @Test
  void count_cliquesAtASupernode_keepsToItsBudget() {
    int degree = Integer.getInteger("pattern.supernode.edges", 40_000) / 4 * 4;
    addSupernode(degree);
    long bytes = Math.max(RunOptions.MEMORY_BYTES_MIN, degree * 40L);
    try (ReadTransaction tx = graph.beginRead()) {
      // Each group of four is a clique, and each three of them are one with the supernode.
      for (int workers = 1; workers <= 2; workers++) {
        RunOptions options =
            RunOptions.defaults().withMemoryBytes(bytes * workers).withWorkerCount(workers);
        assertThat(count(CLIQUES, tx, options)).isEqualTo(degree / 4 * 5L);
      }
    }
  }

  @Test
  void rows_moreThanTheBudget_sayWhatDoesNotFit() {
    addSupernode(200_000);
    RunOptions options = RunOptions.defaults().withMemoryBytes(RunOptions.MEMORY_BYTES_MIN);
    try (ReadTransaction tx = graph.beginRead()) {
      Pattern together = Pattern.parse("(a)-[:E]->(b) WHERE id(a) = 1 RETURN collect(b)");
      assertThatThrownBy(() -> together.count(tx, options))
          .isInstanceOf(MemoryBudgetException.class)
          .hasMessageContaining("memoryBytes=" + RunOptions.MEMORY_BYTES_MIN);
      Pattern sorted = Pattern.parse("(a)-[:E]->(b) RETURN a, b ORDER BY id(b)");
      assertThatThrownBy(
              () -> {
                try (PatternRows rows = sorted.rows(tx, options)) {
                  rows.next();
                }
              })
          .isInstanceOf(MemoryBudgetException.class);
    }
  }

  @Test
  void rows_sortedWithALimit_keepNoMoreThanTheyMust() {
    addSupernode(40_000);
    RunOptions options = RunOptions.defaults().withMemoryBytes(RunOptions.MEMORY_BYTES_MIN);
    try (ReadTransaction tx = graph.beginRead();
        PatternRows rows =
            Pattern.parse("(b) RETURN id(b) AS id ORDER BY id DESC LIMIT 3").rows(tx, options)) {
      for (long id = 40_001; id > 39_998; id--) {
        assertThat(rows.next()).isTrue();
        assertThat(rows.number("id")).isEqualTo(id);
      }
      assertThat(rows.next()).isFalse();
    }
  }

  @Test
  void run_cancelledOrTooLong_endsWithThat() {
    addSupernode(10_000);
    // So many ways that nobody could count them one by one.
    Pattern endless =
        Pattern.parse(
            "MATCH DIFFERENT NODES (a)-[:E]-(b)-[:E]-(c)-[:E]-(d)-[:E]-(e) RETURN count(*)");
    try (ReadTransaction tx = graph.beginRead()) {
      for (int workers = 1; workers <= 2; workers++) {
        RunOptions options = RunOptions.defaults().withWorkerCount(workers);
        AtomicInteger asked = new AtomicInteger();
        assertThatThrownBy(
                () -> count(endless, tx, options.withCancelled(() -> asked.incrementAndGet() > 50)))
            .isInstanceOf(OperationCancelledException.class);
        assertThatThrownBy(() -> count(endless, tx, options.withTimeout(Duration.ofMillis(50))))
            .isInstanceOf(RunTimeoutException.class);
      }
      Pattern paths = Pattern.parse("(a)-[r:E*10..12]-(b) RETURN a, b");
      assertThatThrownBy(
              () -> {
                RunOptions options = RunOptions.defaults().withTimeout(Duration.ofMillis(50));
                try (PatternRows rows = paths.rows(tx, options)) {
                  while (rows.next()) {}
                }
              })
          .isInstanceOf(RunTimeoutException.class);
    }
  }

  @Test
  void rows_closedTransaction_sayThat() {
    addSupernode(400);
    ReadTransaction tx = graph.beginRead();
    PatternRows rows = Pattern.parse("(a)-[:E]->(b) RETURN a, b").rows(tx);
    assertThat(rows.next()).isTrue();
    tx.close();
    assertThatThrownBy(rows::next).isInstanceOf(TransactionClosedException.class);
    rows.close();
    assertThatThrownBy(() -> CLIQUES.rows(tx)).isInstanceOf(TransactionClosedException.class);
  }

  @Test
  void rows_misused_sayHow() {
    addSupernode(4);
    try (ReadTransaction tx = graph.beginRead();
        PatternRows rows = Pattern.parse("(a)-[:E]->(b) RETURN id(a) AS a").rows(tx)) {
      assertThatThrownBy(() -> rows.value("a")).isInstanceOf(IllegalStateException.class);
      assertThat(rows.next()).isTrue();
      assertThatThrownBy(() -> rows.value("b"))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("column=b");
      assertThatThrownBy(() -> rows.node("a")).isInstanceOf(IllegalArgumentException.class);
      while (rows.next()) {}
      assertThatThrownBy(() -> rows.value("a")).isInstanceOf(IllegalStateException.class);
    }
  }

  @Test
  void rows_inAWriteTransaction_seeItsChanges() {
    try (WriteTransaction tx = graph.beginWrite()) {
      long one = tx.addNode();
      long other = tx.addNode();
      tx.addEdge("E", one, other);
      Pattern edges = Pattern.parse("(a)-[:E]->(b) RETURN count(*)");
      assertThat(count(edges, tx, RunOptions.defaults())).isEqualTo(1);
      tx.addEdge("E", other, one);
      assertThat(count(edges, tx, RunOptions.defaults())).isEqualTo(2);
    }
  }

  @Test
  void explain_indexAndId_areWhereThePlanStarts() {
    try (WriteTransaction tx = graph.beginWrite()) {
      for (int i = 0; i < 1000; i++) {
        tx.addNode("Person", Map.of("number", (long) i));
      }
      tx.commit();
    }
    graph.createIndex(IndexDefinition.on("Person", "number"));
    Pattern equal = Pattern.parse("(a:Person) WHERE a.number = $number RETURN id(a)");
    Pattern range = Pattern.parse("(a:Person) WHERE 990 <= a.number RETURN count(*)");
    Pattern id = Pattern.parse("(a) WHERE id(a) = $id RETURN a.number");
    try (ReadTransaction tx = graph.beginRead()) {
      assertThat(equal.with("number", 7L).explain(tx)).contains("from index");
      try (PatternRows rows = equal.with("number", 7L).rows(tx)) {
        assertThat(rows.next()).isTrue();
        assertThat(rows.number("id(a)")).isEqualTo(8);
        assertThat(rows.next()).isFalse();
      }
      assertThat(range.explain(tx)).contains("from index");
      assertThat(count(range, tx, RunOptions.defaults())).isEqualTo(10);
      assertThat(id.with("id", 5L).explain(tx)).contains("from id");
      assertThat(id.with("id", 5L).count(tx)).isEqualTo(1);
      assertThat(id.with("id", 5000L).count(tx)).isZero();
      assertThat(id.with("id", "none").count(tx)).isZero();
    }
  }
}
