package dev.rookery.traversal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rookery.graph.Edge;
import dev.rookery.traversal.ModelGraph.Link;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// Random descriptions on random small graphs: every way to run them must agree with
/// [ReferenceWalk].
final class TraversalRandomTest {
  private static final int GRAPHS = 60;
  private static final int CASES_PER_GRAPH = 50;

  @Test
  void run_randomDescription_agreesWithReference() {
    Random random = Seeds.random("TraversalRandomTest", 20_261);
    for (int g = 0; g < GRAPHS; g++) {
      int nodeCount = 1 + random.nextInt(12);
      ModelGraph model = ModelGraph.random(random, nodeCount, random.nextInt(3 * nodeCount + 2));
      try (StoredGraph stored = model.store()) {
        for (int c = 0; c < CASES_PER_GRAPH; c++) {
          check(model, stored, WalkCase.random(random, nodeCount));
        }
      }
    }
  }

  private static void check(ModelGraph model, StoredGraph stored, WalkCase description) {
    List<Way> expected = ReferenceWalk.run(model, stored, description);
    Traversal traversal = description.traversal(stored);
    String name = description + " links=" + model.links();

    List<Integer> ends = expected.stream().map(Way::end).toList();
    assertThat(stored.ways(traversal.paths(stored.tx()))).as(name).isEqualTo(expected);
    assertThat(stored.indexes(traversal.nodes(stored.tx()))).as(name).isEqualTo(ends);
    assertThat(stored.indexes(traversal.ids(stored.tx()))).as(name).isEqualTo(ends);
    assertThat(traversal.count(stored.tx())).as(name).isEqualTo(expected.size());
    checkPositions(stored, traversal, expected, name);
    checkSubgraph(model, stored, description, new HashSet<>(ends));
    if (!description.depthFirst() && description.uniqueness() == Uniqueness.NODE) {
      checkLevels(model, stored, traversal, expected);
    }
  }

  private static void checkPositions(
      StoredGraph stored, Traversal traversal, List<Way> expected, String name) {
    List<Way> ways = new ArrayList<>();
    traversal.forEach(
        stored.tx(),
        position -> {
          Way way = stored.way(position.path());
          ways.add(way);
          assertThat(position.depth()).isEqualTo(way.depth());
          assertThat(stored.index(position.id())).isEqualTo(way.end());
          assertThat(position.node().id()).isEqualTo(position.id());
          assertThat(position.edge().map((Edge edge) -> (int) edge.getLong("number")).stream())
              .containsExactlyElementsOf(
                  way.depth() == 0 ? List.of() : List.of(way.links().getLast()));
        });
    assertThat(ways).as(name).isEqualTo(expected);
  }

  private static void checkSubgraph(
      ModelGraph model, StoredGraph stored, WalkCase description, Set<Integer> nodes) {
    Set<String> types = new HashSet<>();
    for (WalkCase.Leg leg : description.legs()) {
      types.addAll(leg.types().isEmpty() ? List.of("A", "B", "M") : leg.types());
    }
    List<Integer> links =
        model.links().stream()
            .filter(link -> types.contains(link.type()))
            .filter(link -> nodes.contains(link.source()) && nodes.contains(link.target()))
            .map(Link::number)
            .filter(description::passesLink)
            .toList();

    Subgraph subgraph = description.traversal(stored).subgraph(stored.tx());
    assertThat(stored.indexes(subgraph.nodes())).containsExactlyInAnyOrderElementsOf(nodes);
    assertThat(stored.indexes(subgraph.ids())).containsExactlyInAnyOrderElementsOf(nodes);
    assertThat(stored.numbers(subgraph.edges())).containsExactlyInAnyOrderElementsOf(links);
    assertThat(subgraph.nodeCount()).isEqualTo(nodes.size());
    assertThat(subgraph.edgeCount()).isEqualTo(links.size());
    for (int node = 0; node < model.nodeCount(); node++) {
      assertThat(subgraph.contains(stored.id(node))).isEqualTo(nodes.contains(node));
    }
  }

  private static void checkLevels(
      ModelGraph model, StoredGraph stored, Traversal traversal, List<Way> expected) {
    int[] depths = new int[model.nodeCount()];
    Arrays.fill(depths, -1);
    expected.forEach(way -> depths[way.end()] = way.depth());

    BreadthFirstLevels levels = traversal.levels(stored.tx());
    assertThat(levels.nodeCount()).isEqualTo(expected.size());
    long[] sizes = new long[levels.count()];
    for (int node = 0; node < depths.length; node++) {
      assertThat(levels.distance(stored.id(node)).orElse(-1)).isEqualTo(depths[node]);
      if (depths[node] >= 0) {
        sizes[depths[node]]++;
      }
    }
    assertThat(levels.sizes()).isEqualTo(sizes);
  }
}
