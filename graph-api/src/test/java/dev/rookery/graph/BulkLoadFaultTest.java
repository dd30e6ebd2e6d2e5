package dev.rookery.graph;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rookery.storage.Durability;
import dev.rookery.storage.StorageOptions;
import dev.rookery.storage.error.DiskFullException;
import dev.rookery.storage.error.RookeryException;
import dev.rookery.storage.error.StorageFailedException;
import dev.rookery.storage.io.FaultPlan.Fault;
import dev.rookery.storage.io.FaultPlan.Operation;
import dev.rookery.storage.io.SimulatedDisk;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// Disks that fail or are full in the middle of a bulk load.
final class BulkLoadFaultTest {
  private static final long SEED = 7;
  private static final int NODES = 60;
  private static final int EDGES = 400;

  private static Graph open(SimulatedDisk disk) {
    StorageOptions options = StorageOptions.defaults().withJournalFileBytes(64 << 10).inline();
    return Graph.open(disk.fileSystem(), options, Durability.SYNC);
  }

  /// Loads on a disk whose n-th operation of a kind during the load fails, and returns what was
  /// thrown, or nothing if there are not so many.
  private static List<RookeryException> load(
      SimulatedDisk disk,
      Graph graph,
      ReferenceGraph reference,
      Operation operation,
      long skipped,
      Fault fault,
      int threadCount) {
    long before = disk.faults().hitCount();
    if (fault == Fault.NO_SPACE) {
      disk.faults().failFrom(operation, skipped, fault);
    } else {
      disk.faults().failOnce(operation, skipped, fault);
    }
    BulkLoadLife life = new BulkLoadLife(SEED, graph, reference);
    try {
      life.load(NODES, EDGES, 8 << 10, threadCount);
      assertThat(disk.faults().hitCount()).isEqualTo(before);
      return List.of();
    } catch (RookeryException e) {
      return List.of(e);
    } finally {
      disk.faults().clear();
    }
  }

  private static ReferenceGraph prepared(Graph graph) {
    BulkLoadLife life = new BulkLoadLife(SEED, graph, new ReferenceGraph());
    life.change(60);
    return life.reference();
  }

  @Test
  void write_failsAnywhere_graphIsAsBeforeOrHasAll() {
    failAnywhere(Operation.WRITE, Fault.SHORT_WRITE, 3, 1);
    failAnywhere(Operation.SYNC, Fault.IO_ERROR, 1, 1);
    failAnywhere(Operation.READ, Fault.IO_ERROR, 5, 1);
  }

  /// What fails on the second thread ends the load as what fails on its own.
  @Test
  void write_failsOnAnyOfTwoThreads_graphIsAsBeforeOrHasAll() {
    failAnywhere(Operation.WRITE, Fault.SHORT_WRITE, 3, 2);
    failAnywhere(Operation.READ, Fault.IO_ERROR, 5, 2);
  }

  private static void failAnywhere(Operation operation, Fault fault, int step, int threadCount) {
    int failures = 0;
    for (long skipped = 0; ; skipped += step) {
      SimulatedDisk disk = new SimulatedDisk();
      ReferenceGraph before;
      ReferenceGraph loaded;
      List<RookeryException> thrown;
      Graph graph = open(disk);
      before = prepared(graph);
      loaded = before.copy();
      thrown = load(disk, graph, loaded, operation, skipped, fault, threadCount);
      try {
        graph.close();
      } catch (StorageFailedException e) {
        assertThat(thrown).as("closing fails only after a failure").isNotEmpty();
      }
      if (thrown.isEmpty()) {
        break;
      }
      failures++;
      assertThat(thrown.getFirst()).isInstanceOf(StorageFailedException.class);
      try (Graph again = open(disk);
          ReadTransaction tx = again.beginRead()) {
        assertThat(again.check()).isEmpty();
        boolean hasAll = tx.nodeCount() > before.nodeCount();
        (hasAll ? loaded : before).assertSeenBy(tx);
      }
    }
    assertThat(failures).as(operation.toString()).isPositive();
  }

  @Test
  void disk_fullAnywhere_graphGoesOn() {
    int failures = 0;
    for (long skipped = 0; ; skipped += 3) {
      SimulatedDisk disk = new SimulatedDisk();
      try (Graph graph = open(disk)) {
        ReferenceGraph before = prepared(graph);
        graph.checkpoint();
        long bytes = graph.stats().dataFileBytes();
        List<RookeryException> thrown =
            load(disk, graph, before.copy(), Operation.WRITE, skipped, Fault.NO_SPACE, 1);
        if (thrown.isEmpty()) {
          break;
        }
        failures++;
        assertThat(thrown.getFirst()).isInstanceOf(DiskFullException.class);
        assertThat(graph.stats().dataFileBytes()).isLessThanOrEqualTo(bytes + (64 << 10));
        BulkLoadLife life = new BulkLoadLife(SEED, graph, before);
        life.verify();
        life.change(20);
        life.load(NODES, EDGES, 8 << 10);
        life.verify();
      }
    }
    assertThat(failures).isPositive();
  }

  @Test
  void close_withoutFinish_leavesNothing() {
    SimulatedDisk disk = new SimulatedDisk();
    try (Graph graph = open(disk)) {
      ReferenceGraph before = prepared(graph);
      graph.checkpoint();
      final long bytes = graph.stats().dataFileBytes();
      try (BulkLoader load = graph.bulkLoad(BulkLoadOptions.defaults(), 8 << 10)) {
        long hub = load.addNode("Hub");
        for (int i = 0; i < 5000; i++) {
          load.addEdge("NEW", hub, load.addNode("Spoke", Map.of("text", "x".repeat(90))));
        }
      }
      assertThat(graph.stats().dataFileBytes()).isEqualTo(bytes);
      new BulkLoadLife(SEED, graph, before).verify();
      assertThat(graph.read(ReadTransaction::edgeTypes)).doesNotContain("NEW");
    }
  }
}
