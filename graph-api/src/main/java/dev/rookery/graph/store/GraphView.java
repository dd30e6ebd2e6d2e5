package dev.rookery.graph.store;

import dev.rookery.graph.index.IndexStatus;
import dev.rookery.storage.error.CorruptDatabaseException;
import dev.rookery.storage.page.PageLayout;
import dev.rookery.storage.page.PageReader;
import dev.rookery.storage.page.PageWriter;
import dev.rookery.storage.table.RecordTable;
import dev.rookery.storage.tree.FixedSizeForest;
import dev.rookery.storage.tree.ForestCursor;
import dev.rookery.storage.tree.ForestScan;
import dev.rookery.storage.tx.StagedPages;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/// The graph of one transaction by slots, numbers and bytes: everything that is read is read here.
///
/// Thread-safe as far as its pages are: an instance has no state of its own but the names, which
/// the writer replaces, and the count of changes, by which cursors notice that they stand on old
/// ground.
public sealed class GraphView implements PhysicalGraph permits GraphEdit {
  /// How many property keys are kept at hand, a power of two.
  private static final int KNOWN_KEY_COUNT = 16;

  final GraphStore store;
  private final PageReader pages;

  /// Plain on purpose: read at every step of a cursor. Another thread's close is noticed soon, not
  /// at once.
  private int changeCount;

  private int rollbackCount;

  /// The catalog of indexes of the version that was asked for last. Immutable, so it does no harm
  /// if threads find different ones.
  private IndexCatalog catalog = IndexCatalog.NONE;

  /// The edge types looked up so far, by number. Threads may race to write it: what one loses is
  /// looked up again.
  private @Nullable EdgeType[] types = {};

  /// Whether the pages are a snapshot, so that what was read once stays true.
  private final boolean isSnapshot;

  /// Made when it is first needed; threads may race to write it.
  private @Nullable KnownRegions regions;

  /// Property keys that were asked for, each at the place of its hash. Of a snapshot only.
  private final @Nullable KnownKey[] keys;

  /// A property key and its number.
  private record KnownKey(String name, int number) {}

  GraphView(GraphStore store, PageReader pages) {
    this.store = store;
    this.pages = pages;
    this.isSnapshot = !(pages instanceof PageWriter);
    this.keys = new KnownKey[isSnapshot ? KNOWN_KEY_COUNT : 0];
  }

  /// Returns what is known of the regions, or `null` if that may change. Whoever answers from there
  /// without touching a page must have found the transaction open.
  private @Nullable KnownRegions regions() {
    if (!isSnapshot) {
      return null;
    }
    KnownRegions known = regions;
    if (known == null) {
      known = new KnownRegions(pages, store.nodes());
      regions = known;
    }
    return known;
  }

  /// Fails if the transaction has closed.
  private void checkOpen() {
    pages.pageCount();
  }

  /// Returns the pages that the graph is read from.
  public PageReader pages() {
    return pages;
  }

  /// Returns a number that is another one after a change of the graph, and after the end of the
  /// transaction: what was found on its pages must be looked up again.
  public int changeCount() {
    return changeCount;
  }

  /// Tells all cursors to look up again where they are.
  public void noteChange() {
    changeCount++;
  }

  /// Returns a number that is another one after edge types may have gone, because the transaction
  /// went back to a savepoint. Changes only together with [#changeCount].
  public int rollbackCount() {
    return rollbackCount;
  }

  void noteRollback() {
    rollbackCount++;
    changeCount++;
    types = new EdgeType[0];
  }

  /// Returns whether an edge type that was found earlier is there still.
  public boolean hasType(EdgeType type) {
    return type.number() <= typeCount() && type.equals(type(type.number()));
  }

  /// Returns whether the graph may change while it is read.
  public boolean isChangeable() {
    return false;
  }

  Symbols symbols() {
    return store.symbols();
  }

  private int count(Symbols.Kind kind) {
    return GraphRoot.getInt(pages, kind.countOffset);
  }

  /// Returns the indexes.
  IndexCatalog catalog() {
    long version = IndexTable.version(pages);
    IndexCatalog known = catalog;
    if (known.version() != version) {
      known = loadCatalog(version);
      catalog = known;
    }
    return known;
  }

  IndexCatalog loadCatalog(long version) {
    return store.catalog(pages, version, symbols());
  }

  /// Forgets the catalog, whose version may come to be that of another one.
  void forgetCatalog() {
    catalog = IndexCatalog.NONE;
  }

  /// Returns the indexes, in the order in which they were defined.
  public List<IndexStatus> indexes() {
    return catalog().all().stream().map(this::info).toList();
  }

  IndexStatus info(StoredIndex index) {
    return new IndexStatus(
        index.definition(), index.state(), IndexEntries.count(pages, index), index.failure());
  }

  /// Returns how many nodes there are.
  public long nodeCount() {
    return GraphRoot.getLong(pages, GraphRoot.NODE_COUNT_OFFSET);
  }

  @Override
  public long slotCount() {
    return GraphRoot.getLong(pages, GraphRoot.SLOT_COUNT_OFFSET);
  }

  /// Returns the slot of a node, or -1 if there is none.
  public long findSlot(long node) {
    KnownRegions known = regions();
    if (known != null) {
      checkOpen();
      return known.findSlot(node);
    }
    return store.nodes().findSlot(pages, node);
  }

  @Override
  public long slotOf(long node) {
    long slot = findSlot(node);
    if (slot < 0) {
      throw store.nodes().notFound(pages, node);
    }
    return slot;
  }

  @Override
  public long nodeOf(long slot) {
    KnownRegions known = regions();
    if (known == null) {
      return store.nodes().nodeOf(pages, slot);
    }
    checkOpen();
    return known.nodeOf(slot);
  }

  /// Replaces slots of nodes by the ids of the nodes.
  ///
  /// @param slots some of them from an index on
  /// @param end behind the last one
  public void translate(long[] slots, int from, int end) {
    KnownRegions known = regions();
    if (known == null) {
      for (int i = from; i < end; i++) {
        slots[i] = store.nodes().nodeOf(pages, slots[i]);
      }
    } else {
      known.translate(slots, from, end);
    }
  }

  @Override
  public long deltaOf(long region) {
    KnownRegions known = regions();
    return known == null ? store.nodes().deltaOf(pages, region) : known.get(region).delta();
  }

  private long cell(long slot) {
    KnownRegions known = regions();
    return known == null ? store.nodes().cell(pages, slot) : known.cell(slot);
  }

  @Override
  public int labelOf(long slot) {
    KnownRegions known = regions();
    if (known == null) {
      return store.nodes().labelOf(pages, slot);
    }
    checkOpen();
    return known.labelOf(slot);
  }

  @Override
  public int labelNumber(String label) {
    return symbols().find(Symbols.Kind.LABEL, label, count(Symbols.Kind.LABEL));
  }

  @Override
  public long labelSize(int labelNumber) {
    return store.nodes().labelSize(pages, labelNumber);
  }

  @Override
  public LabelCursor slotsOf(int labelNumber) {
    return new LabelCursor(this, labelNumber);
  }

  @Override
  public String labelName(int number) {
    return symbols().name(Symbols.Kind.LABEL, number);
  }

  int labelCount() {
    return count(Symbols.Kind.LABEL);
  }

  int keyCount() {
    return count(Symbols.Kind.KEY);
  }

  /// Returns the labels ever used, sorted.
  public List<String> labels() {
    return symbols().sorted(Symbols.Kind.LABEL, count(Symbols.Kind.LABEL));
  }

  @Override
  public int typeNumber(String type) {
    return symbols().find(Symbols.Kind.TYPE, type, count(Symbols.Kind.TYPE));
  }

  @Override
  public String typeName(int typeNumber) {
    return type(typeNumber).name();
  }

  /// Returns the edge types that exist, sorted.
  public List<String> types() {
    return symbols().sorted(Symbols.Kind.TYPE, typeCount());
  }

  @Override
  public int typeCount() {
    return count(Symbols.Kind.TYPE);
  }

  /// Returns an edge type by its number.
  public EdgeType type(int number) {
    @Nullable EdgeType[] known = types;
    EdgeType type = number >= 0 && number < known.length ? known[number] : null;
    return type == null ? findType(number) : type;
  }

  private EdgeType findType(int number) {
    if (number < 1 || number > typeCount()) {
      throw new CorruptDatabaseException("no edge type has the number " + number);
    }
    EdgeType type = EdgeTypes.read(pages, number, symbols().name(Symbols.Kind.TYPE, number));
    @Nullable EdgeType[] known = types;
    known = Arrays.copyOf(known, Math.max(known.length, number + 1));
    known[number] = type;
    types = known;
    return type;
  }

  @Override
  public ForestCursor outgoing(int typeNumber, StagedPages staged) {
    return type(typeNumber).outgoing().cursor(staged);
  }

  @Override
  public ForestCursor incoming(int typeNumber, StagedPages staged) {
    return type(typeNumber).incoming().cursor(staged);
  }

  @Override
  public void visitOutgoingLeaves(
      int typeNumber,
      long slot,
      long endSlot,
      @Nullable StagedPages staged,
      FixedSizeForest.LeafVisitor visitor) {
    PageReader reader = staged == null ? pages : staged;
    type(typeNumber).outgoing().visitLeaves(reader, slot, endSlot, visitor);
  }

  @Override
  public void visitIncomingLeaves(
      int typeNumber,
      long slot,
      long endSlot,
      @Nullable StagedPages staged,
      FixedSizeForest.LeafVisitor visitor) {
    settle();
    PageReader reader = staged == null ? pages : staged;
    type(typeNumber).incoming().visitLeaves(reader, slot, endSlot, visitor);
  }

  @Override
  public StagedPages stage(int frameCount, boolean isDirect) {
    return store.stage(pages, frameCount, isDirect);
  }

  @Override
  public MemorySegment stateFile(long bytes) {
    return store.stateFile(bytes);
  }

  @Override
  public void loadPages(long firstPage, long count) {
    store.loadPages(firstPage, count);
  }

  @Override
  public void expectScatteredReads(boolean begins) {
    store.expectScatteredReads(begins);
  }

  @Override
  public OptionalLong residentBytes() {
    return store.residentBytes();
  }

  @Override
  public boolean isMulti(int typeNumber) {
    return type(typeNumber).multi();
  }

  @Override
  public int keyNumber(String key) {
    if (!isSnapshot) {
      return symbols().find(Symbols.Kind.KEY, key, count(Symbols.Kind.KEY));
    }
    int place = key.hashCode() & (KNOWN_KEY_COUNT - 1);
    KnownKey known = keys[place];
    if (known == null || !known.name.equals(key)) {
      known = new KnownKey(key, symbols().find(Symbols.Kind.KEY, key, count(Symbols.Kind.KEY)));
      keys[place] = known;
    }
    return known.number;
  }

  /// Returns the name of a property key.
  public String keyName(int number) {
    return symbols().name(Symbols.Kind.KEY, number);
  }

  @Override
  public ForestCursor outgoing(int typeNumber) {
    return type(typeNumber).outgoing().cursor(pages);
  }

  /// Makes the pages tell the whole graph: a write transaction may hold incoming edges back. To be
  /// called before incoming edges are looked at through [#pages].
  public void settle() {}

  @Override
  public ForestCursor incoming(int typeNumber) {
    settle();
    return type(typeNumber).incoming().cursor(pages);
  }

  @Override
  public ForestScan scanOutgoing(int typeNumber, ForestScan.@Nullable SourceFilter filter) {
    EdgeType type = type(typeNumber);
    return type.outgoing().scan(pages, type.ordinalBits(), filter);
  }

  @Override
  public ForestScan scanIncoming(int typeNumber, ForestScan.@Nullable SourceFilter filter) {
    settle();
    EdgeType type = type(typeNumber);
    return type.incoming().scan(pages, type.ordinalBits(), filter);
  }

  @Override
  public long edgeCount(int typeNumber) {
    return type(typeNumber).outgoing().entryCount(pages);
  }

  @Override
  public void nodeProperties(long slot, PropertyBytes target) {
    long cell = cell(slot);
    MemorySegment segment = pages.segmentAt(cell);
    long offset = PageReader.offsetAt(cell);
    int first = segment.get(PageLayout.BYTE, offset) & 0xFF;
    if (first == NodeTable.IN_RECORD) {
      readRecord(store.nodeRecords(), recordId(segment, offset), target);
    } else if (first > NodeTable.INLINE_BYTES_MAX) {
      throw pages.corrupt(GraphRoot.PAGE, "a cell of slot " + slot, "length " + first);
    } else {
      target.set(segment, offset + 1, first);
    }
  }

  @Override
  public void edgeProperties(long recordId, PropertyBytes target) {
    if (recordId == 0) {
      target.set(MemorySegment.NULL, 0, 0);
    } else {
      readRecord(store.edgeRecords(), recordId, target);
    }
  }

  @Override
  public EdgeNumbers edgeNumbers(String key) {
    return new EdgeNumbers(this, keyNumber(key));
  }

  private void readRecord(RecordTable table, long recordId, PropertyBytes target) {
    table.read(pages, recordId, target.record());
    target.setToRecord();
  }

  /// Returns the change feed, or null if it is switched off.
  public @Nullable ChangeLog changeLog() {
    return ChangeLog.open(pages);
  }

  /// Returns the record of the properties of the node in a slot, 0 if they have none of their own.
  long recordOf(long slot) {
    long cell = cell(slot);
    MemorySegment segment = pages.segmentAt(cell);
    long offset = PageReader.offsetAt(cell);
    int first = segment.get(PageLayout.BYTE, offset) & 0xFF;
    return first == NodeTable.IN_RECORD ? recordId(segment, offset) : 0;
  }

  static long recordId(MemorySegment segment, long cellOffset) {
    long low = Integer.toUnsignedLong(segment.get(PageLayout.INT, cellOffset + 1));
    long high = PageLayout.unsignedShort(segment, cellOffset + 1 + Integer.BYTES);
    return high << Integer.SIZE | low;
  }
}
