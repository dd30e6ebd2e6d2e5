package dev.rookery.benchmarks.work;

import dev.rookery.benchmarks.graph.RmatGraph;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.lmdbjava.EnvFlags;
import org.lmdbjava.Txn;

/// All works, over [LmdbGraph].
final class LmdbPeer implements Peer {
  private final RmatGraph edges;
  private final Path directory;
  private final long answer;
  private @Nullable LmdbGraph loaded;

  LmdbPeer(RmatGraph edges, Path directory) {
    this.edges = edges;
    this.directory = directory;
    this.answer = Outcome.ofEdges(edges);
  }

  @Override
  public String name() {
    return "lmdb";
  }

  @Override
  public boolean does(Work work) {
    return !work.isAlgorithm();
  }

  @Override
  public void load() throws IOException {
    LmdbGraph graph = new LmdbGraph(Directories.fresh(directory), EnvFlags.MDB_NOSYNC);
    loaded = graph;
    graph.addNodes(edges.nodeCount);
    addEdges(graph);
  }

  @Override
  public Outcome run(Work work, Queries queries, Budget budget) throws IOException {
    return switch (work) {
      case W1 -> commits(1, budget.seconds());
      case W1A -> commits(1, budget.seconds(), EnvFlags.MDB_NOSYNC);
      case W2 -> commits(WRITER_COUNT, budget.seconds());
      case W3 -> loads(this::addEdges);
      case W3B -> loads(graph -> graph.loadSorted(edges));
      case W4 -> {
        LmdbGraph graph = graph();
        int[] nodes = queries.reads;
        yield budget.repeat(() -> new Outcome.Pass(nodes.length, graph.sumNumbers(nodes)));
      }
      case W5 -> reads(budget, walk -> neighbors(walk, queries.reads));
      case W5B, W5C -> reads(budget, walk -> hops(walk, queries, work.hops()));
      case W6 -> reads(budget, walk -> walks(walk, queries.roots));
      case W6P, W7PR, W7WCC, W7TRI -> throw new IllegalArgumentException("work=" + work);
    };
  }

  private LmdbGraph graph() {
    if (loaded == null) {
      throw new IllegalStateException("not loaded");
    }
    return loaded;
  }

  private Outcome commits(int threads, double seconds, EnvFlags... flags) throws IOException {
    Path made = Directories.fresh(directory);
    try (LmdbGraph graph = new LmdbGraph(made, flags)) {
      graph.addNodes(1);
      ThreadLocal<LmdbGraph.Buffers> buffers = ThreadLocal.withInitial(LmdbGraph.Buffers::new);
      CommitLoop.Result result =
          CommitLoop.run(
              threads, seconds, (number, random) -> graph.commit(buffers.get(), number, random));
      result.written().check(name(), graph.written());
      return Outcome.of(result.perSecond(), 0);
    } finally {
      Directories.delete(made);
    }
  }

  private Outcome loads(Consumer<LmdbGraph> work) throws IOException {
    Path made = Directories.fresh(directory);
    try (LmdbGraph graph = new LmdbGraph(made)) {
      graph.addNodes(edges.nodeCount);
      long before = graph.usedBytes();
      long begin = System.nanoTime();
      work.accept(graph);
      double perSecond = edges.edgeCount() / Outcome.secondsSince(begin);
      if (graph.edgesAnswer(false) != answer || graph.edgesAnswer(true) != answer) {
        throw new IllegalStateException("lmdb holds other edges");
      }
      double bytes = graph.usedBytes() - before;
      return new Outcome(perSecond, answer, bytes / edges.edgeCount());
    } finally {
      Directories.delete(made);
    }
  }

  private void addEdges(LmdbGraph graph) {
    for (int begin = 0; begin < edges.edgeCount(); begin += BATCH_EDGES) {
      graph.addEdges(edges, begin, Math.min(begin + BATCH_EDGES, edges.edgeCount()));
    }
  }

  private Outcome reads(Budget budget, Function<LmdbWalk, Outcome.Pass> pass) {
    LmdbGraph graph = graph();
    try (Txn<ByteBuffer> tx = graph.env.txnRead();
        LmdbNeighbors neighbors = graph.neighbors(tx)) {
      LmdbWalk walk = new LmdbWalk(neighbors, edges.nodeCount);
      return budget.repeat(() -> pass.apply(walk));
    }
  }

  private static Outcome.Pass neighbors(LmdbWalk walk, int[] nodes) {
    return new Outcome.Pass(nodes.length, walk.sumNeighbors(nodes));
  }

  private static Outcome.Pass hops(LmdbWalk walk, Queries queries, int hops) {
    int[] starts = queries.starts(hops);
    long sum = 0;
    for (int start : starts) {
      sum += walk.countWithin(start, hops);
    }
    return new Outcome.Pass(starts.length, sum);
  }

  private static Outcome.Pass walks(LmdbWalk walk, int[] roots) {
    long walked = 0;
    long sum = 0;
    for (int root : roots) {
      Outcome.Pass pass = walk.walk(root);
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
