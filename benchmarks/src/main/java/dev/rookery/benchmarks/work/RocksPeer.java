package dev.rookery.benchmarks.work;

import dev.rookery.benchmarks.graph.RmatGraph;
import java.io.IOException;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Commits, loads and plain reads, over [RocksGraph].
final class RocksPeer implements Peer {
  private final RmatGraph edges;
  private final Path directory;
  private final long answer;
  private @Nullable RocksGraph loaded;

  RocksPeer(RmatGraph edges, Path directory) {
    this.edges = edges;
    this.directory = directory;
    this.answer = Outcome.ofEdges(edges);
  }

  @Override
  public String name() {
    return "rocksdb";
  }

  @Override
  public boolean does(Work work) {
    return work.compareTo(Work.W5) <= 0;
  }

  @Override
  public void load() throws IOException {
    RocksGraph graph = new RocksGraph(Directories.fresh(directory), false);
    loaded = graph;
    graph.addNodes(edges.nodeCount);
    addEdges(graph);
    graph.fileBytes();
  }

  @Override
  public Outcome run(Work work, Queries queries, Budget budget) throws IOException {
    return switch (work) {
      case W1 -> commits(1, budget.seconds(), true);
      case W1A -> commits(1, budget.seconds(), false);
      case W2 -> commits(WRITER_COUNT, budget.seconds(), true);
      case W3 -> loads(this::addEdges);
      case W3B -> loads(graph -> graph.ingestSorted(edges));
      case W4 -> {
        RocksGraph graph = graph();
        int[] nodes = queries.reads;
        yield budget.repeat(() -> new Outcome.Pass(nodes.length, graph.sumNumbers(nodes)));
      }
      case W5 -> {
        RocksGraph graph = graph();
        int[] nodes = queries.reads;
        yield budget.repeat(() -> new Outcome.Pass(nodes.length, graph.sumNeighbors(nodes)));
      }
      case W5B, W5C, W6, W6P, W7PR, W7WCC, W7TRI ->
          throw new IllegalArgumentException("work=" + work);
    };
  }

  private RocksGraph graph() {
    if (loaded == null) {
      throw new IllegalStateException("not loaded");
    }
    return loaded;
  }

  private Outcome commits(int threads, double seconds, boolean sync) throws IOException {
    Path made = Directories.fresh(directory);
    try (RocksGraph graph = new RocksGraph(made, sync)) {
      graph.addNodes(1);
      ThreadLocal<RocksGraph.Buffers> buffers = ThreadLocal.withInitial(graph::buffers);
      CommitLoop.Result result =
          CommitLoop.run(
              threads, seconds, (number, random) -> graph.commit(buffers.get(), number, random));
      result.written().check(name(), graph.written());
      return Outcome.of(result.perSecond(), 0);
    } finally {
      Directories.delete(made);
    }
  }

  private Outcome loads(Consumer<RocksGraph> work) throws IOException {
    Path made = Directories.fresh(directory);
    try (RocksGraph graph = new RocksGraph(made, true)) {
      graph.addNodes(edges.nodeCount);
      long before = graph.fileBytes();
      long begin = System.nanoTime();
      work.accept(graph);
      double perSecond = edges.edgeCount() / Outcome.secondsSince(begin);
      double bytes = graph.fileBytes() - before;
      if (graph.edgesAnswer(false) != answer || graph.edgesAnswer(true) != answer) {
        throw new IllegalStateException("rocksdb holds other edges");
      }
      return new Outcome(perSecond, answer, bytes / edges.edgeCount());
    } finally {
      Directories.delete(made);
    }
  }

  private void addEdges(RocksGraph graph) {
    RocksGraph.Buffers buffers = graph.buffers();
    for (int begin = 0; begin < edges.edgeCount(); begin += BATCH_EDGES) {
      graph.addEdges(buffers, edges, begin, Math.min(begin + BATCH_EDGES, edges.edgeCount()));
    }
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
