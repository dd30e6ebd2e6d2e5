package dev.rookery.traversal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.rookery.graph.Direction;
import dev.rookery.graph.Graph;
import dev.rookery.graph.GraphOptions;
import dev.rookery.graph.Node;
import dev.rookery.graph.ReadTransaction;
import dev.rookery.storage.Durability;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The air routes of the world, in memory and on disk, against answers that were computed without
/// this library. Skipped where the data is not there.
final class AirRoutesTest {
  private final AirRoutes data = new AirRoutes(AirRoutes.directory());

  @Test
  void answers_inMemory_areRight() throws IOException {
    assumeDataIsThere();
    try (Graph graph = Graph.inMemory()) {
      data.load(graph);
      checkAll(graph);
    }
  }

  @Test
  void answers_onDisk_areRightBeforeAndAfterReopening(@TempDir Path directory) throws IOException {
    assumeDataIsThere();
    GraphOptions options = GraphOptions.defaults().withDurability(Durability.BACKGROUND);
    try (Graph graph = Graph.open(directory, options)) {
      data.load(graph);
      checkAll(graph);
    }
    try (Graph graph = Graph.open(directory, options)) {
      checkAll(graph);
      assertThat(graph.check()).isEmpty();
    }
  }

  @Test
  void split_quotedFields_areUnquoted() {
    assertThat(AirRoutes.split("a,\"b \"\"c\"\", d\",\r\n\"x\ny\",,z\n"))
        .containsExactly(List.of("a", "b \"c\", d", ""), List.of("x\ny", "", "z"));
  }

  private static void assumeDataIsThere() {
    assumeThat(Files.isDirectory(AirRoutes.directory())).isTrue();
  }

  private void checkAll(Graph graph) throws IOException {
    try (ReadTransaction tx = graph.beginRead()) {
      checkCounts(tx);
      Map<String, Long> airports = new HashMap<>();
      tx.nodes("airport").forEach(node -> airports.put(node.getString("code"), node.id()));
      for (String code : List.of("LHR", "AUS", "ANC")) {
        checkLevels(tx, airports.get(code), data.answer(code));
      }
      for (String pair : List.of("LHR-SYD", "AUS-WLG", "ANC-CPT", "ADK-PPT")) {
        String[] codes = pair.split("-");
        checkHops(tx, airports.get(codes[0]), airports.get(codes[1]), pair);
      }
      checkSubgraph(tx, airports.get("LHR"));
    }
  }

  private void checkCounts(ReadTransaction tx) throws IOException {
    assertThat(tx.nodeCount()).isEqualTo(data.answer("nodes").getFirst());
    assertThat(tx.edgeCount()).isEqualTo(data.answer("edges").getFirst());
    assertThat(tx.labels()).containsExactly("airport", "continent", "country", "version");
    for (String label : tx.labels()) {
      assertThat(tx.nodes(label)).as(label).hasSize(count(label));
    }
    assertThat(tx.edgeTypes()).containsExactly("contains", "route");
    for (String type : tx.edgeTypes()) {
      assertThat(tx.edgeCount(type)).as(type).isEqualTo(count(type));
    }
  }

  private int count(String key) throws IOException {
    return Math.toIntExact(data.answer(key).getFirst());
  }

  /// Runs the search by the plain kernel, by a run without and with callbacks, and by counting
  /// positions.
  private static void checkLevels(ReadTransaction tx, long airport, List<Long> sizes) {
    Traversal routes = Traversal.from(airport).out("route");
    Traversal callbacks =
        routes.nodeFilter(node -> true).evaluate(at -> Verdict.INCLUDE_AND_CONTINUE);
    for (Traversal each : List.of(routes, callbacks)) {
      assertThat(asList(each.levels(tx).sizes())).isEqualTo(sizes);
      List<Long> counted = new ArrayList<>();
      each.forEach(
          tx,
          at -> {
            while (counted.size() <= at.depth()) {
              counted.add(0L);
            }
            counted.set(at.depth(), counted.get(at.depth()) + 1);
          });
      assertThat(counted).isEqualTo(sizes);
    }
    long reached = sizes.stream().mapToLong(Long::longValue).sum();
    assertThat(routes.count(tx)).isEqualTo(reached);
    assertThat(routes.depthFirst().count(tx)).isEqualTo(reached);
    assertThat(routes.depthFirst().nodes(tx)).hasSize((int) reached);
    assertThat(routes.maxDepth(2).count(tx)).isEqualTo(sizes.get(0) + sizes.get(1) + sizes.get(2));
  }

  private void checkHops(ReadTransaction tx, long from, long to, String pair) throws IOException {
    ShortestPath search = ShortestPath.between(from, to).out("route");
    int hops = search.distance(tx).orElseThrow();
    assertThat(hops).as(pair).isEqualTo(data.hops(pair));
    assertThat(search.find(tx).orElseThrow().edges())
        .hasSize(hops)
        .allSatisfy(edge -> assertThat(edge.getLong("dist")).isPositive());
    assertThat(Traversal.from(from).out("route").levels(tx).distance(to)).hasValue(hops);
  }

  private static void checkSubgraph(ReadTransaction tx, long airport) {
    Subgraph near = Traversal.from(airport).out("route").maxDepth(1).subgraph(tx);
    long routes = 0;
    for (Node node : near.nodes()) {
      for (Node other : tx.neighbors(node.id(), Direction.OUT, "route")) {
        routes += near.contains(other.id()) ? 1 : 0;
      }
    }
    assertThat(near.edgeCount()).isEqualTo(routes).isGreaterThan(near.nodeCount());
  }

  private static List<Long> asList(long[] values) {
    return LongStream.of(values).boxed().toList();
  }
}
