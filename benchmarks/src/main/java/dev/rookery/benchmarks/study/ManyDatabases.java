package dev.rookery.benchmarks.study;

import dev.rookery.benchmarks.report.Durations;
import dev.rookery.benchmarks.report.RoundTable;
import dev.rookery.benchmarks.report.RoundTable.Column;
import dev.rookery.benchmarks.work.Directories;
import dev.rookery.benchmarks.work.RookeryGraph;
import dev.rookery.graph.GraphOptions;
import dev.rookery.graph.GraphStats;
import dev.rookery.storage.Durability;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/// Commits at the same rate to one database and to many, and what an idle one takes.
///
/// Commits are due at fixed times, in turn from a few threads and to each database, every other one
/// SYNC. A commit that begins late because an earlier one was slow counts from when it was due.
final class ManyDatabases implements Study {
  private static final int THREAD_COUNT = 4;

  /// To each of many databases; one database alone gets as many as they all.
  private static final int COMMITS_PER_SECOND = 4;

  private static final Column COMMITS = Column.of("commits/s");
  private static final Column HEAP = Column.of("heap, KiB");
  private static final Column ANONYMOUS = Column.of("resident anonymous memory, KiB");
  private static final Column SCRATCH = Column.of("reserved scratch, KiB");
  private static final Column JOURNAL = Column.of("journal files, KiB");
  private static final Column THREADS = Column.of("threads");
  private static final double[] SHARES = {0.5, 0.99, 0.999};
  private static final String[] SHARE_NAMES = {"median", "99 %", "99.9 %"};

  private final StudyOptions options;
  private final Path directory;
  private final Map<Durability, Column[]> latencies = new EnumMap<>(Durability.class);
  private final RoundTable load;
  private final RoundTable idle =
      new RoundTable("each, when idle", HEAP, ANONYMOUS, SCRATCH, JOURNAL, THREADS);

  ManyDatabases(StudyOptions options) {
    this.options = options;
    this.directory = options.directory().resolve("many");
    List<Column> columns = new ArrayList<>(List.of(COMMITS));
    for (Durability durability : List.of(Durability.SYNC, Durability.BACKGROUND)) {
      Column[] shares = new Column[SHARES.length];
      for (int i = 0; i < SHARES.length; i++) {
        shares[i] = Column.of("%s %s µs".formatted(durability, SHARE_NAMES[i]));
        columns.add(shares[i]);
      }
      latencies.put(durability, shares);
    }
    load = new RoundTable("commits at a fixed rate to", columns.toArray(Column[]::new));
  }

  @Override
  public String description() {
    return "%,d commits a second to one database or to %d, half of them SYNC, from %d threads"
        .formatted(ratePerSecond(), options.databaseCount(), THREAD_COUNT);
  }

  private int ratePerSecond() {
    return options.databaseCount() * COMMITS_PER_SECOND;
  }

  @Override
  public List<RoundTable> tables() {
    return List.of(load, idle);
  }

  @Override
  public void measure() throws IOException {
    withDatabases(1, "1 database");
    withDatabases(options.databaseCount(), options.databaseCount() + " databases");
  }

  private void withDatabases(int count, String row) throws IOException {
    Path made = Directories.fresh(directory);
    ProcessMemory before = ProcessMemory.now();
    List<RookeryGraph> graphs = new ArrayList<>();
    try {
      for (int i = 0; i < count; i++) {
        RookeryGraph graph =
            new RookeryGraph(made.resolve(Integer.toString(i)), GraphOptions.defaults());
        graphs.add(graph);
        graph.addNodes(1);
      }
      addIdle("opened, one commit, of " + row, graphs, before);
      commit(row, graphs);
      graphs.forEach(graph -> graph.graph().checkpoint());
      addIdle("after load and a checkpoint, of " + row, graphs, before);
    } finally {
      graphs.forEach(RookeryGraph::close);
      Directories.delete(made);
    }
  }

  private void addIdle(String row, List<RookeryGraph> graphs, ProcessMemory before)
      throws IOException {
    int count = graphs.size();
    ProcessMemory each = ProcessMemory.now().since(before, count);
    double scratch = 0;
    double journal = 0;
    for (RookeryGraph graph : graphs) {
      GraphStats stats = graph.graph().stats();
      scratch += stats.scratchBytes();
      journal += stats.journalBytes();
    }
    idle.add(row, HEAP, each.heapBytes() / 1024);
    idle.add(row, ANONYMOUS, each.anonymousBytes() / 1024);
    idle.add(row, SCRATCH, scratch / 1024 / count);
    idle.add(row, JOURNAL, journal / 1024 / count);
    idle.add(row, THREADS, each.threadCount());
  }

  /// What one thread measured.
  private record Latencies(Durations sync, Durations background) {
    Latencies() {
      this(new Durations(), new Durations());
    }

    void addAll(Latencies other) {
      sync.addAll(other.sync);
      background.addAll(other.background);
    }
  }

  private void commit(String row, List<RookeryGraph> graphs) {
    AtomicInteger ticket = new AtomicInteger();
    long begin = System.nanoTime();
    List<Latencies> parts = Threads.each(THREAD_COUNT, () -> commitWhenDue(graphs, ticket, begin));
    double seconds = (System.nanoTime() - begin) / 1e9;
    Latencies all = new Latencies();
    parts.forEach(all::addAll);
    load.add(row, COMMITS, (all.sync.count() + all.background.count()) / seconds);
    add(row, Durability.SYNC, all.sync);
    add(row, Durability.BACKGROUND, all.background);
    long expected = (long) graphs.size() + ticket.get() - THREAD_COUNT;
    long found = graphs.stream().mapToLong(graph -> graph.graph().stats().nodes()).sum();
    if (found != expected) {
      throw new IllegalStateException("nodes=" + found + " expected=" + expected);
    }
  }

  private void add(String row, Durability durability, Durations durations) {
    Column[] columns = latencies.getOrDefault(durability, new Column[0]);
    for (int i = 0; i < columns.length; i++) {
      load.add(row, columns[i], durations.nanosAt(SHARES[i]) / 1e3);
    }
  }

  /// Takes one commit after the other, each with the time at which it is due, until the time is
  /// over.
  private Latencies commitWhenDue(List<RookeryGraph> graphs, AtomicInteger ticket, long begin) {
    Latencies latencies = new Latencies();
    long last = (long) (options.seconds() * ratePerSecond());
    double nanosApart = 1e9 / ratePerSecond();
    SplittableRandom random = new SplittableRandom(1);
    for (long i = ticket.getAndIncrement(); i < last; i = ticket.getAndIncrement()) {
      long due = begin + (long) (i * nanosApart);
      long from = waitUntil(due);
      // Whole turns over the databases alternate, so that each gets commits of both kinds.
      Durability durability =
          (i / graphs.size() & 1) == 0 ? Durability.SYNC : Durability.BACKGROUND;
      RookeryGraph graph = graphs.get((int) (i % graphs.size()));
      graph.commit(i, random, Integer.MAX_VALUE, durability);
      (durability == Durability.SYNC ? latencies.sync : latencies.background)
          .add(System.nanoTime() - from);
    }
    return latencies;
  }

  /// Returns from when on the next commit counts: now, or earlier if it is late already.
  private static long waitUntil(long due) {
    long now = System.nanoTime();
    if (now - due >= 0) {
      return due;
    }
    while (now - due < 0) {
      LockSupport.parkNanos(due - now);
      now = System.nanoTime();
    }
    return now;
  }
}
