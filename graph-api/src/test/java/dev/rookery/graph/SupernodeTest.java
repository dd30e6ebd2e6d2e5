package dev.rookery.graph;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rookery.storage.Durability;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Two nodes with an edge to and from every other node and to each other, made, changed and deleted
/// in a heap of 64 MiB with 8 MiB of scratch.
///
/// `-Dsupernode.edges=1000000` is the full run: so many edges in each direction.
final class SupernodeTest {
  private static final int EDGES = Integer.getInteger("supernode.edges", 60_000);
  private static final long FIRST = 1;
  private static final long SECOND = 2;

  @TempDir Path directory;

  /// Does everything, each step in a transaction of its own.
  static final class Life {
    private final Graph graph;
    private final int edges;
    private long scratchBytesMax;

    private Life(Graph graph, int edges) {
      this.graph = graph;
      this.edges = edges;
    }

    public static void main(String[] arguments) {
      Path path = Path.of(arguments[0]);
      GraphOptions options = GraphOptions.defaults().withScratchBytes(8 << 20);
      try (Graph graph = Graph.open(path, options)) {
        Life life = new Life(graph, Integer.parseInt(arguments[1]));
        life.fill();
        life.change();
        life.delete();
        System.out.println("scratch=" + (life.scratchBytesMax >> 20));
        require(life.scratchBytesMax <= 24 << 20, "scratch");
      }
    }

    private static void require(boolean holds, String message) {
      if (!holds) {
        throw new IllegalStateException(message);
      }
    }

    private void watch() {
      scratchBytesMax = Math.max(scratchBytesMax, graph.stats().scratchBytes());
    }

    private void requireDegrees(long node, long degree) {
      try (ReadTransaction tx = graph.beginRead()) {
        require(tx.degree(node, Direction.OUT, "X") == degree, "outgoing of " + node);
        require(tx.degree(node, Direction.IN, "X") == degree, "incoming of " + node);
      }
    }

    private void fill() {
      try (WriteTransaction tx = graph.beginWrite()) {
        for (int i = 0; i < edges + 1; i++) {
          tx.addNode();
        }
        tx.commit();
      }
      try (WriteTransaction tx = graph.beginWrite()) {
        int chunk = 10_000;
        long[] hubs = new long[chunk];
        long[] others = new long[chunk];
        for (long hub = FIRST; hub <= SECOND; hub++) {
          for (long from = 1; from <= edges + 1; from += chunk) {
            int count = 0;
            for (long node = from; node < Math.min(from + chunk, edges + 2L); node++) {
              hubs[count] = hub;
              others[count] = node;
              count += node == hub ? 0 : 1;
            }
            tx.addEdges("X", hubs, others, 0, count);
            tx.addEdges("X", others, hubs, 0, count);
            watch();
          }
        }
        tx.commit(Durability.SYNC);
      }
      requireDegrees(FIRST, edges);
      requireDegrees(SECOND, edges);
      require(graph.check().isEmpty(), "check after the load");
    }

    /// One edge of a supernode more or less changes as few pages as one of a small node.
    private void change() {
      long before = graph.stats().sequence();
      for (int i = 0; i < 50; i++) {
        long node = 3 + i * (edges - 2L) / 50;
        graph.execute(tx -> {
          require(tx.deleteEdges("X", FIRST, node) == 1, "deletion");
          require(!tx.hasEdge("X", FIRST, node), "deleted edge");
        });
        requireDegrees(SECOND, edges);
        graph.execute(tx -> require(tx.addEdge("X", FIRST, node), "new edge"));
      }
      require(graph.stats().sequence() == before + 100, "commits");
      graph.execute(tx -> {
        require(tx.deleteEdges("X", FIRST, SECOND) == 1, "edge between supernodes");
        require(tx.hasEdge("X", SECOND, FIRST), "its reverse");
        require(tx.addEdge("X", FIRST, SECOND), "edge between supernodes again");
      });
      requireDegrees(FIRST, edges);
    }

    private void delete() {
      try (WriteTransaction tx = graph.beginWrite()) {
        tx.deleteNode(FIRST);
        watch();
        tx.commit(Durability.SYNC);
      }
      requireDegrees(SECOND, edges - 1L);
      require(graph.check().isEmpty(), "check after the deletion");
      graph.execute(tx -> tx.deleteNode(SECOND));
      try (ReadTransaction tx = graph.beginRead()) {
        require(tx.edgeCount() == 0, "edges left");
      }
      require(graph.check().isEmpty(), "check at the end");
    }
  }

  @Test
  void supernodes_inLittleMemory_areMadeChangedAndDeleted() throws Exception {
    String database = directory.resolve("supernodes").toString();
    Process process =
        ChildProcess.start(List.of("-Xmx64m"), Life.class, database, Integer.toString(EDGES));
    try {
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      System.out.print("SupernodeTest " + output + "\n");
      assertThat(process.waitFor(600, TimeUnit.SECONDS)).isTrue();
      assertThat(process.exitValue()).isZero();
    } finally {
      process.destroyForcibly();
    }
  }
}
