package dev.rookery.traversal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rookery.traversal.ModelGraph.Link;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jgrapht.Graph;
import org.jgrapht.GraphPath;
import org.jgrapht.alg.interfaces.ShortestPathAlgorithm.SingleSourcePaths;
import org.jgrapht.alg.shortestpath.AllDirectedPaths;
import org.jgrapht.alg.shortestpath.BFSShortestPath;
import org.jgrapht.graph.DirectedPseudograph;
import org.junit.jupiter.api.Test;

/// Random graphs against algorithms of JGraphT, and against properties that any right answer has.
final class JgraphtTest {
  /// A link, walked one way or the other: an edge of the oracle.
  private record Arc(Link link, boolean forward) {}

  @Test
  void levels_agreeWithBreadthFirstPaths() {
    Random random = Seeds.random("JgraphtTest.levels", 5);
    for (int nodeCount : new int[] {2, 60, 700, 4000}) {
      ModelGraph model = sparse(random, nodeCount);
      Graph<Integer, Arc> oracle = oracle(model, true);
      try (StoredGraph stored = model.store()) {
        int start = random.nextInt(nodeCount);
        SingleSourcePaths<Integer, Arc> paths = new BFSShortestPath<>(oracle).getPaths(start);
        BreadthFirstLevels levels =
            Traversal.from(stored.id(start)).both("A").out("M").levels(stored.tx());
        Map<Integer, Integer> reached = new HashMap<>();
        Traversal.from(stored.id(start))
            .both("A")
            .out("M")
            .forEach(stored.tx(), at -> reached.put(stored.index(at.id()), at.depth()));
        for (int node = 0; node < nodeCount; node++) {
          GraphPath<Integer, Arc> path = paths.getPath(node);
          int expected = path == null ? -1 : path.getLength();
          assertThat(levels.distance(stored.id(node)).orElse(-1)).isEqualTo(expected);
          assertThat(reached.getOrDefault(node, -1)).isEqualTo(expected);
        }
      }
    }
  }

  @Test
  void shortestPath_hasTheLengthOfBreadthFirstPaths() {
    Random random = Seeds.random("JgraphtTest.shortestPath", 6);
    for (int nodeCount : new int[] {1, 8, 90, 1200}) {
      ModelGraph model = sparse(random, nodeCount);
      Graph<Integer, Arc> oracle = oracle(model, true);
      try (StoredGraph stored = model.store()) {
        for (int i = 0; i < 60; i++) {
          int start = random.nextInt(nodeCount);
          int end = random.nextInt(nodeCount);
          GraphPath<Integer, Arc> expected = new BFSShortestPath<>(oracle).getPath(start, end);
          checkShortest(model, stored, start, end, expected == null ? -1 : expected.getLength());
        }
      }
    }
  }

  private static void checkShortest(
      ModelGraph model, StoredGraph stored, int start, int end, int expected) {
    ShortestPath description =
        ShortestPath.between(stored.id(start), stored.id(end)).both("A").out("M");
    assertThat(description.distance(stored.tx()).orElse(-1)).isEqualTo(expected);
    assertThat(description.find(stored.tx()).map(Path::length).orElse(-1)).isEqualTo(expected);
    if (expected >= 0) {
      assertThat(description.maxLength(expected).find(stored.tx())).isPresent();
      Way way = stored.way(description.find(stored.tx()).orElseThrow());
      assertThat(way.nodes().getFirst()).isEqualTo(start);
      assertThat(way.end()).isEqualTo(end);
      for (int i = 0; i < way.depth(); i++) {
        Link link = model.links().get(way.links().get(i));
        assertThat(Set.of(link.source(), link.target()))
            .isEqualTo(Set.of(way.nodes().get(i), way.nodes().get(i + 1)));
        assertThat(link.type().equals("A") || link.source() == way.nodes().get(i)).isTrue();
      }
    }
    if (expected > 0) {
      assertThat(description.maxLength(expected - 1).find(stored.tx())).isEmpty();
    }
  }

  @Test
  void shortestPath_withFilters_hasTheLengthOfTheFilteredTraversal() {
    Random random = Seeds.random("JgraphtTest.filters", 7);
    for (int g = 0; g < 20; g++) {
      int nodeCount = 2 + random.nextInt(40);
      ModelGraph model = ModelGraph.random(random, nodeCount, 3 * nodeCount);
      int rest = random.nextInt(5);
      try (StoredGraph stored = model.store()) {
        long start = stored.id(random.nextInt(nodeCount));
        BreadthFirstLevels levels =
            Traversal.from(start)
                .both()
                .nodeFilter(node -> node.getLong("index") % 5 != rest)
                .edgeFilter(edge -> edge.getLong("number") % 4 != rest)
                .levels(stored.tx());
        for (int end = 0; end < nodeCount; end++) {
          assertThat(
                  ShortestPath.between(start, stored.id(end))
                      .both()
                      .nodeFilter(node -> node.getLong("index") % 5 != rest)
                      .edgeFilter(edge -> edge.getLong("number") % 4 != rest)
                      .distance(stored.tx()))
              .isEqualTo(levels.distance(stored.id(end)));
        }
      }
    }
  }

  @Test
  void paths_unique_areAllSimplePaths() {
    Random random = Seeds.random("JgraphtTest.simplePaths", 8);
    for (int g = 0; g < 40; g++) {
      int nodeCount = 2 + random.nextInt(8);
      ModelGraph model = ModelGraph.random(random, nodeCount, 3 * nodeCount);
      Graph<Integer, Arc> oracle = oracle(model, false);
      int depth = 1 + random.nextInt(5);
      Set<Integer> all = IntStream.range(0, nodeCount).boxed().collect(Collectors.toSet());
      Set<List<Integer>> expected =
          new AllDirectedPaths<>(oracle)
              .getAllPaths(Set.of(0), all, true, depth).stream()
                  .map(path -> path.getEdgeList().stream().map(arc -> arc.link.number()).toList())
                  .collect(Collectors.toSet());
      expected.add(List.of());

      try (StoredGraph stored = model.store()) {
        Traversal paths =
            Traversal.from(stored.id(0)).out("A", "M").uniqueness(Uniqueness.PATH).maxDepth(depth);
        for (Traversal each : List.of(paths, paths.depthFirst())) {
          List<List<Integer>> found =
              stored.ways(each.paths(stored.tx())).stream().map(Way::links).toList();
          assertThat(found).containsExactlyInAnyOrderElementsOf(expected);
        }
      }
    }
  }

  /// What makes a sequence of nodes a depth-first pre-order: when a node is met, it is a neighbour
  /// of the deepest node on the stack that still has neighbours nobody has met.
  @Test
  void depthFirst_isAPreOrder() {
    Random random = Seeds.random("JgraphtTest.depthFirst", 9);
    for (int nodeCount : new int[] {5, 50, 2000}) {
      ModelGraph model = sparse(random, nodeCount);
      Graph<Integer, Arc> oracle = oracle(model, true);
      try (StoredGraph stored = model.store()) {
        Traversal deep =
            Traversal.from(stored.ids(0, nodeCount / 2)).both("A").out("M").depthFirst();
        Set<Integer> met = new HashSet<>(Set.of(0, nodeCount / 2));
        Deque<Integer> stack = new ArrayDeque<>();
        AtomicInteger deepest = new AtomicInteger();
        deep.forEach(
            stored.tx(),
            at -> {
              int node = stored.index(at.id());
              while (stack.size() > at.depth()) {
                assertThat(met).containsAll(neighbors(oracle, stack.pop()));
              }
              assertThat(stack).hasSize(at.depth());
              if (at.depth() > 0) {
                assertThat(neighbors(oracle, stack.element())).contains(node);
                assertThat(met.add(node)).isTrue();
              }
              stack.push(node);
              deepest.set(Math.max(deepest.get(), at.depth()));
            });
        assertThat(deepest.get()).isGreaterThanOrEqualTo(nodeCount / 20);
        stack.forEach(node -> assertThat(met).containsAll(neighbors(oracle, node)));
      }
    }
  }

  private static Set<Integer> neighbors(Graph<Integer, Arc> oracle, int node) {
    return oracle.outgoingEdgesOf(node).stream()
        .map(oracle::getEdgeTarget)
        .collect(Collectors.toSet());
  }

  /// A random graph that is sparse enough to have some depth.
  private static ModelGraph sparse(Random random, int nodeCount) {
    return ModelGraph.random(random, nodeCount, 1 + nodeCount * 3 / 2);
  }

  /// Returns the links of type A, both ways if wanted, and those of type M forward. Self loops,
  /// which no search needs, are left out: `AllDirectedPaths` of JGraphT takes them for simple
  /// paths.
  private static Graph<Integer, Arc> oracle(ModelGraph model, boolean bothWays) {
    Graph<Integer, Arc> oracle = new DirectedPseudograph<>(Arc.class);
    for (int node = 0; node < model.nodeCount(); node++) {
      oracle.addVertex(node);
    }
    for (Link link : model.links()) {
      if (link.source() == link.target()) {
        continue;
      }
      boolean isA = link.type().equals("A");
      if (isA || link.type().equals("M")) {
        oracle.addEdge(link.source(), link.target(), new Arc(link, true));
      }
      if (isA && bothWays) {
        oracle.addEdge(link.target(), link.source(), new Arc(link, false));
      }
    }
    return oracle;
  }
}
