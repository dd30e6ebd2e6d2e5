package dev.rookery.traversal.algorithm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rookery.graph.Graph;
import dev.rookery.graph.Multiplicity;
import dev.rookery.graph.ReadTransaction;
import dev.rookery.traversal.run.PageAccess;
import dev.rookery.traversal.run.RunOptions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.LongToDoubleFunction;
import java.util.function.LongUnaryOperator;
import org.jspecify.annotations.Nullable;

/// A graph as plain lists, for verifiers, and the same graph stored: nodes are 0 … n - 1.
///
/// The store has empty slots before, between and behind those of the nodes, and slots that were
/// used again, so that the order of slots is not the order of ids. Types are `A`, `B` and the MULTI
/// type `M`; every edge has the property `weight`.
final class RandomGraph implements AutoCloseable {
  /// Each set of options under which results must be equal.
  static final List<RunOptions> MATRIX = matrix();

  final int nodeCount;
  final List<Arc> arcs = new ArrayList<>();
  final long[] ids;
  private final Graph graph = Graph.inMemory();
  private @Nullable ReadTransaction tx;

  /// An edge.
  record Arc(String type, int source, int target, double weight) {}

  private static List<RunOptions> matrix() {
    List<RunOptions> all = new ArrayList<>();
    for (int workers = 1; workers <= 3; workers++) {
      for (long bytes : new long[] {RunOptions.MEMORY_BYTES_MIN, 1L << 26}) {
        for (PageAccess pages : PageAccess.values()) {
          all.add(
              RunOptions.defaults()
                  .withWorkerCount(workers)
                  .withMemoryBytes(bytes)
                  .withPages(pages));
        }
      }
    }
    return all;
  }

  private RandomGraph(int nodeCount) {
    this.nodeCount = nodeCount;
    ids = new long[nodeCount];
  }

  /// Makes a graph of so many nodes and edges, self loops and parallel edges among them. Some nodes
  /// have many edges, some none.
  ///
  /// @param slotCount how many slots the nodes lie in, at least
  static RandomGraph of(Random random, int nodeCount, int arcCount, int slotCount) {
    RandomGraph made = new RandomGraph(nodeCount);
    Set<String> simple = new HashSet<>();
    for (int i = 0; i < arcCount; i++) {
      String type = List.of("A", "A", "B", "M").get(random.nextInt(4));
      int source = skewed(random, nodeCount);
      int target = random.nextInt(20) == 0 ? source : skewed(random, nodeCount);
      if (type.equals("M") || simple.add(type + source + ">" + target)) {
        made.arcs.add(new Arc(type, source, target, random.nextInt(1000) / 8.0));
      }
    }
    made.store(random, slotCount);
    return made;
  }

  private static int skewed(Random random, int nodeCount) {
    double x = random.nextDouble();
    return (int) (x * (random.nextBoolean() ? x * x * x : 0.9) * nodeCount);
  }

  private void store(Random random, int slotCount) {
    List<Long> others = new ArrayList<>();
    graph.execute(write -> {
      int fillers = Math.max(nodeCount / 3, slotCount - nodeCount);
      int half = nodeCount / 2;
      for (int i = 0; i < half; i++) {
        while (random.nextInt(half) < fillers && others.size() < fillers) {
          others.add(write.addNode());
          if (fillers > 4 * half && random.nextInt(fillers / half) == 0) {
            break;
          }
        }
        ids[i] = write.addNode();
      }
      while (others.size() < fillers) {
        others.add(write.addNode());
      }
      others.forEach(write::deleteNode);
      for (int i = half; i < nodeCount; i++) {
        ids[i] = write.addNode();
      }
    });
    graph.execute(write -> {
      write.declareEdgeType("M", Multiplicity.MULTI);
      for (Arc arc : arcs) {
        write.addEdge(arc.type, ids[arc.source], ids[arc.target], Map.of("weight", arc.weight));
      }
    });
  }

  /// Returns a read transaction, the same at each call.
  ReadTransaction tx() {
    if (tx == null) {
      tx = graph.beginRead();
    }
    return tx;
  }

  Graph graph() {
    return graph;
  }

  /// Returns for each node the targets of its edges of some types, one for each edge.
  List<List<Integer>> targets(String types, boolean out, boolean in) {
    List<List<Integer>> lists = new ArrayList<>();
    for (int i = 0; i < nodeCount; i++) {
      lists.add(new ArrayList<>());
    }
    for (Arc arc : arcs) {
      if (types.contains(arc.type)) {
        if (out) {
          lists.get(arc.source).add(arc.target);
        }
        if (in) {
          lists.get(arc.target).add(arc.source);
        }
      }
    }
    return lists;
  }

  /// Returns the values that an algorithm found, for all nodes.
  long[] values(LongUnaryOperator found) {
    return Arrays.stream(ids).map(found).toArray();
  }

  /// As [#values].
  double[] doubles(LongToDoubleFunction found) {
    return Arrays.stream(ids).mapToDouble(found).toArray();
  }

  /// Checks that a visit hands out each node once, with its value.
  void checkVisited(Consumer<BiConsumer<Long, Long>> visit, LongUnaryOperator found) {
    Map<Long, Long> visited = new HashMap<>();
    visit.accept((node, value) -> assertThat(visited.put(node, value)).isNull());
    assertThat(visited).hasSize(nodeCount);
    visited.forEach((node, value) -> assertThat(found.applyAsLong(node)).isEqualTo(value));
  }

  @Override
  public void close() {
    if (tx != null) {
      tx.close();
    }
    graph.close();
  }
}
