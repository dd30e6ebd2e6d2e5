package dev.rookery.graph.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rookery.graph.index.IndexDefinition;
import dev.rookery.storage.Durability;
import dev.rookery.storage.StorageEnvironment;
import dev.rookery.storage.StorageOptions;
import dev.rookery.storage.check.CheckReport;
import dev.rookery.storage.error.CorruptPageException;
import dev.rookery.storage.io.MemoryFileSystem;
import dev.rookery.storage.tree.BTree;
import dev.rookery.storage.tx.PageReadTransaction;
import dev.rookery.storage.tx.PageWriteTransaction;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Indexes that contradict the nodes are found.
final class IndexCheckTest {
  private static final IndexDefinition NAME = IndexDefinition.unique("Person", "name");

  private final StorageEnvironment environment =
      StorageEnvironment.open(MemoryFileSystem.create(), StorageOptions.defaults().inline());
  private final GraphStore store = GraphStore.open(environment);

  @BeforeEach
  void fill() {
    change((pages, graph) -> {
      graph.builds().create(NAME, 0);
      graph.builds().step(NAME, 100);
      graph.addNode("Person", Map.of("name", "Ada"));
      graph.addNode("Person", Map.of("name", "Charles", "born", 1791));
    });
    assertThat(problems()).isEmpty();
  }

  @AfterEach
  void close() {
    environment.close();
  }

  private interface Work {
    void run(PageWriteTransaction pages, GraphEdit graph);
  }

  private void change(Work work) {
    try (PageWriteTransaction pages = environment.beginWrite()) {
      GraphEdit graph = store.edit(pages);
      work.run(pages, graph);
      graph.commit(Durability.NONE, () -> {});
    }
  }

  private List<String> problems() {
    CheckReport report = new CheckReport();
    try (PageReadTransaction pages = environment.beginRead()) {
      store.check(pages, report);
    }
    return List.copyOf(report.problems());
  }

  private static BTree tree(GraphEdit graph) {
    return graph.catalog().all().getFirst().tree();
  }

  private static byte[] keyOf(GraphEdit graph, int place) {
    BTree.Cursor cursor = tree(graph).cursor(graph.pages());
    cursor.first();
    for (int i = 0; i < place; i++) {
      cursor.next();
    }
    return cursor.key();
  }

  @Test
  void entryMissing_isFound() {
    change((pages, graph) -> tree(graph).remove(pages, keyOf(graph, 1)));

    assertThat(problems()).anyMatch(problem -> problem.contains("node 2 has no entry"));
    try (PageWriteTransaction pages = environment.beginWrite()) {
      GraphEdit graph = store.edit(pages);
      assertThatThrownBy(() -> graph.deleteNode(2)).isInstanceOf(CorruptPageException.class);
    }
  }

  @Test
  void entryTooMany_isFound() {
    change((pages, graph) -> {
      byte[] key = keyOf(graph, 0);
      key[key.length - 1] = 2;
      tree(graph).put(pages, key, new byte[0]);
    });

    assertThat(problems()).anyMatch(problem -> problem.contains("an entry of node 2"));
  }

  @Test
  void entryOfAShortKey_isFound() {
    change((pages, graph) -> tree(graph).put(pages, new byte[] {1}, new byte[0]));

    assertThat(problems()).anyMatch(problem -> problem.contains("an entry of node -1"));
  }

  @Test
  void entryWrongValue_isFound() {
    change((pages, graph) -> tree(graph).put(pages, keyOf(graph, 0), new byte[] {1}));

    assertThat(problems()).anyMatch(problem -> problem.contains("an entry of node 1"));
  }

  @Test
  void sameValuesTwice_isFound() {
    change((pages, graph) -> {
      StoredIndex index = graph.catalog().all().getFirst();
      IndexDefinition plain = IndexDefinition.on("Person", "name");
      StoredIndex relaxed =
          new StoredIndex(
              index.number(),
              plain,
              index.labelNumber(),
              index.keyNumbers(),
              index.state(),
              index.rootPage(),
              "");
      graph.changeCatalog(() -> {
        IndexTable.write(pages, relaxed, 0);
        return true;
      });
      graph.addNode("Person", Map.of("name", "Ada"));
      graph.changeCatalog(() -> {
        IndexTable.write(pages, index, 0);
        return true;
      });
    });

    assertThat(problems()).anyMatch(problem -> problem.contains("have the same values"));
  }
}
