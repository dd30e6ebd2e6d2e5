package dev.rookery.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.rookery.storage.io.DirectoryFileSystem;
import dev.rookery.storage.io.StorageFile;
import dev.rookery.storage.io.StorageFileSystem.OpenMode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A graph that shrinks gives room on the disk back while it is open, where the system can and may
/// be asked to; and is the same graph where not.
final class HolesOnDiskTest {
  private static final int NODES = 8_000;
  private static final long PUNCHED_BYTES_MIN = 1 << 20;

  @TempDir Path directory;

  private boolean hasHoles() throws IOException {
    try (DirectoryFileSystem files = DirectoryFileSystem.open(directory, false);
        StorageFile file = files.open("probe", OpenMode.CREATE_NEW)) {
      file.write(ByteBuffer.wrap(new byte[1 << 16]), 0);
      return file.punch(0, 1 << 15);
    }
  }

  /// Makes a graph, deletes most of it, and returns what the file takes before, and after.
  static long[] makeAndDelete(Path database) {
    long[] allocated = new long[2];
    try (Graph graph = Graph.open(database)) {
      List<Long> nodes = fill(graph);
      graph.checkpoint();
      allocated[0] = graph.stats().dataFileAllocatedBytes();
      deleteMost(graph, nodes);
      graph.checkpoint();
      GraphStats stats = graph.stats();
      allocated[1] = stats.dataFileAllocatedBytes();
      assertThat(stats.dataFileBytes()).as("the file is as long").isGreaterThan(allocated[0] / 2);
      assertThat(graph.check()).isEmpty();
    }
    return allocated;
  }

  private static List<Long> fill(Graph graph) {
    return graph.write(tx -> {
      List<Long> nodes = new ArrayList<>();
      for (int i = 0; i < NODES; i++) {
        nodes.add(tx.addNode("Filler", Map.of("text", PropertyValues.textOfBytes(100 + i % 300))));
        tx.addEdge("NEXT", nodes.get(i), nodes.get(i / 2));
      }
      return nodes;
    });
  }

  /// All but the last few, so that the end of the file stays in use.
  private static void deleteMost(Graph graph, List<Long> nodes) {
    graph.execute(tx -> nodes.subList(0, NODES - 100).forEach(tx::deleteNode));
  }

  @Test
  void deletedGraph_givesRoomBackAndTakesItAgain() throws IOException {
    assumeTrue(hasHoles(), "no holes here, or no native access");
    Path database = directory.resolve("d");
    long[] allocated = makeAndDelete(database);

    System.out.printf("HolesOnDiskTest before=%d after=%d%n", allocated[0], allocated[1]);
    assertThat(allocated[1]).isLessThan(allocated[0] - PUNCHED_BYTES_MIN);
    try (Graph graph = Graph.open(database)) {
      assertThat(graph.check()).isEmpty();
      List<Long> nodes = fill(graph);
      graph.checkpoint();
      assertThat(graph.stats().dataFileAllocatedBytes())
          .isGreaterThan(allocated[1] + PUNCHED_BYTES_MIN);
      assertThat(graph.check()).isEmpty();
      graph.execute(tx -> assertThat(tx.node(nodes.getFirst()).label()).contains("Filler"));
    }
    try (Graph graph = Graph.open(database)) {
      assertThat(graph.check()).isEmpty();
      assertThat(graph.stats().nodes()).isEqualTo(NODES + 100L);
    }
  }

  /// Without the flag, and with the switch, nothing is called and nothing is printed.
  @Test
  void withoutNativeAccess_everythingWorksInSilence() throws IOException, InterruptedException {
    List<List<String>> ways =
        List.of(
            List.of(),
            List.of("--enable-native-access=ALL-UNNAMED", "-Ddev.rookery.nativeCalls=false"));
    for (int i = 0; i < ways.size(); i++) {
      List<String> command = new ArrayList<>();
      command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
      command.add("-ea");
      command.addAll(ways.get(i));
      command.add("-cp");
      command.add(
          System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")));
      command.add(WithoutCalls.class.getName());
      command.add(directory.resolve("quiet" + i).toString());
      Process child = new ProcessBuilder(command).redirectErrorStream(true).start();
      String output = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

      assertThat(child.waitFor()).as(output).isZero();
      assertThat(output).isEqualTo("as long as before\n");
    }
  }

  /// A process that may make no native calls.
  static final class WithoutCalls {
    private WithoutCalls() {}

    public static void main(String[] arguments) {
      long[] allocated = makeAndDelete(Path.of(arguments[0]));
      if (allocated[1] >= allocated[0]) {
        System.out.println("as long as before");
      }
    }
  }
}
