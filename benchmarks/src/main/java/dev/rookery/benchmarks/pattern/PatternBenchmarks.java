package dev.rookery.benchmarks.pattern;

import dev.rookery.benchmarks.report.Markdown;
import dev.rookery.benchmarks.work.Directories;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import java.util.TreeSet;

/// Counts patterns and prints a table; see [#USAGE]. A first round warms up and does not count.
/// Exits with 2 if the command line is not understood.
public final class PatternBenchmarks {
  static final String USAGE =
      """
      usage: run --patterns count [--scale 15] [--rounds 3] [--seconds 60] [--directory DIR]
                 [--peers neo4j] [--only triangles]\
      """;

  private PatternBenchmarks() {}

  /// Runs from the command line.
  public static void main(String[] arguments) throws IOException {
    try {
      System.out.print(run(arguments));
    } catch (IllegalArgumentException e) {
      System.err.println(e.getMessage());
      System.err.println(USAGE);
      System.exit(2);
    }
  }

  /// Runs, and returns a Markdown document.
  ///
  /// @throws IllegalArgumentException if the arguments are not understood
  static String run(String... arguments) throws IOException {
    int scale = 15;
    int rounds = 3;
    double seconds = 60;
    Path directory = Path.of("target", "work-benchmarks");
    String only = "";
    List<PatternPeer> peers = new ArrayList<>();
    for (int i = 0; i + 1 < arguments.length; i += 2) {
      String value = arguments[i + 1];
      switch (arguments[i]) {
        case "--patterns" -> {}
        case "--scale" -> scale = Integer.parseInt(value);
        case "--rounds" -> rounds = Integer.parseInt(value);
        case "--seconds" -> seconds = Double.parseDouble(value);
        case "--directory" -> directory = Path.of(value);
        case "--only" -> only = value;
        case "--peers" -> peers.add(peer(value));
        default -> throw new IllegalArgumentException("unknown option=" + arguments[i]);
      }
    }
    if (arguments.length % 2 != 0 || rounds < 1 || !(seconds > 0)) {
      throw new IllegalArgumentException("an option without a value, or none above 0");
    }
    Path made = Directories.fresh(directory.resolve("patterns"));
    Markdown text = new Markdown();
    String loadBefore = Markdown.load();
    Duration limit = Duration.ofMillis((long) (seconds * 1e3));
    try (PatternCounts counts = new PatternCounts(scale, made, peers, limit)) {
      for (int round = 0; round <= rounds; round++) {
        counts.measure(only);
        if (round == 0) {
          counts.table().clear();
        }
      }
      text.line("### Patterns of an RMAT graph, scale %d", scale);
      text.line("");
      counts.table().write(text);
      text.line("");
      text.line("Given up after %s: %s", limit, new TreeSet<>(counts.givenUp()));
    } finally {
      Directories.delete(made);
    }
    text.line("");
    text.line("Medians of %d rounds; ratios within a round (least – most).", rounds);
    text.line("");
    text.line(
        "Machine: %s; load %s before, %s after",
        Markdown.machine(Files.createDirectories(directory)), loadBefore, Markdown.load());
    text.line("");
    text.line("    benchmarks/run %s", String.join(" ", arguments));
    return text.toString();
  }

  private static PatternPeer peer(String name) {
    return ServiceLoader.load(PatternPeer.class).stream()
        .map(ServiceLoader.Provider::get)
        .filter(peer -> peer.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no such peer=" + name));
  }
}
