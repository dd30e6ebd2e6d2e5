package dev.rookery.graph;

import dev.rookery.graph.error.EdgeNotFoundException;
import dev.rookery.graph.index.IndexDefinition;
import dev.rookery.graph.index.IndexState;
import dev.rookery.graph.index.IndexStatus;
import dev.rookery.graph.store.EdgeType;
import dev.rookery.graph.store.GraphEdit;
import dev.rookery.graph.store.IndexBuild;
import dev.rookery.storage.Commit;
import dev.rookery.storage.Durability;
import dev.rookery.storage.tx.PageWriteTransaction;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/// Changing a graph that lies in a store.
final class StoredWriteTransaction extends StoredReadTransaction implements WriteTransaction {
  private final GraphEdit graph;
  private final PageWriteTransaction pages;
  private final Durability durability;
  private boolean isShared;

  StoredWriteTransaction(GraphEdit graph, PageWriteTransaction pages, Durability durability) {
    super(graph, pages::sequence, pages::rollback);
    this.graph = graph;
    this.pages = pages;
    this.durability = durability;
  }

  /// Returns the graph to be changed, if this is the time and the thread for it.
  private GraphEdit graph() {
    pages.checkMine();
    return graph;
  }

  @Override
  public long addNode() {
    return graph().addNode("", Map.of());
  }

  @Override
  public long addNode(String label) {
    return graph().addNode(label, Map.of());
  }

  @Override
  public long addNode(String label, Map<String, ?> properties) {
    return graph().addNode(label, properties);
  }

  @Override
  public void setProperty(long node, String key, Object value) {
    graph().setProperty(node, key, value);
  }

  @Override
  public void setProperties(long node, Map<String, ?> properties) {
    graph().setProperties(node, properties);
  }

  @Override
  public boolean removeProperty(long node, String key) {
    return graph().removeProperty(node, key);
  }

  @Override
  public void setLabel(long node, String label) {
    graph().setLabel(node, label);
  }

  @Override
  public void deleteNode(long node) {
    graph().deleteNode(node);
  }

  @Override
  public long upsert(String label, String key, Object value, Map<String, ?> properties) {
    GraphEdit edit = graph();
    boolean isUnique = false;
    for (IndexStatus index : edit.indexes()) {
      isUnique |=
          index.definition().equals(IndexDefinition.unique(label, key))
              && index.state() != IndexState.FAILED;
    }
    if (!isUnique) {
      throw new IllegalStateException(
          "upsert needs a unique index label=%s key=%s".formatted(label, key));
    }
    Map<String, Object> all = new HashMap<>(properties);
    Object other = all.put(key, value);
    if (other != null && !Objects.deepEquals(other, value)) {
      throw new IllegalArgumentException(
          "properties give the key another value key=%s value=%s other=%s"
              .formatted(key, value, other));
    }
    NodeCursor found = findNodes(label, key, value);
    if (!found.next()) {
      return edit.addNode(label, all);
    }
    long node = found.node();
    Map<String, Object> merged = new HashMap<>(node(node).properties());
    merged.putAll(all);
    edit.setProperties(node, merged);
    return node;
  }

  @Override
  public IndexStatus createIndex(IndexDefinition definition) {
    return createIndex(definition, IndexBuild.AT_ONCE_MAX);
  }

  /// @param atOnceMax up to how many nodes of the label the index is built here
  IndexStatus createIndex(IndexDefinition definition, long atOnceMax) {
    return graph().builds().create(definition, atOnceMax);
  }

  /// Takes the build of an index a step further.
  Optional<IndexStatus> buildIndex(IndexDefinition definition, int idCountMax) {
    return graph().builds().step(definition, idCountMax);
  }

  @Override
  public boolean dropIndex(IndexDefinition definition) {
    return graph().builds().drop(definition);
  }

  @Override
  public void declareEdgeType(String type, Multiplicity multiplicity) {
    graph().declareType(type, multiplicity == Multiplicity.MULTI);
  }

  @Override
  public boolean addEdge(String type, long source, long target) {
    return graph().addEdge(type, source, target, Map.of(), false);
  }

  @Override
  public int addEdges(String type, long[] sources, long[] targets, int offset, int count) {
    Objects.checkFromIndexSize(offset, count, sources.length);
    Objects.checkFromIndexSize(offset, count, targets.length);
    return graph().addEdges(type, sources, targets, offset, offset + count);
  }

  @Override
  public boolean addEdge(String type, long source, long target, Map<String, ?> properties) {
    return graph().addEdge(type, source, target, properties, false);
  }

  @Override
  public boolean putEdge(String type, long source, long target, Map<String, ?> properties) {
    return graph().addEdge(type, source, target, properties, true);
  }

  @Override
  public void setProperty(Edge edge, String key, Object value) {
    GraphEdit edit = graph();
    StoredEdge stored = stored(edge);
    edit.setEdgeProperty(stored.edgeType(), stored.from(), stored.key(), key, value);
  }

  @Override
  public boolean removeProperty(Edge edge, String key) {
    GraphEdit edit = graph();
    StoredEdge stored = stored(edge);
    return edit.removeEdgeProperty(stored.edgeType(), stored.from(), stored.key(), key);
  }

  /// Returns the edge as this transaction knows it, whichever transaction it was read in.
  private StoredEdge stored(Edge edge) {
    if (edge instanceof StoredEdge stored && stored.graph == graph) {
      stored.checkAlive();
      return stored;
    }
    int number = graph.typeNumber(edge.type());
    long from = graph.findSlot(edge.source());
    long to = graph.findSlot(edge.target());
    if (number < 0 || from < 0 || to < 0) {
      throw new EdgeNotFoundException(
          "no such edge type=%s source=%d target=%d"
              .formatted(edge.type(), edge.source(), edge.target()));
    }
    EdgeType type = graph.type(number);
    return new StoredEdge(graph, type, from, type.key(to, edge.ordinal()), 0);
  }

  @Override
  public int deleteEdges(String type, long source, long target) {
    GraphEdit edit = graph();
    int number = edit.typeNumber(type);
    long from = edit.findSlot(source);
    long to = edit.findSlot(target);
    return number < 0 || from < 0 || to < 0 ? 0 : edit.deleteEdges(edit.type(number), from, to);
  }

  @Override
  public void deleteEdge(Edge edge) {
    GraphEdit edit = graph();
    StoredEdge stored = stored(edge);
    edit.deleteEdge(stored.edgeType(), stored.from(), stored.key());
  }

  @Override
  public Savepoint savepoint() {
    return new Savepoint(graph().savepoint());
  }

  @Override
  public void rollbackTo(Savepoint savepoint) {
    graph().rollbackTo(savepoint.pages());
  }

  @Override
  public void release(Savepoint savepoint) {
    graph().release(savepoint.pages());
  }

  @Override
  public Commit commit() {
    return commit(durability);
  }

  @Override
  public Commit commit(Durability asked) {
    checkEndsItself();
    return graph().commit(asked, () -> {});
  }

  @Override
  public Commit submit(Durability asked) {
    checkEndsItself();
    return graph().submit(asked);
  }

  @Override
  public void rollback() {
    close();
  }

  /// Rolls back, in the thread of the transaction only: it alone can hand the right to write on.
  @Override
  public void close() {
    if (!pages.isClosed()) {
      checkEndsItself();
      pages.checkOwner();
      super.close();
    }
  }

  private void checkEndsItself() {
    if (isShared) {
      throw new IllegalStateException(
          "a transaction of Graph.write ends with its function: return to commit, throw to roll"
              + " back");
    }
  }

  /// Ends all savepoints and keeps the changes.
  void releaseSavepoints() {
    if (!pages.isClosed()) {
      pages.releaseAll();
    }
  }

  /// From now on others share the transaction: only [#endShared] and [#abandonShared] end it.
  StoredWriteTransaction share() {
    isShared = true;
    return this;
  }

  /// Commits a shared transaction.
  ///
  /// @param queued is run when the next writer may begin
  Commit endShared(Durability asked, Runnable queued) {
    return graph().commit(asked, queued);
  }

  /// Rolls a shared transaction back, if it has not ended.
  void abandonShared() {
    if (!pages.isClosed()) {
      super.close();
    }
  }

  /// Returns whether it can only be rolled back.
  boolean isBroken() {
    return pages.isBroken();
  }
}
