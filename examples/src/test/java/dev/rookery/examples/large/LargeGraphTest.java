package dev.rookery.examples.large;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rookery.examples.large.LargeGraphRun.Work;
import dev.rookery.graph.BulkLoadSummary;
import dev.rookery.graph.Graph;
import dev.rookery.graph.ReadTransaction;
import dev.rookery.traversal.run.PageAccess;
import dev.rookery.traversal.run.RunOptions;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LargeGraphTest {
  private static final int SCALE = 12;
  private static final int NODE_COUNT = 1 << SCALE;

  @TempDir private Path directory;

  private String output(java.util.function.Consumer<LargeGraphRun> work) {
    StringWriter out = new StringWriter();
    work.accept(new LargeGraphRun(new PrintWriter(out, true)));
    return out.toString();
  }

  private static long figure(String output, String name) {
    Matcher matcher = Pattern.compile(name + " +([0-9,]+)").matcher(output);
    assertThat(matcher.find()).as(output).isTrue();
    return Long.parseLong(matcher.group(1).replace(",", ""));
  }

  @Test
  void generatedGraph_isAsLargeAsAskedFor_andSound() {
    BulkLoadSummary summary = LargeGraph.generate(directory, SCALE, 16 << 20);

    assertThat(summary.nodes()).isEqualTo(NODE_COUNT);
    assertThat(summary.edges()).isBetween(10L * NODE_COUNT, 16L * NODE_COUNT);
    try (Graph graph = Graph.open(directory)) {
      assertThat(graph.<Long>read(ReadTransaction::nodeCount)).isEqualTo(NODE_COUNT);
      assertThat(graph.check()).isEmpty();
    }
    assertThatThrownBy(() -> LargeGraph.generate(directory, 0, 16 << 20))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void permutation_ofNumbers_losesNone() {
    // Each edge of a graph without shuffling would begin at a small number far too often.
    RmatEdges edges = new RmatEdges(SCALE, 1);
    java.util.BitSet sources = new java.util.BitSet();
    for (int i = 0; i < 64 * NODE_COUNT; i++) {
      edges.next();
      assertThat(edges.source()).isBetween(0L, NODE_COUNT - 1L);
      sources.set((int) edges.source());
    }
    int low = sources.get(0, NODE_COUNT / 2).cardinality();
    int high = sources.get(NODE_COUNT / 2, NODE_COUNT).cardinality();
    assertThat((double) low / high).isBetween(0.8, 1.25);
  }

  @Test
  void results_areThoseOfThePlainQueue_whateverTheOptions() {
    LargeGraph.generate(directory, SCALE, 16 << 20);
    for (Work work : new Work[] {Work.BFS, Work.COMPONENTS}) {
      String name = work == Work.BFS ? "reached" : "components";
      long expected = figure(output(run -> run.runPlain(directory, work, 7)), name);
      assertThat(expected).isGreaterThan(1);
      for (PageAccess access : PageAccess.values()) {
        for (int workers = 1; workers <= 2; workers++) {
          RunOptions options =
              RunOptions.defaults()
                  .withPages(access)
                  .withWorkerCount(workers)
                  .withMemoryBytes(1 << 20);
          String output = output(run -> run.run(directory, work, 7, options));
          assertThat(figure(output, name)).isEqualTo(expected);
          assertThat(figure(output, "memory")).isLessThanOrEqualTo(1 << 20);
        }
      }
    }
    String ranks = output(run -> run.run(directory, Work.PAGERANK, 0, RunOptions.defaults()));
    assertThat(ranks).containsPattern("sum of ranks +1[.]0000");
    assertThatThrownBy(() -> output(run -> run.runPlain(directory, Work.PAGERANK, 0)))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
