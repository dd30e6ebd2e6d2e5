package dev.rookery.benchmarks.study;

import dev.rookery.benchmarks.report.Markdown;
import dev.rookery.benchmarks.report.RoundTable;
import dev.rookery.benchmarks.work.Directories;
import java.io.IOException;
import java.nio.file.Files;

/// Runs studies and prints their tables. See [StudyOptions#USAGE].
///
/// A first round warms up and does not count. Exits with 2 if the command line is not understood.
public final class StudyBenchmarks {
  private StudyBenchmarks() {}

  /// Runs from the command line.
  public static void main(String[] arguments) throws IOException {
    StudyOptions options;
    try {
      options = StudyOptions.parse(arguments);
    } catch (IllegalArgumentException e) {
      System.err.println(e.getMessage());
      System.err.println(StudyOptions.USAGE);
      System.exit(2);
      return;
    }
    String command = System.getProperty("benchmarks.command", "run");
    System.out.print(run(options, command + " " + String.join(" ", arguments)));
  }

  /// Runs the studies and returns a Markdown document.
  ///
  /// @param command how the run was started
  static String run(StudyOptions options, String command) throws IOException {
    Files.createDirectories(options.directory());
    Markdown text = new Markdown();
    String loadBefore = Markdown.load();
    for (String name : options.studies()) {
      try (Study study = study(name, options)) {
        run(name, study, options, text);
      } finally {
        Directories.delete(options.directory().resolve(name));
      }
    }
    text.line("Medians of %d rounds; ratios within a round (least – most).", options.rounds());
    text.line("");
    text.line(
        "Machine: %s; load %s before, %s after",
        Markdown.machine(options.directory()), loadBefore, Markdown.load());
    text.line("");
    text.line("    %s", command);
    return text.toString();
  }

  private static void run(String name, Study study, StudyOptions options, Markdown text)
      throws IOException {
    for (int round = 0; round <= options.rounds(); round++) {
      long begin = System.nanoTime();
      study.measure();
      System.err.printf(
          "round %d %s: %d s%n", round, name, (System.nanoTime() - begin) / 1_000_000_000);
      if (round == 0) {
        study.tables().forEach(RoundTable::clear);
      }
    }
    text.line("### %s: %s", name, study.description());
    for (RoundTable table : study.tables()) {
      text.line("");
      table.write(text);
    }
    text.line("");
  }

  private static Study study(String name, StudyOptions options) throws IOException {
    return switch (name) {
      case "syncs" -> new CommitSyncs(options);
      case "snapshot" -> new SnapshotCost(options);
      case "beside" -> new ReadsBesideWriter(options);
      case "unflushed" -> new UnflushedReads(options);
      case "open" -> new OpenTime(options);
      case "recovery" -> new RecoveryTime(options);
      case "many" -> new ManyDatabases(options);
      case "reorganize" -> new ReorganizedWalks(options);
      case "gap" -> new KroneckerSearches(options);
      default -> throw new IllegalArgumentException("unknown study=" + name);
    };
  }
}
