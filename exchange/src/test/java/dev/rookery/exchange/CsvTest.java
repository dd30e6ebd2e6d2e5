package dev.rookery.exchange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.rookery.graph.Edge;
import dev.rookery.graph.Graph;
import dev.rookery.graph.Node;
import dev.rookery.graph.ReadTransaction;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

final class CsvTest {
  @TempDir Path directory;

  private static long nodeCount(Graph graph) {
    return graph.read(ReadTransaction::nodeCount);
  }

  private Path file(String name, String text) throws IOException {
    return Files.writeString(directory.resolve(name), text);
  }

  @Test
  void exportAndImport_randomGraphs_areEqual() throws IOException {
    Long given = Long.getLong("seed");
    long first = given == null ? 1 : given;
    long last = given == null ? 12 : given;
    System.out.println("CsvTest seed=" + first + ".." + last);
    for (long seed = first; seed <= last; seed++) {
      try (Graph graph = Graph.inMemory();
          Graph copy = Graph.inMemory()) {
        RandomGraphs.fill(graph, new SplittableRandom(seed));
        Path files = directory.resolve("exported" + seed);
        try (ReadTransaction tx = graph.beginRead()) {
          CsvExport.write(tx, files);
        }
        CsvImport.into(copy).directory(files).run();
        RandomGraphs.assertEqual(copy, graph, seed);
      }
    }
  }

  @Test
  void export_ofAPart_writesItsNodesEdgesAndTypes() throws IOException {
    try (Graph graph = Graph.inMemory();
        Graph copy = Graph.inMemory()) {
      RandomGraphs.fill(graph, new SplittableRandom(3));
      List<Edge> edges = new ArrayList<>();
      try (ReadTransaction tx = graph.beginRead()) {
        List<Node> nodes = new ArrayList<>();
        tx.nodes()
            .forEach(node -> {
              if (isInPart(node.id())) {
                nodes.add(node);
              }
            });
        tx.edges("SIMPLE")
            .forEach(edge -> {
              if (isInPart(edge.source()) && isInPart(edge.target())) {
                edges.add(edge);
              }
            });
        assertThat(edges).isNotEmpty();
        CsvExport.write(tx, nodes, edges, directory.resolve("part"));
        CsvImport.into(copy).directory(directory.resolve("part")).run();

        assertThat(nodeCount(copy)).isEqualTo(nodes.size());
        try (ReadTransaction copied = copy.beginRead()) {
          assertThat(copied.edgeTypes()).containsExactly("SIMPLE");
          assertThat(copied.edgeCount()).isEqualTo(edges.size());
          assertThat(stream(copied.edges("SIMPLE")).map(RandomGraphs::normal))
              .containsExactlyInAnyOrderElementsOf(
                  edges.stream().map(RandomGraphs::normal).toList());
        }
      }
    }
  }

  private static boolean isInPart(long node) {
    return node % 2 == 0;
  }

  private static Stream<Edge> stream(Iterable<Edge> edges) {
    return StreamSupport.stream(edges.spliterator(), false);
  }

  @Test
  void import_neo4jStyle_readsTypesSpacesAndLists() throws IOException {
    Path people =
        file(
            "people.csv",
            """
            personId:ID(Person),name,age:int,nick:string[],:LABEL,note:IGNORE
            1,Ann,33,a;b,Person,x
            2,"Bob ""B"", jr",,,Person,
            """);
    Path films = file("films.csv", ":ID(Film),title\n1,\"\"\n");
    Path edges =
        file(
            "edges.csv",
            ":START_ID(Person),:END_ID(Film),:TYPE,stars:float\r\n"
                + "1,1,SAW,4.5\r\n"
                + "2,1,SAW,\r\n"
                + "2,1,SAW,1\r\n");
    try (Graph graph = Graph.inMemory()) {
      var summary = CsvImport.into(graph).nodes(people).nodes(films).edges(edges).run();

      assertThat(summary.nodes()).isEqualTo(3);
      assertThat(summary.edges()).isEqualTo(2);
      assertThat(summary.duplicates()).isOne();
      try (ReadTransaction tx = graph.beginRead()) {
        assertThat(tx.node(1).properties())
            .isEqualTo(
                Map.of("personId", "1", "name", "Ann", "age", 33L, "nick", List.of("a", "b")));
        assertThat(tx.node(2).properties())
            .isEqualTo(Map.of("personId", "2", "name", "Bob \"B\", jr"));
        assertThat(tx.node(3).properties()).isEqualTo(Map.of("title", ""));
        assertThat(tx.node(3).label()).isEmpty();
        assertThat(tx.findEdge("SAW", 1, 3).orElseThrow().getDouble("stars")).isEqualTo(4.5);
      }
    }
  }

  static Stream<Arguments> hostileFiles() {
    return Stream.of(
        arguments("", "nodes", "line=1", "file is empty"),
        arguments("a,b\n", "nodes", "line=1", ":ID"),
        arguments(":ID,:ID\n", "nodes", "line=1", "twice"),
        arguments(":ID,age:point\n", "nodes", "line=1", "unknown type"),
        arguments(":ID,:START_ID\n", "nodes", "line=1", "edges"),
        arguments(":ID,age:int\n1,2\n2,x\n", "nodes", "line=3", "age"),
        arguments(":ID\n1\n2\n1\n", "nodes", "line=4", "key"),
        arguments(":ID,x\n1,\"a\nb\n", "nodes", "line=2", "does not end"),
        arguments(":ID,x\n1,\"a\"b\n", "nodes", "line=2", "text behind"),
        arguments(":ID,x\n\n,a\n", "nodes", "line=3", ":ID"),
        arguments(":ID,a:int,a:string\n1,2,b\n", "nodes", "line=2", "twice"),
        arguments(":ID,d:date\n1,2020-02-30\n", "nodes", "line=2", "date"),
        arguments(":ID,b:bytes\n1,***\n", "nodes", "line=2", "bytes"),
        arguments(":START_ID,:TYPE\n", "edges", "line=1", ":END_ID"),
        arguments(":START_ID,:END_ID,:TYPE\n1,9,X\n", "edges", "line=2", "key=9"),
        arguments(":START_ID,:END_ID,:TYPE\n1,1,\n", "edges", "line=2", "no type"),
        arguments("type,multiplicity\nX,SOME\n", "types", "line=2", "SOME"));
  }

  @ParameterizedTest
  @MethodSource("hostileFiles")
  void import_hostileFile_namesTheLineAndLoadsNothing(
      String bad, String kind, String line, String message) throws IOException {
    try (Graph graph = Graph.inMemory()) {
      CsvImport csv =
          CsvImport.into(graph)
              .types(file("types.csv", kind.equals("types") ? bad : "type,multiplicity\n"))
              .nodes(file("nodes.csv", kind.equals("nodes") ? bad : ":ID\n1\n"))
              .edges(
                  file(
                      "edges.csv",
                      kind.equals("edges") ? bad : ":START_ID,:END_ID,:TYPE\n1,1,X\n"));

      assertThatThrownBy(csv::run)
          .isInstanceOf(ImportException.class)
          .hasMessageContaining(kind + ".csv")
          .hasMessageContaining(line)
          .hasMessageContaining(message);

      assertThat(nodeCount(graph)).isZero();
      assertThat(graph.read(ReadTransaction::edgeTypes)).isEmpty();
      assertThat(graph.check()).isEmpty();
    }
  }

  @Test
  void import_randomBytes_endsWithAnExceptionOrAGraph() throws IOException {
    long seed = Long.getLong("seed", 1);
    System.out.println("CsvTest.bytes seed=" + seed);
    SplittableRandom random = new SplittableRandom(seed);
    byte[] good = ":ID,name,age:int\n1,\"a\"\"b\",3\n2,c,4\n".getBytes(StandardCharsets.UTF_8);
    for (int i = 0; i < 300; i++) {
      byte[] bytes = good.clone();
      for (int changes = 1 + random.nextInt(3); changes > 0; changes--) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
      }
      Path nodes = Files.write(directory.resolve("bytes.csv"), bytes);
      try (Graph graph = Graph.inMemory()) {
        try {
          CsvImport.into(graph).nodes(nodes).run();
        } catch (ImportException e) {
          assertThat(e.getMessage()).contains("line=");
          assertThat(nodeCount(graph)).isZero();
        }
      }
    }
  }
}
