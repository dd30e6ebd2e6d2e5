package dev.rookery.graph;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rookery.storage.Durability;
import java.util.Map;
import java.util.SplittableRandom;

/// A graph under bulk loads and other changes, with what it must become.
final class BulkLoadLife {
  private static final String[] TYPES = {"KNOWS", "LIKES", "SAW", "MULTI"};

  private final SplittableRandom random;
  private final Graph graph;
  private final ReferenceGraph reference;

  /// What the newest commit that was promised has made, and its number.
  private ReferenceGraph committed;

  private long committedSequence;

  BulkLoadLife(long seed, Graph graph, ReferenceGraph reference) {
    this.random = new SplittableRandom(seed);
    this.graph = graph;
    this.reference = reference;
    this.committed = reference.copy();
    this.committedSequence = graph.read(ReadTransaction::sequence);
  }

  ReferenceGraph reference() {
    return reference;
  }

  private void noteCommit() {
    committed = reference.copy();
    committedSequence = graph.read(ReadTransaction::sequence);
  }

  /// Returns what a graph must hold whose newest commit is that of a crash at this moment.
  ReferenceGraph afterCrash(long sequence) {
    assertThat(sequence).isBetween(committedSequence, committedSequence + 1);
    return (sequence == committedSequence ? committed : reference).copy();
  }

  private String label() {
    return random.nextInt(3) == 0 ? "" : "Label" + random.nextInt(4);
  }

  private Map<String, Object> properties(int oneOf) {
    return random.nextInt(oneOf) == 0 ? PropertyValues.setOf(random.nextLong()) : Map.of();
  }

  /// What is done to a graph before, between and after loads.
  void change(int steps) {
    try (WriteTransaction tx = graph.beginWrite()) {
      if (!reference.hasType("MULTI")) {
        tx.declareEdgeType("MULTI", Multiplicity.MULTI);
        reference.declareType("MULTI", Multiplicity.MULTI);
      }
      for (int i = 0; i < steps; i++) {
        change(tx);
      }
      tx.commit(Durability.SYNC);
    }
    noteCommit();
  }

  private void change(WriteTransaction tx) {
    int kind = random.nextInt(10);
    if (kind < 3 || reference.nodeCount() == 0) {
      String label = label();
      Map<String, Object> properties = properties(2);
      assertThat(tx.addNode(label, properties)).isEqualTo(reference.nextNode());
      reference.addNode(label, properties);
    } else if (kind == 3) {
      long node = reference.pickNode(random.nextInt());
      tx.deleteNode(node);
      reference.deleteNode(node);
    } else {
      String type = TYPES[random.nextInt(TYPES.length)];
      long source = reference.pickNode(random.nextInt());
      long target = reference.pickNode(random.nextInt());
      Map<String, Object> properties = properties(6);
      tx.addEdge(type, source, target, properties);
      reference.addEdge(type, source, target, properties);
    }
  }

  /// Loads on one thread, so that a seed repeats what happens to the disk.
  void load(int nodes, int edges, long memoryBytes) {
    load(nodes, edges, memoryBytes, 1);
  }

  void load(int nodes, int edges, long memoryBytes, int threadCount) {
    BulkLoadOptions options = BulkLoadOptions.defaults().withThreadCount(threadCount);
    long before = reference.edgeCount();
    try (BulkLoader load = graph.bulkLoad(options, memoryBytes)) {
      int done = 0;
      for (int i = 0; i < nodes + edges; i++) {
        if (reference.nodeCount() == 0 || (done < nodes && random.nextInt(nodes + edges) < nodes)) {
          done++;
          String label = label();
          Map<String, Object> properties = properties(2);
          assertThat(load.addNode(label, properties)).isEqualTo(reference.nextNode());
          reference.addNode(label, properties);
        } else {
          addEdge(load);
        }
      }
      BulkLoadSummary summary = load.finish();
      assertThat(summary.nodes()).isEqualTo(done);
      assertThat(summary.edges()).isEqualTo(reference.edgeCount() - before);
      assertThat(summary.edges() + summary.duplicates() + done).isEqualTo(nodes + edges);
    }
    noteCommit();
  }

  private void addEdge(BulkLoader load) {
    String type = TYPES[random.nextInt(TYPES.length)];
    // A few nodes have most edges, and nodes have edges to themselves.
    long source = reference.pickNode(random.nextInt(1 + random.nextInt(reference.nodeCount())));
    long target = reference.pickNode(random.nextInt(1 + random.nextInt(reference.nodeCount())));
    Map<String, Object> properties = type.equals("LIKES") ? Map.of() : properties(4);
    if (type.equals("KNOWS") && random.nextInt(4) > 0) {
      properties = Map.of();
    }
    load.addEdge(type, source, target, properties);
    reference.addEdge(type, source, target, properties);
  }

  void verify() {
    assertThat(graph.check()).isEmpty();
    try (ReadTransaction tx = graph.beginRead()) {
      reference.assertSeenBy(tx);
    }
  }
}
