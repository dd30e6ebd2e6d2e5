package dev.rookery.traversal.region;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rookery.graph.Direction;
import dev.rookery.graph.Edge;
import dev.rookery.graph.Graph;
import dev.rookery.graph.Multiplicity;
import dev.rookery.graph.Node;
import dev.rookery.graph.ReadTransaction;
import dev.rookery.graph.error.NodeNotFoundException;
import dev.rookery.graph.error.OperationCancelledException;
import dev.rookery.traversal.run.EdgeSelection;
import dev.rookery.traversal.run.PageAccess;
import dev.rookery.traversal.run.RunOptions;
import dev.rookery.traversal.run.RunReport;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/// Passes over all nodes, against plain loops over the public graph.
final class RegionsTest {
  private static final int NODE_COUNT = 3_000;

  private static Graph randomGraph(SplittableRandom random) {
    Graph graph = Graph.inMemory();
    graph.write(tx -> {
      tx.declareEdgeType("MANY", Multiplicity.MULTI);
      List<Long> nodes = new ArrayList<>();
      for (int i = 0; i < NODE_COUNT; i++) {
        nodes.add(tx.addNode());
      }
      for (int i = 0; i < 2 * NODE_COUNT; i++) {
        long source = nodes.get(random.nextInt(NODE_COUNT));
        long target = i % 50 == 0 ? source : nodes.get(random.nextInt(i % 3 == 0 ? 5 : NODE_COUNT));
        if (tx.findEdge("ONE", source, target).isEmpty()) {
          tx.addEdge("ONE", source, target);
        }
        if (i % 7 == 0) {
          tx.addEdge("MANY", source, target);
          tx.addEdge("MANY", source, target);
        }
      }
      for (int i = 0; i < NODE_COUNT / 10; i++) {
        long node = nodes.get(random.nextInt(NODE_COUNT));
        if (tx.hasNode(node)) {
          tx.deleteNode(node);
        }
      }
      return null;
    });
    return graph;
  }

  private static List<RunOptions> options() {
    List<RunOptions> all = new ArrayList<>();
    for (int workers : new int[] {1, 2, 4}) {
      for (PageAccess access : PageAccess.values()) {
        all.add(RunOptions.defaults().withWorkerCount(workers).withPages(access));
      }
    }
    return all;
  }

  private static SplittableRandom random(String test) {
    long seed = Long.getLong("seed", 17);
    System.out.println("RegionsTest." + test + " seed=" + seed);
    return new SplittableRandom(seed);
  }

  @Test
  void batches_showEachNodeAndEachOfItsEdgesOnce() {
    try (Graph graph = randomGraph(random("batches"));
        ReadTransaction tx = graph.beginRead()) {
      for (RunOptions options : options()) {
        Map<Long, List<Long>> seen = Collections.synchronizedMap(new TreeMap<>());
        Map<Long, Long> degrees = Collections.synchronizedMap(new HashMap<>());
        try (Regions regions = Regions.begin(tx, EdgeSelection.both(), options)) {
          regions.forEach(batch -> {
            while (batch.nextNode()) {
              List<Long> neighbors = new ArrayList<>();
              degrees.put(batch.node(), batch.degree());
              while (batch.nextNeighbor()) {
                assertThat(batch.edgeType()).isIn("ONE", "MANY");
                neighbors.add(batch.neighbor());
              }
              Collections.sort(neighbors);
              assertThat(seen.put(batch.node(), neighbors)).isNull();
            }
          });
        }
        assertThat((long) seen.size()).isEqualTo(tx.nodeCount());
        for (Node node : tx.nodes()) {
          List<Long> expected = new ArrayList<>();
          long loopEnds = 0; // The public graph shows a self loop at each of its ends.
          for (Edge edge : tx.edges(node.id(), Direction.BOTH)) {
            boolean isLoop = edge.source() == edge.target();
            loopEnds += isLoop ? 1 : 0;
            if (!isLoop || loopEnds % 2 == 0) {
              expected.add(edge.source() == node.id() ? edge.target() : edge.source());
            }
          }
          Collections.sort(expected);
          assertThat(seen.get(node.id())).isEqualTo(expected);
          assertThat(degrees.get(node.id())).isEqualTo(expected.size() + loopEnds / 2);
        }
      }
    }
  }

  private static Map<Long, Long> components(ReadTransaction tx) {
    Map<Long, Long> labels = new TreeMap<>();
    tx.nodes().forEach(node -> labels.put(node.id(), node.id()));
    boolean changed = true;
    while (changed) {
      changed = false;
      for (Node node : tx.nodes()) {
        for (Node other : tx.neighbors(node.id(), Direction.BOTH)) {
          if (labels.get(other.id()) < labels.get(node.id())) {
            labels.put(node.id(), labels.get(other.id()));
            changed = true;
          }
        }
      }
    }
    return labels;
  }

  /// The smallest id of each component.
  private static final class SmallestId implements LongNodeProgram {
    @Override
    public long first(long node) {
      return node;
    }

    @Override
    public long message(long node, long value) {
      return value;
    }

    @Override
    public long combine(long one, long other) {
      return Math.min(one, other);
    }

    @Override
    public long next(long node, long value, long combined) {
      return Math.min(value, combined);
    }
  }

  @Test
  void components_byProgramAndByActivation_areTheSame() {
    try (Graph graph = randomGraph(random("components"));
        ReadTransaction tx = graph.beginRead()) {
      Map<Long, Long> expected = components(tx);
      for (RunOptions options : options()) {
        try (Regions regions = Regions.begin(tx, EdgeSelection.both(), options)) {
          LongState byProgram = regions.run(new SmallestId(), 10_000);
          LongState byActivation = regions.longs(node -> node);
          regions.untilStable(
              _ -> true,
              (batch, activation) -> {
                while (batch.nextNode()) {
                  long label = byActivation.at(batch.place());
                  while (batch.nextNeighbor()) {
                    if (byActivation.min(batch.neighborPlace(), label)) {
                      activation.activate(batch.neighborPlace());
                    }
                  }
                }
              });
          expected.forEach((node, label) -> {
            assertThat(byProgram.get(node)).isEqualTo(label);
            assertThat(byActivation.get(node)).isEqualTo(label);
          });
          assertThatThrownBy(() -> byProgram.get(1L << 40))
              .isInstanceOf(NodeNotFoundException.class);
        }
      }
    }
  }

  @Test
  void roundsMax_endsAProgram_andStartsAreChosen() {
    try (Graph graph = Graph.inMemory()) {
      List<Long> nodes = new ArrayList<>();
      graph.write(tx -> {
        for (int i = 0; i < 100; i++) {
          nodes.add(tx.addNode());
          if (i > 0) {
            tx.addEdge("NEXT", nodes.get(i - 1), nodes.get(i));
          }
        }
        return null;
      });
      graph.read(tx -> {
        try (Regions regions = Regions.begin(tx, EdgeSelection.in(), RunOptions.defaults())) {
          LongState after3 = regions.run(new SmallestId(), 3);
          assertThat(after3.get(nodes.get(10))).isEqualTo(nodes.get(7));
          LongState after = regions.run(new SmallestId(), 1_000);
          assertThat(after.get(nodes.get(99))).isEqualTo(nodes.get(0));
        }
        try (Regions regions = Regions.begin(tx, EdgeSelection.out(), RunOptions.defaults())) {
          AtomicInteger visited = new AtomicInteger();
          regions.untilStable(
              node -> node == nodes.get(40),
              (batch, activation) -> {
                while (batch.nextNode()) {
                  visited.incrementAndGet();
                  while (batch.nextNeighbor()) {
                    activation.activate(batch.neighborPlace());
                  }
                }
              });
          assertThat(visited.get()).isEqualTo(60);
        }
        return null;
      });
    }
  }

  /// One step of a random walk, summed up.
  private static final class Spread implements DoubleNodeProgram {
    @Override
    public double first(long node) {
      return 1.0 / node;
    }

    @Override
    public double message(long node, double value) {
      return value / 3;
    }

    @Override
    public double combine(double one, double other) {
      return one + other;
    }

    @Override
    public double next(long node, double value, double combined) {
      return 0.1 + combined;
    }
  }

  @Test
  void sums_areEqualToTheLastBit_whateverTheOptions() {
    try (Graph graph = randomGraph(random("sums"));
        ReadTransaction tx = graph.beginRead()) {
      Map<Long, Double> first = new HashMap<>();
      for (RunOptions options : options()) {
        try (Regions regions = Regions.begin(tx, EdgeSelection.in("ONE"), options)) {
          DoubleState values = regions.run(new Spread(), 7);
          for (Node node : tx.nodes()) {
            double value = values.get(node.id());
            assertThat(first.computeIfAbsent(node.id(), _ -> value)).isEqualTo(value);
          }
          RunReport report = regions.report();
          assertThat(report.rounds()).isEqualTo(7);
        }
      }
      // Once more by hand, from the definition.
      Map<Long, Double> now = new HashMap<>();
      tx.nodes().forEach(node -> now.put(node.id(), 1.0 / node.id()));
      for (int round = 0; round < 7; round++) {
        Map<Long, Double> before = new HashMap<>(now);
        for (Node node : tx.nodes()) {
          double sum = 0;
          boolean any = false;
          for (Node other : tx.neighbors(node.id(), Direction.IN, "ONE")) {
            sum += before.get(other.id()) / 3;
            any = true;
          }
          now.put(node.id(), any ? 0.1 + sum : before.get(node.id()));
        }
      }
      now.forEach((node, value) ->
          assertThat(first.get(node)).isCloseTo(value, org.assertj.core.data.Offset.offset(1e-12)));
    }
  }

  @Test
  void labelPropagation_asInTheDocumentation_endsWithWholeCliques() {
    try (Graph graph = Graph.inMemory()) {
      List<Long> nodes = new ArrayList<>();
      graph.write(tx -> {
        for (int clique = 0; clique < 20; clique++) {
          for (int i = 0; i < 6; i++) {
            nodes.add(tx.addNode());
            for (int j = 0; j < i; j++) {
              tx.addEdge("KNOWS", nodes.get(clique * 6 + j), nodes.get(clique * 6 + i));
            }
          }
        }
        return null;
      });
      graph.read(tx -> {
        EdgeSelection knows = EdgeSelection.both("KNOWS");
        try (Regions regions = Regions.begin(tx, knows, RunOptions.defaults())) {
          LongState labels = propagate(regions);
          for (int i = 0; i < nodes.size(); i++) {
            assertThat(labels.get(nodes.get(i))).isEqualTo(labels.get(nodes.get(i / 6 * 6)));
          }
        }
        return null;
      });
    }
  }

  private static LongState propagate(Regions regions) {
    LongState now = regions.longs(node -> node);
    LongState next = regions.longs(node -> node);
    AtomicBoolean changed = new AtomicBoolean(true);
    for (int round = 0; round < 20 && changed.getAndSet(false); round++) {
      LongState from = round % 2 == 0 ? now : next;
      LongState to = round % 2 == 0 ? next : now;
      regions.forEach(batch -> {
        Map<Long, Integer> counts = new HashMap<>();
        while (batch.nextNode()) {
          counts.clear();
          while (batch.nextNeighbor()) {
            counts.merge(from.at(batch.neighborPlace()), 1, Integer::sum);
          }
          long before = from.at(batch.place());
          long best = before;
          int most = 0;
          for (Map.Entry<Long, Integer> entry : counts.entrySet()) {
            int count = entry.getValue();
            if (count > most || (count == most && entry.getKey() < best)) {
              most = count;
              best = entry.getKey();
            }
          }
          to.set(batch.place(), best);
          if (best != before) {
            changed.set(true);
          }
        }
      });
    }
    assertThat(changed.get()).isFalse();
    return now;
  }

  @Test
  void failuresOfFunctions_passThrough_andCancelledRunsEnd() {
    try (Graph graph = randomGraph(random("failures"));
        ReadTransaction tx = graph.beginRead()) {
      for (RunOptions options : options()) {
        try (Regions regions = Regions.begin(tx, EdgeSelection.out(), options)) {
          assertThatThrownBy(() ->
                  regions.forEach(batch -> {
                    throw new UnsupportedOperationException("mine");
                  }))
              .isInstanceOf(UnsupportedOperationException.class)
              .hasMessage("mine");
        }
        RunOptions cancelled = options.withCancelled(() -> true);
        try (Regions regions = Regions.begin(tx, EdgeSelection.out(), cancelled)) {
          assertThatThrownBy(() -> regions.longs(node -> node))
              .isInstanceOf(OperationCancelledException.class);
        }
      }
      assertThatThrownBy(() -> Regions.begin(tx, EdgeSelection.NONE, RunOptions.defaults()))
          .isInstanceOf(IllegalStateException.class);
      assertThatThrownBy(() -> RunOptions.defaults().withWorkerCount(0))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> RunOptions.defaults().withMemoryBytes(1))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }
}
