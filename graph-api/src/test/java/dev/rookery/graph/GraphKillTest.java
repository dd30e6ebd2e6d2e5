package dev.rookery.graph;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rookery.storage.Durability;
import dev.rookery.storage.StorageOptions;
import dev.rookery.storage.io.DirectoryFileSystem;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A process that commits is killed again and again: what it reported as committed is there.
///
/// The graph is a chain: node n has the number n, and an edge to node n − 1 that says so too. A
/// killed process loses nothing that was acknowledged, whatever the durability but NONE.
/// `-Dkill.count=` says how often.
final class GraphKillTest {
  private static final int KILL_COUNT = Integer.getInteger("kill.count", 10);
  private static final int ACKNOWLEDGED_MAX = 120;

  @TempDir Path directory;

  private static Graph open(Path database) {
    StorageOptions options =
        StorageOptions.defaults()
            .withScratchBytes(128 << 10)
            .withBackgroundSyncMillis(5)
            .withJournalFileBytes(64 << 10);
    return Graph.open(DirectoryFileSystem.open(database, false), options, Durability.BACKGROUND);
  }

  /// Goes on with the chain, and prints each number when it is committed.
  static final class Chain {
    public static void main(String[] arguments) {
      try (Graph graph = open(Path.of(arguments[0]))) {
        long next = graph.read(ReadTransaction::nodeCount) + 1;
        while (true) {
          try (WriteTransaction tx = graph.beginWrite()) {
            append(tx, next);
            tx.commit(next % 8 == 0 ? Durability.SYNC : Durability.BACKGROUND);
          }
          if (next % 64 == 0) {
            graph.checkpoint();
          }
          System.out.println(next++);
          System.out.flush();
        }
      }
    }

    private static void append(WriteTransaction tx, long number) {
      String text = PropertyValues.textOfBytes((int) (number % 700));
      long node = tx.addNode("Link", Map.of("number", number, "text", text));
      if (node > 1) {
        tx.addEdge("PREVIOUS", node, node - 1, Map.of("number", number));
      }
    }
  }

  @Test
  void kill_again_andAgain_losesNothingAcknowledged() throws Exception {
    Long given = Long.getLong("seed");
    long seed = given == null ? System.nanoTime() & 0xFFFF_FFFFL : given;
    System.out.println("GraphKillTest seed=" + seed);
    SplittableRandom random = new SplittableRandom(seed);
    Path database = directory.resolve("chain");
    long acknowledged = 0;
    for (int kill = 0; kill < KILL_COUNT; kill++) {
      acknowledged = Math.max(acknowledged, killAfter(database, random.nextInt(ACKNOWLEDGED_MAX)));
      acknowledged = verify(database, acknowledged);
    }
    assertThat(acknowledged).isGreaterThan(KILL_COUNT);
  }

  /// Returns the last number that the process printed before it was dead.
  private static long killAfter(Path database, int count) throws IOException, InterruptedException {
    Process process = ChildProcess.start(Chain.class, database.toString());
    long last = 0;
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      int read = 0;
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        last = Long.parseLong(line);
        if (read++ == count) {
          // By its handle, because the process would close the stream, and lines may be left in it.
          process.toHandle().destroyForcibly();
        }
      }
      assertThat(read).as("the process died by itself").isGreaterThan(count);
    } finally {
      process.destroyForcibly();
    }
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    return last;
  }

  private static long verify(Path database, long acknowledged) {
    try (Graph graph = open(database);
        ReadTransaction tx = graph.beginRead()) {
      assertThat(tx.nodeCount()).isGreaterThanOrEqualTo(acknowledged);
      assertThat(tx.edgeCount()).isEqualTo(tx.nodeCount() - 1);
      for (long node = 1; node <= tx.nodeCount(); node++) {
        assertThat(tx.node(node).getLong("number")).isEqualTo(node);
        assertThat(tx.node(node).getString("text")).hasSize((int) (node % 700));
        if (node > 1) {
          assertThat(tx.findEdge("PREVIOUS", node, node - 1).orElseThrow().getLong("number"))
              .isEqualTo(node);
        }
      }
      assertThat(graph.check()).isEmpty();
      return tx.nodeCount();
    }
  }
}
