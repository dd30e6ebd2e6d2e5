package dev.rookery.traversal.soak;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.rookery.graph.Direction;
import dev.rookery.graph.Edge;
import dev.rookery.graph.ReadTransaction;
import dev.rookery.graph.error.OperationCancelledException;
import dev.rookery.traversal.CheapestPath;
import dev.rookery.traversal.Path;
import dev.rookery.traversal.Reached;
import dev.rookery.traversal.ShortestPath;
import dev.rookery.traversal.Subgraph;
import dev.rookery.traversal.Traversal;
import dev.rookery.traversal.Uniqueness;
import dev.rookery.traversal.algorithm.BreadthFirst;
import dev.rookery.traversal.algorithm.Components;
import dev.rookery.traversal.algorithm.ConnectedComponents;
import dev.rookery.traversal.algorithm.CoreNumbers;
import dev.rookery.traversal.algorithm.NodeDoubles;
import dev.rookery.traversal.algorithm.NodeLevels;
import dev.rookery.traversal.algorithm.NodeLongs;
import dev.rookery.traversal.algorithm.PageRank;
import dev.rookery.traversal.algorithm.ShortestDistances;
import dev.rookery.traversal.algorithm.TriangleCount;
import dev.rookery.traversal.run.EdgeSelection;
import dev.rookery.traversal.run.PageAccess;
import dev.rookery.traversal.run.RunOptions;
import dev.rookery.traversal.soak.SoakSnapshot.Link;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/// Asks one snapshot random questions and compares the answers with plain ones. Belongs to one
/// thread.
final class SoakReader {
  private static final Set<String> ALL = Set.of("A", "B", "M");

  private final Random random;
  private final ReadTransaction tx;
  private final SoakSnapshot snapshot;

  /// What can be asked.
  enum Question {
    LAZY_WALK,
    LAZY_PATHS,
    REGION_LEVELS,
    REGION_SPREAD,
    REGION_ALONE,
    REGION_GIVEN_UP,
    BREADTH_FIRST,
    COMPONENTS,
    PAGE_RANK,
    TRIANGLES,
    CORES,
    DISTANCES,
    SHORTEST_PATH,
    CHEAPEST_PATH
  }

  SoakReader(Random random, ReadTransaction tx, SoakSnapshot snapshot) {
    this.random = random;
    this.tx = tx;
    this.snapshot = snapshot;
  }

  void ask(Question question) {
    switch (question) {
      case LAZY_WALK -> lazyWalk();
      case LAZY_PATHS -> lazyPaths();
      case REGION_LEVELS -> regionLevels();
      case REGION_SPREAD -> regionSpread();
      case REGION_ALONE -> regionAlone();
      case REGION_GIVEN_UP -> regionGivenUp();
      case BREADTH_FIRST -> breadthFirst();
      case COMPONENTS -> components();
      case PAGE_RANK -> pageRank();
      case TRIANGLES -> triangles();
      case CORES -> cores();
      case DISTANCES -> distances();
      case SHORTEST_PATH -> shortestPath();
      case CHEAPEST_PATH -> cheapestPath();
    }
  }

  private SoakWalk walk() {
    return SoakWalk.random(random, snapshot);
  }

  RunOptions options() {
    return RunOptions.defaults()
        .withWorkerCount(1 + random.nextInt(3))
        .withMemoryBytes(random.nextBoolean() ? RunOptions.MEMORY_BYTES_MIN : 1L << 26)
        .withPages(PageAccess.values()[random.nextInt(PageAccess.values().length)]);
  }

  private void lazyWalk() {
    SoakWalk walk = walk();
    int[] found = new int[snapshot.ids.length];
    Arrays.fill(found, -1);
    walk.traversal(snapshot, Uniqueness.NODE, false)
        .forEach(tx, at -> found[snapshot.index(at.id())] = at.depth());
    assertThat(found).as("%s", walk).isEqualTo(snapshot.depths(walk));
  }

  private void lazyPaths() {
    SoakWalk walk = walk().withMaxDepth(random.nextInt(4));
    boolean depthFirst = random.nextBoolean();
    Traversal traversal = walk.traversal(snapshot, Uniqueness.PATH, depthFirst);
    long count = 0;
    for (Path path : traversal.paths(tx)) {
      if (count++ % 64 == 0) {
        checkPath(path, walk);
      }
    }
    assertThat(count).as("%s", walk).isEqualTo(snapshot.simplePaths(walk));
  }

  private void checkPath(Path path, SoakWalk walk) {
    long[] ids = path.ids();
    int i = 0;
    for (Edge edge : path.edges()) {
      assertThat(edge.other(ids[i])).isEqualTo(ids[i + 1]);
      assertThat(walk.types()).contains(edge.type());
      assertThat(walk.passesEdge(edge.getDouble("weight"))).isTrue();
      i++;
    }
    assertThat(walk.passesNode(snapshot.values[snapshot.index(path.end())])).isTrue();
  }

  private void regionLevels() {
    SoakWalk walk = walk();
    RunOptions options = options();
    int[] expected = snapshot.depths(walk);
    Traversal traversal = walk.traversal(snapshot, Uniqueness.NODE, false);
    Reached reached = traversal.reachWithPaths(tx, options);
    for (int node = 0; node < expected.length; node++) {
      assertThat(reached.depth(snapshot.ids[node]).orElse(-1))
          .as("%s %s", walk, options)
          .isEqualTo(expected[node]);
      if (node % 16 == 0 && expected[node] >= 0) {
        Path path = reached.path(snapshot.ids[node]).orElseThrow();
        assertThat(path.length()).isEqualTo(expected[node]);
        checkPath(path, walk);
      }
    }
    long count = Arrays.stream(expected).filter(depth -> depth >= 0).count();
    assertThat(traversal.count(tx, options())).isEqualTo(count);
    AtomicInteger last = new AtomicInteger();
    int[] visits = new int[1];
    traversal.forEach(
        tx,
        options(),
        at -> {
          visits[0]++;
          assertThat(at.depth()).isGreaterThanOrEqualTo(last.getAndSet(at.depth()));
          assertThat(expected[snapshot.index(at.node().id())]).isEqualTo(at.depth());
        });
    assertThat(visits[0]).isEqualTo((int) count);
  }

  private void regionSpread() {
    SoakWalk walk = walk().withoutDepths();
    int[] expected = snapshot.depths(walk);
    Traversal traversal = walk.traversal(snapshot, Uniqueness.NODE, random.nextBoolean());
    Subgraph subgraph = traversal.subgraph(tx, options());
    long nodes = Arrays.stream(expected).filter(depth -> depth >= 0).count();
    assertThat(subgraph.nodeCount()).as("%s", walk).isEqualTo(nodes);
    subgraph
        .ids()
        .forEachRemaining((long id) -> assertThat(expected[snapshot.index(id)]).isNotNegative());
    long edges =
        snapshot.arcs.stream()
            .filter(arc -> walk.types().contains(arc.type()) && walk.passesEdge(arc.weight()))
            .filter(arc -> expected[snapshot.index(arc.source())] >= 0)
            .filter(arc -> expected[snapshot.index(arc.target())] >= 0)
            .count();
    assertThat(subgraph.edgeCount()).as("%s", walk).isEqualTo(edges);
  }

  private void regionAlone() {
    SoakWalk walk = walk().withMaxDepth(random.nextInt(4));
    assertThat(walk.traversal(snapshot, Uniqueness.PATH, random.nextBoolean()).count(tx, options()))
        .as("%s", walk)
        .isEqualTo(snapshot.simplePaths(walk));
    SoakWalk deep = walk().withoutDepths();
    int[] expected = snapshot.depths(deep);
    boolean[] found = new boolean[expected.length];
    deep.traversal(snapshot, Uniqueness.NODE, true)
        .forEach(tx, options(), at -> found[snapshot.index(at.id())] = true);
    for (int node = 0; node < found.length; node++) {
      assertThat(found[node]).as("%s", deep).isEqualTo(expected[node] >= 0);
    }
  }

  /// A callback that throws, or a run that is cancelled, ends it; the transaction goes on.
  private void regionGivenUp() {
    SoakWalk walk = walk();
    Traversal traversal = walk.traversal(snapshot, Uniqueness.NODE, random.nextInt(4) == 0);
    IllegalCallerException mine = new IllegalCallerException("mine");
    AtomicInteger left = new AtomicInteger(1 + random.nextInt(200));
    Traversal throwing =
        traversal.edgeFilter(_ -> {
          if (left.decrementAndGet() == 0) {
            throw mine;
          }
          return true;
        });
    try {
      throwing.subgraph(tx, options());
      assertThat(left.get()).isPositive();
    } catch (IllegalCallerException e) {
      assertThat(e).isSameAs(mine);
    }
    AtomicInteger asked = new AtomicInteger(random.nextInt(20));
    try {
      traversal.count(tx, options().withCancelled(() -> asked.decrementAndGet() < 0));
    } catch (OperationCancelledException e) {
      assertThat(asked.get()).isNegative();
    }
  }

  private EdgeSelection selection(Direction direction) {
    return EdgeSelection.NONE.and(direction);
  }

  private void breadthFirst() {
    SoakWalk walk =
        new SoakWalk(
            new int[] {random.nextInt(snapshot.ids.length)},
            ALL,
            Direction.values()[random.nextInt(3)],
            0,
            Integer.MAX_VALUE,
            0);
    NodeLevels levels =
        BreadthFirst.from(snapshot.ids[walk.starts()[0]])
            .along(selection(walk.direction()))
            .run(tx, options());
    int[] expected = snapshot.depths(walk);
    for (int node = 0; node < expected.length; node++) {
      assertThat(levels.distance(snapshot.ids[node]).orElse(-1)).isEqualTo(expected[node]);
    }
  }

  private void components() {
    int[] expected = snapshot.components(snapshot.links(ALL, Direction.BOTH));
    Components found = ConnectedComponents.along(EdgeSelection.out()).run(tx, options());
    assertThat(found.count()).isEqualTo(IntStream.of(expected).distinct().count());
    for (int node = 0; node < expected.length; node++) {
      assertThat(found.areTogether(snapshot.ids[node], snapshot.ids[expected[node]])).isTrue();
    }
  }

  private void pageRank() {
    int iterations = 1 + random.nextInt(8);
    double[] expected = snapshot.ranks(snapshot.links(ALL, Direction.OUT), iterations);
    NodeDoubles found =
        PageRank.along(EdgeSelection.out()).iterations(iterations).run(tx, options());
    for (int node = 0; node < expected.length; node++) {
      assertThat(found.get(snapshot.ids[node])).isCloseTo(expected[node], within(1e-12));
    }
  }

  private void triangles() {
    long expected = SoakSnapshot.triangles(snapshot.neighbors(snapshot.links(ALL, Direction.BOTH)));
    assertThat(TriangleCount.along(EdgeSelection.both()).run(tx, options()).count())
        .isEqualTo(expected);
  }

  private void cores() {
    int[] expected = SoakSnapshot.cores(snapshot.neighbors(snapshot.links(ALL, Direction.BOTH)));
    NodeLongs found = CoreNumbers.along(EdgeSelection.both()).run(tx, options());
    for (int node = 0; node < expected.length; node++) {
      assertThat(found.get(snapshot.ids[node])).isEqualTo(expected[node]);
    }
  }

  private void distances() {
    int start = random.nextInt(snapshot.ids.length);
    Direction direction = Direction.values()[random.nextInt(3)];
    double[] expected = snapshot.distances(start, snapshot.links(ALL, direction));
    NodeDoubles found =
        ShortestDistances.from(snapshot.ids[start])
            .along(selection(direction), "weight")
            .run(tx, options());
    for (int node = 0; node < expected.length; node++) {
      assertThat(found.get(snapshot.ids[node])).isEqualTo(expected[node]);
    }
  }

  private void shortestPath() {
    SoakWalk walk =
        new SoakWalk(
            new int[] {random.nextInt(snapshot.ids.length)}, ALL, Direction.OUT, 0, 1 << 20, 0);
    int end = random.nextInt(snapshot.ids.length);
    int expected = snapshot.depths(walk)[end];
    Optional<Path> found =
        ShortestPath.between(snapshot.ids[walk.starts()[0]], snapshot.ids[end]).out().find(tx);
    assertThat(found.map(Path::length).orElse(-1)).isEqualTo(expected);
    found.ifPresent(path -> checkPath(path, walk));
  }

  private void cheapestPath() {
    int start = random.nextInt(snapshot.ids.length);
    int end = random.nextInt(snapshot.ids.length);
    List<List<Link>> links = snapshot.links(ALL, Direction.OUT);
    double expected = snapshot.distances(start, links)[end];
    CheapestPath description =
        CheapestPath.between(snapshot.ids[start], snapshot.ids[end]).out().weight("weight");
    Optional<CheapestPath.Found> found =
        random.nextBoolean() ? description.find(tx) : description.find(tx, options());
    assertThat(found.map(CheapestPath.Found::weight).orElse(Double.POSITIVE_INFINITY))
        .isEqualTo(expected);
    found.ifPresent(way -> {
      double sum = 0;
      for (Edge edge : way.path().edges()) {
        sum += edge.getDouble("weight");
      }
      assertThat(sum).isEqualTo(expected);
    });
  }
}
