package dev.rookery.graph;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rookery.storage.Durability;
import dev.rookery.storage.error.RookeryException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// One transaction that writes many times what memory holds: 8 MiB of scratch in a heap of 64 MiB.
///
/// `-DlargeTransaction.mebibytes=400` is the full run.
final class LargeTransactionTest {
  private static final int MEBIBYTES = Integer.getInteger("largeTransaction.mebibytes", 48);
  private static final int TEXT_CHARS = 1000;

  @TempDir Path directory;

  private static Graph open(String database) {
    return Graph.open(Path.of(database), GraphOptions.defaults().withScratchBytes(8 << 20));
  }

  private static String text(long node) {
    // Of letters that do not compress to nothing.
    StringBuilder text = new StringBuilder(TEXT_CHARS);
    long state = node * 0x9E37_79B9_7F4A_7C15L;
    while (text.length() < TEXT_CHARS) {
      state = state * 6364136223846793005L + 1442695040888963407L;
      text.append((char) (33 + (state >>> 33) % 90));
    }
    return text.toString();
  }

  /// Writes, goes back to a savepoint, writes on, commits, and dies without closing.
  static final class Writer {
    private Writer() {}

    public static void main(String[] arguments) {
      Graph graph = open(arguments[0]);
      long nodes = Long.parseLong(arguments[1]);
      long scratchBytesMax = 0;
      long spillBytesMax = 0;
      try (WriteTransaction tx = graph.beginWrite()) {
        Savepoint savepoint = tx.savepoint();
        add(tx, nodes / 8);
        tx.rollbackTo(savepoint);
        tx.release(savepoint);
        for (long done = 0; done < nodes; done += 1000) {
          add(tx, 1000);
          scratchBytesMax = Math.max(scratchBytesMax, graph.stats().scratchBytes());
          spillBytesMax = Math.max(spillBytesMax, graph.stats().spillBytes());
        }
        tx.commit(Durability.SYNC);
      }
      System.out.println("scratch=" + (scratchBytesMax >> 20) + " spill=" + (spillBytesMax >> 20));
      Runtime.getRuntime().halt(scratchBytesMax <= 24 << 20 && spillBytesMax > 0 ? 0 : 3);
    }

    private static void add(WriteTransaction tx, long count) {
      for (long i = 0; i < count; i++) {
        long node = tx.nodeCount() + 1;
        long added = tx.addNode("Large", Map.of("number", node, "text", text(node)));
        if (added > 1) {
          tx.addEdge("PREVIOUS", added, added - 1);
          tx.addEdge("FAR", added, 1 + added * 31 % (added - 1));
        }
      }
    }
  }

  /// Recovers and looks at everything.
  static final class Reader {
    private Reader() {}

    public static void main(String[] arguments) {
      try (Graph graph = open(arguments[0]);
          ReadTransaction tx = graph.beginRead()) {
        long nodes = Long.parseLong(arguments[1]);
        require(tx.nodeCount() == nodes, "nodes=" + tx.nodeCount());
        require(tx.edgeCount() == 2 * (nodes - 1), "edges=" + tx.edgeCount());
        for (long node = 1; node <= nodes; node++) {
          Node found = tx.node(node);
          require(found.getLong("number") == node, "number of " + node);
          require(found.getString("text").equals(text(node)), "text of " + node);
        }
        require(graph.stats().scratchBytes() <= 24 << 20, "scratch " + graph.stats());
        require(graph.check().isEmpty(), "check");
      } catch (RookeryException e) {
        throw new IllegalStateException(e);
      }
    }

    private static void require(boolean holds, String message) {
      if (!holds) {
        throw new IllegalStateException(message);
      }
    }
  }

  @Test
  void transaction_largerThanMemory_isCommittedAndRecovered() throws Exception {
    long nodes = MEBIBYTES * 1000L;
    String database = directory.resolve("large").toString();
    run(Writer.class, database, Long.toString(nodes));
    run(Reader.class, database, Long.toString(nodes));
  }

  private static void run(Class<?> program, String... arguments) throws Exception {
    Process process = ChildProcess.start(List.of("-Xmx64m"), program, arguments);
    try {
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      System.out.print("LargeTransactionTest " + program.getSimpleName() + " " + output + "\n");
      assertThat(process.waitFor(600, TimeUnit.SECONDS)).isTrue();
      assertThat(process.exitValue()).isZero();
    } finally {
      process.destroyForcibly();
    }
  }
}
