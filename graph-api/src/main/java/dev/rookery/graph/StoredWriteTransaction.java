package dev.rookery.graph;

import dev.rookery.graph.error.EdgeNotFoundException;
import dev.rookery.graph.index.IndexDefinition;
import dev.rookery.graph.index.IndexState;
import dev.rookery.graph.index.IndexStatus;
import dev.rookery.graph.store.ChangeRecorder;
import dev.rookery.graph.store.Changes;
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
import org.jspecify.annotations.Nullable;

/// Changing a graph that lies in a store.
final class StoredWriteTransaction extends StoredReadTransaction implements WriteTransaction {
  private final GraphEdit graph;
  private final PageWriteTransaction pages;
  private final Durability durability;
  private final CommitNotices notices;

  /// Notes down what is changed, if somebody wants to know.
  private final @Nullable ChangeRecorder recorder;

  private boolean isShared;

  StoredWriteTransaction(
      GraphEdit graph, PageWriteTransaction pages, Durability durability, CommitNotices notices) {
    super(graph, pages::sequence, pages::rollback);
    this.graph = graph;
    this.pages = pages;
    this.durability = durability;
    this.notices = notices;
    this.recorder =
        notices.hasListeners() || graph.changeLog() != null
            ? graph.recorder(ChangeFeed.CHANGE_BYTES_MAX)
            : null;
  }

  /// Returns the graph to be changed, if this is the time and the thread for it.
  private GraphEdit graph() {
    pages.checkMine();
    return graph;
  }

  @Override
  public long addNode() {
    return addNode("", Map.of());
  }

  @Override
  public long addNode(String label) {
    return addNode(label, Map.of());
  }

  @Override
  public long addNode(String label, Map<String, ?> properties) {
    long node = graph().addNode(label, properties);
    if (recorder != null) {
      recorder.nodeAdded(node, label, properties);
    }
    return node;
  }

  @Override
  public void setProperty(long node, String key, Object value) {
    graph().setProperty(node, key, value);
    if (recorder != null) {
      recorder.nodePropertySet(node, key, value);
    }
  }

  @Override
  public void setProperties(long node, Map<String, ?> properties) {
    graph().setProperties(node, properties);
    if (recorder != null) {
      recorder.nodePropertiesReplaced(node, properties);
    }
  }

  @Override
  public boolean removeProperty(long node, String key) {
    boolean wasThere = graph().removeProperty(node, key);
    if (wasThere && recorder != null) {
      recorder.nodePropertyRemoved(node, key);
    }
    return wasThere;
  }

  @Override
  public void setLabel(long node, String label) {
    graph().setLabel(node, label);
    if (recorder != null) {
      recorder.labelSet(node, label);
    }
  }

  @Override
  public void deleteNode(long node) {
    graph().deleteNode(node);
    if (recorder != null) {
      recorder.nodeDeleted(node);
    }
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
      return addNode(label, all);
    }
    long node = found.node();
    Map<String, Object> merged = new HashMap<>(node(node).properties());
    merged.putAll(all);
    setProperties(node, merged);
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
    boolean multi = multiplicity == Multiplicity.MULTI;
    graph().declareType(type, multi);
    if (recorder != null) {
      recorder.edgeTypeDeclared(type, multi);
    }
  }

  @Override
  public boolean addEdge(String type, long source, long target) {
    return addEdge(type, source, target, Map.of());
  }

  @Override
  public int addEdges(String type, long[] sources, long[] targets, int offset, int count) {
    Objects.checkFromIndexSize(offset, count, sources.length);
    Objects.checkFromIndexSize(offset, count, targets.length);
    if (recorder == null) {
      return graph().addEdges(type, sources, targets, offset, offset + count);
    }
    for (int i = offset; i < offset + count; i++) {
      graph().slotOf(sources[i]); // All or nothing.
      graph.slotOf(targets[i]);
    }
    int newCount = 0;
    for (int i = offset; i < offset + count; i++) {
      newCount += addEdge(type, sources[i], targets[i]) ? 1 : 0;
    }
    return newCount;
  }

  @Override
  public boolean addEdge(String type, long source, long target, Map<String, ?> properties) {
    boolean isNew = graph().addEdge(type, source, target, properties, false);
    if (isNew && recorder != null) {
      recorder.edgeAdded(type, source, target, graph.lastOrdinal(), properties);
    }
    return isNew;
  }

  @Override
  public boolean putEdge(String type, long source, long target, Map<String, ?> properties) {
    boolean isNew = graph().addEdge(type, source, target, properties, true);
    if (recorder != null) {
      if (isNew) {
        recorder.edgeAdded(type, source, target, 0, properties);
      } else {
        recorder.edgePropertiesReplaced(type, source, target, properties);
      }
    }
    return isNew;
  }

  @Override
  public void setProperty(Edge edge, String key, Object value) {
    GraphEdit edit = graph();
    StoredEdge stored = stored(edge);
    edit.setEdgeProperty(stored.edgeType(), stored.from(), stored.key(), key, value);
    if (recorder != null) {
      recorder.edgePropertySet(
          edge.type(), edge.source(), edge.target(), edge.ordinal(), key, value);
    }
  }

  @Override
  public boolean removeProperty(Edge edge, String key) {
    GraphEdit edit = graph();
    StoredEdge stored = stored(edge);
    boolean wasThere = edit.removeEdgeProperty(stored.edgeType(), stored.from(), stored.key(), key);
    if (wasThere && recorder != null) {
      recorder.edgePropertyRemoved(edge.type(), edge.source(), edge.target(), edge.ordinal(), key);
    }
    return wasThere;
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
    if (number < 0 || from < 0 || to < 0) {
      return 0;
    }
    int count = edit.deleteEdges(edit.type(number), from, to);
    if (count > 0 && recorder != null) {
      recorder.edgesDeleted(type, source, target);
    }
    return count;
  }

  @Override
  public void deleteEdge(Edge edge) {
    GraphEdit edit = graph();
    StoredEdge stored = stored(edge);
    long source = edge.source();
    long target = edge.target();
    edit.deleteEdge(stored.edgeType(), stored.from(), stored.key());
    if (recorder != null) {
      recorder.edgeDeleted(edge.type(), source, target, edge.ordinal());
    }
  }

  @Override
  public Savepoint savepoint() {
    return new Savepoint(graph().savepoint(), recorder == null ? 0 : recorder.position());
  }

  @Override
  public void rollbackTo(Savepoint savepoint) {
    graph().rollbackTo(savepoint.pages());
    if (recorder != null) {
      recorder.truncate(savepoint.changePosition());
    }
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
    graph();
    askListeners(0);
    storeChanges();
    Commit commit = graph.commit(asked, () -> {});
    notices.tell();
    return commit;
  }

  @Override
  public Commit submit(Durability asked) {
    checkEndsItself();
    graph();
    askListeners(0);
    storeChanges();
    Commit commit = graph.submit(asked);
    var _ = commit.committed().thenRun(notices::tell);
    return commit;
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

  /// Commits a shared transaction, whose functions listeners agreed to, and leaves it to the caller
  /// to tell them.
  ///
  /// @param queued is run when the next writer may begin
  Commit endShared(Durability asked, Runnable queued) {
    graph();
    storeChanges();
    return graph.commit(asked, queued);
  }

  /// Returns how much was noted down, for [#askListeners].
  int changePosition() {
    return recorder == null ? 0 : recorder.position();
  }

  /// Lets listeners refuse what was changed since a position; all is rolled back then.
  void askListeners(int since) {
    if (recorder != null && notices.hasListeners() && hasChanges(since)) {
      boolean agreed = false;
      try {
        notices.ask(this, pages.sequence(), recorder.changesSince(since));
        agreed = true;
      } finally {
        if (!agreed) {
          pages.rollback();
        }
      }
    }
  }

  private boolean hasChanges(int since) {
    return recorder != null && (since == 0 ? !recorder.isEmpty() : recorder.position() != since);
  }

  /// Gives the changes to the feed and to those who are told of the commit.
  private void storeChanges() {
    if (recorder == null || recorder.isEmpty()) {
      return;
    }
    boolean stored = false;
    try {
      graph.appendChanges(recorder);
      if (notices.hasListeners()) {
        long sequence = pages.sequence();
        Changes changes = recorder.changesSince(0);
        graph.onCertain(() -> notices.certain(sequence, changes));
      }
      stored = true;
    } finally {
      if (!stored) {
        pages.rollback();
      }
    }
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
