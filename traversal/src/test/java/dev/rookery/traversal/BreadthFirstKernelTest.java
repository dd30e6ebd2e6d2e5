package dev.rookery.traversal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rookery.graph.Direction;
import dev.rookery.traversal.engine.BreadthFirstKernel;
import dev.rookery.traversal.engine.BreadthFirstKernel.Way;
import dev.rookery.traversal.engine.Steps;
import dev.rookery.traversal.frontier.SlotLevels;
import dev.rookery.traversal.frontier.SlotSet;
import dev.rookery.traversal.run.EdgeSelection;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.EnumSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// The kernel with either bitmap, top-down, bottom-up and as it chooses, and on nodes of so many
/// edges that their keys are stored in other widths.
///
/// Verified, against a queue over the links of the model: which nodes are seen, the level of each,
/// the size of each level, the number of edges looked at, and that a maximal depth ends the search
/// after that level.
final class BreadthFirstKernelTest {
  private static final EdgeSelection EDGES =
      EdgeSelection.NONE.and(Direction.OUT, "A", "M").and(Direction.IN, "B");

  /// What the kernel may choose from.
  enum Ways {
    TOP_DOWN(EnumSet.of(Way.TOP_DOWN)),
    BOTTOM_UP(EnumSet.of(Way.BOTTOM_UP)),
    ANY(EnumSet.allOf(Way.class));

    private final Set<Way> set;

    Ways(Set<Way> set) {
      this.set = set;
    }
  }

  @ParameterizedTest
  @EnumSource
  void run_sparseGraph_agreesWithAQueue(Ways ways) {
    Random random = Seeds.random("BreadthFirstKernelTest.sparse", 11);
    for (int nodeCount : new int[] {1, 40, 3000}) {
      check(ModelGraph.random(random, nodeCount, 2 * nodeCount), random, ways);
    }
  }

  @ParameterizedTest
  @EnumSource
  void run_hubs_agreesWithAQueue(Ways ways) {
    Random random = Seeds.random("BreadthFirstKernelTest.hubs", 12);
    ModelGraph model = new ModelGraph(2500);
    for (int node = 0; node < 2500; node++) {
      model.link(node % 3 == 0 ? "A" : "M", 0, node);
      model.link("B", node, 1);
      model.link("A", node, random.nextInt(2500));
    }
    check(model, random, ways);
  }

  private static void check(ModelGraph model, Random random, Ways ways) {
    try (StoredGraph stored = model.store()) {
      Steps steps = Steps.of(stored.tx(), EDGES);
      for (int i = 0; i < 10; i++) {
        int start = random.nextInt(model.nodeCount());
        int maxDepth = i < 2 ? Integer.MAX_VALUE : random.nextInt(5);
        int[] depths = depths(model, start, maxDepth);
        SlotLevels levels = new SlotLevels();
        long flatSlots = i % 2 == 0 ? 0 : 1 << 20;
        BreadthFirstKernel kernel = new BreadthFirstKernel(steps, levels, flatSlots, ways.set);
        kernel.run(stored.ids(start, start), maxDepth);

        BreadthFirstKernel counting = new BreadthFirstKernel(steps, null, flatSlots, ways.set);
        counting.run(stored.ids(start, start), maxDepth);
        assertThat(counting.sizes()).isEqualTo(kernel.sizes());
        assertThat(counting.edgesWalked()).isEqualTo(kernel.edgesWalked());

        long[] sizes = new long[kernel.sizes().length];
        SlotSet seen = kernel.seen();
        for (int node = 0; node < depths.length; node++) {
          long slot = steps.graph().slotOf(stored.id(node));
          assertThat(levels.get(slot)).isEqualTo(depths[node]);
          assertThat(seen.contains(slot)).isEqualTo(depths[node] >= 0);
          if (depths[node] >= 0) {
            sizes[depths[node]]++;
          }
        }
        assertThat(kernel.sizes()).isEqualTo(sizes);
        assertThat(seen.count()).isEqualTo(Arrays.stream(sizes).sum());
        assertThat(counting.seen().count()).isEqualTo(seen.count());
        long edges = edgesWalked(model, depths, maxDepth);
        assertThat(kernel.edgesWalked()).isEqualTo(edges);
        assertThat(kernel.edgesWalked()).isEqualTo(edges);
      }
    }
  }

  private static int[] depths(ModelGraph model, int start, int maxDepth) {
    int[] depths = new int[model.nodeCount()];
    Arrays.fill(depths, -1);
    depths[start] = 0;
    Deque<Integer> queue = new ArrayDeque<>();
    queue.add(start);
    while (!queue.isEmpty() && depths[queue.element()] < maxDepth) {
      int node = queue.remove();
      for (ModelGraph.Link link : model.links()) {
        boolean in = link.type().equals("B");
        if ((in ? link.target() : link.source()) == node && depths[link.other(node)] < 0) {
          depths[link.other(node)] = depths[node] + 1;
          queue.add(link.other(node));
        }
      }
    }
    return depths;
  }

  private static long edgesWalked(ModelGraph model, int[] depths, int maxDepth) {
    return model.links().stream()
        .mapToInt(link -> depths[link.type().equals("B") ? link.target() : link.source()])
        .filter(depth -> depth >= 0 && depth < maxDepth)
        .count();
  }
}
