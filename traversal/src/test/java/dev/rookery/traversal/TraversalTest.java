package dev.rookery.traversal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rookery.graph.ReadTransaction;
import dev.rookery.graph.error.NodeNotFoundException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Each rule of a [Traversal] on a graph that can be checked by eye.
final class TraversalTest {
  /// Two diamonds in a row, and a way back.
  private static final String DIAMONDS =
      "0-A->1 0-A->2 1-A->3 2-A->3 3-A->4 3-A->5 4-A->6 5-A->6 6-B->0";

  private StoredGraph stored = ModelGraph.of(7, DIAMONDS).store();

  @AfterEach
  void close() {
    stored.close();
  }

  @Test
  void nodes_breadthFirst_returnsLevelByLevel() {
    assertThat(stored.indexes(from(0).out("A").nodes(stored.tx())))
        .containsExactlyInAnyOrder(0, 1, 2, 3, 4, 5, 6)
        .startsWith(0)
        .endsWith(6)
        .satisfies(order -> assertThat(order.indexOf(3)).isEqualTo(3));
  }

  @Test
  void nodes_depthFirst_returnsAnyBranchBeforeItsSibling() {
    List<Integer> order = stored.indexes(from(0).out("A").depthFirst().nodes(stored.tx()));

    assertThat(order).hasSize(7).startsWith(0);
    assertThat(order.get(2)).as("reached through the first of 1 and 2").isEqualTo(3);
    assertThat(order.getLast()).as("the second of 1 and 2").isIn(1, 2);
  }

  @Test
  void in_walksAgainstEdges() {
    assertThat(stored.indexes(from(3).in("A").nodes(stored.tx())))
        .containsExactlyInAnyOrder(3, 1, 2, 0);
  }

  @Test
  void both_walksBothWays() {
    assertThat(stored.indexes(from(3).both("A").maxDepth(1).nodes(stored.tx())))
        .containsExactlyInAnyOrder(3, 1, 2, 4, 5);
  }

  @Test
  void out_calledTwice_addsUp() {
    assertThat(from(6).out("A").out("B").maxDepth(1).count(stored.tx())).isEqualTo(2);
    assertThat(from(6).out("A", "B").maxDepth(1).count(stored.tx())).isEqualTo(2);
    assertThat(from(6).out("B").in("A").maxDepth(1).count(stored.tx())).isEqualTo(4);
  }

  @Test
  void out_withoutType_walksAllTypes() {
    assertThat(from(6).out().maxDepth(1).count(stored.tx())).isEqualTo(2);
  }

  @Test
  void out_unknownType_returnsStartOnly() {
    assertThat(stored.indexes(from(0).out("NOWHERE").nodes(stored.tx()))).containsExactly(0);
    assertThat(stored.indexes(from(0).out("NOWHERE").depthFirst().nodes(stored.tx())))
        .containsExactly(0);
    assertThat(from(0).out("NOWHERE").count(stored.tx())).isEqualTo(1);
    assertThat(from(0).out("NOWHERE").subgraph(stored.tx()).edgeCount()).isZero();
  }

  @Test
  void run_withoutEdgesDescribed_isRefused() {
    assertThatIllegalStateException().isThrownBy(() -> from(0).count(stored.tx()));
  }

  @Test
  void from_sameNodeTwice_startsOnce() {
    for (Uniqueness uniqueness : Uniqueness.values()) {
      Traversal twice = from(0, 6, 0).out("A").maxDepth(0).uniqueness(uniqueness);
      assertThat(stored.indexes(twice.nodes(stored.tx()))).containsExactly(0, 6);
      assertThat(stored.indexes(twice.depthFirst().nodes(stored.tx()))).containsExactly(0, 6);
    }
  }

  @Test
  void from_collection_startsAtItsNodes() {
    Traversal traversal = Traversal.from(List.of(stored.id(4), stored.id(5))).out("A");
    assertThat(stored.indexes(traversal.nodes(stored.tx()))).containsExactly(4, 5, 6);
  }

  @Test
  void from_nothing_returnsNothing() {
    assertThat(Traversal.from().out().nodes(stored.tx())).isEmpty();
    assertThat(Traversal.from().out().count(stored.tx())).isZero();
    assertThat(Traversal.from().out().levels(stored.tx()).count()).isZero();
    assertThat(Traversal.from().out().subgraph(stored.tx()).nodeCount()).isZero();
  }

  @Test
  void from_severalStarts_allHaveDepthZero() {
    List<Integer> depths = new ArrayList<>();
    from(0, 3).out("A").depthFirst().forEach(stored.tx(), at -> depths.add(at.depth()));

    assertThat(depths).containsExactly(0, 1, 1, 0, 1, 2, 1);
  }

  @Test
  void from_unknownNode_failsWhenTheRunBegins() {
    Traversal lost = Traversal.from(1_000_000).out();

    Iterable<?> lazy = lost.nodes(stored.tx());
    assertThatThrownBy(() -> lazy.iterator().hasNext()).isInstanceOf(NodeNotFoundException.class);
    assertThatThrownBy(() -> lost.count(stored.tx())).isInstanceOf(NodeNotFoundException.class);
    assertThatThrownBy(() -> lost.levels(stored.tx())).isInstanceOf(NodeNotFoundException.class);
  }

  @Test
  void minDepthAndMaxDepth_boundWhatIsReturned() {
    Traversal some = from(0).out("A").minDepth(1).maxDepth(2);
    assertThat(stored.indexes(some.nodes(stored.tx()))).containsExactlyInAnyOrder(1, 2, 3);
    assertThat(some.count(stored.tx())).isEqualTo(3);
    assertThat(some.levels(stored.tx()).sizes()).containsExactly(0, 2, 1);
  }

  @Test
  void depth_negativeOrContradictory_isRefused() {
    assertThatIllegalArgumentException().isThrownBy(() -> from(0).minDepth(-1));
    assertThatIllegalArgumentException().isThrownBy(() -> from(0).maxDepth(-1));
    Traversal empty = from(0).out().minDepth(3).maxDepth(2);
    assertThatIllegalStateException().isThrownBy(() -> empty.count(stored.tx()));
  }

  @Test
  void maxDepth_depthFirstWithNodeUniqueness_firstArrivalDecides() {
    stored.close();
    stored = ModelGraph.of(4, "0-A->1 1-A->2 0-B->2 2-A->3").store();
    Traversal deep = from(0).out("A").out("B").depthFirst().maxDepth(2);

    assertThat(stored.indexes(deep.nodes(stored.tx()))).containsExactly(0, 1, 2);
    assertThat(stored.indexes(deep.breadthFirst().nodes(stored.tx()))).containsExactly(0, 1, 2, 3);
    assertThat(deep.uniqueness(Uniqueness.PATH).paths(stored.tx())).hasSize(5);
  }

  @Test
  void uniqueness_path_returnsAllSimplePaths() {
    Traversal paths = from(0).out("A").uniqueness(Uniqueness.PATH);
    assertThat(stored.ways(paths.paths(stored.tx())).stream().map(Way::nodes))
        .containsExactlyInAnyOrder(
            List.of(0),
            List.of(0, 1),
            List.of(0, 2),
            List.of(0, 1, 3),
            List.of(0, 2, 3),
            List.of(0, 1, 3, 4),
            List.of(0, 1, 3, 5),
            List.of(0, 2, 3, 4),
            List.of(0, 2, 3, 5),
            List.of(0, 1, 3, 4, 6),
            List.of(0, 1, 3, 5, 6),
            List.of(0, 2, 3, 4, 6),
            List.of(0, 2, 3, 5, 6));
  }

  @Test
  void uniqueness_trail_returnsNodesAgainOverOtherEdges() {
    stored.close();
    stored = ModelGraph.of(2, "0-A->1 1-B->0").store();

    assertThat(ends(from(0).both().uniqueness(Uniqueness.TRAIL)))
        .containsExactlyInAnyOrder(
            List.of(0), List.of(0, 1), List.of(0, 1), List.of(0, 1, 0), List.of(0, 1, 0));
    assertThat(ends(from(0).out().uniqueness(Uniqueness.TRAIL)))
        .containsExactly(List.of(0), List.of(0, 1), List.of(0, 1, 0));
  }

  @Test
  void uniqueness_none_needsMaxDepth() {
    Traversal walks = from(0).out().uniqueness(Uniqueness.NONE);
    assertThatIllegalStateException().isThrownBy(() -> walks.count(stored.tx()));
    assertThat(walks.maxDepth(10).count(stored.tx())).isGreaterThan(13);
  }

  @Test
  void selfLoop_isWalkedOnceWherePathsMayRepeatNodes() {
    stored.close();
    stored = ModelGraph.of(2, "0-A->0 0-A->1").store();

    assertThat(ends(from(0).both("A").uniqueness(Uniqueness.NONE).maxDepth(1)))
        .containsExactlyInAnyOrder(List.of(0), List.of(0, 0), List.of(0, 1));
    assertThat(ends(from(0).both("A").uniqueness(Uniqueness.TRAIL)))
        .containsExactlyInAnyOrder(List.of(0), List.of(0, 0), List.of(0, 1), List.of(0, 0, 1));
    assertThat(from(0).both("A").count(stored.tx())).isEqualTo(2);
    assertThat(from(0).in("A").uniqueness(Uniqueness.NONE).maxDepth(2).count(stored.tx()))
        .isEqualTo(3);
  }

  @Test
  void parallelEdges_giveAPathEach() {
    stored.close();
    stored = ModelGraph.of(3, "0-M->1 0-M->1 0-M->1 1-M->2 1-M->2").store();

    assertThat(from(0).out("M").count(stored.tx())).isEqualTo(3);
    Traversal paths = from(0).out("M").uniqueness(Uniqueness.PATH);
    List<Way> ways = stored.ways(paths.paths(stored.tx()));
    assertThat(ways).hasSize(1 + 3 + 6).doesNotHaveDuplicates();
    assertThat(stored.ways(from(2).in("M").uniqueness(Uniqueness.PATH).paths(stored.tx())))
        .hasSize(1 + 2 + 6)
        .doesNotHaveDuplicates();
  }

  @Test
  void depthFirst_deeperThanItsCursors_comesBackToWhereItWas() {
    stored.close();
    int length = 50;
    ModelGraph comb = new ModelGraph(3 * length);
    for (int i = 0; i < length; i++) {
      comb.link("A", i, length + i);
      comb.link("M", i, 2 * length + i);
      comb.link("M", i, 2 * length + i);
      if (i > 0) {
        comb.link("A", i - 1, i);
        comb.link("M", i, i - 1);
      }
    }
    stored = comb.store();
    for (Traversal paths : List.of(from(0).out("A").out("M"), from(0).out("M").out("A"))) {
      List<Way> ways =
          stored.ways(paths.uniqueness(Uniqueness.PATH).depthFirst().paths(stored.tx()));
      assertThat(ways).hasSize(4 * length).doesNotHaveDuplicates();
    }
  }

  @Test
  void depthFirst_longChain_needsNoStack() {
    stored.close();
    stored = new ModelGraph(0).store();
    int length = 20_000;
    long[] ids = new long[length];
    stored
        .graph()
        .execute(tx -> {
          for (int i = 0; i < length; i++) {
            ids[i] = tx.addNode();
            if (i > 0) {
              tx.addEdge("A", ids[i - 1], ids[i]);
            }
          }
        });
    try (ReadTransaction tx = stored.graph().beginRead()) {
      Traversal deep = Traversal.from(ids[0]).both("A").depthFirst();
      assertThat(deep.ids(tx))
          .toIterable()
          .containsExactlyElementsOf(LongStream.of(ids).boxed().toList());
      assertThat(ShortestPath.between(ids[0], ids[length - 1]).out().distance(tx))
          .hasValue(length - 1);
    }
  }

  @Test
  void nodeFilter_hidesNodesAndWhatLiesBehind() {
    Traversal odd = from(0).out("A").nodeFilter(node -> node.getLong("index") != 3);
    assertThat(stored.indexes(odd.nodes(stored.tx()))).containsExactlyInAnyOrder(0, 1, 2);
    assertThat(odd.subgraph(stored.tx()).edgeCount()).isEqualTo(2);
    assertThat(from(3).out().nodeFilter(node -> false).nodes(stored.tx())).isEmpty();
    Traversal two = odd.nodeFilter(node -> node.getLong("index") != 2);
    assertThat(stored.indexes(two.nodes(stored.tx()))).containsExactly(0, 1);
  }

  @Test
  void edgeFilter_hidesEdgesOnly() {
    Traversal other = from(0).out("A").edgeFilter(edge -> edge.source() != stored.id(1));
    assertThat(other.count(stored.tx())).isEqualTo(7);
    assertThat(stored.ways(other.paths(stored.tx())).get(3).nodes()).containsExactly(0, 2, 3);
    assertThat(other.subgraph(stored.tx()).edgeCount()).isEqualTo(7);
  }

  @ParameterizedTest
  @EnumSource
  void evaluate_eachVerdict_doesWhatItSays(Verdict verdict) {
    Traversal judged =
        from(0)
            .out("A")
            .evaluate(
                at -> at.node().getLong("index") == 3 ? verdict : Verdict.INCLUDE_AND_CONTINUE);
    for (Traversal traversal : List.of(judged, judged.depthFirst())) {
      List<Integer> nodes = stored.indexes(traversal.nodes(stored.tx()));
      assertThat(nodes.contains(3)).isEqualTo(verdict.includes());
      assertThat(nodes.contains(6)).isEqualTo(verdict.continues());
      assertThat(nodes).contains(0, 1, 2);
    }
  }

  @Test
  void evaluate_severalEvaluators_allMustAgree() {
    Traversal judged =
        from(0)
            .out("A")
            .evaluate(at -> Verdict.of(at.depth() > 0, true))
            .evaluate(at -> Verdict.of(true, at.depth() < 2));
    assertThat(stored.indexes(judged.nodes(stored.tx()))).containsExactlyInAnyOrder(1, 2, 3);
  }

  @Test
  void evaluate_isAskedOnceForEachNodeInOrder() {
    List<Integer> asked = new ArrayList<>();
    Traversal judged =
        from(0)
            .both()
            .evaluate(at -> {
              asked.add(stored.index(at.id()));
              assertThat(at.path().length()).isEqualTo(at.depth());
              assertThat(at.edge().isPresent()).isEqualTo(at.depth() > 0);
              return Verdict.INCLUDE_AND_CONTINUE;
            });
    assertThat(stored.indexes(judged.nodes(stored.tx()))).isEqualTo(asked);
    assertThat(asked).hasSize(7).doesNotHaveDuplicates();
  }

  @Test
  void nodes_areLazy() {
    List<Long> asked = new ArrayList<>();
    Traversal watched = from(0).out("A").nodeFilter(node -> asked.add(node.id()));

    Iterator<?> iterator = watched.nodes(stored.tx()).iterator();
    assertThat(asked).isEmpty();
    iterator.next();
    iterator.next();
    assertThat(asked).hasSize(2);
  }

  @Test
  void nodes_askedTwice_beginsAnew() {
    Iterable<?> nodes = from(0).out("A").nodes(stored.tx());
    assertThat(nodes).hasSize(7);
    assertThat(nodes).hasSize(7);
  }

  @Test
  void next_behindTheEnd_fails() {
    Iterator<?> iterator = from(6).out("A").nodes(stored.tx()).iterator();
    iterator.next();
    assertThat(iterator.hasNext()).isFalse();
    assertThatThrownBy(iterator::next).isInstanceOf(NoSuchElementException.class);
    assertThat(iterator.hasNext()).isFalse();
  }

  @Test
  void description_isImmutable() {
    Traversal base = from(0).out("A");
    base.maxDepth(0).depthFirst().nodeFilter(node -> false).in("A");
    assertThat(base.count(stored.tx())).isEqualTo(7);
  }

  @Test
  void levels_needBreadthFirstNodes() {
    assertThatIllegalStateException()
        .isThrownBy(() -> from(0).out().depthFirst().levels(stored.tx()));
    assertThatIllegalStateException()
        .isThrownBy(() -> from(0).out().uniqueness(Uniqueness.PATH).levels(stored.tx()));
  }

  @Test
  void levels_giveDistances() {
    BreadthFirstLevels levels = from(0).out("A").levels(stored.tx());
    assertThat(levels.sizes()).containsExactly(1, 2, 1, 2, 1);
    assertThat(levels.nodeCount()).isEqualTo(7);
    assertThat(levels.edgesWalked()).isEqualTo(8);
    assertThat(levels.distance(stored.id(6))).hasValue(4);
    assertThat(from(3).out("A").levels(stored.tx()).distance(stored.id(0))).isEmpty();
    assertThatThrownBy(() -> levels.distance(1_000_000)).isInstanceOf(NodeNotFoundException.class);
  }

  private Traversal from(int... starts) {
    return Traversal.from(stored.ids(starts));
  }

  private List<List<Integer>> ends(Traversal traversal) {
    return stored.ways(traversal.paths(stored.tx())).stream().map(Way::nodes).toList();
  }
}
