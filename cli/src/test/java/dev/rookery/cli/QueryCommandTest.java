package dev.rookery.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rookery.graph.Graph;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class QueryCommandTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private final CommandLine command =
      RookeryCommand.commandLine()
          .setOut(new PrintWriter(out, true))
          .setErr(new PrintWriter(err, true));

  @TempDir Path directory;

  @BeforeEach
  void fill() {
    try (Graph graph = Graph.open(directory)) {
      graph.execute(tx -> {
        long ada = tx.addNode("Person", Map.of("name", "Ada", "born", 1815));
        long charles = tx.addNode("Person", Map.of("name", "Charles, \"B\"", "born", 1791));
        long nobody = tx.addNode();
        tx.addEdge("KNOWS", ada, charles, Map.of("since", 1833));
        tx.addEdge("KNOWS", charles, ada);
        tx.addEdge("KNOWS", charles, nobody);
      });
    }
  }

  private int query(String text, String... options) {
    List<String> arguments = new ArrayList<>(List.of("query", directory.toString(), text));
    arguments.addAll(List.of(options));
    return command.execute(arguments.toArray(String[]::new));
  }

  @Test
  void query_asTable_alignsItsRows() {
    assertThat(query("MATCH (a:Person) RETURN a.name AS name, a.born ORDER BY a.born DESC"))
        .isZero();

    assertThat(out.toString())
        .isEqualTo(
            """
            name          a.born
            ------------  ------
            Ada           1815
            Charles, "B"  1791
            """);
    assertThat(err.toString()).startsWith("2 rows in ");
  }

  @Test
  void query_asCsv_quotesAndLeavesNullEmpty() {
    assertThat(query("MATCH (a) RETURN a.name AS n, a.born ORDER BY a.born", "--format", "csv"))
        .isZero();

    assertThat(out.toString())
        .isEqualTo(
            """
            n,a.born
            "Charles, ""B""\",1791
            Ada,1815
            ,
            """);
    assertThat(err.toString()).isEmpty();
  }

  @Test
  void query_nodesAndEdges_areShownWithProperties() {
    assertThat(query("MATCH (a {name: 'Ada'})-[e:KNOWS]->(b)-[p:KNOWS*1..1]->(c) RETURN a, e, p"))
        .isZero();

    assertThat(out.toString())
        .contains("(1:Person {born: 1815, name: \"Ada\"})")
        .contains("[1-KNOWS->2 {since: 1833}]")
        .contains("[[2-KNOWS->1]]")
        .contains("[[2-KNOWS->3]]");
  }

  @Test
  void query_parameters_haveTheTypesThatTheyLookLike() {
    assertThat(
            query(
                "MATCH (a:Person) WHERE a.born < $year AND a.name <> $name RETURN count(a) AS n",
                "--param",
                "year=1800.5",
                "--param",
                "name=Ada"))
        .isZero();

    assertThat(out.toString()).isEqualTo("n\n-\n1\n");
    assertThat(QueryCommand.valueOf("7")).isEqualTo(7L);
    assertThat(QueryCommand.valueOf("-7.5e3")).isEqualTo(-7500.0);
    assertThat(QueryCommand.valueOf("99999999999999999999")).isEqualTo(1e20);
    assertThat(QueryCommand.valueOf("true")).isEqualTo(true);
    assertThat(QueryCommand.valueOf("'7'")).isEqualTo("7");
    assertThat(QueryCommand.valueOf("\"true\"")).isEqualTo("true");
    assertThat(QueryCommand.valueOf("NaN")).isEqualTo("NaN");
    assertThat(QueryCommand.valueOf("1.2.3")).isEqualTo("1.2.3");
    assertThat(QueryCommand.valueOf("'")).isEqualTo("'");
    assertThat(QueryCommand.valueOf("")).isEqualTo("");
  }

  @Test
  void query_explained_printsThePlanBesideTheRows() {
    assertThat(query("MATCH (a:Person)-[:KNOWS]->(b) RETURN a, b", "--explain")).isZero();

    assertThat(out.toString()).hasLineCount(5);
    assertThat(err.toString()).contains("scan ").contains("expected=").contains("found=");
  }

  @Test
  void query_wrongText_marksThePlace() {
    assertThat(query("MATCH (a:Person] RETURN a")).isEqualTo(2);

    assertThat(err.toString())
        .startsWith("rookery: expected ")
        .endsWith("MATCH (a:Person] RETURN a\n               ^\n");
    assertThat(out.toString()).isEmpty();
  }

  @Test
  void query_withoutAValue_isRefused() {
    assertThat(query("MATCH (a {name: $name}) RETURN a")).isEqualTo(2);
    assertThat(err.toString()).isEqualTo("rookery: parameter has no value name=name\n");
  }

  @Test
  void query_outOfTime_fails() {
    assertThat(
            query(
                "MATCH (a)-[:KNOWS*1..3]-(b), (c), (d), (e) RETURN count(*)",
                "--limit-time",
                "0.000000001"))
        .isEqualTo(1);
    assertThat(err.toString()).startsWith("rookery: run took too long");
    assertThat(query("MATCH (a) RETURN a", "--limit-time", "60")).isZero();
    assertThat(query("MATCH (a) RETURN a", "--limit-time", "-1")).isEqualTo(2);
    assertThat(query("MATCH (a) RETURN a", "--limit-time", "NaN")).isEqualTo(2);
  }

  @Test
  void query_ofManyRows_printsThemAll() {
    try (Graph graph = Graph.open(directory)) {
      graph.execute(tx -> {
        for (int i = 0; i < 1_000; i++) {
          tx.addNode("Many", Map.of("i", "line\n" + i));
        }
      });
    }
    assertThat(query("MATCH (m:Many) RETURN m.i")).isZero();

    assertThat(out.toString()).hasLineCount(1_002).contains("line\\u{a}999");
    assertThat(err.toString()).startsWith("1,000 rows");
  }

  @Test
  void query_ofNoDatabase_failsInOneLine() {
    Path absent = directory.resolve("absent");
    assertThat(command.execute("query", absent.toString(), "MATCH (a) RETURN a")).isEqualTo(1);
    assertThat(err.toString()).startsWith("rookery: ").hasLineCount(1);
    assertThat(absent).doesNotExist();
  }
}
