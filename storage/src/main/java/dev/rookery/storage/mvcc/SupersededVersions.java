package dev.rookery.storage.mvcc;

import java.util.Arrays;
import java.util.Iterator;
import java.util.Map;
import java.util.TreeMap;

/// Pages in scratch that a later publication has replaced, each with its life [born, replaced):
/// freed as soon as no live snapshot lies in it.
///
/// The rule looks at every live snapshot and not at the oldest alone, so a page written a thousand
/// times beside one long reader keeps two versions and not a thousand. A version that a reader
/// holds up is put aside under that reader's version and looked at again when nobody reads that
/// version any more.
///
/// Thread-safe: everything happens under this object's lock.
public final class SupersededVersions {
  private final ScratchPool pool;
  private final ReaderTable readers;

  /// Not judged yet.
  private final Batch fresh = new Batch();

  /// Held up, by the version of a reader that holds them up.
  private final TreeMap<Long, Batch> held = new TreeMap<>();

  /// What is being judged: empty between calls, unless an error has ended the last one.
  private final Batch work = new Batch();

  /// Before this nothing is left in `work`.
  private int judged;

  private int pendingCount;

  /// Creates a list of nothing.
  public SupersededVersions(ScratchPool pool, ReaderTable readers) {
    this.pool = pool;
    this.readers = readers;
  }

  /// Adds a page that the publication of `replaced` takes out of the newest snapshot.
  public void add(long location, long replaced) {
    add(0, location, replaced);
  }

  /// Adds a page that a version of itself replaces: a change of that version may begin with what
  /// this one holds.
  public synchronized void add(long pageNumber, long location, long replaced) {
    fresh.add(pageNumber, location, pool.born(location), replaced);
    pendingCount++;
  }

  /// Returns how many pages wait.
  public synchronized int pendingCount() {
    return pendingCount;
  }

  /// Frees what nobody can read any more.
  ///
  /// @param visibleVersion the version that new readers get: what was replaced later than that may
  ///   still be read by a reader yet to come
  public synchronized void reclaim(long visibleVersion) {
    if (fresh.count == 0 && held.isEmpty() && work.count == 0) {
      return;
    }
    // After the caller read the visible version: see ReaderTable for why nobody is missed.
    long[] active = readers.activeVersions();
    Iterator<Map.Entry<Long, Batch>> all = held.entrySet().iterator();
    while (all.hasNext()) {
      Map.Entry<Long, Batch> entry = all.next();
      if (Arrays.binarySearch(active, entry.getKey()) < 0) {
        work.addAll(entry.getValue());
        all.remove();
      }
    }
    work.addAll(fresh);
    fresh.clear();
    while (judged < work.count) {
      // Counted first: what memory runs out for is lost, but nothing is ever freed twice.
      judged += Batch.WIDTH;
      judge(judged - Batch.WIDTH, active, visibleVersion);
    }
    judged = 0;
    work.clear();
  }

  private void judge(int index, long[] active, long visible) {
    long page = work.cells[index];
    long location = work.cells[index + 1];
    long born = work.cells[index + 2];
    long replaced = work.cells[index + 3];
    if (replaced > visible) {
      fresh.add(page, location, born, replaced);
      return;
    }
    int at = Arrays.binarySearch(active, born);
    int first = at >= 0 ? at : -at - 1;
    if (first < active.length && active[first] < replaced) {
      // Until its readers have gone, the page will have changed more than once: nothing to keep.
      held.computeIfAbsent(active[first], version -> new Batch()).add(0, location, born, replaced);
    } else {
      if (page == 0) {
        pool.free(location);
      } else {
        pool.freeAndKeep(page, location, replaced);
      }
      pendingCount--;
    }
  }

  /// A growing list of (page or 0, location, born, replaced).
  private static final class Batch {
    static final int WIDTH = 4;
    private static final int LENGTH_MIN = WIDTH * 16;
    private static final int KEPT_LENGTH_MAX = WIDTH << 12;

    long[] cells = new long[LENGTH_MIN];
    int count;

    /// Empties the list, and gives the memory of a long one back.
    void clear() {
      count = 0;
      if (cells.length > KEPT_LENGTH_MAX) {
        cells = new long[LENGTH_MIN];
      }
    }

    void add(long page, long location, long born, long replaced) {
      if (count == cells.length) {
        cells = Arrays.copyOf(cells, count * 2);
      }
      cells[count] = page;
      cells[count + 1] = location;
      cells[count + 2] = born;
      cells[count + 3] = replaced;
      count += WIDTH;
    }

    void addAll(Batch other) {
      if (count + other.count > cells.length) {
        cells = Arrays.copyOf(cells, Math.max(cells.length * 2, count + other.count));
      }
      System.arraycopy(other.cells, 0, cells, count, other.count);
      count += other.count;
    }
  }
}
