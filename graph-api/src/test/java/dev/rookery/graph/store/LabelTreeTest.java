package dev.rookery.graph.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rookery.storage.Durability;
import dev.rookery.storage.StorageEnvironment;
import dev.rookery.storage.StorageOptions;
import dev.rookery.storage.check.CheckReport;
import dev.rookery.storage.error.CorruptPageException;
import dev.rookery.storage.io.MemoryFileSystem;
import dev.rookery.storage.tx.PageReadTransaction;
import dev.rookery.storage.tx.PageWriteTransaction;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Labels of slots, beyond one region and one page, and against damage.
final class LabelTreeTest {
  private static final String[] LABELS = {"Red", "Green", "Blue"};

  private final StorageEnvironment environment =
      StorageEnvironment.open(MemoryFileSystem.create(), StorageOptions.defaults().inline());
  private final GraphStore store = GraphStore.open(environment);

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

  /// Adds so many nodes that the tree speaks of the first ones.
  private static void addMany(GraphEdit graph, String label) {
    for (int i = 0; i < 200; i++) {
      graph.addNode(label, Map.of());
    }
  }

  private static List<Long> slotsOf(GraphView graph, int label) {
    List<Long> slots = new ArrayList<>();
    LabelCursor cursor = graph.slotsOf(label);
    while (cursor.next()) {
      slots.add(cursor.slot());
    }
    return slots;
  }

  @Test
  void labels_beyondOneRegion_areFoundInOrder() {
    long seed = Long.getLong("seed", 7);
    SplittableRandom random = new SplittableRandom(seed);
    List<TreeSet<Long>> expected = List.of(new TreeSet<>(), new TreeSet<>(), new TreeSet<>());
    change((pages, graph) -> {
      for (int i = 0; i < 150_000; i++) {
        // Long stretches of one label, and stretches where all three mix.
        int label = i / 10_000 % 2 == 0 ? random.nextInt(3) : i / 10_000 % 3;
        expected.get(label).add(graph.slotOf(graph.addNode(LABELS[label], Map.of())));
      }
    });
    change((pages, graph) -> {
      for (long node = 1; node <= 150_000; node += 1 + random.nextInt(20)) {
        long slot = graph.slotOf(node);
        int before = List.of(LABELS).indexOf(graph.labelName(graph.labelOf(slot)));
        int after = random.nextInt(4);
        expected.get(before).remove(slot);
        if (after < 3) {
          expected.get(after).add(slot);
          graph.setLabel(node, LABELS[after]);
        } else {
          graph.deleteNode(node);
        }
      }
    });

    try (PageReadTransaction pages = environment.beginRead()) {
      GraphView graph = store.view(pages);
      for (int label = 0; label < LABELS.length; label++) {
        int number = graph.labelNumber(LABELS[label]);
        List<Long> slots = List.copyOf(expected.get(label));
        assertThat(slotsOf(graph, number).equals(slots)).as("seed=%d", seed).isTrue();
        assertThat(graph.labelSize(number)).isEqualTo(expected.get(label).size());
        LabelCursor cursor = graph.slotsOf(number);
        for (int i = 0; i < 1000; i++) {
          long from = random.nextLong(160_000);
          cursor.seek(from);
          Long next = expected.get(label).ceiling(from);
          assertThat(cursor.next()).isEqualTo(next != null);
          if (next != null) {
            assertThat(cursor.slot()).isEqualTo(next);
          }
        }
      }
    }
    assertThat(problems()).isEmpty();
  }

  @Test
  void labelOfAllNodes_takesLessThanTwoBitsForEach() {
    change((pages, graph) -> {
      for (int i = 0; i < 200_000; i++) {
        graph.addNode("Red", Map.of());
      }
    });
    try (PageReadTransaction pages = environment.beginRead()) {
      CheckReport report = new CheckReport();
      store.nodes().labels().tree().check(pages, report);
      assertThat(report.claimedCount() * 8192L * 8).isLessThan(200_000 * 2);
    }
  }

  @Test
  void cursor_overAChangingGraph_goesOnBehindItsLastSlot() {
    change((pages, graph) -> {
      for (int i = 0; i < 300; i++) {
        graph.addNode("Red", Map.of());
      }
      LabelCursor cursor = graph.slotsOf(graph.labelNumber("Red"));
      List<Long> met = new ArrayList<>();
      while (cursor.next()) {
        met.add(cursor.slot());
        graph.setLabel(graph.nodeOf(cursor.slot()), "Green");
        if (cursor.slot() % 3 == 0 && cursor.slot() + 1 < 300) {
          graph.setLabel(graph.nodeOf(cursor.slot() + 1), "");
        }
      }
      assertThat(met).hasSize(200).isSorted();
      assertThat(graph.labelSize(graph.labelNumber("Red"))).isZero();
      assertThat(graph.labelSize(graph.labelNumber("Green"))).isEqualTo(200);
      assertThat(cursor.next()).isFalse();
      graph.addNode("Red", Map.of());
      assertThat(cursor.next()).isTrue();
      assertThat(cursor.slot()).isEqualTo(300);
    });
    assertThat(problems()).isEmpty();
  }

  @Test
  void check_bitMissing_isFound() {
    change((pages, graph) -> addMany(graph, "Red"));
    change((pages, graph) -> store.nodes().labels().remove(pages, 1, 0));

    assertThat(problems()).anyMatch(problem -> problem.contains("label tree"));
  }

  @Test
  void check_bitTooMany_isFound() {
    change((pages, graph) -> {
      addMany(graph, "Red");
      graph.setLabel(2, "Green");
    });
    change((pages, graph) -> store.nodes().labels().add(pages, 1, 1));

    assertThat(problems()).anyMatch(problem -> problem.contains("slot 1 does not bear label 1"));
  }

  @Test
  void check_slotsThatTheTreeOmits_areFound() {
    change((pages, graph) -> addMany(graph, "Red"));
    change((pages, graph) -> GraphRoot.setLong(pages, GraphRoot.LABELLED_OFFSET, 192));

    assertThat(problems()).anyMatch(problem -> problem.contains("label tree"));
  }

  @Test
  void change_thatContradictsTheTree_isRefused() {
    change((pages, graph) -> addMany(graph, "Red"));
    change((pages, graph) -> store.nodes().labels().remove(pages, 1, 0));

    try (PageWriteTransaction pages = environment.beginWrite()) {
      GraphEdit graph = store.edit(pages);
      assertThatThrownBy(() -> graph.deleteNode(1)).isInstanceOf(CorruptPageException.class);
      assertThat(pages.isBroken()).isTrue();
    }
  }
}
