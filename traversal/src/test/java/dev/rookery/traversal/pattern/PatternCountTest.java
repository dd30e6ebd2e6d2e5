package dev.rookery.traversal.pattern;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rookery.graph.Graph;
import dev.rookery.graph.Multiplicity;
import dev.rookery.graph.ReadTransaction;
import dev.rookery.graph.WriteTransaction;
import dev.rookery.traversal.run.RunOptions;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/// Matches that are counted without being found one by one, beside those that are found, on graphs
/// large enough for kept counts, symmetries, bits and copies of rows to be used.
final class PatternCountTest {
  private static final int NODES = 48;

  private static final List<String> SHAPES =
      List.of(
          "(a)-[:E]->(b)-[:E]->(c)",
          "(a)-[:E]-(b)-[:E]-(c)",
          "(a)-[:E]->(b)-[:E]->(c)-[:E]->(d)",
          "(a)-[:E]->(b)<-[:E]-(c)",
          "(a)-[:E]->(b), (a)-[:E]->(c), (a)-[:E]->(d)",
          "(a)-[:E]->(b)-[:E]->(c), (a)-[:E]->(c)",
          "(a)-[:E]-(b)-[:E]-(c)-[:E]-(a)",
          "(a)-[:E]->(b)-[:E]->(c)-[:E]->(d)-[:E]->(a)",
          "(a)-[:E]->(b)-[:E]->(c)<-[:E]-(d)<-[:E]-(a)",
          "(a)-[:E]->(b)-[:E]->(c)-[:E]->(d), (a)-[:E]->(c), (a)-[:E]->(d), (b)-[:E]->(d)",
          "(a)-[:E]->(b)-[:E]->(c) WHERE NOT (a)-[:E]->(c) AND a <> c",
          "(a)-[:E]->(b)<-[:E]-(c) WHERE a <> c AND NOT (a)-[:E]-(c)",
          "(a)-[:E]->(b)-[:E]->(c) WHERE (c)-[:E]->(a)",
          "(a)-[:E|F]->(b)-[:F]->(c)-[:E]->(a)",
          "(a)-[:F]-(b)-[:F]-(c)",
          "(a)-[:E]->(b)-[:F]->(c)-[:E]->(d)",
          "(a:L)-[:E]->(b:L)-[:E]->(c:L)",
          "(a:L)-[:E]->(b:L)-[:E]->(c:L)-[:E]->(d:L)",
          "(a)-[:E]->(b)-[:E]->(c:L)-[:E]->(d)",
          "(a)-[:E]->(b:L)-[:E]->(c:L)-[:E]->(d:L)-[:E]->(a)",
          "(a)-[:E]->(b), (c)-[:F]->(d)");

  private void fill(Graph graph, SplittableRandom random, int edges) {
    try (WriteTransaction tx = graph.beginWrite()) {
      tx.declareEdgeType("F", Multiplicity.MULTI);
      for (int i = 0; i < NODES; i++) {
        if (random.nextInt(3) > 0) {
          tx.addNode("L");
        } else {
          tx.addNode();
        }
      }
      for (int i = 0; i < edges; i++) {
        tx.addEdge("E", 1 + random.nextInt(NODES), 1 + random.nextInt(NODES));
      }
      for (int i = 0; i < edges / 3; i++) {
        tx.addEdge("F", 1 + random.nextInt(NODES), 1 + random.nextInt(NODES));
      }
      tx.commit();
    }
  }

  private static long found(Pattern pattern, ReadTransaction tx) {
    long count = 0;
    try (PatternRows rows = pattern.rows(tx)) {
      while (rows.next()) {
        count++;
      }
    }
    return count;
  }

  @Test
  void count_always_equalsWhatIsFoundOneByOne() {
    long seed = Long.getLong("seed", 8121);
    System.out.println("PatternCountTest seed=" + seed);
    SplittableRandom random = new SplittableRandom(seed);
    for (int round = 0; round < Integer.getInteger("pattern.rounds", 2); round++) {
      try (Graph graph = Graph.inMemory()) {
        fill(graph, random, 150 + random.nextInt(250));
        try (ReadTransaction tx = graph.beginRead()) {
          for (String shape : SHAPES) {
            for (String morphism :
                List.of("DIFFERENT EDGES", "DIFFERENT NODES", "REPEATABLE ELEMENTS")) {
              String match = "MATCH " + morphism + " " + shape;
              long expected = found(Pattern.parse(match + " RETURN id(a)"), tx);
              Pattern counted = Pattern.parse(match + " RETURN count(*)");
              for (int workers = 1; workers <= 2; workers++) {
                RunOptions options = RunOptions.defaults().withWorkerCount(workers);
                try (PatternRows rows = counted.rows(tx, options)) {
                  assertThat(rows.next()).isTrue();
                  assertThat(rows.value(0)).as(match).isEqualTo(expected);
                }
                RunOptions small = options.withMemoryBytes(RunOptions.MEMORY_BYTES_MIN);
                assertThat(Pattern.parse(match).count(tx, small)).as(match).isEqualTo(expected);
              }
            }
          }
        }
      }
    }
  }
}
