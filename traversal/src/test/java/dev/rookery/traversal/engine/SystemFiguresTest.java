package dev.rookery.traversal.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.rookery.graph.Graph;
import dev.rookery.graph.ReadTransaction;
import dev.rookery.traversal.algorithm.Components;
import dev.rookery.traversal.algorithm.ConnectedComponents;
import dev.rookery.traversal.run.EdgeSelection;
import dev.rookery.traversal.run.RunOptions;
import dev.rookery.traversal.run.RunReport;
import dev.rookery.traversal.run.SystemFigures;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What reports tell of the system.
final class SystemFiguresTest {
  private static final int NODES = 20_000;

  @TempDir Path directory;

  private static List<RunReport> runOn(Graph graph) {
    graph.execute(tx -> {
      long before = tx.addNode();
      for (int i = 1; i < NODES; i++) {
        long node = tx.addNode();
        tx.addEdge("E", before, node);
        before = node;
      }
    });
    graph.checkpoint();
    List<RunReport> reports = new ArrayList<>();
    try (ReadTransaction tx = graph.beginRead()) {
      RunOptions options = RunOptions.defaults().withListener(reports::add);
      reports.add(ConnectedComponents.along(EdgeSelection.out()).run(tx, options).report());
    }
    return reports;
  }

  @Test
  void report_ofAGraphOnDisk_tellsFaultsReadsAndWhatIsResident() throws Exception {
    assumeTrue(Files.exists(Path.of("/proc/self/io")));
    try (Graph graph = Graph.open(directory)) {
      List<RunReport> reports = runOn(graph);
      for (RunReport report : reports) {
        SystemFigures system = report.system();
        assertThat(system.minorFaults().orElseThrow()).isNotNegative();
        assertThat(system.majorFaults().orElseThrow()).isNotNegative();
        assertThat(system.readBytes().orElseThrow()).isNotNegative();
      }
      // The file was written a moment ago, so the system has it still.
      long file = Files.size(directory.resolve("data.rkd"));
      assertThat(reports.getLast().system().residentBytes().orElseThrow())
          .isBetween(file / 4, file);
      assertThat(reports.size()).isGreaterThan(1);
      assertThat(reports.getFirst().system().residentBytes()).isEmpty();
    }
  }

  @Test
  void figures_afterPagesWereTouched_countTheirFaults() {
    assumeTrue(Files.exists(Path.of("/proc/self/stat")));
    ProcessFigures figures = new ProcessFigures();
    RunMemory memory = new RunMemory(1L << 30, 1, _ -> null);
    memory.state(64L << 20).fill((byte) 1); // 16,384 pages, or huge ones.
    long faults = figures.since(true).minorFaults().orElseThrow();
    assertThat(faults).isGreaterThanOrEqualTo(32);
  }

  @Test
  void report_ofAGraphInMemory_knowsOfNoFile() {
    try (Graph graph = Graph.inMemory()) {
      assertThat(runOn(graph).getLast().system().residentBytes()).isEmpty();
    }
  }

  private static Components components(Graph graph) {
    runOn(graph);
    try (ReadTransaction tx = graph.beginRead()) {
      return ConnectedComponents.along(EdgeSelection.out()).run(tx, RunOptions.defaults());
    }
  }

  @Test
  void report_askedTwice_staysAsItWasWhenItWasFirstAsked() {
    Components asked;
    RunReport first;
    try (Graph graph = Graph.open(directory)) {
      asked = components(graph);
      first = asked.report(); // The transaction has closed, the database has not.
      assertThat(first.system().residentBytes()).isPresent();
    }
    assertThat(asked.report()).isEqualTo(first);
  }

  /// Which also shows that a run does not look for what nobody wants to know.
  @Test
  void report_firstAskedWhenTheDatabaseIsClosed_tellsAllButWhatIsResident() {
    Components unasked;
    try (Graph graph = Graph.open(directory)) {
      unasked = components(graph);
    }
    RunReport report = unasked.report();
    assertThat(report.rounds()).isPositive();
    assertThat(report.system().residentBytes()).isEmpty();
    assertThat(report.system().minorFaults().isPresent())
        .isEqualTo(Files.exists(Path.of("/proc/self/stat")));
  }
}
