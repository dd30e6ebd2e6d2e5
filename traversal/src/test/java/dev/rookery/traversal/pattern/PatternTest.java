package dev.rookery.traversal.pattern;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rookery.graph.Edge;
import dev.rookery.graph.Graph;
import dev.rookery.graph.Node;
import dev.rookery.graph.ReadTransaction;
import dev.rookery.graph.WriteTransaction;
import dev.rookery.traversal.Subgraph;
import dev.rookery.traversal.run.EdgeSelection;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Queries on a graph that is small enough to know the answers.
final class PatternTest {
  private Graph graph;
  private ReadTransaction tx;
  private final Map<String, Long> ids = new HashMap<>();

  @BeforeEach
  void open() {
    graph = Graph.inMemory();
    try (WriteTransaction write = graph.beginWrite()) {
      addPerson(write, "Ada", 36);
      addPerson(write, "Ben", 40);
      addPerson(write, "Cem", 20);
      addPerson(write, "Dee", 50);
      ids.put("Rex", write.addNode("Dog", Map.of("name", "Rex")));
      ids.put("Nil", write.addNode());
      knows(write, "Ada", "Ben", 2001);
      knows(write, "Ben", "Ada", 2002);
      knows(write, "Ben", "Cem", 2003);
      knows(write, "Cem", "Dee", 2004);
      knows(write, "Ada", "Cem", 2005);
      knows(write, "Dee", "Dee", 2006);
      write.addEdge("OWNS", ids.get("Ada"), ids.get("Rex"));
      write.commit();
    }
    tx = graph.beginRead();
  }

  private void addPerson(WriteTransaction write, String name, long age) {
    ids.put(name, write.addNode("Person", Map.of("name", name, "age", age)));
  }

  private void knows(WriteTransaction write, String one, String other, long since) {
    write.addEdge("KNOWS", ids.get(one), ids.get(other), Map.of("since", since));
  }

  @AfterEach
  void close() {
    tx.close();
    graph.close();
  }

  private List<String> rows(String text) {
    return rows(Pattern.parse(text));
  }

  private List<String> rows(Pattern pattern) {
    List<String> found = new ArrayList<>();
    try (PatternRows rows = pattern.rows(tx)) {
      while (rows.next()) {
        List<String> values = new ArrayList<>();
        rows.values().forEach(value -> values.add(text(value)));
        found.add(String.join(" ", values));
      }
    }
    return found;
  }

  private String text(Object value) {
    return switch (value) {
      case Node node -> node.getString("name", "-");
      case Edge edge -> "[" + edge.getLong("since", 0) + "]";
      case List<?> list -> list.stream().map(this::text).toList().toString();
      case null -> "null";
      default -> value.toString();
    };
  }

  @Test
  void match_path_givesEachWay() {
    assertThat(rows("(a)-[:KNOWS]->(b)-[:KNOWS]->(c) RETURN a, b, c"))
        .containsExactlyInAnyOrder(
            "Ada Ben Ada",
            "Ada Ben Cem",
            "Ben Ada Ben",
            "Ben Ada Cem",
            "Ben Cem Dee",
            "Ada Cem Dee",
            "Cem Dee Dee");
    assertThat(rows("MATCH DIFFERENT NODES (a)-[:KNOWS]->(b)-[:KNOWS]->(c) RETURN a, b, c"))
        .containsExactlyInAnyOrder("Ada Ben Cem", "Ben Ada Cem", "Ben Cem Dee", "Ada Cem Dee");
    assertThat(rows("MATCH REPEATABLE ELEMENTS (a)-[:KNOWS]->(b)-[:KNOWS]->(c) RETURN count(*)"))
        .containsExactly("8");
    assertThat(rows("(a)-[:KNOWS]->(b)-[:KNOWS]->(c) RETURN count(*)")).containsExactly("7");
    assertThat(rows("MATCH DIFFERENT NODES (a)-[:KNOWS]->(b)-[:KNOWS]->(c) RETURN count(*)"))
        .containsExactly("4");
  }

  @Test
  void match_undirected_countsEachEdge() {
    assertThat(rows("(a {name: 'Ada'})-[:KNOWS]-(b) RETURN b"))
        .containsExactlyInAnyOrder("Ben", "Ben", "Cem");
    assertThat(rows("(a)-[:KNOWS]-(b) RETURN count(*)")).containsExactly("11");
    assertThat(rows("(a)-[:KNOWS]-(b)-[:KNOWS]-(c)-[:KNOWS]-(a) RETURN count(*)")).hasSize(1);
  }

  @Test
  void match_conditions_holdForEachRow() {
    assertThat(rows("(a:Person)-[r:KNOWS]->(b) WHERE a.age < b.age RETURN a, b, r.since"))
        .containsExactlyInAnyOrder("Ada Ben 2001", "Cem Dee 2004");
    assertThat(rows("(a)-[r:KNOWS {since: 2003}]->(b) RETURN a, r, b"))
        .containsExactly("Ben [2003] Cem");
    assertThat(rows("(a:Person) WHERE a.name STARTS WITH 'A' OR a.age >= 50 RETURN a"))
        .containsExactlyInAnyOrder("Ada", "Dee");
    assertThat(rows("(a) WHERE a.age IS NULL RETURN a, label(a)"))
        .containsExactlyInAnyOrder("Rex Dog", "- null");
  }

  @Test
  void match_missingEdge_isExcluded() {
    assertThat(
            rows(
                "(a)-[:KNOWS]->(b)-[:KNOWS]->(c) WHERE NOT (a)-[:KNOWS]->(c) AND a <> c"
                    + " RETURN a, c"))
        .containsExactlyInAnyOrder("Ben Dee", "Ada Dee");
    assertThat(
            rows(
                "(a)-[:KNOWS]->(b)-[:KNOWS]->(c) WHERE NOT (a)-[:KNOWS]->(c) AND a <> c"
                    + " RETURN count(*)"))
        .containsExactly("2");
    assertThat(rows("(a:Person) WHERE NOT EXISTS { (a)-[:OWNS]->(:Dog) } RETURN a"))
        .containsExactlyInAnyOrder("Ben", "Cem", "Dee");
  }

  @Test
  void match_pathOfVariableLength_isATrail() {
    assertThat(rows("(a {name: 'Ada'})-[r:KNOWS*1..2]->(b) RETURN b, length(r)"))
        .containsExactlyInAnyOrder("Ben 1", "Cem 1", "Ada 2", "Cem 2", "Dee 2");
    assertThat(rows("(a {name: 'Cem'})-[r:KNOWS*]->(b) RETURN b, r"))
        .containsExactlyInAnyOrder("Dee [[2004]]", "Dee [[2004], [2006]]");
    assertThat(rows("(a {name: 'Cem'})<-[:KNOWS*0..1]-(b) RETURN b"))
        .containsExactlyInAnyOrder("Cem", "Ben", "Ada");
  }

  @Test
  void match_optional_isNullWhereNotFound() {
    assertThat(rows("(a:Person) OPTIONAL MATCH (a)-[:OWNS]->(d) RETURN a.name, d ORDER BY a.name"))
        .containsExactly("Ada Rex", "Ben null", "Cem null", "Dee null");
    assertThat(rows("(a:Person) OPTIONAL MATCH (a)-[:KNOWS]->(d) RETURN count(*), count(d)"))
        .containsExactly("6 6");
  }

  @Test
  void match_groups_areAggregated() {
    assertThat(
            rows(
                "(a:Person)-[:KNOWS]->(b) RETURN a.name AS name, count(*) AS n, max(b.age) AS m"
                    + " ORDER BY n DESC, name LIMIT 2"))
        .containsExactly("Ada 2 40", "Ben 2 36");
    assertThat(rows("(a:Person) RETURN sum(a.age), avg(a.age), min(a.name), count(DISTINCT a)"))
        .containsExactly("146 36.5 Ada 4");
    assertThat(rows("(a:Nobody) RETURN count(*), sum(a.age), max(a.age)"))
        .containsExactly("0 0 null");
  }

  @Test
  void match_parameters_areValues() {
    Pattern pattern = Pattern.parse("(a:Person) WHERE a.name = $name RETURN a.age");
    assertThat(rows(pattern.with("name", "Ben"))).containsExactly("40");
    assertThat(rows(pattern.with("name", "' OR 1 = 1 //"))).isEmpty();
    assertThatThrownBy(() -> pattern.rows(tx))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("name=name");
  }

  @Test
  void explain_saysWhatWasExpectedAndFound() {
    Pattern pattern = Pattern.parse("(a:Person)-[:KNOWS]->(b)-[:KNOWS]->(c) RETURN a, c");
    assertThat(pattern.explain(tx)).contains("scan", "join", "expected=").doesNotContain("found=");
    try (PatternRows rows = pattern.rows(tx)) {
      while (rows.next()) {}
      assertThat(rows.explain()).contains("found=7");
    }
  }

  @Test
  void subgraph_ofRows_hasTheNodesThatTheyName() {
    assertThat(subgraph("MATCH (a {name: 'Ada'})-[:KNOWS]->(b) RETURN b"))
        .containsExactlyInAnyOrder("Ben", "Cem", "Ben Cem");
    assertThat(subgraph("MATCH (a {name: 'Ada'})-[e:OWNS]->() RETURN e, a.age"))
        .containsExactlyInAnyOrder("Ada", "Rex", "Ada Rex");
    assertThat(subgraph("MATCH (a {name: 'Ada'})-[p:KNOWS*3]->(c {name: 'Dee'}) RETURN p LIMIT 1"))
        .containsExactlyInAnyOrder(
            "Ada", "Ben", "Cem", "Dee", "Ada Ben", "Ben Ada", "Ben Cem", "Cem Dee", "Ada Cem",
            "Dee Dee");
    assertThat(subgraph("MATCH (a {name: 'Nobody'}) RETURN a")).isEmpty();
  }

  private List<String> subgraph(String text) {
    List<String> found = new ArrayList<>();
    try (PatternRows rows = Pattern.parse(text).rows(tx)) {
      Subgraph subgraph = rows.subgraph(EdgeSelection.out());
      subgraph.nodes().forEach(node -> found.add(node.getString("name")));
      for (Edge edge : subgraph.edges()) {
        found.add(
            tx.node(edge.source()).getString("name")
                + " "
                + tx.node(edge.target()).getString("name"));
      }
      assertThat(rows.next()).isFalse();
    }
    return found;
  }
}
