package dev.rookery.benchmarks.study;

import dev.rookery.benchmarks.report.RoundTable;
import dev.rookery.benchmarks.report.RoundTable.Column;
import dev.rookery.benchmarks.work.Directories;
import dev.rookery.graph.Graph;
import dev.rookery.graph.GraphStats;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// How long it takes to open a database whose process was killed, by the length of its journal.
///
/// [JournalFiller] commits in a process of its own and is killed; then the database is opened here.
final class RecoveryTime implements Study {
  private static final double GIBIBYTE = 1L << 30;
  private static final Column JOURNAL = Column.of("journal, GiB");
  private static final Column COMMITS = Column.of("nodes + edges");
  private static final Column OPEN = Column.of("open, s");
  private static final Column PER_GIBIBYTE = Column.ratio("s per GiB");

  private final StudyOptions options;
  private final RoundTable table =
      new RoundTable("killed while committing", JOURNAL, COMMITS, OPEN, PER_GIBIBYTE);

  RecoveryTime(StudyOptions options) {
    this.options = options;
  }

  /// What a killed process had committed.
  private record Committed(long nodes, long edges) {}

  @Override
  public String description() {
    return "a database is opened after its process was killed; its files are in the system's cache";
  }

  @Override
  public List<RoundTable> tables() {
    return List.of(table);
  }

  @Override
  public void measure() throws IOException {
    for (JournalFiller.Kind kind : JournalFiller.Kind.values()) {
      Path made = Directories.fresh(options.directory().resolve("recovery"));
      try {
        measure(kind, made, fillAndKill(kind, made));
      } finally {
        Directories.delete(made);
      }
    }
  }

  private void measure(JournalFiller.Kind kind, Path made, Committed committed) throws IOException {
    double journal = JournalLength.written(made) / GIBIBYTE;
    long begin = System.nanoTime();
    try (Graph graph = Graph.open(made)) {
      double seconds = (System.nanoTime() - begin) / 1e9;
      GraphStats stats = graph.stats();
      if (!committed.equals(new Committed(stats.nodes(), stats.edges()))) {
        throw new IllegalStateException("committed=" + committed + " found=" + stats);
      }
      table.add(kind.label, JOURNAL, journal);
      table.add(kind.label, COMMITS, (double) stats.nodes() + stats.edges());
      table.add(kind.label, OPEN, seconds);
      table.add(kind.label, PER_GIBIBYTE, seconds / journal);
    }
  }

  private Committed fillAndKill(JournalFiller.Kind kind, Path made) throws IOException {
    Process process =
        new ProcessBuilder(command(kind, made))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try (BufferedReader output =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.US_ASCII))) {
      String line = output.readLine();
      if (line == null) {
        throw new IllegalStateException("the process that commits has ended kind=" + kind);
      }
      String[] counts = line.split(" ", 2);
      return new Committed(Long.parseLong(counts[0]), Long.parseLong(counts[1]));
    } finally {
      process.destroyForcibly();
      process.onExit().join();
    }
  }

  private List<String> command(JournalFiller.Kind kind, Path made) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-Xmx4g");
    command.add("--enable-native-access=ALL-UNNAMED");
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add(JournalFiller.class.getName());
    command.add(made.toString());
    command.add(kind.argument());
    command.add(Integer.toString(options.scale()));
    command.add(Long.toString(options.journalBytes()));
    return command;
  }
}
