package dev.rookery.benchmarks.work;

import dev.rookery.benchmarks.graph.RmatGraph;
import dev.rookery.benchmarks.report.Markdown;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// Does works with Rookery and its peers in turn and prints a table. See [WorkOptions#USAGE].
///
/// A first round warms up and does not count. In each round, each work is done by all peers, one
/// directly after the other, beginning with another one each time. Exits with 1 if answers differ,
/// with 2 if the command line is not understood.
public final class WorkBenchmarks {
  private static final double WARM_UP_SECONDS_MAX = 2;

  private final WorkOptions options;
  private final RmatGraph graph;
  private final List<Peer> peers = new ArrayList<>();
  private final Figures figures = new Figures();

  private WorkBenchmarks(WorkOptions options) {
    this.options = options;
    this.graph = RmatGraph.generate(options.scale());
    for (String name : options.peers()) {
      peers.add(peer(name));
    }
  }

  /// Runs from the command line.
  public static void main(String[] arguments) throws IOException {
    WorkOptions options;
    try {
      options = WorkOptions.parse(arguments);
    } catch (IllegalArgumentException e) {
      System.err.println(e.getMessage());
      System.err.println(WorkOptions.USAGE);
      System.exit(2);
      return;
    }
    String command = System.getProperty("benchmarks.command", "run");
    Result result = run(options, command + " " + String.join(" ", arguments));
    System.out.println(result.report);
    if (!result.answersAgree) {
      System.exit(1);
    }
  }

  /// What a run gave.
  ///
  /// @param report a Markdown document
  /// @param answersAgree whether all peers gave the same answers
  record Result(String report, boolean answersAgree) {}

  /// Does all works in all rounds.
  ///
  /// @throws IllegalStateException if a store does not hold what was written
  static Result run(WorkOptions options, String command) throws IOException {
    Files.createDirectories(options.directory());
    WorkBenchmarks benchmarks = new WorkBenchmarks(options);
    try {
      return benchmarks.run(command);
    } finally {
      for (Peer peer : benchmarks.peers) {
        peer.close();
      }
    }
  }

  private Peer peer(String name) {
    Path directory = options.directory().resolve(name);
    return switch (name) {
      case "rookery" -> new RookeryPeer(graph, directory, false);
      case "rookery-cursor" -> new RookeryPeer(graph, directory, true);
      case "lmdb" -> new LmdbPeer(graph, directory);
      case "rocksdb" -> new RocksPeer(graph, directory);
      case "csr" -> new CsrPeer(graph);
      case "raw" -> new RawDisk(directory);
      default -> throw new IllegalArgumentException("unknown peer=" + name);
    };
  }

  private Result run(String command) throws IOException {
    String loadBefore = Markdown.load();
    for (Peer peer : peers) {
      if (options.works().stream().anyMatch(work -> work.reads() && peer.does(work))) {
        peer.load();
      }
    }
    for (int round = 0; round <= options.rounds(); round++) {
      Queries queries = Queries.of(graph, round);
      for (Work work : options.works()) {
        Map<String, Outcome> outcomes = round(work, queries, round);
        if (round == 0) {
          figures.compare(work, outcomes);
        } else {
          figures.add(work, outcomes);
        }
      }
    }
    List<String> names = peers.stream().map(Peer::name).toList();
    String loads = loadBefore + " before, " + Markdown.load() + " after";
    return new Result(
        new WorkReport(options, names, figures).write(graph, command, loads),
        figures.differences().isEmpty());
  }

  private Map<String, Outcome> round(Work work, Queries queries, int round) throws IOException {
    double seconds = work.reads() ? options.seconds() / 5 : options.seconds();
    if (round == 0) {
      seconds = Math.min(seconds, WARM_UP_SECONDS_MAX);
    }
    Budget budget = new Budget(seconds, options.cpuTime());
    List<Peer> turns = new ArrayList<>(peers);
    Collections.rotate(turns, -round);
    Map<String, Outcome> outcomes = new LinkedHashMap<>();
    for (Peer peer : turns) {
      if (peer.does(work)) {
        Outcome outcome = peer.run(work, queries, budget);
        outcomes.put(peer.name(), outcome);
        System.err.printf(
            Locale.ROOT,
            "round %d %s %s: %s %s%n",
            round,
            work.label(),
            peer.name(),
            Markdown.rounded(outcome.perSecond()),
            work.unit);
      }
    }
    return outcomes;
  }
}
