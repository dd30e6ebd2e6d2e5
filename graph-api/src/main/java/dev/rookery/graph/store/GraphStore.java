package dev.rookery.graph.store;

import dev.rookery.storage.Durability;
import dev.rookery.storage.StorageEnvironment;
import dev.rookery.storage.check.CheckReport;
import dev.rookery.storage.page.PageReader;
import dev.rookery.storage.table.RecordTable;
import dev.rookery.storage.tx.PageReadTransaction;
import dev.rookery.storage.tx.PageWriteTransaction;
import dev.rookery.storage.tx.StagedPages;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.OptionalLong;

/// The structures of a graph in an open store. Thread-safe; all state is in the store, but for the
/// interned names.
public final class GraphStore {
  static final int ENCODED_BYTES = 4_096;

  private final NodeTable nodes;
  private final RecordTable nodeRecords;
  private final RecordTable edgeRecords;

  /// The names; replaced before the commit that adds names is visible, so that no snapshot lacks
  /// one.
  private volatile Symbols symbols;

  /// The newest catalog of indexes that a snapshot was seen to have.
  private volatile IndexCatalog catalog = IndexCatalog.NONE;

  /// Belongs to whoever writes.
  private final MemorySegment encoded = Arena.ofAuto().allocate(ENCODED_BYTES);

  private final StorageEnvironment environment;

  private GraphStore(StorageEnvironment environment, PageReader pages) {
    this.environment = environment;
    this.nodes = new NodeTable(pages);
    this.nodeRecords = new RecordTable(GraphRoot.getLong(pages, GraphRoot.NODE_RECORDS_OFFSET));
    this.edgeRecords = new RecordTable(GraphRoot.getLong(pages, GraphRoot.EDGE_RECORDS_OFFSET));
    this.symbols = Symbols.load(pages);
  }

  /// Opens the graph in a store, making an empty one where there is none.
  public static GraphStore open(StorageEnvironment environment) {
    try (PageReadTransaction tx = environment.beginRead()) {
      if (GraphRoot.isPresent(tx)) {
        return new GraphStore(environment, tx);
      }
    }
    try (PageWriteTransaction tx = environment.beginWrite()) {
      GraphRoot.create(tx);
      tx.commit(Durability.SYNC);
    }
    try (PageReadTransaction tx = environment.beginRead()) {
      return new GraphStore(environment, tx);
    }
  }

  /// Returns zeros in a nameless file.
  MemorySegment stateFile(long bytes) {
    return environment.stateFile(bytes);
  }

  /// Has the system read neighbouring pages of the data file.
  void loadPages(long firstPage, long count) {
    environment.loadPages(firstPage, count);
  }

  /// Says that somebody is going to read pages here and there, or no more.
  void expectScatteredReads(boolean begins) {
    environment.expectScatteredReads(begins);
  }

  /// Returns how much of the data file is in memory, if the system tells.
  OptionalLong residentBytes() {
    return environment.residentBytes();
  }

  /// Returns the pages of a snapshot for work that reads them in large pieces.
  StagedPages stage(PageReader pages, int frameCount, boolean isDirect) {
    if (pages instanceof PageReadTransaction tx) {
      return environment.stage(tx, frameCount, isDirect);
    }
    throw new IllegalStateException("pages of a write transaction cannot be staged");
  }

  NodeTable nodes() {
    return nodes;
  }

  RecordTable nodeRecords() {
    return nodeRecords;
  }

  RecordTable edgeRecords() {
    return edgeRecords;
  }

  Symbols symbols() {
    return symbols;
  }

  void publish(Symbols changed) {
    symbols = changed;
  }

  /// Returns memory of [#ENCODED_BYTES] for properties that the writer has encoded, outside of the
  /// heap as pages are: where three kinds of segments are read the compiler gives up guessing.
  MemorySegment encoded() {
    return encoded;
  }

  /// Returns the catalog of a committed version, read if it is not the one known.
  IndexCatalog catalog(PageReader pages, long version, Symbols names) {
    IndexCatalog known = catalog;
    if (known.version() == version) {
      return known;
    }
    IndexCatalog read = IndexTable.load(pages, names);
    if (version > known.version()) {
      catalog = read; // An older one of another thread may overwrite it: it is read again then.
    }
    return read;
  }

  /// Returns the graph as a snapshot of pages shows it.
  public GraphView view(PageReadTransaction pages) {
    return new GraphView(this, pages);
  }

  /// Returns the graph as a write transaction sees and changes it.
  public GraphEdit edit(PageWriteTransaction pages) {
    return new GraphEdit(this, pages);
  }

  /// Returns the graph as it was when a write transaction began.
  public GraphView before(PageWriteTransaction pages) {
    return new GraphView(this, pages.before());
  }

  /// Writes the graph anew, its nodes in another order; ids stay. To be called first in a
  /// transaction. O(graph).
  public void rewrite(PageWriteTransaction pages, SlotOrder order, Progress progress) {
    new GraphRewrite(this, pages, order, progress).run();
  }

  /// Verifies all structures and the rules that connect them, and claims their pages. O(graph).
  public void check(PageReader pages, CheckReport report) {
    new GraphCheck(new GraphView(this, pages)).run(report);
  }
}
