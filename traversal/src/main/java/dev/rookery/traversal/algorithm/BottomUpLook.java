package dev.rookery.traversal.algorithm;

import dev.rookery.storage.tree.ForestCursor;
import dev.rookery.storage.tree.ForestScan;
import dev.rookery.traversal.engine.EdgeRows;
import dev.rookery.traversal.engine.RegionWorker;
import dev.rookery.traversal.engine.Steps;
import dev.rookery.traversal.frontier.SlotWork;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/// How slots that a search has not seen look for a level of it: along their edges backward, until
/// the first that leads there.
///
/// Where pages are mapped, leaf by leaf, in passes over the slots of a leaf: the first chooses
/// those that have not been seen, the next ones read one key of each where it lies, and only for
/// those that are left are keys copied. None of these has a branch that depends on a key. Where
/// pages are staged, each slot is sought by a cursor.
///
/// Used by all workers, each for slots of its own.
final class BottomUpLook {
  private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;

  /// So many keys of each are read where they lie: the second and third are nearly always in the
  /// cache line of the first.
  private static final int PLACES_UNLOADED = 3;

  private final Steps backward;
  private final boolean isStaged;
  private final MemorySegment seen;
  private final MemorySegment found;

  /// Bits of slots that have edges to look along, once all have looked.
  private final MemorySegment connected;

  private boolean isConnectedKnown;

  /// For each worker, a scan of each step.
  private final ForestScan[][] scans;

  private final int[][] chosen;

  /// @param backward the steps by which slots look
  /// @param seen bits of slots, which are not changed while slots look
  /// @param found where the bits of slots are set that find the level
  BottomUpLook(GraphPass pass, Steps backward, MemorySegment seen, MemorySegment found) {
    this.backward = backward;
    this.seen = seen;
    this.found = found;
    isStaged = pass.isStaged();
    connected = pass.memory().state(isStaged ? 0 : SlotWork.bytes(pass.slotCount()));
    scans = new ForestScan[pass.run().workerCount()][0];
    chosen = new int[scans.length][0];
  }

  /// Has slots look, and sets the bits of those that find the level, in what has been found.
  ///
  /// @param level bits of slots
  void look(RegionWorker worker, long from, long end, MemorySegment level) {
    if (isStaged) {
      lookBySource(worker, from, end, level);
      return;
    }
    int index = worker.index();
    if (scans[index].length < backward.count()) {
      scans[index] = new ForestScan[backward.count()];
      Arrays.setAll(scans[index], step -> backward.scan(step, new Unseen()));
      chosen[index] = new int[ForestScan.BATCH_COUNT_MAX];
    }
    for (ForestScan scan : scans[index]) {
      scan.range(from, end);
      while (scan.nextIndex()) {
        worker.walked(look(scan, level, chosen[index]));
      }
    }
  }

  /// Must be called when all slots have looked.
  void endLevel() {
    isConnectedKnown = !isStaged;
  }

  /// Returns how many edges were looked at.
  private long look(ForestScan batch, MemorySegment level, int[] indexes) {
    int left = choose(batch, indexes);
    if (!isConnectedKnown) {
      noteConnected(batch, indexes, left);
    }
    long edges = 0;
    for (int place = 0; place < PLACES_UNLOADED; place++) {
      edges += left;
      left = lookAt(batch, place, level, indexes, left);
    }
    batch.load(indexes, left);
    int[] keys = batch.keys();
    int[] begins = batch.begins();
    int[] ends = batch.ends();
    for (int i = 0; i < left; i++) {
      int begin = begins[indexes[i]] + PLACES_UNLOADED;
      int end = ends[indexes[i]];
      int k = begin;
      while (k < end && (level.get(LONG, (long) keys[k] >>> 6 << 3) >>> keys[k] & 1) == 0) {
        k++;
      }
      edges += k - begin;
      if (k < end) {
        set(found, batch.source(indexes[i]), 1);
      }
    }
    return edges;
  }

  /// Notes the indexes of those that have edges and have not been seen, and returns how many.
  private int choose(ForestScan batch, int[] indexes) {
    int count = batch.count();
    if (count == 0) {
      return 0;
    }
    long first = batch.source(0);
    if (batch.source(count - 1) - first != count - 1) {
      return chooseAmongSparse(batch, indexes);
    }
    int[] begins = batch.begins();
    int[] ends = batch.ends();
    int size = 0;
    long end = first + count;
    for (long word = first & -Long.SIZE; word < end; word += Long.SIZE) {
      long bits = unseen(word >>> 3);
      bits &= word < first ? -1L << first : -1L;
      bits &= word + Long.SIZE > end ? -1L >>> -end : -1L;
      int index = (int) (word - first);
      for (; bits != 0; bits &= bits - 1) {
        int i = index + Long.numberOfTrailingZeros(bits);
        indexes[size] = i;
        size += (begins[i] - ends[i]) >>> (Integer.SIZE - 1);
      }
    }
    return size;
  }

  private int chooseAmongSparse(ForestScan batch, int[] indexes) {
    int[] begins = batch.begins();
    int[] ends = batch.ends();
    int count = batch.count();
    int size = 0;
    for (int i = 0; i < count; i++) {
      long source = batch.source(i);
      indexes[size] = i;
      size +=
          (int) (unseen(source >>> 6 << 3) >>> source)
              & (begins[i] - ends[i]) >>> (Integer.SIZE - 1);
    }
    return size;
  }

  private void noteConnected(ForestScan batch, int[] indexes, int count) {
    for (int i = 0; i < count; i++) {
      set(connected, batch.source(indexes[i]), 1);
    }
  }

  /// Looks along one edge of each, and returns how many have not found the level and have more
  /// edges: those are what is left of the list.
  ///
  /// @param place which edge; each has so many
  private int lookAt(ForestScan batch, int place, MemorySegment level, int[] indexes, int count) {
    int[] begins = batch.begins();
    int[] ends = batch.ends();
    int left = 0;
    for (int i = 0; i < count; i++) {
      int index = indexes[i];
      int at = begins[index] + place;
      int key = batch.key(at);
      int hit = (int) (level.get(LONG, (long) key >>> 6 << 3) >>> key) & 1;
      set(found, batch.source(index), hit);
      indexes[left] = index;
      left += (1 - hit) & (at + 1 - ends[index]) >>> (Integer.SIZE - 1);
    }
    return left;
  }

  private static void set(MemorySegment bits, long slot, long bit) {
    long offset = slot >>> 6 << 3;
    bits.set(LONG, offset, bits.get(LONG, offset) | bit << slot);
  }

  private boolean isUnseen(long slot) {
    long offset = slot >>> 6 << 3;
    return ((seen.get(LONG, offset) | found.get(LONG, offset)) >>> slot & 1) == 0;
  }

  /// Returns the slots of a word that have not been seen or found, without those that are known to
  /// have no edges.
  private long unseen(long offset) {
    long bits = ~(seen.get(LONG, offset) | found.get(LONG, offset));
    return isConnectedKnown ? bits & connected.get(LONG, offset) : bits;
  }

  /// Returns the first of these slots at or behind one, or the end.
  private long nextUnseen(long slot, long end) {
    long at = slot;
    while (at < end) {
      long unseen = unseen(at >>> 6 << 3) & -1L << at;
      if (unseen != 0) {
        return Math.min(end, (at & -Long.SIZE) + Long.numberOfTrailingZeros(unseen));
      }
      at = (at & -Long.SIZE) + Long.SIZE;
    }
    return end;
  }

  /// Only leaves that have such a slot are read.
  private final class Unseen implements ForestScan.SourceFilter {
    @Override
    public boolean wantsAny(long firstSource, long endSource) {
      return nextUnseen(firstSource, endSource) < endSource;
    }

    @Override
    public boolean wants(long source) {
      return isUnseen(source);
    }
  }

  private void lookBySource(RegionWorker worker, long from, long end, MemorySegment level) {
    ForestCursor[] cursors = worker.cursors(backward);
    for (int step = 0; step < cursors.length; step++) {
      ForestCursor cursor = cursors[step];
      int shift = backward.shift(step);
      long looked = 0;
      long slot = nextUnseen(from, end);
      while (slot < end) {
        slot = cursor.seekNext(slot, end);
        if (slot < 0) {
          break;
        }
        if (isUnseen(slot)) {
          looked += cursor.degree();
          while (cursor.nextRun()) {
            if (leadsTo(cursor, shift, level)) {
              set(found, slot, 1);
              break;
            }
          }
        }
        slot = nextUnseen(slot + 1, end);
      }
      worker.walked(looked);
    }
  }

  private static boolean leadsTo(ForestCursor cursor, int shift, MemorySegment level) {
    for (int i = 0; i < cursor.runCount(); i++) {
      long slot = EdgeRows.key(cursor, i) >>> shift;
      if ((level.get(LONG, slot >>> 6 << 3) >>> slot & 1) != 0) {
        return true;
      }
    }
    return false;
  }
}
