package dev.rookery.benchmarks.study;

import dev.rookery.benchmarks.report.RoundTable;
import dev.rookery.benchmarks.report.RoundTable.Column;
import dev.rookery.benchmarks.work.Directories;
import dev.rookery.benchmarks.work.RookeryGraph;
import dev.rookery.graph.Graph;
import dev.rookery.graph.GraphOptions;
import dev.rookery.graph.ReadTransaction;
import dev.rookery.storage.Durability;
import java.io.IOException;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicBoolean;

/// What it costs to begin a read transaction and to end it.
final class SnapshotCost implements Study {
  private static final int NODE_COUNT = 1_000;

  /// How many transactions there are between two looks at the clock.
  private static final int RUN_COUNT = 1_000;

  private static final Column WALL = Column.of("ns");
  private static final Column CPU = Column.of("ns of CPU time");
  private static final Column ALLOCATED = Column.of("bytes allocated");

  private final StudyOptions options;
  private final RookeryGraph graph;
  private final RoundTable table = new RoundTable("begin + end, by", WALL, CPU, ALLOCATED);

  SnapshotCost(StudyOptions options) throws IOException {
    this.options = options;
    graph =
        new RookeryGraph(
            Directories.fresh(options.directory().resolve("snapshot")), GraphOptions.defaults());
    graph.addNodes(NODE_COUNT);
  }

  /// What one thread found, for each transaction.
  private record Cost(double wallNanos, double cpuNanos, double allocatedBytes) {}

  @Override
  public String description() {
    return "a read transaction is begun and ended";
  }

  @Override
  public List<RoundTable> tables() {
    return List.of(table);
  }

  @Override
  public void measure() {
    add("1 thread", Threads.each(1, this::cost));
    add("2 threads", Threads.each(2, this::cost));
    Threads.beside(this::commit, () -> add("1 thread beside a writer", List.of(cost())));
  }

  private void add(String row, List<Cost> costs) {
    table.add(row, WALL, mean(costs.stream().mapToDouble(Cost::wallNanos).toArray()));
    table.add(row, CPU, mean(costs.stream().mapToDouble(Cost::cpuNanos).toArray()));
    table.add(row, ALLOCATED, mean(costs.stream().mapToDouble(Cost::allocatedBytes).toArray()));
  }

  private static double mean(double... values) {
    double sum = 0;
    for (double value : values) {
      sum += value;
    }
    return sum / values.length;
  }

  private Cost cost() {
    long allocatedBefore = Threads.allocatedBytes();
    long cpuBefore = Threads.cpuNanos();
    long begin = System.nanoTime();
    long end = begin + (long) (options.seconds() * 1e9);
    double count = 0;
    long now = begin;
    while (now - end < 0) {
      run(graph.graph());
      count += RUN_COUNT;
      now = System.nanoTime();
    }
    return new Cost(
        (now - begin) / count,
        (Threads.cpuNanos() - cpuBefore) / count,
        (Threads.allocatedBytes() - allocatedBefore) / count);
  }

  private static void run(Graph graph) {
    long sequence = 0;
    for (int i = 0; i < RUN_COUNT; i++) {
      try (ReadTransaction tx = graph.beginRead()) {
        long seen = tx.sequence();
        if (seen < sequence) {
          throw new IllegalStateException("older than before sequence=" + seen);
        }
        sequence = seen;
      }
    }
  }

  private long commit(AtomicBoolean running) {
    SplittableRandom random = new SplittableRandom(1);
    long count = 0;
    while (running.get()) {
      graph.commit(count++, random, NODE_COUNT, Durability.BACKGROUND);
    }
    return count;
  }

  @Override
  public void close() {
    graph.close();
  }
}
