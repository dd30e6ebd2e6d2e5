package dev.rookery.graph;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rookery.storage.Durability;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Space that was given back is used again, to the page: a database does not grow by being used.
final class ReuseTest {
  private static final long SOAK_IDS = Long.getLong("soak.ids", 3_000_000);
  private static final int SOAK_BATCH = 50_000;
  private static final int ROUNDS = 24;

  @TempDir Path directory;

  private static long dataFileBytes(Path database) throws IOException {
    return Files.size(database.resolve("data.rkd"));
  }

  @Test
  void loadAndDeleteEverything_manyRounds_doesNotGrow() throws IOException {
    Path database = directory.resolve("rounds");
    SplittableRandom random = new SplittableRandom(Long.getLong("seed", 7));
    long emptyBytes = -1;
    long fullPages = -1;
    for (int round = 0; round < ROUNDS; round++) {
      try (Graph graph = Graph.open(database)) {
        List<Long> nodes = load(graph);
        graph.checkpoint();
        GraphStats loaded = graph.stats();
        // Ids are new in each round, so their leaves begin elsewhere: two pages more or less.
        fullPages = round == 0 ? loaded.pages() + 2 : fullPages;
        assertThat(loaded.pages()).as("round %d", round).isLessThanOrEqualTo(fullPages);
        shuffle(nodes, random);
        for (int from = 0; from < nodes.size(); from += 1000) {
          List<Long> part = nodes.subList(from, Math.min(nodes.size(), from + 1000));
          graph.execute(tx -> part.forEach(tx::deleteNode));
        }
        GraphStats stats = graph.stats();
        assertThat(stats.nodes() + stats.edges()).isZero();
        assertThat(graph.check()).isEmpty();
        assertThat(stats.pages() - stats.freePages()).as("round %d", round).isLessThan(48);
      }
      emptyBytes = Math.max(emptyBytes, dataFileBytes(database));
      assertThat(emptyBytes).as("round %d", round).isLessThanOrEqualTo(fullPages * 8192);
    }
    // The last id, the roots of tables: a page here and there keeps the end of the file.
    try (Graph graph = Graph.open(database)) {
      graph.reorganize(ReorganizeOptions.defaults().withOrder(NodeOrder.UNCHANGED));
      assertThat(graph.check()).isEmpty();
    }
    long compactBytes = dataFileBytes(database);
    System.out.printf(
        "ReuseTest full=%d pages, empty=%d bytes, compact=%d bytes%n",
        fullPages, emptyBytes, compactBytes);
    assertThat(compactBytes).isLessThan(512 << 10);
  }

  /// Nodes with small, large and chained property sets, edges with and without properties, parallel
  /// ones, and a node that nearly all others point to.
  private static List<Long> load(Graph graph) {
    return graph.write(tx -> {
      List<Long> nodes = new ArrayList<>();
      tx.declareEdgeType("CALLED", Multiplicity.MULTI);
      for (int i = 0; i < 6_000; i++) {
        String text = PropertyValues.textOfBytes(i % 500 == 0 ? 30_000 : i % 200);
        nodes.add(tx.addNode("Filler", Map.of("text", text)));
        tx.addEdge("NEXT", nodes.get(i), nodes.get(i / 2), Map.of("text", text));
        tx.addEdge("TO", nodes.get(i), nodes.getFirst());
        tx.addEdge("CALLED", nodes.get(i), nodes.get(i / 3));
        tx.addEdge("CALLED", nodes.get(i), nodes.get(i / 3));
      }
      return nodes;
    });
  }

  private static void shuffle(List<Long> list, SplittableRandom random) {
    for (int i = list.size() - 1; i > 0; i--) {
      list.set(i, list.set(random.nextInt(i + 1), list.get(i)));
    }
  }

  /// Ids are never used twice, so the table that translates them is written at one end and given
  /// back at the other.
  @Test
  void createAndDelete_ofManyIds_staysFlat() {
    Path database = directory.resolve("soak");
    try (Graph graph = Graph.open(database)) {
      List<Long> before = new ArrayList<>();
      long pagesMax = 0;
      for (long done = 0; done < SOAK_IDS; done += SOAK_BATCH) {
        List<Long> earlier = before;
        before =
            graph.write(
                Durability.NONE,
                tx -> {
                  List<Long> made = new ArrayList<>(SOAK_BATCH);
                  for (int i = 0; i < SOAK_BATCH; i++) {
                    made.add(tx.addNode());
                  }
                  earlier.forEach(tx::deleteNode);
                  return made;
                });
        GraphStats stats = graph.stats();
        long used = stats.pages() - stats.freePages();
        pagesMax = done <= SOAK_BATCH ? Math.max(pagesMax, used) : pagesMax;
        // One more leaf where the batch begins in the middle of one, and one more inner page.
        assertThat(used).as("ids %d", done).isLessThanOrEqualTo(pagesMax + 2);
        assertThat(stats.pages()).as("ids %d", done).isLessThan(4 * pagesMax);
      }
      List<Long> last = before;
      graph.execute(tx -> last.forEach(tx::deleteNode));
      assertThat(graph.check()).isEmpty();
      GraphStats stats = graph.stats();
      System.out.printf(
          "ReuseTest ids=%d pagesMax=%d pages=%d usedAtTheEnd=%d%n",
          SOAK_IDS, pagesMax, stats.pages(), stats.pages() - stats.freePages());
      assertThat(stats.pages() - stats.freePages()).isLessThan(24);
    }
  }

  /// A region that has become empty gives its pages back, whichever it is.
  @Test
  void region_thatBecameEmpty_givesItsPagesBackAndIsFilledAgain() {
    try (Graph graph = Graph.inMemory()) {
      List<Long> nodes =
          graph.write(tx -> {
            List<Long> made = new ArrayList<>();
            for (int i = 0; i < 3 << 16; i++) {
              made.add(tx.addNode());
            }
            return made;
          });
      GraphStats full = graph.stats();

      // The middle one.
      graph.execute(tx -> nodes.subList(1 << 16, 2 << 16).forEach(tx::deleteNode));
      GraphStats less = graph.stats();

      assertThat(less.freePages() - full.freePages()).isGreaterThanOrEqualTo(512);
      assertThat(graph.check()).isEmpty();
      List<Long> again =
          graph.write(tx -> {
            List<Long> made = new ArrayList<>();
            for (int i = 0; i < 1 << 16; i++) {
              made.add(tx.addNode());
            }
            return made;
          });
      assertThat(graph.stats().pages()).isLessThanOrEqualTo(full.pages() + 70);
      graph.execute(tx -> {
        nodes.subList(0, 1 << 16).forEach(tx::deleteNode);
        nodes.subList(2 << 16, 3 << 16).forEach(tx::deleteNode);
        again.forEach(tx::deleteNode);
      });
      GraphStats empty = graph.stats();
      assertThat(empty.pages() - empty.freePages()).isLessThan(24);
      assertThat(graph.check()).isEmpty();
    }
  }
}
