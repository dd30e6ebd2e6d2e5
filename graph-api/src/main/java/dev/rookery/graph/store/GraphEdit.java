package dev.rookery.graph.store;

import dev.rookery.graph.error.EdgeNotFoundException;
import dev.rookery.graph.error.PropertyException;
import dev.rookery.storage.Commit;
import dev.rookery.storage.Durability;
import dev.rookery.storage.page.PageLayout;
import dev.rookery.storage.page.PageWriter;
import dev.rookery.storage.table.RecordTable;
import dev.rookery.storage.tree.BareEntries;
import dev.rookery.storage.tree.FixedSizeForest;
import dev.rookery.storage.tree.ForestCursor;
import dev.rookery.storage.tx.CommitObserver;
import dev.rookery.storage.tx.PageSavepoint;
import dev.rookery.storage.tx.PageWriteTransaction;
import it.unimi.dsi.fastutil.longs.LongArrayList;
import java.lang.foreign.MemorySegment;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The graph of a write transaction: everything that changes it is done here.
///
/// Each method looks at its arguments first and throws while nothing has happened; what fails later
/// breaks the transaction, which can then only be rolled back. Belongs to the thread of the
/// transaction.
public final class GraphEdit extends GraphView {
  /// For fewer edges it is not worth while to keep what regions are like.
  private static final int EDGES_OF_FEW = 1 << 10;

  private final PageWriter pages;

  /// The transaction, in which names and edge types are always kept; the same as `pages` but in a
  /// load.
  private final PageWriteTransaction tx;

  private final Runnable relief;
  private final PropertyEncoder encoder = new PropertyEncoder();
  private final PropertyBytes bytes = new PropertyBytes();
  private final PropertyBytes changed = new PropertyBytes();
  private final EdgeEntries edges;
  private final IndexEdit entries;
  private final IndexBuild builds;
  private @Nullable Symbols ownSymbols;
  private Runnable certain = () -> {};
  private int lastOrdinal;

  /// Whether the catalog of indexes is, or was, another one than the committed one.
  private boolean hasOwnCatalog;

  GraphEdit(GraphStore store, PageWriteTransaction pages) {
    this(store, pages, pages, pages::relieve);
  }

  /// Edits through pages that lie over those of a transaction.
  ///
  /// @param relief is called between two changes, when nobody holds a segment
  GraphEdit(GraphStore store, PageWriter pages, PageWriteTransaction tx, Runnable relief) {
    super(store, pages);
    this.pages = pages;
    this.tx = tx;
    this.relief = relief;
    this.edges = new EdgeEntries(this, pages, store.edgeRecords(), relief);
    this.entries = new IndexEdit(this);
    this.builds = new IndexBuild(this, tx, entries);
  }

  /// Returns what defines, builds and drops indexes in this transaction.
  public IndexBuild builds() {
    return builds;
  }

  @Override
  IndexCatalog loadCatalog(long version) {
    return hasOwnCatalog ? IndexTable.load(pages, symbols()) : super.loadCatalog(version);
  }

  <T> T changeCatalog(Change<T> change) {
    hasOwnCatalog = true;
    return change(change);
  }

  @Override
  public boolean isChangeable() {
    return true;
  }

  @Override
  Symbols symbols() {
    return ownSymbols == null ? store.symbols() : ownSymbols;
  }

  private Symbols writableSymbols() {
    Symbols own = ownSymbols;
    if (own == null) {
      own = store.symbols().copy();
      ownSymbols = own;
    }
    return own;
  }

  /// Switches the change feed on, or changes its limit of bytes.
  public void enableChangeLog(long bytesMax) {
    change(() -> {
      ChangeLog.enable(tx, tx.sequence(), bytesMax);
      return true;
    });
  }

  /// Switches the change feed off.
  public void disableChangeLog() {
    change(() -> {
      ChangeLog.disable(tx);
      return true;
    });
  }

  /// Returns what notes down the changes of this transaction.
  ///
  /// @param bytesMax the most to note
  public ChangeRecorder recorder(int bytesMax) {
    return new ChangeRecorder(this, bytesMax);
  }

  /// Adds what was noted down to the change feed, if it is switched on.
  public void appendChanges(ChangeRecorder recorder) {
    ChangeLog log = ChangeLog.open(tx);
    if (log != null) {
      change(() -> {
        log.append(tx, tx.sequence(), recorder);
        return true;
      });
    }
  }

  /// Tells the change feed that more was changed than can be told.
  void appendUnknownChanges() {
    ChangeRecorder recorder = recorder(0);
    recorder.loseCount();
    appendChanges(recorder);
  }

  /// Has something run when the commit is certain and not visible yet, in the order of commits.
  public void onCertain(Runnable task) {
    certain = task;
  }

  /// Returns the ordinal of the edge that was added last.
  public int lastOrdinal() {
    return lastOrdinal;
  }

  /// Commits. `queued` is run when the next writer may begin, before this one waits for what the
  /// durability promises.
  public Commit commit(Durability durability, Runnable queued) {
    settleToEnd();
    return tx.commit(durability, observer(queued));
  }

  /// Commits without waiting.
  public Commit submit(Durability durability) {
    settleToEnd();
    return tx.submit(durability, observer(() -> {}));
  }

  /// New names become known when the commit is certain and not visible yet: so every reader of the
  /// commit knows them, and a name of a commit that was refused is not taken for one that is
  /// stored.
  private CommitObserver observer(Runnable queued) {
    return new CommitObserver() {
      @Override
      public void sealed() {
        if (ownSymbols != null) {
          store.publish(ownSymbols);
        }
        certain.run();
      }

      @Override
      public void queued() {
        queued.run();
      }
    };
  }

  /// Remembers this moment.
  public PageSavepoint savepoint() {
    settle();
    return tx.savepoint();
  }

  /// Takes back what was changed since a moment. Names need no care: those that were interned since
  /// are behind the count of names, as those of a transaction that was rolled back.
  public void rollbackTo(PageSavepoint savepoint) {
    tx.rollbackTo(savepoint);
    edges.forgetHeldBack(); // What is held back is newer than any savepoint.
    forgetCatalog();
    noteRollback();
  }

  /// Forgets a moment and keeps what was changed since.
  public void release(PageSavepoint savepoint) {
    tx.release(savepoint);
  }

  @Override
  public void settle() {
    if (edges.areHeldBack()) {
      tx.checkMine();
      change(() -> {
        edges.storeHeldBack();
        return edges;
      });
    }
  }

  /// Settles before the transaction ends, with or without success.
  private void settleToEnd() {
    boolean done = tx.isBroken();
    try {
      if (!done) {
        settle();
      }
      done = true;
    } finally {
      if (!done) {
        tx.rollback();
      }
    }
  }

  /// A change, after its arguments were found good.
  interface Change<T> {
    T apply();
  }

  private <T> T change(Change<T> change) {
    noteChange();
    boolean done = false;
    try {
      T result = change.apply();
      done = true;
      // Between two changes nobody holds a segment: cursors look up again, by the count of changes.
      relief.run();
      return result;
    } finally {
      if (!done) {
        tx.breakDown();
      }
    }
  }

  int labelNumberOrNew(String label) {
    if (label.isEmpty()) {
      return 0;
    }
    int number = labelNumber(label);
    return number > 0 ? number : writableSymbols().add(tx, Symbols.Kind.LABEL, label);
  }

  int keyNumberOrNew(String key) {
    int number = keyNumber(key);
    if (number > 0) {
      return number;
    }
    Symbols.checkRoom(pages, Symbols.Kind.KEY);
    return change(() -> writableSymbols().add(tx, Symbols.Kind.KEY, key));
  }

  void checkLabel(String label) {
    if (!label.isEmpty() && labelNumber(label) < 0) {
      Symbols.checkName(Symbols.Kind.LABEL, label);
      Symbols.checkRoom(pages, Symbols.Kind.LABEL);
    }
  }

  /// Adds a node (an empty label means none) and returns its id.
  public long addNode(String label, Map<String, ?> properties) {
    checkLabel(label);
    int length = encode(properties);
    long next = GraphRoot.getLong(pages, GraphRoot.NEXT_NODE_OFFSET);
    entries.plan(next, 0, bytes, labelNumber(label), encoded(length));
    return change(() -> {
      long node = store.nodes().add(pages, labelNumberOrNew(label));
      if (length > 0) {
        writeNodeProperties(findSlot(node), length);
      }
      entries.apply(pages);
      return node;
    });
  }

  /// Encodes properties into the encoder's buffer. New keys get their numbers here; a key that is
  /// interned and then not used does no harm.
  int encode(Map<String, ?> properties) {
    return properties.isEmpty() ? 0 : encoder.encode(properties, this::keyNumberOrNew);
  }

  /// Returns the first bytes of the encoder's buffer as a set, for the indexes if there are any.
  private PropertyBytes encoded(int length) {
    if (catalog().isEmpty()) {
      return changed;
    }
    MemorySegment copy = MemorySegment.ofArray(encoder.buffer());
    if (length <= GraphStore.ENCODED_BYTES) {
      copy = store.encoded();
      MemorySegment.copy(encoder.buffer(), 0, copy, PageLayout.BYTE, 0, length);
    }
    changed.set(copy, 0, length);
    return changed;
  }

  /// Gives the node in a slot another label.
  public void setLabel(long node, String label) {
    checkLabel(label);
    long slot = slotOf(node);
    nodeProperties(slot, bytes);
    entries.plan(node, labelOf(slot), bytes, labelNumber(label), bytes);
    change(() -> {
      store.nodes().setLabel(pages, slot, labelNumberOrNew(label));
      entries.apply(pages);
      return label;
    });
  }

  /// Replaces all properties of a node.
  public void setProperties(long node, Map<String, ?> properties) {
    long slot = slotOf(node);
    int length = encode(properties);
    nodeProperties(slot, bytes);
    changeNodeProperties(node, slot, length);
  }

  /// Replaces the properties of a node, which `bytes` shows, by those in the encoder's buffer.
  private void changeNodeProperties(long node, long slot, int length) {
    int label = labelOf(slot);
    entries.plan(node, label, bytes, label, encoded(length));
    change(() -> {
      writeNodeProperties(slot, length);
      entries.apply(pages);
      return slot;
    });
  }

  /// Sets one property of a node.
  public void setProperty(long node, String key, @Nullable Object value) {
    long slot = slotOf(node);
    checkProperty(key, value);
    int number = keyNumberOrNew(key);
    nodeProperties(slot, bytes);
    int length = encoder.replace(bytes.segment(), bytes.offset(), bytes.length(), number, value);
    changeNodeProperties(node, slot, length);
  }

  private static void checkProperty(String key, @Nullable Object value) {
    PropertyEncoder.checkKey(key);
    if (value == null) {
      throw new PropertyException("property value is null key=" + key);
    }
  }

  /// Removes one property of a node and returns whether there was one.
  public boolean removeProperty(long node, String key) {
    long slot = slotOf(node);
    int number = keyNumber(key);
    nodeProperties(slot, bytes);
    if (!has(bytes, number)) {
      return false;
    }
    int length = encoder.replace(bytes.segment(), bytes.offset(), bytes.length(), number, null);
    changeNodeProperties(node, slot, length);
    return true;
  }

  private static boolean has(PropertyBytes bytes, int keyNumber) {
    return keyNumber > 0
        && bytes.length() > 0
        && PropertyDecoder.find(bytes.segment(), bytes.offset(), bytes.length(), keyNumber) >= 0;
  }

  /// Writes the first `length` bytes of the encoder's buffer as the properties of the node in a
  /// slot: into its cell if they fit, into a record else.
  private void writeNodeProperties(long slot, int length) {
    RecordTable records = store.nodeRecords();
    long record = recordOf(slot);
    if (length > NodeTable.INLINE_BYTES_MAX) {
      long stored =
          record == 0
              ? records.insert(pages, slot, encoder.buffer(), length)
              : records.update(pages, record, encoder.buffer(), length);
      if (stored != record) {
        setRecord(store.nodes().modifyCell(pages, slot).fill((byte) 0), stored);
      }
      return;
    }
    if (record != 0) {
      records.delete(pages, record);
    }
    MemorySegment cell = store.nodes().modifyCell(pages, slot).fill((byte) 0);
    cell.set(PageLayout.BYTE, 0, (byte) length);
    MemorySegment.copy(encoder.buffer(), 0, cell, PageLayout.BYTE, 1, length);
  }

  /// Names a record in a cell of zeros.
  static void setRecord(MemorySegment cell, long record) {
    cell.set(PageLayout.BYTE, 0, (byte) NodeTable.IN_RECORD);
    cell.set(PageLayout.INT, 1, (int) record);
    cell.set(PageLayout.SHORT, 1 + Integer.BYTES, (short) (record >>> Integer.SIZE));
  }

  /// Deletes a node with its edges and properties.
  public void deleteNode(long node) {
    long slot = slotOf(node);
    settle();
    nodeProperties(slot, bytes);
    entries.plan(node, labelOf(slot), bytes, 0, bytes);
    change(() -> {
      entries.apply(pages);
      for (int number = 1; number <= typeCount(); number++) {
        EdgeType type = type(number);
        edges.removeAll(slot, type, type.outgoing(), type.incoming());
        edges.removeAll(slot, type, type.incoming(), type.outgoing());
      }
      nodeProperties(slot, bytes);
      writeNodeProperties(slot, 0);
      store.nodes().remove(pages, node, slot);
      return node;
    });
  }

  /// Declares an edge type.
  public EdgeType declareType(String name, boolean multi) {
    int number = typeNumber(name);
    if (number > 0) {
      EdgeType type = type(number);
      if (type.multi() != multi) {
        throw new IllegalArgumentException(
            "edge type exists with another multiplicity type=%s".formatted(name));
      }
      return type;
    }
    checkType(name);
    return change(() -> writableSymbols().addType(tx, name, multi));
  }

  private void checkType(String name) {
    Symbols.checkName(Symbols.Kind.TYPE, name);
    Symbols.checkRoom(pages, Symbols.Kind.TYPE);
  }

  /// Adds an edge; returns whether it is new. A SIMPLE edge that exists is left as it is, or gets
  /// these properties if `replace`.
  public boolean addEdge(
      String typeName, long source, long target, Map<String, ?> properties, boolean replace) {
    long from = slotOf(source);
    long to = slotOf(target);
    int number = typeNumber(typeName);
    if (number < 0) {
      checkType(typeName);
    } else if (replace && type(number).multi()) {
      throw new IllegalArgumentException("edge type is MULTI type=" + typeName);
    }
    int length = encode(properties);
    EdgeType type = number < 0 ? declareType(typeName, false) : type(number);
    lastOrdinal = 0;
    if (type.multi()) {
      return addParallelEdge(type, from, to, length);
    }
    if (length == 0 && !replace) {
      return change(() -> edges.insertBare(type, from, to));
    }
    long existing = type.outgoing().get(pages, from, to);
    if (existing == FixedSizeForest.ABSENT) {
      return change(() -> edges.insert(type, from, to, 0, length));
    }
    if (replace) {
      change(() -> edges.writeProperties(type, from, type.key(to, 0), existing, length));
    }
    return false;
  }

  /// Adds edges without properties and returns how many are new. Nothing was done if an end does
  /// not exist.
  public int addEdges(String typeName, long[] sources, long[] targets, int from, int to) {
    int number = typeNumber(typeName);
    BareEntries entries = new BareEntries();
    long nextNode = NodeTable.nextNode(pages);
    KnownRegions known = to - from < EDGES_OF_FEW ? null : new KnownRegions(pages, store.nodes());
    for (int i = from; i < to; i++) {
      entries.add(slotOf(sources[i], nextNode, known), slotOf(targets[i], nextNode, known));
    }
    if (number < 0) {
      checkType(typeName);
    }
    EdgeType type = number < 0 ? declareType(typeName, false) : type(number);
    if (type.multi()) {
      for (int i = 0; i < entries.count(); i++) {
        addParallelEdge(type, entries.source(i), entries.key(i), 0);
      }
      return entries.count();
    }
    return change(() -> {
      type.outgoing().putAll(pages, entries, relief);
      entries.swap();
      type.incoming().putAll(pages, entries, relief);
      return entries.count();
    });
  }

  /// @param known what is known of the regions as long as no node comes or goes
  private long slotOf(long node, long nextNode, @Nullable KnownRegions known) {
    long slot =
        known == null ? store.nodes().findSlot(pages, node, nextNode) : known.findSlot(node);
    if (slot < 0) {
      throw store.nodes().notFound(pages, node);
    }
    return slot;
  }

  private boolean addParallelEdge(EdgeType type, long from, long to, int length) {
    int ordinal = edges.nextOrdinal(type, from, to);
    lastOrdinal = ordinal;
    return change(() -> edges.insert(type, from, to, ordinal, length));
  }

  /// Returns the bytes that [#encode] has written.
  byte[] encoded() {
    return encoder.buffer();
  }

  /// Sets one property of an edge.
  public void setEdgeProperty(
      EdgeType type, long from, long edgeKey, String key, @Nullable Object value) {
    checkProperty(key, value);
    changeEdgeProperty(type, from, edgeKey, key, value);
  }

  /// Removes one property of an edge and returns whether there was one.
  public boolean removeEdgeProperty(EdgeType type, long from, long edgeKey, String key) {
    return changeEdgeProperty(type, from, edgeKey, key, null);
  }

  private boolean changeEdgeProperty(
      EdgeType type, long from, long edgeKey, String key, @Nullable Object value) {
    long record = recordOf(type, from, edgeKey);
    int number = value == null ? keyNumber(key) : keyNumberOrNew(key);
    edgeProperties(record, bytes);
    if (value == null && !has(bytes, number)) {
      return false;
    }
    int length = encoder.replace(bytes.segment(), bytes.offset(), bytes.length(), number, value);
    return change(() -> edges.writeProperties(type, from, edgeKey, record, length));
  }

  private long recordOf(EdgeType type, long from, long edgeKey) {
    long record = type.outgoing().get(pages, from, edgeKey);
    if (record == FixedSizeForest.ABSENT) {
      throw new EdgeNotFoundException(
          "no such edge type=%s source=%d target=%d"
              .formatted(type.name(), nodeOf(from), nodeOf(type.slotOf(edgeKey))));
    }
    return record;
  }

  /// Deletes one edge.
  public void deleteEdge(EdgeType type, long from, long edgeKey) {
    long record = recordOf(type, from, edgeKey);
    change(() -> edges.remove(type, from, edgeKey, record));
  }

  /// Deletes the edges of a type between two slots and returns how many there were.
  public int deleteEdges(EdgeType type, long from, long to) {
    ForestCursor cursor = type.outgoing().cursor(pages);
    LongArrayList found = new LongArrayList();
    cursor.seek(from);
    cursor.seekKey(type.key(to, 0));
    while (cursor.next() && type.slotOf(cursor.key()) == to) {
      found.add(cursor.key());
      found.add(cursor.value());
    }
    change(() -> {
      for (int i = 0; i < found.size(); i += 2) {
        edges.remove(type, from, found.getLong(i), found.getLong(i + 1));
      }
      return found;
    });
    return found.size() / 2;
  }
}
