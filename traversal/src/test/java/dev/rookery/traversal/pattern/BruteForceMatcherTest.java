package dev.rookery.traversal.pattern;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rookery.graph.Graph;
import dev.rookery.graph.Multiplicity;
import dev.rookery.graph.ReadTransaction;
import dev.rookery.traversal.pattern.text.PatternParser;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// That what the executor is compared with is right: answers that were found by hand.
///
/// The graph: nodes 1:P, 2:P and 3:Q in a ring of edges `A`; two edges `M` from 1 to 2; an edge `B`
/// from 1 to itself.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class BruteForceMatcherTest {
  private final Graph graph = Graph.inMemory();

  @BeforeAll
  void store() {
    graph.execute(tx -> {
      tx.declareEdgeType("M", Multiplicity.MULTI);
      long first = tx.addNode("P", Map.of("i", 1, "s", "ab"));
      long second = tx.addNode("P", Map.of("i", 2.0));
      long third = tx.addNode("Q", Map.of("i", 3, "s", "b"));
      tx.addEdge("A", first, second);
      tx.addEdge("A", second, third, Map.of("w", 1));
      tx.addEdge("A", third, first);
      tx.addEdge("M", first, second, Map.of("w", 1));
      tx.addEdge("M", first, second, Map.of("w", 2));
      tx.addEdge("B", first, first);
    });
  }

  @AfterAll
  void close() {
    graph.close();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "(a); 3",
        "(a:P); 2",
        "(a:P|Q); 3",
        "(a:Z); 0",
        "(a), (b); 9",
        "MATCH DIFFERENT NODES (a), (b); 6",
        "(a)-->(b); 6",
        "(a)--(b); 11",
        "(a)-[:B]-(b); 1",
        "(a)-[:A|M]->(b); 5",
        "(a)-[:A]->(b)-[:A]->(c); 3",
        "(a)-[:A]->(b)-[:A]->(c)-[:A]->(a); 3",
        "(a)-[:M]->(b), (a)-[:M]->(b); 2",
        "MATCH REPEATABLE ELEMENTS (a)-[:M]->(b), (a)-[:M]->(b); 4",
        "MATCH DIFFERENT NODES (a)-[:M]->(b), (a)-[:M]->(b); 2",
        "(a)-[:B]->(b); 1",
        "MATCH DIFFERENT NODES (a)-[:B]->(b); 0",
        "MATCH DIFFERENT NODES (a)-[:B]->(a); 1",
        "(a)-[:A*]->(b); 9",
        "(a)-[:A*]->(a); 3",
        "MATCH DIFFERENT NODES (a)-[:A*]->(b); 6",
        "MATCH DIFFERENT NODES (a)-[:A*]->(a); 3",
        "(a)-[:A*0..0]->(b); 3",
        "MATCH DIFFERENT NODES (a)-[:A*0..0]->(b); 0",
        "MATCH DIFFERENT NODES (a)-[:A*0..0]->(a); 3",
        "MATCH REPEATABLE ELEMENTS (a)-[:A*2..4]->(b); 9",
        "(a)-[:A*2..4]->(b); 6",
        "(a)-[:A*2]-(b); 6",
        "MATCH REPEATABLE ELEMENTS (a)-[:A*2]-(b); 12",
        "MATCH DIFFERENT NODES (a)-[:A*2]-(b)-[:A]-(a); 6",
        "MATCH DIFFERENT NODES (a)-[:A*2]-(b)-[*2]-(a); 0",
        "(a)-[* {w: 1}]->(b); 3",
        "(a {i: 2}); 1",
        "(a)-->(b {i: a.i}); 1",
        "(a)-[:A]->(b) WHERE a.i < b.i; 2",
        "(a) WHERE a.s < 'b'; 1",
        "(a) WHERE NOT a.s < 'b'; 1",
        "(a) WHERE a.s IS NULL; 1",
        "(a) WHERE a.s IS NULL OR a.s CONTAINS 'a'; 2",
        "(a) WHERE NOT (a.s = 'b' AND a.i = 3); 2",
        "(a) WHERE a.i IN [1.0, 3, null]; 2",
        "(a) WHERE NOT a.i IN [1.0, 3, null]; 0",
        "(a) WHERE a.i < 'x'; 0",
        "(a) WHERE a.i <> 'x'; 3",
        "(a), (b) WHERE a = b; 3",
        "(a) WHERE NOT (a)-[:M]-(); 1",
        "(a) WHERE EXISTS { (a)-[:A]->(b:Q) WHERE b.i > a.i }; 1",
        "(a)-[:A]->(b) WHERE EXISTS { (a)<-[:A]-(c)<-[:A]-(b) }; 3",
        "(a) OPTIONAL MATCH (a)-[:M]->(b); 4",
        "(a) OPTIONAL MATCH (a)-[:M]->(b) WHERE b.i = 7; 3",
        "(a) OPTIONAL MATCH (a)-[:M]->(b) OPTIONAL MATCH (b)-[:A]->(c); 4",
        "(a) OPTIONAL MATCH (a:P)-[:A]->(b); 3",
        "(a)-[:A]->(b) SKIP 1 LIMIT 5; 2",
      })
  void count_ofKnownGraph_isRight(String text, int count) {
    try (ReadTransaction tx = graph.beginRead()) {
      BruteForceMatcher matcher = new BruteForceMatcher(tx, Map.of(), Long.MAX_VALUE);
      assertThat(matcher.answer(PatternParser.parse(text)).count()).isEqualTo(count);
    }
  }

  @Test
  void rows_ofKnownGraph_areRight() {
    EdgeRef edge = new EdgeRef("A", 2, 3, 0);
    assertRows(
        "(a)-[r:A {w: 1}]->(b) OPTIONAL MATCH (b)-[p:M*]->(c)",
        row(new NodeRef(2), new NodeRef(3), edge, null, null));
    assertRows(
        "(a)-[p:A*..2]->(b {i: 1}) RETURN length(p) AS n, p ORDER BY n",
        row(1L, List.of(new EdgeRef("A", 3, 1, 0))),
        row(2L, List.of(edge, new EdgeRef("A", 3, 1, 0))));
    assertRows(
        "(a)-[:A]->(b) RETURN label(a) AS l, count(*) AS n, sum(b.i), collect(b.s) ORDER BY l",
        row("P", 2L, 5.0, List.of("b")),
        row("Q", 1L, 1L, List.of("ab")));
    assertRows("(a) RETURN a.s, id(a) ORDER BY a.s", row("ab", 1L), row("b", 3L), row(null, 2L));
    assertRows(
        "(a) RETURN a.s, id(a) ORDER BY a.s DESC", row(null, 2L), row("b", 3L), row("ab", 1L));
    assertRows(
        "(a:Z) RETURN count(*), sum(a.i), min(a.i), avg(a.i), collect(a)",
        row(0L, 0L, null, null, List.of()));
    assertRows("(a:Z) RETURN a.i, count(*)");
    assertRows(
        "(a)-[r]->(b) RETURN DISTINCT type(r) AS t ORDER BY t DESC SKIP 1", row("B"), row("A"));
    assertRows(
        "(a) RETURN min(a.i), max(a.s), avg(a.i), count(DISTINCT label(a)), count(a.s) + 1",
        row(1L, "b", 2.0, 2L, 3L));
  }

  private void assertRows(String text, List<?>... rows) {
    try (ReadTransaction tx = graph.beginRead()) {
      BruteForceMatcher matcher = new BruteForceMatcher(tx, Map.of(), Long.MAX_VALUE);
      assertThat(matcher.answer(PatternParser.parse(text)).rows()).isEqualTo(List.of(rows));
    }
  }

  private static List<@Nullable Object> row(@Nullable Object... values) {
    return Arrays.asList(values);
  }
}
