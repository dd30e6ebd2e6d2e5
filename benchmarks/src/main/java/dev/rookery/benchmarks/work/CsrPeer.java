package dev.rookery.benchmarks.work;

import dev.rookery.benchmarks.graph.RmatGraph;

/// The works that only read, over [CsrGraph].

final class CsrPeer implements Peer {
  private final RmatGraph edges;
  private CsrGraph graph;

  CsrPeer(RmatGraph edges) {
    this.edges = edges;
    this.graph = new CsrGraph(edges);
  }

  @Override
  public String name() {
    return "csr";
  }

  @Override
  public boolean does(Work work) {
    return work == Work.W3B || (work.compareTo(Work.W5) >= 0 && work != Work.W6P);
  }

  @Override
  public void load() {
    graph = new CsrGraph(edges);
  }

  @Override
  public Outcome run(Work work, Queries queries, Budget budget) {
    return switch (work) {
      case W5 -> budget.repeat(() -> neighbors(queries.reads));
      case W5B, W5C -> budget.repeat(() -> hops(queries, work.hops()));
      case W6 -> budget.repeat(() -> walks(queries.roots));
      case W7PR, W7WCC, W7TRI -> computes(work, budget);
      case W3B -> builds();
      case W1, W1A, W2, W3, W4, W6P -> throw new IllegalArgumentException("work=" + work);
    };
  }

  /// Builds both directions.
  private Outcome builds() {
    long begin = System.nanoTime();
    CsrGraph built = new CsrGraph(edges);
    double perSecond = edges.edgeCount() / Outcome.secondsSince(begin);
    graph = built;
    return Outcome.of(perSecond, Outcome.ofEdges(edges));
  }

  private Outcome computes(Work work, Budget budget) {
    CsrAlgorithms algorithms = graph.algorithms();
    int edges = this.edges.edgeCount();
    return switch (work) {
      case W7PR ->
          budget.repeat(() ->
              new Outcome.Pass(
                  (long) edges * CsrAlgorithms.ITERATIONS,
                  Outcome.ofNumbers(algorithms.pageRank())));
      case W7WCC -> {
        boolean byOnePass = Boolean.getBoolean("benchmarks.componentsByOnePass");
        yield budget.repeat(() ->
            new Outcome.Pass(
                edges,
                Outcome.ofLabels(
                    byOnePass ? algorithms.componentsByOnePass() : algorithms.components())));
      }
      default -> budget.repeat(() -> new Outcome.Pass(edges, algorithms.triangles()));
    };
  }

  private Outcome.Pass neighbors(int[] nodes) {
    return new Outcome.Pass(nodes.length, graph.sumNeighbors(nodes));
  }

  private Outcome.Pass hops(Queries queries, int hops) {
    int[] starts = queries.starts(hops);
    long sum = 0;
    for (int start : starts) {
      sum += graph.countWithin(start, hops);
    }
    return new Outcome.Pass(starts.length, sum);
  }

  private Outcome.Pass walks(int[] roots) {
    long walked = 0;
    long answer = 0;
    for (int root : roots) {
      Outcome.Pass pass = graph.walk(root);
      walked += pass.units();
      answer = answer * 31 + pass.answer();
    }
    return new Outcome.Pass(walked, answer);
  }

  @Override
  public void close() {}
}
