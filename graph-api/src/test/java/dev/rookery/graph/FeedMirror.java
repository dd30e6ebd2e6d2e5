package dev.rookery.graph;

import dev.rookery.graph.change.Change;
import dev.rookery.graph.change.ChangeBatch;
import java.util.List;

/// A copy of a graph that is kept up to date by its change feed alone. It adds nodes in the same
/// order, so that they have the same ids.
final class FeedMirror implements AutoCloseable {
  private final Graph copy = Graph.inMemory();
  private long after;

  /// @param after the sequence at which the original was empty
  FeedMirror(long after) {
    this.after = after;
  }

  /// Pulls one batch, if there is any, and returns its sequence, or -1.
  long pull(ChangeFeed feed) {
    List<ChangeBatch> next = feed.read(after, 1);
    if (next.isEmpty()) {
      return -1;
    }
    apply(next.getFirst());
    return after;
  }

  void apply(ChangeBatch batch) {
    copy.execute(tx -> batch.changes().forEach(change -> apply(tx, change)));
    after = batch.sequence();
  }

  ReadTransaction beginRead() {
    return copy.beginRead();
  }

  private static void apply(WriteTransaction tx, Change change) {
    switch (change) {
      case Change.NodeAdded added -> {
        long node = tx.addNode(added.label(), added.properties());
        if (node != added.node()) {
          throw new AssertionError("node=%d expected=%s".formatted(node, added));
        }
      }
      case Change.NodeDeleted deleted -> tx.deleteNode(deleted.node());
      case Change.LabelSet set -> tx.setLabel(set.node(), set.label());
      case Change.NodePropertySet set -> tx.setProperty(set.node(), set.key(), set.value());
      case Change.NodePropertyRemoved removed -> tx.removeProperty(removed.node(), removed.key());
      case Change.NodePropertiesReplaced all -> tx.setProperties(all.node(), all.properties());
      case Change.EdgeTypeDeclared type ->
          tx.declareEdgeType(type.type(), type.multi() ? Multiplicity.MULTI : Multiplicity.SIMPLE);
      case Change.EdgeAdded added -> {
        tx.addEdge(added.type(), added.source(), added.target(), added.properties());
        edge(tx, added.type(), added.source(), added.target(), added.ordinal());
      }
      case Change.EdgeDeleted old ->
          tx.deleteEdge(edge(tx, old.type(), old.source(), old.target(), old.ordinal()));
      case Change.EdgesDeleted old -> tx.deleteEdges(old.type(), old.source(), old.target());
      case Change.EdgePropertySet set ->
          tx.setProperty(
              edge(tx, set.type(), set.source(), set.target(), set.ordinal()),
              set.key(),
              set.value());
      case Change.EdgePropertyRemoved old ->
          tx.removeProperty(
              edge(tx, old.type(), old.source(), old.target(), old.ordinal()), old.key());
      case Change.EdgePropertiesReplaced all ->
          tx.putEdge(all.type(), all.source(), all.target(), all.properties());
    }
  }

  private static Edge edge(
      WriteTransaction tx, String type, long source, long target, int ordinal) {
    for (Edge edge : tx.edges(source, Direction.OUT, type)) {
      if (edge.target() == target && edge.ordinal() == ordinal) {
        return edge;
      }
    }
    throw new AssertionError(
        "no edge type=%s source=%d target=%d ordinal=%d".formatted(type, source, target, ordinal));
  }

  @Override
  public void close() {
    copy.close();
  }
}
