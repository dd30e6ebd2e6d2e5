package dev.rookery.traversal.algorithm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rookery.graph.ReadTransaction;
import dev.rookery.graph.WriteTransaction;
import dev.rookery.graph.error.OperationCancelledException;
import dev.rookery.storage.error.TransactionClosedException;
import dev.rookery.traversal.CheapestPath;
import dev.rookery.traversal.error.RunTimeoutException;
import dev.rookery.traversal.run.EdgeSelection;
import dev.rookery.traversal.run.RunOptions;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiFunction;
import org.junit.jupiter.api.Test;

/// Runs that are given up end with their own exception, and the next run is right.
final class AlgorithmFailureTest {
  private final RandomGraph graph =
      RandomGraph.of(Seeds.random("AlgorithmFailureTest", 23), 3000, 15_000, 3000);

  /// Each algorithm, with a number for its result.
  private Map<String, BiFunction<ReadTransaction, RunOptions, Object>> all() {
    EdgeSelection edges = EdgeSelection.both();
    long start = graph.ids[0];
    Map<String, BiFunction<ReadTransaction, RunOptions, Object>> all = new LinkedHashMap<>();
    all.put("levels", (tx, o) -> BreadthFirst.from(start).along(edges).run(tx, o).reachedCount());
    all.put(
        "many levels",
        (tx, o) ->
            MultiSourceBreadthFirst.from(start, graph.ids[5])
                .along(edges)
                .run(tx, o)
                .distanceSum(1));
    all.put("components", (tx, o) -> ConnectedComponents.along(edges).run(tx, o).count());
    all.put("strong", (tx, o) -> StronglyConnectedComponents.along(edges).run(tx, o).count());
    all.put("ranks", (tx, o) -> PageRank.along(edges).run(tx, o).get(start));
    all.put("labels", (tx, o) -> LabelPropagation.along(edges).run(tx, o).get(start));
    all.put("clustering", (tx, o) -> ClusteringCoefficient.along(edges).run(tx, o).get(start));
    all.put("triangles", (tx, o) -> TriangleCount.along(edges).run(tx, o).count());
    all.put("cores", (tx, o) -> CoreNumbers.along(edges).run(tx, o).get(start));
    all.put("degrees", (tx, o) -> DegreeDistribution.along(edges).run(tx, o).largest());
    all.put(
        "distances",
        (tx, o) -> ShortestDistances.from(start).along(edges, "weight").run(tx, o).get(start));
    return all;
  }

  @Test
  void run_cancelledAtAnyTime_saysSoAndTheNextIsRight() {
    try (graph) {
      all()
          .forEach((name, algorithm) -> {
            Object expected = algorithm.apply(graph.tx(), RunOptions.defaults());
            for (int workers = 1; workers <= 3; workers++) {
              RunOptions options = RunOptions.defaults().withWorkerCount(workers);
              AtomicInteger asked = new AtomicInteger();
              RunOptions counted =
                  options.withCancelled(() -> {
                    asked.incrementAndGet();
                    return false;
                  });
              assertThat(algorithm.apply(graph.tx(), counted)).as(name).isEqualTo(expected);
              assertThat(asked.get()).as(name).isPositive();
              for (int after = 0; after < 5 && after < asked.get() / 2; after++) {
                int limit = after * asked.get() / 10;
                AtomicInteger count = new AtomicInteger();
                assertThatThrownBy(() ->
                        algorithm.apply(
                            graph.tx(),
                            options.withCancelled(() -> count.getAndIncrement() >= limit)))
                    .as(name)
                    .isInstanceOf(OperationCancelledException.class)
                    .hasMessageContaining("cancelled");
              }
              assertThatThrownBy(
                      () -> algorithm.apply(graph.tx(), options.withTimeout(Duration.ofNanos(1))))
                  .as(name)
                  .isInstanceOf(RunTimeoutException.class);
              assertThat(algorithm.apply(graph.tx(), options)).as(name).isEqualTo(expected);
            }
          });
    }
  }

  @Test
  void run_onAClosedTransaction_fails() {
    try (graph) {
      ReadTransaction closed = graph.graph().beginRead();
      NodeDoubles ranks = PageRank.along(EdgeSelection.out()).run(closed, RunOptions.defaults());
      closed.close();
      all()
          .forEach((name, algorithm) ->
              assertThatThrownBy(() -> algorithm.apply(closed, RunOptions.defaults()))
                  .as(name)
                  .isInstanceOf(TransactionClosedException.class));
      assertThatThrownBy(() -> ranks.get(graph.ids[0]))
          .isInstanceOf(TransactionClosedException.class);
      assertThatThrownBy(() -> ranks.forEach((_, _) -> {}))
          .isInstanceOf(TransactionClosedException.class);
    }
  }

  @Test
  void run_inAWriteTransaction_seesItsChanges() {
    try (graph;
        WriteTransaction write = graph.graph().beginWrite()) {
      long count = ConnectedComponents.along(EdgeSelection.both()).run(write, options()).count();
      long node = write.addNode();
      assertThat(ConnectedComponents.along(EdgeSelection.both()).run(write, options()).count())
          .isEqualTo(count + 1);
      write.addEdge("A", node, graph.ids[0], Map.of("weight", 1));
      assertThat(
              ConnectedComponents.along(EdgeSelection.both())
                  .run(write, options())
                  .areTogether(node, graph.ids[0]))
          .isTrue();
      all()
          .forEach((name, algorithm) ->
              assertThat(algorithm.apply(write, options())).as(name).isNotNull());
    }
  }

  private static RunOptions options() {
    return RunOptions.defaults().withWorkerCount(2);
  }

  @Test
  void heuristic_thatThrows_endsTheSearchWithItsException() {
    try (graph) {
      CheapestPath path = CheapestPath.between(graph.ids[0], graph.ids[1]).both().weight("weight");
      IllegalCallerException thrown = new IllegalCallerException("mine");
      assertThatThrownBy(() ->
              path.heuristic(
                      _ -> {
                        throw thrown;
                      })
                  .find(graph.tx()))
          .isSameAs(thrown);
      assertThatThrownBy(() -> path.heuristic(_ -> -1).find(graph.tx()))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("heuristic");
      assertThatThrownBy(() -> path.heuristic(_ -> Double.NaN).find(graph.tx()))
          .isInstanceOf(IllegalArgumentException.class);
      assertThat(path.find(graph.tx())).isPresent();
    }
  }
}
