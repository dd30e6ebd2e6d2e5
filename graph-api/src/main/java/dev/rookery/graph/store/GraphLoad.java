package dev.rookery.graph.store;

import dev.rookery.graph.error.NodeNotFoundException;
import dev.rookery.storage.Durability;
import dev.rookery.storage.page.PageReader;
import dev.rookery.storage.tree.BuiltRegions;
import dev.rookery.storage.tree.FixedSizeForest;
import dev.rookery.storage.tree.ForestBuilder;
import dev.rookery.storage.tx.PageWriteTransaction;
import dev.rookery.storage.tx.UnseenPages;
import dev.rookery.storage.tx.UnseenSpace;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Map;

/// The graph of a transaction that is loaded in bulk: nodes and records go to pages that nobody can
/// see, forests are built there and linked at the end.
///
/// Belongs to the thread of the transaction, but for what is said of [#reader] and [#builder].
public final class GraphLoad implements AutoCloseable {
  private final GraphStore store;
  private final PageWriteTransaction tx;
  private final UnseenSpace space;
  private final UnseenPages pages;
  private final GraphEdit edit;
  private final long firstNewNode;

  /// Whether each node that was there before lies in the slot before its id.
  private final boolean isInOrder;

  /// New nodes in stretches where id − slot stays the same: first ids, and what to subtract.
  private long[] stretchIds = new long[4];

  private long[] stretchDeltas = new long[4];
  private int stretchCount;
  private int lastStretch;
  private long nodeCount;

  /// Begins a load in a transaction without changes.
  ///
  /// @param framesMax how many pages of nodes and records are kept in memory
  public GraphLoad(GraphStore store, PageWriteTransaction tx, int framesMax) {
    this.store = store;
    this.tx = tx;
    this.space = tx.unseenSpace();
    this.pages = space.open(framesMax);
    this.edit = new GraphEdit(store, pages, tx, this::relieve);
    this.firstNewNode = GraphRoot.getLong(tx, GraphRoot.NEXT_NODE_OFFSET);
    this.isInOrder = isInOrder();
  }

  private boolean isInOrder() {
    long slots = GraphRoot.getLong(tx, GraphRoot.SLOT_COUNT_OFFSET);
    if (slots != firstNewNode - 1 || slots != GraphRoot.getLong(tx, GraphRoot.NODE_COUNT_OFFSET)) {
      return false;
    }
    for (long region = 0; region << PhysicalGraph.REGION_SHIFT < slots; region++) {
      if (store.nodes().deltaOf(tx, region) != 1) {
        return false;
      }
    }
    return true;
  }

  /// Returns where unseen pages come from.
  public UnseenSpace space() {
    return space;
  }

  private void relieve() {
    pages.relieve();
    tx.relieve();
  }

  /// Returns the graph under change, for edge types.
  public GraphEdit edit() {
    return edit;
  }

  /// Returns the pages that were there before the load. May be read by several threads while this
  /// load is given no work by its own.
  public PageReader reader() {
    return new PagesBefore(tx);
  }

  /// Adds a node and returns its id.
  public long addNode(String label, Map<String, ?> properties) {
    long node = edit.addNode(label, properties);
    noteNode(node, store.nodes().findSlot(pages, node));
    nodeCount++;
    return node;
  }

  /// Returns how many nodes were added.
  public long nodeCount() {
    return nodeCount;
  }

  private void noteNode(long node, long slot) {
    long delta = node - slot;
    if (stretchCount > 0 && stretchDeltas[stretchCount - 1] == delta) {
      return;
    }
    if (stretchCount == stretchIds.length) {
      stretchIds = Arrays.copyOf(stretchIds, 2 * stretchCount);
      stretchDeltas = Arrays.copyOf(stretchDeltas, 2 * stretchCount);
    }
    stretchIds[stretchCount] = node;
    stretchDeltas[stretchCount++] = delta;
  }

  /// Returns the slot of a node, new or not.
  ///
  /// @throws NodeNotFoundException if there is none
  public long slotOf(long node) {
    if (node < firstNewNode) {
      if (isInOrder && node > 0) {
        return node - 1;
      }
      return store.nodes().slotOf(tx, node);
    }
    if (node >= firstNewNode + nodeCount) {
      throw new NodeNotFoundException(node, false);
    }
    int index = lastStretch;
    if (node < stretchIds[index] || (index + 1 < stretchCount && node >= stretchIds[index + 1])) {
      index = Arrays.binarySearch(stretchIds, 0, stretchCount, node);
      index = index < 0 ? -2 - index : index;
      lastStretch = index;
    }
    return node - stretchDeltas[index];
  }

  /// Returns a new id's memory: bytes that the list of new nodes takes.
  public long memoryBytes() {
    return 2L * Long.BYTES * stretchIds.length;
  }

  /// Encodes properties and returns their length in [#encoded].
  public int encode(Map<String, ?> properties) {
    return edit.encode(properties);
  }

  /// Returns the bytes that were encoded last; valid until the next call.
  public byte[] encoded() {
    return edit.encoded();
  }

  /// Stores the properties of an edge and returns their record.
  public long insertEdgeRecord(EdgeType type, long fromSlot, byte[] bytes, int length) {
    long record =
        store
            .edgeRecords()
            .insert(pages, EdgeEntries.owner(type.number(), fromSlot), bytes, length);
    relieve();
    return record;
  }

  /// Returns what builds one direction of a type on pages of a window of its own, so on any thread.
  public static ForestBuilder builder(UnseenPages window, EdgeType type, boolean isOutgoing) {
    int structure = GraphRoot.FORESTS_ID + 2 * type.number() + (isOutgoing ? 0 : 1);
    return new ForestBuilder(window, structure, window::relieve);
  }

  /// Returns the pages of nodes and records, as a window for forests that are built on this thread.
  public UnseenPages pages() {
    return pages;
  }

  /// Makes all pages durable that were written through the windows, which are finished.
  public void adopt(Iterable<UnseenPages> windows) {
    pages.finish();
    space.adopt();
    pages.giveBackUnused();
    windows.forEach(UnseenPages::giveBackUnused);
  }

  /// Puts what was built into a forest. Behind [#adopt].
  public void link(FixedSizeForest forest, BuiltRegions built) {
    for (int i = 0; i < built.count(); i++) {
      built.link(forest, tx, i);
      tx.relieve();
    }
  }

  /// Commits, durably.
  public long commit() {
    edit.appendUnknownChanges();
    long sequence = edit.commit(Durability.SYNC, () -> {}).sequence();
    close();
    return sequence;
  }

  /// Takes everything back, unless it was committed. Idempotent.
  @Override
  public void close() {
    try (PageWriteTransaction _ = tx;
        UnseenSpace _ = space;
        UnseenPages _ = pages) {
      edit.noteChange();
    }
  }

  /// Pages of a transaction that nobody changes meanwhile: no `PageWriter`, so that cursors may
  /// remember where they are.
  private record PagesBefore(PageWriteTransaction tx) implements PageReader {
    @Override
    public long locate(long pageNumber) {
      return tx.locate(pageNumber);
    }

    @Override
    public MemorySegment segmentAt(long location) {
      return tx.segmentAt(location);
    }

    @Override
    public long pageCount() {
      return tx.pageCount();
    }

    @Override
    public RuntimeException corrupt(long pageNumber, String expected, String found) {
      return tx.corrupt(pageNumber, expected, found);
    }
  }
}
