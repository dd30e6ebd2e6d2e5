package dev.rookery.traversal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rookery.graph.Node;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class PathTest {
  private final StoredGraph stored = ModelGraph.of(4, "0-A->1 2-B->1 2-M->3 2-M->3").store();

  @AfterEach
  void close() {
    stored.close();
  }

  @Test
  void toString_showsDirectionsAndOrdinals() {
    List<String> texts = new ArrayList<>();
    allPaths().forEach(path -> texts.add(path.toString()));

    String way = "(%d)-[:A]->(%d)<-[:B]-(%d)".formatted(id(0), id(1), id(2));
    assertThat(texts).contains("(%d)".formatted(id(0)), way).hasSize(5);
    assertThat(texts.get(3)).startsWith(way + "-[:M");
    assertThat(texts.get(3)).endsWith("]->(%d)".formatted(id(3)));
    assertThat(texts.get(3) + texts.get(4)).contains("#");
  }

  @Test
  void views_readNodesAndEdges() {
    Path path = lastPath();

    assertThat(path.length()).isEqualTo(3);
    assertThat(path.start()).isEqualTo(id(0));
    assertThat(path.end()).isEqualTo(id(3));
    assertThat(path.ids()).containsExactly(id(0), id(1), id(2), id(3));
    assertThat(stored.indexes(path)).containsExactly(0, 1, 2, 3);
    assertThat(path.nodes()).extracting(Node::id).containsExactly(id(0), id(1), id(2), id(3));
    assertThat(path.edges().get(1).source()).isEqualTo(id(2));
    assertThat(path.edges().get(1).target()).isEqualTo(id(1));
    assertThat(path.edges().get(1).type()).isEqualTo("B");
    assertThatThrownBy(() -> path.nodes().get(4)).isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> path.edges().get(3)).isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Test
  void ids_areACopy() {
    Path path = lastPath();
    path.ids()[0] = -1;
    assertThat(path.start()).isEqualTo(id(0));
  }

  @Test
  void equals_comparesNodesAndEdges() {
    List<Path> first = new ArrayList<>();
    List<Path> second = new ArrayList<>();
    allPaths().forEach(first::add);
    allPaths().forEach(second::add);

    assertThat(first).isEqualTo(second).hasSameHashCodeAs(second).doesNotHaveDuplicates();
    assertThat(first.getFirst()).isNotEqualTo("path");
  }

  private Iterable<Path> allPaths() {
    return Traversal.from(id(0)).both().uniqueness(Uniqueness.PATH).paths(stored.tx());
  }

  private Path lastPath() {
    List<Path> paths = new ArrayList<>();
    allPaths().forEach(paths::add);
    return paths.getLast();
  }

  private long id(int index) {
    return stored.id(index);
  }
}
