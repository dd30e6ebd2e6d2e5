package dev.rookery.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rookery.graph.BulkLoadOptions;
import dev.rookery.graph.Graph;
import dev.rookery.graph.ReadTransaction;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;

/// Imports bytes that may be anything, and looks after the promise of an import: a graph, or an
/// [ImportException] that names the place, and nothing in the graph.
final class HostileBytes implements AutoCloseable {
  private static final BulkLoadOptions OPTIONS =
      BulkLoadOptions.defaults().withMemoryBytes(8 << 20);

  private final Path file;
  private final Import read;
  private Graph graph = Graph.inMemory();

  /// An import of one file.
  interface Import {
    void run(Graph graph, Path file, BulkLoadOptions options) throws IOException;
  }

  HostileBytes(Path file, Import read) {
    this.file = file;
    this.read = read;
  }

  /// Returns whether bytes are a graph.
  boolean isGraph(byte[] bytes) throws IOException {
    Files.write(file, bytes);
    try {
      read.run(graph, file, OPTIONS);
      assertThat(graph.check()).isEmpty();
      graph.close();
      graph = Graph.inMemory();
      return true;
    } catch (ImportException e) {
      assertThat(e.getMessage()).containsPattern("line=[1-9]").containsPattern("column=[0-9]");
      assertThat(graph.<Long>read(ReadTransaction::nodeCount)).isZero();
      assertThat(graph.read(ReadTransaction::edgeTypes)).isEmpty();
      return false;
    }
  }

  /// Returns how many of many damaged copies are graphs still.
  ///
  /// @param likely characters that mean something in the format
  int graphsAmongDamaged(int count, byte[] good, String likely) throws IOException {
    long seed = Long.getLong("seed", 1);
    System.out.println(file.getFileName() + " seed=" + seed);
    SplittableRandom random = new SplittableRandom(seed);
    int graphs = 0;
    for (int i = 0; i < count; i++) {
      byte[] bytes = good.clone();
      for (int changes = 1 + random.nextInt(3); changes > 0; changes--) {
        bytes[random.nextInt(bytes.length)] =
            (byte)
                (random.nextBoolean()
                    ? random.nextInt()
                    : likely.charAt(random.nextInt(likely.length())));
      }
      graphs += isGraph(bytes) ? 1 : 0;
    }
    return graphs;
  }

  @Override
  public void close() {
    graph.close();
  }
}
