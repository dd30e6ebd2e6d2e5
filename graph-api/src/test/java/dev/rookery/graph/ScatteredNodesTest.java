package dev.rookery.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rookery.storage.Durability;
import dev.rookery.storage.StorageOptions;
import dev.rookery.storage.error.SnapshotExpiredException;
import dev.rookery.storage.error.TransactionClosedException;
import dev.rookery.storage.io.DirectoryFileSystem;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Snapshots of graphs whose ids are not an addition away from their slots keep the locations of
/// pages that tell one from the other. What writers, flushes and the end of a transaction make of
/// these pages must not deceive them.
final class ScatteredNodesTest {
  private static final int NODES = 4000;
  private static final int READS = 300;
  private static final int OPEN_MAX = 4;

  @TempDir Path directory;

  /// The out-neighbours of each node.
  private TreeMap<Long, TreeSet<Long>> model = new TreeMap<>();

  private long nextId = 1;
  private int graphCount;

  private Graph open(StorageOptions options) {
    Path path = directory.resolve("graph-" + graphCount++);
    Graph graph = Graph.open(DirectoryFileSystem.open(path, false), options, Durability.NONE);
    model = new TreeMap<>();
    nextId = 1;
    SplittableRandom random = new SplittableRandom(1);
    change(graph, random, 0, NODES);
    change(graph, random, 200, 100);
    graph.reorganize(ReorganizeOptions.defaults().withOrder(NodeOrder.BREADTH_FIRST));
    return graph;
  }

  private static Map<String, Object> properties(long node) {
    return Map.of("number", node);
  }

  private void change(Graph graph, SplittableRandom random, int deleted, int added) {
    graph.execute(
        Durability.NONE,
        tx -> {
          for (int i = 0; i < deleted; i++) {
            delete(tx, anyNode(model, random));
          }
          for (int i = 0; i < added; i++) {
            long node = tx.addNode(label(nextId), properties(nextId));
            assertThat(node).isEqualTo(nextId++);
            model.put(node, new TreeSet<>());
          }
          for (int i = 0; i < 4 * added; i++) {
            long from = anyNode(model, random);
            long to = anyNode(model, random);
            if (model.get(from).add(to)) {
              tx.addEdge("TO", from, to);
            }
          }
        });
  }

  private void delete(WriteTransaction tx, long node) {
    tx.deleteNode(node);
    model.remove(node);
    model.values().forEach(neighbors -> neighbors.remove(node));
  }

  private static String label(long node) {
    return node % 2 == 0 ? "Even" : "Odd";
  }

  private static long anyNode(TreeMap<Long, ?> nodes, SplittableRandom random) {
    Long node = nodes.ceilingKey(random.nextLong(nodes.lastKey() + 1));
    return node == null ? nodes.lastKey() : node;
  }

  /// A transaction, what it must see, and cursors that live as long.
  private final class Reader implements AutoCloseable {
    private final ReadTransaction tx;
    private final TreeMap<Long, TreeSet<Long>> seen = new TreeMap<>();
    private final long end = nextId;
    private final NeighborCursor one;
    private final NeighborCursor many;
    private final long[] neighbors = new long[100];

    Reader(Graph graph) {
      tx = graph.beginRead();
      model.forEach((node, others) -> seen.put(node, new TreeSet<>(others)));
      one = tx.neighborCursor(Direction.OUT, "TO");
      many = tx.neighborCursor(Direction.OUT, "TO");
    }

    void verify(SplittableRandom random) {
      for (int i = 0; i < READS; i++) {
        verify(anyNode(seen, random));
        long other = random.nextLong(-2, end + 10);
        assertThat(tx.hasNode(other)).as("node=%d", other).isEqualTo(seen.containsKey(other));
      }
    }

    private void verify(long id) {
      Node node = tx.node(id);
      assertThat(node.getLong("number")).isEqualTo(id);
      assertThat(node.label()).contains(label(id));
      TreeSet<Long> found = new TreeSet<>();
      one.of(id);
      while (one.next()) {
        found.add(one.neighbor());
      }
      assertThat(found).as("neighbours of %d", id).isEqualTo(seen.get(id));
      found.clear();
      many.of(id);
      for (int count = many.next(neighbors); count > 0; count = many.next(neighbors)) {
        for (int i = 0; i < count; i++) {
          found.add(neighbors[i]);
        }
      }
      assertThat(found).as("neighbours of %d", id).isEqualTo(seen.get(id));
    }

    @Override
    public void close() {
      tx.close();
    }
  }

  @Test
  void snapshots_whileWritersGoOn_tellNodesAsTheyWere() {
    TestSeeds.forEach(
        "ScatteredNodesTest", 2, seed -> readBesideWriters(new SplittableRandom(seed)));
  }

  private void readBesideWriters(SplittableRandom random) {
    List<Reader> readers = new ArrayList<>();
    try (Graph graph = open(StorageOptions.defaults().withScratchBytes(256 << 10))) {
      for (int round = 0; round < 16; round++) {
        if (readers.size() == OPEN_MAX) {
          readers.remove(random.nextInt(OPEN_MAX)).close();
        }
        readers.add(new Reader(graph));
        readers.getLast().verify(random);
        change(graph, random, random.nextInt(60), random.nextInt(60));
        if (random.nextInt(4) == 0) {
          graph.checkpoint();
        }
        if (random.nextInt(12) == 0) {
          graph.reorganize(ReorganizeOptions.defaults().withOrder(NodeOrder.DEGREE));
        }
        readers.forEach(reader -> reader.verify(random));
      }
      readers.forEach(Reader::close);
      readers.clear();
      assertThat(graph.check()).isEmpty();
    }
  }

  @Test
  void snapshot_thatIsTakenAway_isReadNoMore() {
    SplittableRandom random = new SplittableRandom(2);
    StorageOptions options =
        StorageOptions.defaults()
            .withScratchBytes(256 << 10)
            .withSpillBytes(1 << 20)
            .withLongReaderMillis(1)
            .withExpireLongReaders(true);
    try (Graph graph = open(options);
        Reader reader = new Reader(graph)) {
      reader.verify(random);
      reader.one.of(anyNode(reader.seen, random));
      String text = PropertyValues.textOfBytes(400);
      boolean isExpired = false;
      for (int i = 0; i < NODES && !isExpired; i++) {
        long written = anyNode(model, random);
        graph.execute(Durability.NONE, tx -> tx.setProperty(written, "text", text));
        try {
          reader.verify(written);
        } catch (SnapshotExpiredException e) {
          isExpired = true;
        }
      }
      assertThat(isExpired).isTrue();
      long node = reader.seen.firstKey();
      assertThatThrownBy(() -> reader.tx.hasNode(node))
          .isInstanceOf(SnapshotExpiredException.class);
      assertThatThrownBy(() -> reader.many.of(node)).isInstanceOf(SnapshotExpiredException.class);
    }
  }

  @Test
  void cursor_ofAClosedTransaction_fails() {
    SplittableRandom random = new SplittableRandom(3);
    try (Graph graph = open(StorageOptions.defaults())) {
      Reader reader = new Reader(graph);
      reader.verify(random);
      long node = reader.seen.lastKey();
      while (reader.seen.get(node).size() < 2) {
        node = anyNode(reader.seen, random);
      }
      Node view = reader.tx.node(node);
      assertThat(reader.one.of(node).next()).isTrue();
      reader.many.of(node);

      reader.close();

      assertThatThrownBy(reader.one::neighbor).isInstanceOf(TransactionClosedException.class);
      assertThatThrownBy(() -> reader.many.next(new long[10]))
          .isInstanceOf(TransactionClosedException.class);
      assertThatThrownBy(view::label).isInstanceOf(TransactionClosedException.class);
      assertThatThrownBy(() -> view.getLong("number"))
          .isInstanceOf(TransactionClosedException.class);
    }
  }

  /// A region whose nodes are all gone has an entry without anything, also where it is the first.
  @Test
  void firstRegion_whoseNodesAreAllGone_isEmptyAndSound() {
    int gone = 1 << 16;
    try (Graph graph = Graph.inMemory()) {
      for (int from = 0; from < gone; from += 1 << 14) {
        graph.execute(tx -> {
          for (int i = 0; i < 1 << 14; i++) {
            tx.addNode("GOES");
          }
        });
      }
      graph.execute(tx -> tx.addEdge("TO", tx.addNode("STAYS"), tx.addNode("STAYS")));
      graph.execute(tx -> {
        for (long node = 1; node <= gone; node++) {
          tx.deleteNode(node);
        }
      });

      assertThat(graph.check()).isEmpty();
      try (ReadTransaction tx = graph.beginRead()) {
        assertThat(tx.hasNode(1)).isFalse();
        assertThat(tx.hasNode(gone)).isFalse();
        assertThat(tx.nodes().iterator().next().id()).isEqualTo(gone + 1);
        NeighborCursor cursor = tx.neighborCursor(Direction.OUT, "TO").of(gone + 1);
        assertThat(cursor.next(new long[4])).isOne();
        assertThat(cursor.neighbor()).isEqualTo(gone + 2);
      }
      graph.reorganize(ReorganizeOptions.defaults());
      assertThat(graph.check()).isEmpty();
    }
  }
}
