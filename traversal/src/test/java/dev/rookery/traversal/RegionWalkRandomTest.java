package dev.rookery.traversal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rookery.traversal.run.PageAccess;
import dev.rookery.traversal.run.RunOptions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// Random descriptions with options: whatever these are, results are those of [ReferenceWalk] and
/// of the same description run lazily.
final class RegionWalkRandomTest {
  private static final int GRAPHS = 24;
  private static final int CASES_PER_GRAPH = 12;

  @Test
  void run_randomDescriptionAndOptions_agreesWithReference() {
    Random random = Seeds.random("RegionWalkRandomTest", 20_262);
    for (int g = 0; g < GRAPHS; g++) {
      boolean isTiny = g % 3 == 0;
      int nodeCount = isTiny ? 1 + random.nextInt(12) : 40 + random.nextInt(160);
      ModelGraph model = ModelGraph.random(random, nodeCount, random.nextInt(3 * nodeCount + 2));
      try (StoredGraph stored = model.store(isTiny ? 1 : 1 + random.nextInt(2000))) {
        for (int c = 0; c < CASES_PER_GRAPH; c++) {
          WalkCase description = WalkCase.random(random, nodeCount);
          // All paths of a graph that is not tiny are too many.
          check(model, stored, isTiny ? description : description.byLevels(), options(random));
        }
      }
    }
  }

  private static List<RunOptions> options(Random random) {
    List<RunOptions> some = new ArrayList<>();
    for (PageAccess pages : PageAccess.values()) {
      some.add(
          RunOptions.defaults()
              .withPages(pages)
              .withWorkerCount(1 + random.nextInt(4))
              .withMemoryBytes(
                  random.nextBoolean()
                      ? RunOptions.MEMORY_BYTES_MIN
                      : RunOptions.MEMORY_BYTES_MIN * 64));
    }
    return some;
  }

  private static void check(
      ModelGraph model, StoredGraph stored, WalkCase description, List<RunOptions> all) {
    boolean byLevels = !description.depthFirst() && description.uniqueness() == Uniqueness.NODE;
    List<Way> expected =
        byLevels
            ? ReferenceWalk.runByLevels(model, stored, description)
            : ReferenceWalk.run(model, stored, description);
    Traversal traversal = description.traversal(stored);
    if (!description.asksWay()) {
      // Parents differ, depths do not.
      assertThat(depths(expected)).isEqualTo(depths(stored.ways(traversal.paths(stored.tx()))));
    }
    for (RunOptions options : all) {
      String name = description + " " + options + " links=" + model.links();
      checkVisits(stored, traversal, options, expected, name);
      assertThat(traversal.count(stored.tx(), options)).as(name).isEqualTo(expected.size());
      checkSubgraph(model, stored, description, traversal.subgraph(stored.tx(), options), expected);
      if (byLevels) {
        checkReached(model, stored, traversal, options, expected, name);
      }
    }
  }

  private static Map<Way, Integer> depths(List<Way> ways) {
    Map<Way, Integer> depths = new HashMap<>();
    ways.forEach(
        way -> depths.merge(new Way(List.of(way.end(), way.depth()), List.of()), 1, Integer::sum));
    return depths;
  }

  private static void checkVisits(
      StoredGraph stored,
      Traversal traversal,
      RunOptions options,
      List<Way> expected,
      String name) {
    List<Way> ways = new ArrayList<>();
    traversal.forEach(
        stored.tx(),
        options,
        position -> {
          Way way = stored.way(position.path());
          ways.add(way);
          assertThat(position.depth()).isEqualTo(way.depth());
          assertThat(stored.index(position.id())).isEqualTo(way.end());
          assertThat(position.node().getLong("index")).isEqualTo(way.end());
          assertThat(position.edge().map(edge -> (int) edge.getLong("number")).stream())
              .containsExactlyElementsOf(
                  way.depth() == 0 ? List.of() : List.of(way.links().getLast()));
        });
    assertThat(ways).as(name).isEqualTo(expected);
  }

  private static void checkSubgraph(
      ModelGraph model, StoredGraph stored, WalkCase description, Subgraph found, List<Way> ways) {
    Set<Integer> nodes = new HashSet<>();
    ways.forEach(way -> nodes.add(way.end()));
    assertThat(stored.indexes(found.ids())).containsExactlyInAnyOrderElementsOf(nodes);
    Subgraph lazy = description.traversal(stored).subgraph(stored.tx());
    if (!description.asksWay()) {
      assertThat(stored.indexes(found.nodes())).isEqualTo(stored.indexes(lazy.nodes()));
      assertThat(stored.numbers(found.edges())).isEqualTo(stored.numbers(lazy.edges()));
    }
    assertThat(found.nodeCount()).isEqualTo(nodes.size());
    for (int node = 0; node < model.nodeCount(); node++) {
      assertThat(found.contains(stored.id(node))).isEqualTo(nodes.contains(node));
    }
  }

  private static void checkReached(
      ModelGraph model,
      StoredGraph stored,
      Traversal traversal,
      RunOptions options,
      List<Way> expected,
      String name) {
    Reached reached = traversal.reachWithPaths(stored.tx(), options);
    Reached withoutWays = traversal.reach(stored.tx(), options);
    Map<Integer, Way> ways = new HashMap<>();
    int depthMax = -1;
    for (Way way : expected) {
      ways.put(way.end(), way);
      depthMax = Math.max(depthMax, way.depth());
    }
    long[] sizes = new long[depthMax + 1];
    for (int node = 0; node < model.nodeCount(); node++) {
      long id = stored.id(node);
      Way way = ways.get(node);
      assertThat(reached.path(id).map(stored::way).orElse(null)).as(name).isEqualTo(way);
      int depth = way == null ? -1 : way.depth();
      assertThat(reached.depth(id).orElse(-1)).as(name).isEqualTo(depth);
      assertThat(withoutWays.depth(id).orElse(-1)).as(name).isEqualTo(depth);
      assertThat(reached.contains(id)).isEqualTo(way != null);
      if (way != null) {
        sizes[depth]++;
      }
    }
    assertThat(reached.sizes()).as(name).isEqualTo(sizes);
    assertThat(reached.nodeCount()).isEqualTo(expected.size());
    assertThat(reached.subgraph().nodeCount()).isEqualTo(expected.size());
    Map<Integer, Integer> visited = new HashMap<>();
    reached.forEach((id, depth) -> assertThat(visited.put(stored.index(id), depth)).isNull());
    assertThat(visited).hasSize(expected.size());
    visited.forEach((node, depth) -> assertThat(ways.get(node).depth()).isEqualTo(depth));
  }
}
