package dev.rookery.traversal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rookery.graph.Graph;
import dev.rookery.graph.ReadTransaction;
import dev.rookery.graph.WriteTransaction;
import dev.rookery.graph.index.IndexDefinition;
import dev.rookery.graph.index.NodeQuery;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.PrimitiveIterator;
import org.junit.jupiter.api.Test;

/// Traversals that start where a label or a query says, when they are run.
final class TraversalStartsTest {

  private static long[] ids(Traversal traversal, ReadTransaction tx) {
    PrimitiveIterator.OfLong found = traversal.ids(tx);
    List<Long> ids = new ArrayList<>();
    while (found.hasNext()) {
      ids.add(found.nextLong());
    }
    return ids.stream().mapToLong(Long::longValue).toArray();
  }

  @Test
  void starts_fromLabelsAndQueries_areFoundInTheTransactionOfTheRun() {
    Traversal fromLabel = Traversal.fromLabel("Person").out("OWNS");
    Traversal fromAda =
        Traversal.fromNodes(NodeQuery.of("Person").equal("name", "Ada")).out("OWNS");
    try (Graph graph = Graph.inMemory()) {
      graph.createIndex(IndexDefinition.unique("Person", "name"));
      try (WriteTransaction tx = graph.beginWrite()) {
        assertThat(ids(fromLabel, tx)).isEmpty();
        long ada = tx.addNode("Person", Map.of("name", "Ada"));
        long charles = tx.addNode("Person", Map.of("name", "Charles"));
        long dog = tx.addNode("Dog", Map.of("name", "Ada"));
        tx.addEdge("OWNS", ada, dog);
        assertThat(ids(fromLabel, tx)).containsExactlyInAnyOrder(ada, charles, dog);
        assertThat(fromLabel.count(tx)).isEqualTo(3);
        assertThat(ids(fromLabel.maxDepth(0), tx)).containsExactlyInAnyOrder(ada, charles);
        assertThat(ids(fromAda, tx)).containsExactly(ada, dog);
        assertThat(ids(fromAda.depthFirst(), tx)).containsExactly(ada, dog);
        assertThat(fromAda.levels(tx).distance(dog)).hasValue(1);
        assertThat(fromAda.subgraph(tx).nodeCount()).isEqualTo(2);
        tx.setProperty(ada, "name", "Augusta");
        assertThat(fromAda.count(tx)).isZero();
      }
    }
  }
}
