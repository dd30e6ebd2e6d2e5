package dev.rookery.exchange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.rookery.graph.Graph;
import dev.rookery.graph.Node;
import dev.rookery.graph.ReadTransaction;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

final class EdgeListTest {
  @TempDir Path directory;

  private static long nodeCount(Graph graph) {
    return graph.read(ReadTransaction::nodeCount);
  }

  private Path file(String name, String text) throws IOException {
    return Files.writeString(directory.resolve(name), text);
  }

  @Test
  void import_snapFile_makesNodesAsTheyAreNamed() throws IOException {
    Path list = file("web.txt", "# From\tTo\n0\t11342\r\n0\t824020\n\n11342\t0\n");
    try (Graph graph = Graph.inMemory()) {
      var summary = EdgeListImport.into(graph).edges(list).type("LINKS").label("Page").run();

      assertThat(summary.nodes()).isEqualTo(3);
      assertThat(summary.edges()).isEqualTo(3);
      try (ReadTransaction tx = graph.beginRead()) {
        assertThat(tx.nodes("Page"))
            .extracting(node -> node.getLong("id"))
            .containsExactly(0L, 11342L, 824020L);
        assertThat(tx.hasEdge("LINKS", 2, 1)).isTrue();
      }
      assertThat(graph.check()).isEmpty();
    }
  }

  @Test
  void import_graphalyticsFiles_haveWeights() throws IOException {
    Path nodes = file("g.v", "7\n3\n9\n");
    Path edges = file("g.e", "7 3 0.5\n3 9 1\n");
    try (Graph graph = Graph.inMemory()) {
      EdgeListImport.into(graph).nodes(nodes).edges(edges).keepKeys("number").run();

      try (ReadTransaction tx = graph.beginRead()) {
        assertThat(tx.nodes()).extracting(Node::id).containsExactly(1L, 2L, 3L);
        assertThat(tx.findEdge("EDGE", 1, 2).orElseThrow().getDouble("weight")).isEqualTo(0.5);
        assertThat(tx.node(3).getLong("number")).isEqualTo(9);
      }
    }
  }

  static Stream<Arguments> hostileFiles() {
    return Stream.of(
        arguments("1 2\n1", "line=2", "two numbers"),
        arguments("1 2 3 4", "line=1", "two numbers"),
        arguments("1 2 3 4 5", "line=1", "too many"),
        arguments("1 99999999999999999999", "line=1", "integer"),
        arguments("1 2 heavy", "line=1", "number"),
        arguments("\n\n1 4", "line=3", "key=4"),
        arguments(
            "1 2222222222222222222222222222222222222222222222222222222222222222222222",
            "line=1",
            "too long"));
  }

  @ParameterizedTest
  @MethodSource("hostileFiles")
  void import_hostileFile_namesTheLineAndLoadsNothing(String text, String line, String message)
      throws IOException {
    try (Graph graph = Graph.inMemory()) {
      EdgeListImport lists =
          EdgeListImport.into(graph).nodes(file("g.v", "1\n2\n")).edges(file("g.e", text));

      assertThatThrownBy(lists::run)
          .isInstanceOf(ImportException.class)
          .hasMessageContaining("g.e")
          .hasMessageContaining(line)
          .hasMessageContaining(message);

      assertThat(nodeCount(graph)).isZero();
    }
  }
}
