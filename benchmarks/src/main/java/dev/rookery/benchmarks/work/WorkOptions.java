package dev.rookery.benchmarks.work;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/// What the command line asks for. Immutable.
///
/// @param works what is measured, in this order
/// @param scale base-2 logarithm of the number of nodes
/// @param rounds how often, after a first round that does not count
/// @param peers names of who does it
/// @param directory where stores are made; its disk is what W1 to W3 measure
/// @param seconds for how long commits go on in a round; reads take a fifth of it
/// @param cpuTime whether reads are timed by CPU time, see [Budget]
record WorkOptions(
    List<Work> works,
    int scale,
    int rounds,
    List<String> peers,
    Path directory,
    double seconds,
    boolean cpuTime) {
  static final String USAGE =
      """
      usage: run [--work W1,W1a,W2,W3,W3b,W4,W5,W5b,W5c,W6,W6p,W7pr,W7wcc,W7tri]
                 [--scale 17] [--rounds 5]
                 [--peers rookery,rookery-cursor,lmdb,rocksdb,csr,raw]
                 [--directory DIR] [--seconds 5] [--clock wall|cpu]\
      """;

  /// Copies the lists.
  WorkOptions {
    works = List.copyOf(works);
    peers = List.copyOf(peers);
    if (rounds < 1 || !(seconds > 0)) {
      throw new IllegalArgumentException(
          "rounds and seconds must be positive rounds=" + rounds + " seconds=" + seconds);
    }
  }

  /// Returns the options when nothing is said.
  static WorkOptions defaults() {
    return new WorkOptions(
        List.of(Work.values()),
        17,
        5,
        List.of("rookery", "lmdb", "rocksdb", "csr", "raw"),
        Path.of("target", "work-benchmarks"),
        5,
        false);
  }

  /// Reads a command line.
  ///
  /// @throws IllegalArgumentException if it is not understood
  static WorkOptions parse(String... arguments) {
    if (arguments.length % 2 != 0) {
      throw new IllegalArgumentException("an option without a value");
    }
    WorkOptions options = defaults();
    for (int i = 0; i < arguments.length; i += 2) {
      options = options.with(arguments[i], arguments[i + 1]);
    }
    return options;
  }

  private WorkOptions with(String option, String value) {
    return switch (option) {
      case "--work" ->
          new WorkOptions(
              list(value).map(Work::of).toList(),
              scale,
              rounds,
              peers,
              directory,
              seconds,
              cpuTime);
      case "--scale" ->
          new WorkOptions(
              works, Integer.parseInt(value), rounds, peers, directory, seconds, cpuTime);
      case "--rounds" ->
          new WorkOptions(
              works, scale, Integer.parseInt(value), peers, directory, seconds, cpuTime);
      case "--peers" ->
          new WorkOptions(works, scale, rounds, list(value).toList(), directory, seconds, cpuTime);
      case "--directory" ->
          new WorkOptions(works, scale, rounds, peers, Path.of(value), seconds, cpuTime);
      case "--seconds" ->
          new WorkOptions(
              works, scale, rounds, peers, directory, Double.parseDouble(value), cpuTime);
      case "--clock" ->
          new WorkOptions(works, scale, rounds, peers, directory, seconds, isCpu(value));
      default -> throw new IllegalArgumentException("unknown option=" + option);
    };
  }

  private static boolean isCpu(String clock) {
    return switch (clock) {
      case "cpu" -> true;
      case "wall" -> false;
      default -> throw new IllegalArgumentException("unknown clock=" + clock);
    };
  }

  private static Stream<String> list(String value) {
    return Stream.of(value.split(",", -1)).map(String::strip);
  }
}
