package dev.rookery.exchange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.rookery.graph.Edge;
import dev.rookery.graph.Graph;
import dev.rookery.graph.Multiplicity;
import dev.rookery.graph.ReadTransaction;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

final class GraphSonTest {
  private static final String LIKELY = "{}[]\":,0@ \\";

  @TempDir Path directory;

  private Path file(String text) throws IOException {
    return Files.writeString(directory.resolve("graph.json"), text);
  }

  private static long nodeCount(Graph graph) {
    return graph.read(ReadTransaction::nodeCount);
  }

  @Test
  void exportAndImport_randomGraphs_areEqual() throws IOException {
    Long given = Long.getLong("seed");
    long first = given == null ? 1 : given;
    long last = given == null ? 12 : given;
    System.out.println("GraphSonTest seed=" + first + ".." + last);
    for (long seed = first; seed <= last; seed++) {
      try (Graph graph = Graph.inMemory();
          Graph copy = Graph.inMemory()) {
        RandomGraphs.fill(graph, new SplittableRandom(seed));
        Path file = directory.resolve("exported" + seed + ".json");
        GraphSonImport read = GraphSonImport.into(copy);
        try (ReadTransaction tx = graph.beginRead()) {
          GraphSonExport.write(tx, file);
          tx.edgeTypes().forEach(type -> read.edges(type, tx.multiplicity(type)));
          assertThatThrownBy(() -> GraphSonExport.write(tx, file))
              .isInstanceOf(FileAlreadyExistsException.class);
        }
        read.run(file);
        RandomGraphs.assertEqual(copy, graph, seed);
      }
    }
  }

  @Test
  void import_plainValuesOfGraphSon1_areRead() throws IOException {
    Path file =
        file(
            """
            {"id":"a","label":"Person","outE":{"KNOWS":[
              {"id":1,"inV":"b","properties":{"weight":0.5}},{"id":2,"inV":"b"}]},
             "properties":{"name":[{"id":0,"value":"Ann"},{"id":1,"value":"Anna"}],
               "age":[{"id":2,"value":7}],"tags":[{"id":3,"value":[true,false]}],"none":[]}}
            {"id":"b","label":"vertex","unknown":{"x":[1,{"y":null}]}}
            """);
    try (Graph graph = Graph.inMemory()) {
      var summary = GraphSonImport.into(graph).keepKeys("key").run(file);

      assertThat(summary.edges()).isEqualTo(2);
      try (ReadTransaction tx = graph.beginRead()) {
        assertThat(tx.node(1).properties())
            .isEqualTo(
                Map.of(
                    "key",
                    "a",
                    "name",
                    List.of("Ann", "Anna"),
                    "age",
                    7L,
                    "tags",
                    List.of(true, false)));
        assertThat(tx.node(2).label()).contains("vertex");
        assertThat(tx.edges("KNOWS"))
            .extracting(Edge::properties)
            .containsExactly(Map.of("weight", 0.5), Map.of());
        assertThat(tx.multiplicity("KNOWS")).isEqualTo(Multiplicity.MULTI);
      }
    }
  }

  @Test
  void import_wrappedListWithIncomingEdgesOnly_isRead() throws IOException {
    Path file =
        file(
            """
            {"vertices":[{"id":{"@type":"g:Int32","@value":1},"inE":{"A":[
              {"outV":{"@type":"g:UUID","@value":"00000000-0000-0001-0000-000000000002"}}]},
              "properties":{"at":[{"value":{"@type":"g:Timestamp","@value":1500}}],
              "ratio":[{"value":{"@type":"g:Float","@value":0.1}}]}},
            {"id":{"@type":"g:UUID","@value":"00000000-0000-0001-0000-000000000002"}}]}
            """);
    try (Graph graph = Graph.inMemory()) {
      GraphSonImport.into(graph).edges(Multiplicity.SIMPLE).run(file);

      try (ReadTransaction tx = graph.beginRead()) {
        assertThat(tx.hasEdge("A", 2, 1)).isTrue();
        assertThat(tx.multiplicity("A")).isEqualTo(Multiplicity.SIMPLE);
        assertThat(tx.node(1).properties())
            .isEqualTo(Map.of("at", Instant.ofEpochMilli(1500), "ratio", 0.1));
      }
    }
  }

  @Test
  void import_numberAndTextThatLookAlike_areDifferentKeys() throws IOException {
    Path file =
        file("{\"id\":1,\"outE\":{\"A\":[{\"inV\":\"1\"}]}}\n{\"id\":\"1\",\"label\":\"Text\"}\n");
    try (Graph graph = Graph.inMemory()) {
      GraphSonImport.into(graph).run(file);

      assertThat(graph.<Boolean>read(tx -> tx.hasEdge("A", 1, 2))).isTrue();
      assertThat(graph.<Boolean>read(tx -> tx.hasEdge("A", 2, 2))).isFalse();
    }
  }

  static Stream<Arguments> hostileFiles() {
    return Stream.of(
        arguments("words", "line=1", "Unrecognized token"),
        arguments("[]", "line=1", "no object"),
        arguments("{\"id\":1}\n{\"id\":1}", "line=2", "key=1"),
        arguments("{\"id\":1,\"id\":2}", "line=1", "two ids"),
        arguments("{\"label\":\"a\"}", "line=1", "no id"),
        arguments("{\"id\":1.5}", "line=1", "id of a node"),
        arguments("{\"id\":1}\n{\"id\":2,", "line=2", "end-of-input"),
        arguments("{\"id\":99999999999999999999}", "line=1", "out of range"),
        arguments("{\"id\":1,\"label\":7}", "line=1", "label is no text"),
        arguments("{\"@type\":\"tinker:graph\",\"@value\":{}}", "line=1", "field=@type"),
        arguments("{\"mode\":\"NORMAL\"}", "line=1", "field=mode"),
        arguments("{\"vertices\":[{\"id\":1}],\"edges\":[]}", "line=1", "more behind"),
        arguments("{\"id\":1,\"outE\":{\"A\":[{\"inV\":2}]}}", "line=1", "key=2"),
        arguments("{\"id\":1,\"outE\":{\"A\":[{\"id\":2}]}}", "line=1", "no other node"),
        arguments("{\"outE\":{\"A\":[{\"inV\":1}]},\"id\":1}", "line=1", "before its id"),
        arguments("{\"id\":1,\"outE\":[]}", "line=1", "edges"),
        arguments("{\"id\":1,\"outE\":{\"A\":{}}}", "line=1", "type=A"),
        arguments("{\"id\":1,\"outE\":{\"\":[{\"inV\":1}]}}", "line=1", "name of a type"),
        arguments(
            "{\"id\":1,\"outE\":{\"A\":[{\"inV\":1},{\"inV\":1}]},\"inE\":{\"A\":[{\"outV\":1}]}}",
            "line=1",
            "outCount=2 inCount=1"),
        arguments(property("null"), "line=2", "null"),
        arguments(property("{\"a\":1}"), "line=2", "@type"),
        arguments(property("{\"@type\":\"g:Map\",\"@value\":[]}"), "line=2", "g:Map"),
        arguments(property("{\"@type\":\"gx:Year\",\"@value\":\"1\"}"), "line=2", "gx:Year"),
        arguments(property("{\"@type\":\"g:Int64\",\"@value\":\"1\"}"), "line=2", "g:Int64"),
        arguments(property("{\"@type\":\"g:UUID\",\"@value\":\"1-\"}"), "line=2", "g:UUID"),
        arguments(property("{\"@type\":\"g:Int64\"}"), "line=2", "no @value"),
        arguments(property("{\"@type\":\"g:Int64\",\"@value\":1,\"x\":1}"), "line=2", "has more"),
        arguments(
            property("{\"@type\":\"gx:BigInteger\",\"@value\":9223372036854775808}"),
            "line=2",
            "larger than a long"),
        arguments(property("[1,\"a\"]"), "line=2", "mixes types"),
        arguments(property("[" + "[".repeat(99)), "line=2", "nesting depth"),
        arguments(property("9".repeat(2000)), "line=2", "maximum allowed"),
        arguments("{\"" + "x".repeat(20_000) + "\":1}", "line=1", "maximum allowed"),
        arguments("{\"id\":1,\"properties\":{\"a\":1}}", "line=1", "key=a"),
        arguments("{\"id\":1,\"properties\":{\"a\":[{}]}}", "line=1", "no value key=a"),
        arguments(
            "{\"id\":1,\"properties\":{\"a\":[{\"value\":1}],\"a\":[{\"value\":1}]}}",
            "line=1",
            "twice"),
        arguments(
            "{\"id\":1,\"properties\":{\"a\":[{\"value\":1,\"properties\":{\"since\":2}}]}}",
            "line=1",
            "metaKey=since"));
  }

  private static String property(String value) {
    return "{\"id\":1}\n{\"id\":2,\"properties\":{\"a\":[{\"value\":" + value + "}]}}\n";
  }

  @ParameterizedTest
  @MethodSource("hostileFiles")
  void import_hostileFile_namesThePlaceAndLoadsNothing(String text, String line, String message)
      throws IOException {
    Path file = file(text);
    try (Graph graph = Graph.inMemory()) {
      assertThatThrownBy(() -> GraphSonImport.into(graph).run(file))
          .isInstanceOf(ImportException.class)
          .hasMessageContaining("file=graph.json")
          .hasMessageContaining(line)
          .hasMessageContaining("column=")
          .hasMessageContaining(message);

      assertThat(nodeCount(graph)).isZero();
      assertThat(graph.read(ReadTransaction::edgeTypes)).isEmpty();
      assertThat(graph.check()).isEmpty();
    }
  }

  @Test
  void import_cutOrDamagedFile_endsWithAnExceptionOrAGraph() throws IOException {
    byte[] good = small();
    try (HostileBytes bytes =
        new HostileBytes(
            directory.resolve("bytes.json"),
            (graph, file, options) -> GraphSonImport.into(graph).run(file, options))) {
      for (int length = 0; length < good.length; length++) {
        // Nothing is the graph of no nodes; without its last end of line the file is whole.
        assertThat(bytes.isGraph(Arrays.copyOf(good, length)))
            .as("length=" + length)
            .isEqualTo(length == 0 || length == good.length - 1);
      }
      assertThat(bytes.graphsAmongDamaged(300, good, LIKELY)).isPositive();
    }
  }

  @Tag("long")
  @Test
  void import_manyDamagedFiles_endWithAnExceptionOrAGraph() throws IOException {
    byte[] good = small();
    try (HostileBytes bytes =
        new HostileBytes(
            directory.resolve("bytes.json"),
            (graph, file, options) -> GraphSonImport.into(graph).run(file, options))) {
      assertThat(bytes.graphsAmongDamaged(20_000, good, LIKELY)).isPositive();
    }
  }

  private byte[] small() throws IOException {
    Path small = directory.resolve("small.json");
    try (Graph graph = Graph.inMemory()) {
      graph.execute(tx -> {
        long ann = tx.addNode("Person", Map.of("name", "Ann \u00E4", "born", 1980L));
        long bob = tx.addNode("", Map.of("when", Instant.EPOCH));
        tx.addEdge("KNOWS", ann, bob, Map.of("weight", 0.5, "tags", List.of("a", "b")));
      });
      try (ReadTransaction tx = graph.beginRead()) {
        GraphSonExport.write(tx, small);
      }
    }
    String text = Files.readString(small);
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
