package dev.rookery.benchmarks.study;

import dev.rookery.graph.GraphOptions;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// What the command line asks for. Immutable.
///
/// @param studies names of studies, in this order
/// @param scale base-2 logarithm of the number of nodes of the graph that is read
/// @param rounds how often, after a first round that does not count
/// @param directory where databases are made
/// @param seconds for how long each figure is measured in a round
/// @param unflushedPages how many changed pages `unflushed` holds in memory
/// @param journalBytes how much journal `recovery` has to read
/// @param databaseCount how many databases `many` opens
record StudyOptions(
    List<String> studies,
    int scale,
    int rounds,
    Path directory,
    double seconds,
    int unflushedPages,
    long journalBytes,
    int databaseCount) {
  static final List<String> STUDIES =
      List.of(
          "syncs",
          "snapshot",
          "beside",
          "unflushed",
          "open",
          "recovery",
          "many",
          "reorganize",
          "gap");

  static final String USAGE =
      """
      usage: run --study all|syncs,snapshot,beside,unflushed,open,recovery,many,reorganize,gap
                 [--scale 17] [--rounds 5] [--seconds 2] [--directory DIR]
                 [--pages 100000] [--mebibytes 1024] [--databases 100]\
      """;

  private static final Set<String> NAMES = Set.copyOf(STUDIES);

  /// Copies the list and checks the values.
  StudyOptions {
    studies = List.copyOf(studies);
    for (String study : studies) {
      if (!NAMES.contains(study)) {
        throw new IllegalArgumentException("unknown study=" + study);
      }
    }
    if (rounds < 1 || !(seconds > 0) || unflushedPages < 1 || journalBytes < 1) {
      throw new IllegalArgumentException(
          "rounds, seconds, pages and mebibytes must be positive rounds=%d seconds=%s"
              .formatted(rounds, seconds));
    }
    if (databaseCount < 1) {
      throw new IllegalArgumentException("databases must be positive databases=" + databaseCount);
    }
  }

  /// Returns the options when nothing is said.
  static StudyOptions defaults() {
    return new StudyOptions(
        STUDIES, 17, 5, Path.of("target", "work-benchmarks"), 2, 100_000, 1L << 30, 100);
  }

  /// Reads a command line.
  ///
  /// @throws IllegalArgumentException if it is not understood
  static StudyOptions parse(String... arguments) {
    if (arguments.length % 2 != 0) {
      throw new IllegalArgumentException("an option without a value");
    }
    StudyOptions defaults = defaults();
    List<String> studies = defaults.studies;
    int scale = defaults.scale;
    int rounds = defaults.rounds;
    Path directory = defaults.directory;
    double seconds = defaults.seconds;
    int pages = defaults.unflushedPages;
    long journalBytes = defaults.journalBytes;
    int databases = defaults.databaseCount;
    for (int i = 0; i < arguments.length; i += 2) {
      String value = arguments[i + 1];
      switch (arguments[i]) {
        case "--study" -> studies = studies(value);
        case "--scale" -> scale = Integer.parseInt(value);
        case "--rounds" -> rounds = Integer.parseInt(value);
        case "--directory" -> directory = Path.of(value);
        case "--seconds" -> seconds = Double.parseDouble(value);
        case "--pages" -> pages = Integer.parseInt(value);
        case "--mebibytes" -> journalBytes = Long.parseLong(value) << 20;
        case "--databases" -> databases = Integer.parseInt(value);
        default -> throw new IllegalArgumentException("unknown option=" + arguments[i]);
      }
    }
    return new StudyOptions(
        studies, scale, rounds, directory, seconds, pages, journalBytes, databases);
  }

  private static List<String> studies(String value) {
    return value.equals("all")
        ? STUDIES
        : Stream.of(value.split(",", -1)).map(String::strip).toList();
  }

  /// Returns options under which nothing is flushed and no checkpoint runs by itself, up to some
  /// amount of changed pages.
  static GraphOptions unhurried(long changedBytes) {
    // Flushes begin at half of the scratch; versions that a reader still sees take room as well.
    return GraphOptions.defaults()
        .withScratchBytes(Math.max(4 * changedBytes, 256L << 20))
        .withCheckpointMillis(TimeUnit.DAYS.toMillis(1))
        .withCheckpointBytes(1L << 50);
  }
}
