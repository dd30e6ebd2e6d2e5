package dev.rookery.benchmarks.study;

import dev.rookery.benchmarks.graph.RmatGraph;
import dev.rookery.benchmarks.work.RookeryGraph;
import dev.rookery.graph.GraphOptions;
import dev.rookery.graph.GraphStats;
import dev.rookery.storage.Durability;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.SplittableRandom;

/// A process that commits until the journal has some length, says so, and waits to be killed.
///
/// It prints one line: the number of nodes and the number of edges that are committed. If its
/// standard input ends instead, it halts without closing the database.
public final class JournalFiller {
  private static final int BATCH_EDGES = 50_000;

  /// How many small transactions there are between two looks at the journal.
  private static final int RUN_COUNT = 1_000;

  private JournalFiller() {}

  /// What is committed.
  enum Kind {
    /// A node and an edge in each transaction.
    SMALL("node and edge in a transaction"),

    /// The edges of an RMAT graph, then some deleted and added again.
    LOAD("50,000 edges in a transaction");

    /// How it is called in tables.
    final String label;

    Kind(String label) {
      this.label = label;
    }

    /// Returns how it is called on the command line.
    String argument() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /// Whether the journal has the length that was asked for.
  private interface Filled {
    boolean isReached() throws IOException;
  }

  /// Arguments: the directory, the kind, the scale of the graph, and the bytes of journal.
  public static void main(String[] arguments) throws IOException {
    Kind kind = Kind.valueOf(arguments[1].toUpperCase(Locale.ROOT));
    int scale = Integer.parseInt(arguments[2]);
    long journalBytes = Long.parseLong(arguments[3]);
    GraphOptions options =
        StudyOptions.unhurried(2 * journalBytes).withDurability(Durability.BACKGROUND);
    // Never closed: whoever started this process wants it to die.
    Path directory = Path.of(arguments[0]);
    RookeryGraph graph = new RookeryGraph(directory, options);
    Filled filled =
        () ->
            graph.graph().stats().journalBytes() >= journalBytes
                && JournalLength.written(directory) >= journalBytes;
    switch (kind) {
      case SMALL -> fillSmall(graph, filled);
      case LOAD -> fillLoad(graph, RmatGraph.generate(scale), filled);
    }
    GraphStats stats = graph.graph().stats();
    if (stats.flushes() > 0) {
      throw new IllegalStateException("pages were flushed flushes=" + stats.flushes());
    }
    System.out.println(stats.nodes() + " " + stats.edges());
    while (System.in.read() >= 0) {
      // Waits.
    }
    Runtime.getRuntime().halt(1);
  }

  private static void fillSmall(RookeryGraph graph, Filled filled) throws IOException {
    graph.addNodes(1);
    SplittableRandom random = new SplittableRandom(1);
    long number = 0;
    while (!filled.isReached()) {
      for (int i = 0; i < RUN_COUNT; i++) {
        graph.commit(number++, random);
      }
    }
  }

  private static void fillLoad(RookeryGraph graph, RmatGraph edges, Filled filled)
      throws IOException {
    graph.addNodes(edges.nodeCount);
    graph.addEdges(edges);
    int begin = 0;
    while (!filled.isReached()) {
      int end = Math.min(begin + BATCH_EDGES, edges.edgeCount());
      graph.deleteEdges(edges, begin, end);
      graph.addEdges(edges, begin, end);
      begin = end == edges.edgeCount() ? 0 : end;
    }
  }
}
