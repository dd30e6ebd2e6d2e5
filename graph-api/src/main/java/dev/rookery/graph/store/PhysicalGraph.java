package dev.rookery.graph.store;

import dev.rookery.storage.tree.FixedSizeForest;
import dev.rookery.storage.tree.ForestCursor;
import dev.rookery.storage.tree.ForestScan;
import dev.rookery.storage.tx.StagedPages;
import java.lang.foreign.MemorySegment;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/// A snapshot by physical ids, for code that walks many edges and translates ids only at its ends.
///
/// A *slot* is the physical id of a node: dense, region · 65,536 + index in the region. It is valid
/// as long as the transaction and never shown to users. Edge types and labels are their interned
/// numbers. Thread-safe, as the transaction is; cursors belong to one thread each.
public interface PhysicalGraph {

  /// Base-2 logarithm of the number of slots in a region.
  int REGION_SHIFT = 16;

  /// How far the other end is shifted left in the keys of a MULTI type.
  int ORDINAL_BITS = 24;

  /// Returns the physical graph of a transaction of the public interface.
  ///
  /// @throws IllegalArgumentException if the transaction is none of this library's
  static PhysicalGraph of(AutoCloseable transaction) {
    if (transaction instanceof Source source) {
      return source.physical();
    }
    throw new IllegalArgumentException("transaction of another library");
  }

  /// Is implemented by transactions.
  interface Source {
    /// Returns the physical graph of the transaction's snapshot.
    PhysicalGraph physical();

    /// Returns a view of nodes that is moved from one to the next, a `Node` of the public
    /// interface.
    MovingNode movingNode();

    /// Returns a view of edges of a type that is moved from one to the next, an `Edge` of the
    /// public interface.
    ///
    /// @param outgoing whether it is moved along outgoing edges
    MovingEdge movingEdge(int typeNumber, boolean outgoing);
  }

  /// A view of a node that can be moved to another one, so that functions which are asked about
  /// many nodes cost no object for each. Belongs to one thread.
  interface MovingNode {
    /// Shows the node in a slot.
    void moveTo(long slot);
  }

  /// As [MovingNode], for edges.
  interface MovingEdge {
    /// Shows an edge that a cursor stands at.
    ///
    /// @param slot the slot whose edges the cursor goes over
    /// @param key the key of the edge there
    /// @param recordId the value there
    void moveTo(long slot, long key, long recordId);
  }

  /// Returns the number of slots that have ever been in use: every slot is smaller.
  long slotCount();

  /// Returns the slot of a node. O(1).
  ///
  /// @throws dev.rookery.graph.error.NodeNotFoundException if there is no such node
  long slotOf(long node);

  /// Returns the id of the node in a slot, or 0 if the slot is empty. O(1).
  long nodeOf(long slot);

  /// Returns what a node id is more than its slot, for all nodes of a region, or [Long#MIN_VALUE]
  /// if it is not the same for all of them. Empty slots do not count. O(1).
  long deltaOf(long region);

  /// Returns the number of the label of the node in a slot, 0 if it has none.
  int labelOf(long slot);

  /// Returns the number of a label, or -1 if it does not exist.
  int labelNumber(String label);

  /// Returns how many nodes bear a label, by its number; 0 for a number that is none. O(1).
  long labelSize(int labelNumber);

  /// Returns a cursor over the slots that bear a label, ascending; over none for a number that is
  /// none.
  LabelCursor slotsOf(int labelNumber);

  /// Returns the name of a label.
  String labelName(int labelNumber);

  /// Returns the number of a property key, or -1 if no property was ever called so.
  int keyNumber(String key);

  /// Points a view at the properties of the node in a slot.
  void nodeProperties(long slot, PropertyBytes target);

  /// Points a view at the properties of an edge, by the record that cursors give as its value; at
  /// none for record 0.
  void edgeProperties(long recordId, PropertyBytes target);

  /// Returns the number of an edge type, or -1 if it does not exist.
  int typeNumber(String type);

  /// Returns the name of an edge type.
  String typeName(int typeNumber);

  /// Returns how many edge types there are; their numbers are 1 … count.
  int typeCount();

  /// Returns how many edges of a type there are. O(1).
  long edgeCount(int typeNumber);

  /// Returns a cursor over the edges of a type that start at a slot: its sources are slots, its
  /// keys the slots at the other end (for MULTI types shifted left by [#ORDINAL_BITS], with the
  /// ordinal below), its values the records of edge properties or 0.
  ForestCursor outgoing(int typeNumber);

  /// As [#outgoing], for the edges that end at a slot.
  ForestCursor incoming(int typeNumber);

  /// As [#outgoing], read from pages that [#stage] has returned.
  ForestCursor outgoing(int typeNumber, StagedPages staged);

  /// As [#incoming], read from pages that [#stage] has returned.
  ForestCursor incoming(int typeNumber, StagedPages staged);

  /// Tells which leaf pages hold the edges of a type that start at neighbouring slots of one
  /// region, without reading them.
  ///
  /// @param staged what to read from that [#stage] has returned, or null
  void visitOutgoingLeaves(
      int typeNumber,
      long slot,
      long endSlot,
      @Nullable StagedPages staged,
      FixedSizeForest.LeafVisitor visitor);

  /// As [#visitOutgoingLeaves], for the edges that end at slots.
  void visitIncomingLeaves(
      int typeNumber,
      long slot,
      long endSlot,
      @Nullable StagedPages staged,
      FixedSizeForest.LeafVisitor visitor);

  /// Returns the pages of this snapshot for work that reads them in large pieces into memory of its
  /// own. Close it.
  ///
  /// @param frameCount for how many pages there is to be memory
  /// @param isDirect whether they are read past what the system keeps of files in memory, where it
  ///   can do so
  /// @throws IllegalStateException if this is the graph of a write transaction
  StagedPages stage(int frameCount, boolean isDirect);

  /// Returns a reader of one property of edges, by the records that cursors give as values.
  EdgeNumbers edgeNumbers(String key);

  /// Returns zeros that lie in a nameless file, for the state of an algorithm that is to take no
  /// memory: readable and writable by any thread, gone with the segment. The system decides how
  /// much of it is in memory.
  ///
  /// @throws dev.rookery.storage.error.DiskFullException if there is no room for it
  MemorySegment stateFile(long bytes);

  /// Has the system read neighbouring pages of the data file, as much at once as it can, and waits
  /// until they are in memory.
  void loadPages(long firstPage, long count);

  /// Says that somebody is going to read pages of the data file here and there, besides those that
  /// are loaded, or, once for each time, no more: meanwhile the system reads nothing around a page
  /// that is missing, where it can be told. After the database was closed nothing happens.
  void expectScatteredReads(boolean begins);

  /// Returns how much of the data file the system has in memory, or nothing where it does not tell;
  /// of a large file an estimate. Takes some milliseconds.
  OptionalLong residentBytes();

  /// Returns a scan of the slots that edges of a type lead to, by the slots at which they start:
  /// for kernels that look at much of the graph. Parallel edges give their slot once each. All
  /// slots must be below 2^32; what a damaged page says is an `int`, but need not be a slot.
  ///
  /// @param filter says which slots are of interest, or `null` for all
  ForestScan scanOutgoing(int typeNumber, ForestScan.@Nullable SourceFilter filter);

  /// As [#scanOutgoing], by the slots at which edges end.
  ForestScan scanIncoming(int typeNumber, ForestScan.@Nullable SourceFilter filter);

  /// Returns whether a type is MULTI, so that the keys of its adjacency carry an ordinal.
  boolean isMulti(int typeNumber);
}
