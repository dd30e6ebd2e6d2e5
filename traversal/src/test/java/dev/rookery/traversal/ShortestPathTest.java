package dev.rookery.traversal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Each rule of a [ShortestPath] on a graph that can be checked by eye.
final class ShortestPathTest {
  private final StoredGraph stored =
      ModelGraph.of(8, "0-A->1 1-A->2 2-A->3 3-A->4 0-B->5 5-B->4 4-M->6 4-M->6 7-A->7").store();

  @AfterEach
  void close() {
    stored.close();
  }

  @Test
  void find_returnsTheShortestOverAllTypes() {
    assertThat(find(between(0, 4).out())).containsExactly(List.of(0, 5, 4));
    assertThat(between(0, 4).out().distance(stored.tx())).hasValue(2);
  }

  @Test
  void find_oneType_keepsToIt() {
    assertThat(find(between(0, 4).out("A"))).containsExactly(List.of(0, 1, 2, 3, 4));
    assertThat(find(between(0, 6).out("A").out("M"))).containsExactly(List.of(0, 1, 2, 3, 4, 6));
  }

  @Test
  void find_againstEdges_walksBack() {
    assertThat(find(between(4, 0).in("B"))).containsExactly(List.of(4, 5, 0));
    assertThat(find(between(4, 0).out("B"))).isEmpty();
    assertThat(between(4, 0).out("B").distance(stored.tx())).isEmpty();
  }

  @Test
  void find_bothWays_goesAgainstEdgesWhereThatIsShorter() {
    assertThat(find(between(1, 5).both())).containsExactly(List.of(1, 0, 5));
    Path path = between(1, 5).both().find(stored.tx()).orElseThrow();
    assertThat(path.toString())
        .isEqualTo(
            "(%d)<-[:A]-(%d)-[:B]->(%d)".formatted(stored.id(1), stored.id(0), stored.id(5)));
  }

  @Test
  void find_sameNode_hasNoEdges() {
    assertThat(find(between(3, 3).out())).containsExactly(List.of(3));
    assertThat(find(between(7, 7).out().maxLength(0))).containsExactly(List.of(7));
  }

  @Test
  void find_parallelEdges_takesOne() {
    Path path = between(3, 6).out().find(stored.tx()).orElseThrow();
    assertThat(path.length()).isEqualTo(2);
    assertThat(stored.numbers(path.edges()).getLast()).isIn(6, 7);
  }

  @Test
  void find_unreachableOrUnknownType_isEmpty() {
    assertThat(find(between(0, 7).both())).isEmpty();
    assertThat(find(between(0, 4).out("NOWHERE"))).isEmpty();
    assertThat(find(between(4, 4).out("NOWHERE"))).hasSize(1);
  }

  @Test
  void maxLength_tooShort_isEmpty() {
    for (int length = 0; length < 4; length++) {
      assertThat(find(between(0, 4).out("A").maxLength(length))).isEmpty();
    }
    assertThat(find(between(0, 4).out("A").maxLength(4))).hasSize(1);
    assertThatIllegalArgumentException().isThrownBy(() -> between(0, 4).maxLength(-1));
  }

  @Test
  void nodeFilter_avoidsNodes() {
    ShortestPath around = between(0, 4).out().nodeFilter(node -> node.id() != stored.id(5));
    assertThat(find(around)).containsExactly(List.of(0, 1, 2, 3, 4));
    assertThat(find(around.nodeFilter(node -> node.id() != stored.id(2)))).isEmpty();
    assertThat(find(between(0, 4).out().nodeFilter(node -> node.id() != stored.id(4)))).isEmpty();
  }

  @Test
  void edgeFilter_seesEdgesInTheirOwnDirection() {
    ShortestPath around = between(4, 0).in().edgeFilter(edge -> edge.target() != stored.id(5));
    assertThat(find(around)).containsExactly(List.of(4, 3, 2, 1, 0));
  }

  @Test
  void find_withoutEdgesDescribed_isRefused() {
    assertThatIllegalStateException().isThrownBy(() -> between(0, 1).find(stored.tx()));
  }

  private ShortestPath between(int start, int end) {
    return ShortestPath.between(stored.id(start), stored.id(end));
  }

  private List<List<Integer>> find(ShortestPath description) {
    return description.find(stored.tx()).map(stored::way).map(Way::nodes).stream().toList();
  }
}
