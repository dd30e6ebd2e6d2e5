package dev.rookery.traversal.algorithm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rookery.graph.BulkLoadOptions;
import dev.rookery.graph.BulkLoader;
import dev.rookery.graph.Direction;
import dev.rookery.graph.Graph;
import dev.rookery.graph.ReadTransaction;
import dev.rookery.traversal.engine.EdgeRows;
import dev.rookery.traversal.engine.Steps;
import dev.rookery.traversal.run.EdgeSelection;
import dev.rookery.traversal.run.PageAccess;
import dev.rookery.traversal.run.RunOptions;
import it.unimi.dsi.fastutil.ints.IntArrayList;
import java.lang.foreign.ValueLayout;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What was recorded in one sweep comes back in another: each row of each slot, in the order in
/// which it was read, however parts were shared among workers.
final class RecordedRowsTest {
  private static final int NODE_COUNT = 140_000;

  /// Nodes whose edges take a tree of several pages.
  private static final int HUB_COUNT = 3;

  private static final int HUB_EDGE_COUNT = 9_000;
  private final Graph graph = Graph.inMemory();
  private long edgeCount;

  @BeforeEach
  void load() {
    Random random = Seeds.random("RecordedRowsTest", 31);
    try (BulkLoader load = graph.bulkLoad(BulkLoadOptions.defaults())) {
      for (int i = 0; i < NODE_COUNT; i++) {
        load.addNode();
      }
      for (int i = 0; i < 2 * NODE_COUNT; i++) {
        load.addEdge("A", 1 + random.nextInt(NODE_COUNT), 1 + random.nextInt(NODE_COUNT / 2));
        load.addEdge("B", 1 + random.nextInt(NODE_COUNT), 1 + random.nextInt(70_000));
      }
      for (int hub = 0; hub < HUB_COUNT; hub++) {
        for (int i = 0; i < HUB_EDGE_COUNT; i++) {
          load.addEdge("B", 1 + hub * 40_000, 1 + random.nextInt(NODE_COUNT));
        }
      }
      load.finish();
    }
    edgeCount = graph.read(ReadTransaction::edgeCount);
  }

  @AfterEach
  void close() {
    graph.close();
  }

  @Test
  void rows_comeBackAsTheyWereRead() {
    EdgeSelection selection = EdgeSelection.out("A").and(Direction.OUT, "B");
    graph.read(tx -> {
      Steps steps = Steps.of(tx, selection);
      IntArrayList[] expected = read(tx, steps);
      for (PageAccess access : PageAccess.values()) {
        for (int workers = 1; workers <= 3; workers++) {
          RunOptions options = RunOptions.defaults().withPages(access).withWorkerCount(workers);
          try (GraphPass pass = new GraphPass(tx, options)) {
            RecordedRows record = RecordedRows.begin(pass, edgeCount, steps.count());
            assertThat(record).isNotNull();
            record(pass, steps, record);
            assertThat(record.isWhole()).isTrue();
            IntArrayList[] found = play(pass, record);
            for (int slot = 0; slot < found.length; slot++) {
              if (!found[slot].equals(expected[slot])) {
                assertThat(found[slot].toIntArray())
                    .as("slot " + slot)
                    .isEqualTo(expected[slot].toIntArray());
              }
            }
          }
        }
      }
      return null;
    });
  }

  @Test
  void record_withoutRoom_saysSo() {
    graph.read(tx -> {
      Steps steps = Steps.of(tx, EdgeSelection.out());
      try (GraphPass pass = new GraphPass(tx, RunOptions.defaults())) {
        RecordedRows record = RecordedRows.begin(pass, edgeCount / 2, 1);
        assertThat(record).isNotNull();
        record(pass, steps, record);
        assertThat(record.isWhole()).isFalse();
      }
      RunOptions tight = RunOptions.defaults().withMemoryBytes(RunOptions.MEMORY_BYTES_MIN);
      try (GraphPass pass = new GraphPass(tx, tight)) {
        assertThat(RecordedRows.begin(pass, edgeCount, steps.count())).isNull();
        assertThat(pass.ended().report().spilledBytes()).isZero();
      }
      return null;
    });
  }

  /// Returns for each slot its neighbours, by cursors.
  private static IntArrayList[] read(ReadTransaction tx, Steps steps) {
    IntArrayList[] rows = empty(tx);
    for (var cursor : steps.cursors()) {
      for (int slot = 0; slot < rows.length; slot++) {
        cursor.seek(slot);
        while (cursor.next()) {
          rows[slot].add((int) cursor.key());
        }
      }
    }
    return rows;
  }

  private static IntArrayList[] empty(ReadTransaction tx) {
    try (GraphPass pass = new GraphPass(tx, RunOptions.defaults())) {
      IntArrayList[] rows = new IntArrayList[(int) pass.slotCount()];
      for (int slot = 0; slot < rows.length; slot++) {
        rows[slot] = new IntArrayList();
      }
      return rows;
    }
  }

  private static void record(GraphPass pass, Steps steps, RecordedRows record) {
    pass.sweep(
        steps,
        (worker, from, end) -> {
          for (EdgeRows rows : worker.rows(steps)) {
            rows.range(from, end);
            while (rows.nextBatch()) {
              record.add(from, rows);
            }
          }
        });
  }

  private static IntArrayList[] play(GraphPass pass, RecordedRows record) {
    IntArrayList[] rows = empty(pass.transaction());
    pass.sweepNodes((_, from, end) ->
        record.forEach(
            from,
            end,
            (values, first, last) -> {
              long at = first;
              while (at < last) {
                int slot = values.get(ValueLayout.JAVA_INT, at);
                int length = values.get(ValueLayout.JAVA_INT, at + 4);
                assertThat((long) slot).isBetween(from, end - 1);
                for (int i = 0; i < length; i++) {
                  rows[slot].add(values.get(ValueLayout.JAVA_INT, at + 8 + 4L * i));
                }
                at += 8 + 4L * length;
              }
              assertThat(at).isEqualTo(last);
            }));
    return rows;
  }
}
