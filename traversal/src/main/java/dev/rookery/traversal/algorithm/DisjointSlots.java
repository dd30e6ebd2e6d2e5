package dev.rookery.traversal.algorithm;

import dev.rookery.storage.tree.ForestScan;
import dev.rookery.traversal.engine.EdgeRows;
import dev.rookery.traversal.frontier.SlotInts;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// A forest of slots that many workers link at once, without locks: each slot names its parent,
/// which is smaller, and a root names itself. When all is linked, the root of a tree is its
/// smallest slot, whatever the order was.
///
/// After Sutton, Ben-Nun, Barak: *Optimizing Parallel Graph Connectivity Computation via Subgraph
/// Sampling* (IPDPS 2018). Invariant: a parent is never larger than its child, so there are no
/// cycles.
final class DisjointSlots {
  private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;

  private final SlotInts parents;

  /// Whether one thread alone links.
  private final boolean isAlone;

  /// @param parents to be overwritten; each slot must be [#separate]d before it is linked
  /// @param isAlone whether one thread alone will link
  DisjointSlots(SlotInts parents, boolean isAlone) {
    this.parents = parents;
    this.isAlone = isAlone;
  }

  /// Returns how many slots there are.
  long slotCount() {
    return parents.slotCount();
  }

  /// Makes each slot of a range a tree of its own.
  void separate(long from, long end) {
    MemorySegment parent = parents.segment();
    for (long slot = from; slot < end; slot++) {
      parent.set(INT, slot << 2, (int) slot);
    }
  }

  /// Links the sources of a batch with all that they lead to, and returns how many edges it has.
  ///
  /// Most ends have the same parent as their source: those cost a comparison.
  long linkAll(EdgeRows rows) {
    MemorySegment parent = parents.segment();
    int[] keys = rows.keys();
    int[] begins = rows.begins();
    int[] ends = rows.ends();
    int count = rows.count();
    long edges = 0;
    for (int i = 0; i < count; i++) {
      int source = (int) rows.source(i);
      int end = ends[i];
      int sourceParent = parent.get(INT, (long) source << 2);
      for (int k = begins[i]; k < end; k++) {
        int target = keys[k];
        if (parent.get(INT, (long) target << 2) != sourceParent) {
          link(source, target);
          sourceParent = parent.get(INT, (long) source << 2);
        }
      }
      edges += end - begins[i];
    }
    return edges;
  }

  /// Links each source of a batch with what it leads to until it is in the tree of another slot,
  /// and returns how many edges that took.
  ///
  /// Makes three passes over the sources, since most do not survive the first, which has no branch,
  /// nor most of those the second, which reads one key of each.
  ///
  /// @param batch whose keys are not loaded yet
  /// @param chosen room for the indexes of all sources of a batch
  long linkUntilTogether(ForestScan batch, int other, int[] chosen) {
    int root = root(other);
    int chosenCount = chooseOutside(batch, root, chosen);
    int leftCount = linkFirst(batch, root, chosen, chosenCount);
    long edges = chosenCount;
    batch.load(chosen, leftCount);
    int[] keys = batch.keys();
    for (int i = 0; i < leftCount; i++) {
      int source = (int) batch.source(chosen[i]);
      int end = batch.ends()[chosen[i]];
      for (int k = batch.begins()[chosen[i]]; k < end && !areTogether(source, other); k++) {
        link(source, keys[k]);
        edges++;
      }
    }
    return edges;
  }

  /// Links sources whose first key leads to a child of a root with that, and returns how many
  /// others there are: those are what is left of the list.
  private int linkFirst(ForestScan batch, int root, int[] chosen, int chosenCount) {
    MemorySegment parent = parents.segment();
    int left = 0;
    for (int i = 0; i < chosenCount; i++) {
      int index = chosen[i];
      if (parent.get(INT, (long) batch.firstKey(index) << 2) == root) {
        link((int) batch.source(index), root);
      } else {
        chosen[left++] = index;
      }
    }
    return left;
  }

  /// Notes the indexes of those sources that have edges and another parent than the given one, and
  /// returns how many there are.
  private int chooseOutside(ForestScan batch, int root, int[] chosen) {
    MemorySegment parent = parents.segment();
    int[] begins = batch.begins();
    int[] ends = batch.ends();
    int count = batch.count();
    int size = 0;
    for (int i = 0; i < count; i++) {
      int difference = parent.get(INT, batch.source(i) << 2) ^ root;
      chosen[size] = i;
      size += ((difference | -difference) & (begins[i] - ends[i])) >>> (Integer.SIZE - 1);
    }
    return size;
  }

  /// Puts two slots into one tree. Threads may link at once.
  void link(int slot, int other) {
    MemorySegment parent = parents.segment();
    int left = parent.get(INT, (long) slot << 2);
    int right = parent.get(INT, (long) other << 2);
    while (left != right) {
      int high = Math.max(left, right);
      int low = Math.min(left, right);
      int above = parent.get(INT, (long) high << 2);
      if (above == low || (above == high && adopt(high, low))) {
        return;
      }
      left = parent.get(INT, (long) parent.get(INT, (long) high << 2) << 2);
      right = parent.get(INT, (long) low << 2);
    }
  }

  /// Makes a root the child of a smaller slot, unless it is no root any more.
  private boolean adopt(int root, int smaller) {
    if (isAlone) {
      parents.set(root, smaller);
      return true;
    }
    return parents.compareAndSet(root, root, smaller);
  }

  /// Makes slots of a range children of their roots, if nothing is linked meanwhile, and returns
  /// how many roots are in it.
  long compress(long from, long end) {
    MemorySegment parent = parents.segment();
    int count = 0;
    for (long slot = from; slot < end; slot++) {
      int above = parent.get(INT, slot << 2);
      count += above == slot ? 1 : 0;
      int top = parent.get(INT, (long) above << 2);
      if (above != top) {
        parent.set(INT, slot << 2, root(top));
      }
    }
    return count;
  }

  /// Returns whether two slots are in one tree. What is so stays so; what is not may be so by now.
  boolean areTogether(int slot, int other) {
    MemorySegment parent = parents.segment();
    int left = parent.get(INT, (long) slot << 2);
    int right = parent.get(INT, (long) other << 2);
    return left == right || root(left) == root(right);
  }

  private int root(int slot) {
    MemorySegment parent = parents.segment();
    int at = slot;
    int above = parent.get(INT, (long) at << 2);
    while (above != at) {
      at = above;
      above = parent.get(INT, (long) at << 2);
    }
    return at;
  }

  /// Returns the first slot of a range that is not known to be in the tree of another, or the end.
  long nextOutside(int other, long from, long end) {
    MemorySegment parent = parents.segment();
    int above = parent.get(INT, (long) other << 2);
    long slot = from;
    while (slot < end && parent.get(INT, slot << 2) == above) {
      slot++;
    }
    return slot;
  }
}
