package dev.rookery.benchmarks.study;

import dev.rookery.benchmarks.report.Durations;
import dev.rookery.benchmarks.report.RoundTable;
import dev.rookery.benchmarks.report.RoundTable.Column;
import dev.rookery.benchmarks.work.CommitLoop;
import dev.rookery.benchmarks.work.Directories;
import dev.rookery.benchmarks.work.RookeryGraph;
import dev.rookery.graph.GraphOptions;
import dev.rookery.graph.GraphStats;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/// How many syncs, and how many commits of the store, durable calls of many threads share.
final class CommitSyncs implements Study {
  private static final int[] THREAD_COUNTS = {1, 4, 20, 100};
  private static final Column CALLS = Column.of("calls/s");
  private static final Column SYNCS = Column.of("syncs per 1,000 calls");
  private static final Column COMMITS = Column.of("commits of the store per 1,000 calls");
  private static final Column MEDIAN = Column.of("median µs");
  private static final Column SLOW = Column.of("99 % µs");

  private final StudyOptions options;
  private final Path directory;
  private final RoundTable table =
      new RoundTable("SYNC, from", CALLS, SYNCS, COMMITS, MEDIAN, SLOW);

  CommitSyncs(StudyOptions options) {
    this.options = options;
    this.directory = options.directory().resolve("syncs");
  }

  @Override
  public String description() {
    return "a call adds a node with two properties and an edge, and returns when it is durable";
  }

  @Override
  public List<RoundTable> tables() {
    return List.of(table);
  }

  @Override
  public void measure() throws IOException {
    for (int threads : THREAD_COUNTS) {
      measure(threads, false);
      measure(threads, true);
    }
  }

  private void measure(int threadCount, boolean closures) throws IOException {
    Path made = Directories.fresh(directory);
    try (RookeryGraph graph = new RookeryGraph(made, GraphOptions.defaults())) {
      graph.addNodes(1);
      Queue<Durations> parts = new ConcurrentLinkedQueue<>();
      ThreadLocal<Durations> durations =
          ThreadLocal.withInitial(() -> {
            Durations part = new Durations();
            parts.add(part);
            return part;
          });
      CommitLoop.Commit commit = closures ? graph::write : graph::commit;
      GraphStats before = graph.graph().stats();
      CommitLoop.Result result =
          CommitLoop.run(
              threadCount,
              options.seconds(),
              (number, random) -> {
                long begin = System.nanoTime();
                long earlier = commit.commit(number, random);
                durations.get().add(System.nanoTime() - begin);
                return earlier;
              });
      GraphStats after = graph.graph().stats();
      result.written().check("rookery", graph.written());
      Durations all = new Durations();
      parts.forEach(all::addAll);
      String row =
          threadCount
              + (threadCount == 1 ? " thread, " : " threads, ")
              + (closures ? "`write(closure)`" : "`beginWrite`, `commit`");
      double thousands = result.written().commits() / 1e3;
      table.add(row, CALLS, result.perSecond());
      table.add(row, SYNCS, (after.syncs() - before.syncs()) / thousands);
      table.add(row, COMMITS, (after.commits() - before.commits()) / thousands);
      table.add(row, MEDIAN, all.nanosAt(0.5) / 1e3);
      table.add(row, SLOW, all.nanosAt(0.99) / 1e3);
    } finally {
      Directories.delete(made);
    }
  }
}
