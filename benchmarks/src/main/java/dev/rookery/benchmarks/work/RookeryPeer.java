package dev.rookery.benchmarks.work;

import dev.rookery.benchmarks.graph.RmatGraph;
import dev.rookery.graph.Direction;
import dev.rookery.graph.NeighborCursor;
import dev.rookery.graph.ReadTransaction;
import dev.rookery.storage.Durability;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.function.BiConsumer;
import java.util.function.IntToLongFunction;
import org.jspecify.annotations.Nullable;

/// All works, over [RookeryGraph].
///
/// Under the name `rookery`, hops are a described traversal; under `rookery-cursor`, a loop over a
/// neighbour cursor with marks in an array, as [CsrGraph] has it.
final class RookeryPeer implements Peer {
  private final RmatGraph edges;
  private final Path directory;
  private final boolean byCursor;
  private final long answer;
  private @Nullable RookeryGraph loaded;

  RookeryPeer(RmatGraph edges, Path directory, boolean byCursor) {
    this.edges = edges;
    this.directory = directory;
    this.byCursor = byCursor;
    this.answer = Outcome.ofEdges(edges);
  }

  @Override
  public String name() {
    return byCursor ? "rookery-cursor" : "rookery";
  }

  @Override
  public boolean does(Work work) {
    return !byCursor || work == Work.W5B || work == Work.W5C;
  }

  @Override
  public void load() throws IOException {
    RookeryGraph graph = new RookeryGraph(Directories.fresh(directory), Durability.NONE);
    loaded = graph;
    graph.addNodes(edges.nodeCount);
    graph.addEdges(edges);
    graph.fileBytes();
  }

  @Override
  public Outcome run(Work work, Queries queries, Budget budget) throws IOException {
    return switch (work) {
      case W1 -> commits(1, budget.seconds(), Durability.SYNC);
      case W1A -> commits(1, budget.seconds(), Durability.BACKGROUND);
      case W2 -> commits(WRITER_COUNT, budget.seconds(), Durability.SYNC);
      case W3 -> loads(RookeryGraph::addEdges);
      case W3B -> loads(RookeryGraph::bulkLoad);
      case W4, W5 -> nodes(work, queries.reads, budget);
      case W5B, W5C -> hops(queries.starts(work.hops()), work.hops(), budget);
      case W6 -> walks(queries.roots, budget);
      case W6P -> parallelWalks(queries.roots, budget.byWallClock());
      case W7PR, W7WCC, W7TRI -> computes(work, budget);
    };
  }

  private RookeryGraph graph() {
    if (loaded == null) {
      throw new IllegalStateException("not loaded");
    }
    return loaded;
  }

  private Outcome commits(int threads, double seconds, Durability durability) throws IOException {
    Path made = Directories.fresh(directory);
    try (RookeryGraph graph = new RookeryGraph(made, durability)) {
      graph.addNodes(1);
      CommitLoop.Result result =
          CommitLoop.run(threads, seconds, threads == 1 ? graph::commit : graph::write);
      result.written().check(name(), graph.written());
      return Outcome.of(result.perSecond(), 0);
    } finally {
      Directories.delete(made);
    }
  }

  private Outcome loads(BiConsumer<RookeryGraph, RmatGraph> work) throws IOException {
    Path made = Directories.fresh(directory);
    try (RookeryGraph graph = new RookeryGraph(made, Durability.SYNC)) {
      graph.addNodes(edges.nodeCount);
      long before = graph.fileBytes();
      long begin = System.nanoTime();
      work.accept(graph, edges);
      double perSecond = edges.edgeCount() / Outcome.secondsSince(begin);
      if (graph.edgesAnswer(Direction.OUT) != answer || graph.edgesAnswer(Direction.IN) != answer) {
        throw new IllegalStateException("rookery holds other edges");
      }
      double bytes = graph.fileBytes() - before;
      return new Outcome(perSecond, answer, bytes / edges.edgeCount());
    } finally {
      Directories.delete(made);
    }
  }

  private Outcome nodes(Work work, int[] nodes, Budget budget) {
    try (ReadTransaction tx = graph().beginRead()) {
      return budget.repeat(() ->
          new Outcome.Pass(
              nodes.length,
              work == Work.W4
                  ? RookeryGraph.sumNumbers(tx, nodes)
                  : RookeryGraph.sumNeighbors(tx, nodes)));
    }
  }

  private Outcome hops(int[] starts, int hops, Budget budget) {
    try (ReadTransaction tx = graph().beginRead()) {
      if (byCursor) {
        NeighborCursor cursor = RookeryGraph.neighbors(tx);
        CursorWalk walk = new CursorWalk(cursor, edges.nodeCount);
        return budget.repeat(() -> sum(starts, start -> walk.countWithin(start, hops)));
      }
      return budget.repeat(() -> sum(starts, start -> RookeryGraph.countWithin(tx, start, hops)));
    }
  }

  private static Outcome.Pass sum(int[] starts, IntToLongFunction query) {
    long sum = 0;
    for (int start : starts) {
      sum += query.applyAsLong(start);
    }
    return new Outcome.Pass(starts.length, sum);
  }

  private Outcome walks(int[] roots, Budget budget) {
    try (ReadTransaction tx = graph().beginRead()) {
      return budget.repeat(() -> walks(tx, roots));
    }
  }

  /// Counts the edges that W6 walks, however few are looked at.
  private Outcome parallelWalks(int[] roots, Budget budget) {
    try (ReadTransaction tx = graph().beginRead()) {
      Outcome.Pass expected = walks(tx, roots);
      long[][] sizes = new long[roots.length][];
      for (int i = 0; i < roots.length; i++) {
        sizes[i] = RookeryGraph.levelSizes(tx, roots[i]);
      }
      return budget.repeat(() -> {
        for (int i = 0; i < roots.length; i++) {
          if (!Arrays.equals(RookeryAlgorithms.walk(tx, roots[i], 2), sizes[i])) {
            throw new IllegalStateException("levels differ root=" + roots[i]);
          }
        }
        return expected;
      });
    }
  }

  private Outcome computes(Work work, Budget budget) {
    try (ReadTransaction tx = graph().beginRead()) {
      return budget.repeat(() ->
          switch (work) {
            case W7PR ->
                new Outcome.Pass(
                    (long) edges.edgeCount() * CsrAlgorithms.ITERATIONS,
                    RookeryAlgorithms.pageRank(tx, edges.nodeCount));
            case W7WCC ->
                new Outcome.Pass(
                    edges.edgeCount(), RookeryAlgorithms.components(tx, edges.nodeCount));
            default -> new Outcome.Pass(edges.edgeCount(), RookeryAlgorithms.triangles(tx));
          });
    }
  }

  private static Outcome.Pass walks(ReadTransaction tx, int[] roots) {
    long walked = 0;
    long sum = 0;
    for (int root : roots) {
      Outcome.Pass pass = RookeryGraph.walk(tx, root);
      walked += pass.units();
      sum = sum * 31 + pass.answer();
    }
    return new Outcome.Pass(walked, sum);
  }

  @Override
  public void close() throws IOException {
    if (loaded != null) {
      loaded.close();
      loaded = null;
    }
    Directories.delete(directory);
  }
}
