package dev.rookery.exchange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.rookery.graph.Direction;
import dev.rookery.graph.Graph;
import dev.rookery.graph.Multiplicity;
import dev.rookery.graph.Node;
import dev.rookery.graph.ReadTransaction;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The air-routes data, imported, against answers that were computed independently. Skipped where
/// the data is not there: `-Drookery.data=DIRECTORY`.
final class AirRoutesTest {
  private static final Path DATA =
      Path.of(System.getProperty("rookery.data", "../../shared/data/air-routes"));

  private static long number(String answers, String name) {
    Matcher found = Pattern.compile("\"" + name + "\": *(\\d+)").matcher(answers);
    assertThat(found.find()).as(name).isTrue();
    return Long.parseLong(found.group(1));
  }

  @Test
  void import_airRoutes_hasTheCountsAndLevelsOfTheAnswers() throws IOException {
    assumeTrue(Files.exists(DATA.resolve("ANSWERS.json")), "no data in " + DATA);
    String answers = Files.readString(DATA.resolve("ANSWERS.json"));
    try (Graph graph = Graph.inMemory()) {
      CsvImport.into(graph).directory(DATA).run();

      assertThat(graph.check()).isEmpty();
      try (ReadTransaction tx = graph.beginRead()) {
        assertThat(tx.nodeCount()).isEqualTo(number(answers, "nodes"));
        assertThat(tx.edgeCount()).isEqualTo(number(answers, "edges"));
        assertThat(tx.edgeCount("route")).isEqualTo(number(answers, "route"));
        assertThat(tx.edgeCount("contains")).isEqualTo(number(answers, "contains"));
        Map<String, Long> airports = new HashMap<>();
        for (Node node : tx.nodes("airport")) {
          airports.put(node.getString("code"), node.id());
        }
        assertThat(airports).hasSize((int) number(answers, "airport"));
        assertLevels(tx, airports.get("LHR"), answers, "LHR");
        assertLevels(tx, airports.get("ANC"), answers, "ANC");
        long miles =
            tx.findEdge("route", airports.get("LHR"), airports.get("JFK"))
                .orElseThrow()
                .getLong("dist");
        assertThat(miles).isBetween(3400L, 3500L);
      }
    }
  }

  @Test
  void exportAndImport_airRoutesInOtherFormats_areEqual(@TempDir Path directory)
      throws IOException {
    assumeTrue(Files.exists(DATA.resolve("ANSWERS.json")), "no data in " + DATA);
    try (Graph graph = Graph.inMemory();
        Graph fromGraphMl = Graph.inMemory();
        Graph fromGraphSon = Graph.inMemory()) {
      CsvImport.into(graph).directory(DATA).run();
      Path xml = directory.resolve("routes.graphml");
      Path json = directory.resolve("routes.json");
      try (ReadTransaction tx = graph.beginRead()) {
        GraphMlExport.write(tx, xml);
        GraphSonExport.write(tx, json);
      }

      GraphMlImport.into(fromGraphMl).run(xml);
      GraphSonImport.into(fromGraphSon).edges(Multiplicity.SIMPLE).run(json);

      List<Object> expected = RandomGraphs.describe(graph);
      assertThat(RandomGraphs.describe(fromGraphMl).equals(expected)).isTrue();
      assertThat(RandomGraphs.describe(fromGraphSon).equals(expected)).isTrue();
    }
  }

  private static void assertLevels(ReadTransaction tx, long start, String answers, String code) {
    Matcher found = Pattern.compile("\"" + code + "\": *\\[([^\\]]*)\\]").matcher(answers);
    assertThat(found.find()).isTrue();
    StringBuilder sizes = new StringBuilder();
    Set<Long> seen = new HashSet<>(Set.of(start));
    Set<Long> level = Set.of(start);
    while (!level.isEmpty()) {
      sizes.append(sizes.isEmpty() ? "" : ",").append(level.size());
      Set<Long> next = new HashSet<>();
      for (long node : level) {
        tx.neighbors(node, Direction.OUT, "route")
            .forEach(to -> {
              if (seen.add(to.id())) {
                next.add(to.id());
              }
            });
      }
      level = next;
    }
    assertThat(sizes).hasToString(found.group(1).replaceAll("\\s", ""));
  }
}
