package dev.rookery.storage.mvcc;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.NullUnmarked;

/// Says for each page number whether a snapshot finds the page in scratch, and where: a persistent
/// radix tree.
///
/// An entry is a location (see `PageReader`) in scratch, or 0 where the page is read from the data
/// file. Below each root entry lie three levels of 64, so one root entry spans 2^18 pages (2 GiB of
/// pages of 8 KiB). Where nothing is unflushed, a lookup is one null check.
///
/// Immutable once [Edit#finish] returned it: all threads may share it. An edit copies only the
/// arrays on the paths it changes, about 1 KiB for each distinct page in the worst case, and
/// reclaiming old versions is the garbage collector's work. (After the persistent vectors of
/// Bagwell and Rompf, "RRB-Trees", and Clojure's transients.)
@NullUnmarked // Most cells of the arrays of arrays are null.
public final class PageTranslationTable {
  /// The table of a store whose pages are all flushed.
  public static final PageTranslationTable EMPTY = new PageTranslationTable(new long[0][][][], 0);

  private static final int FAN_OUT_SHIFT = 6;
  private static final int FAN_OUT = 1 << FAN_OUT_SHIFT;
  private static final int MASK = FAN_OUT - 1;
  private static final int ROOT_SHIFT = 3 * FAN_OUT_SHIFT;

  private final long[][][][] root;
  private final int size;

  private PageTranslationTable(long[][][][] root, int size) {
    this.root = root;
    this.size = size;
  }

  /// Returns how many pages are in scratch.
  public int size() {
    return size;
  }

  /// Returns the location of a page in scratch, or 0. O(1), no allocation.
  public long lookup(long pageNumber) {
    return lookup(root, pageNumber);
  }

  private static long lookup(long[][][][] root, long pageNumber) {
    long top = pageNumber >>> ROOT_SHIFT;
    if (top >= root.length) {
      return 0;
    }
    long[][][] third = root[(int) top];
    if (third == null) {
      return 0;
    }
    long[][] second = third[(int) (pageNumber >>> (2 * FAN_OUT_SHIFT)) & MASK];
    if (second == null) {
      return 0;
    }
    long[] leaf = second[(int) (pageNumber >>> FAN_OUT_SHIFT) & MASK];
    return leaf == null ? 0 : leaf[(int) pageNumber & MASK];
  }

  /// Shows all entries to a visitor, by ascending page number.
  public void forEach(EntryVisitor visitor) {
    for (int top = 0; top < root.length; top++) {
      long[][][] third = root[top];
      for (int i = 0; third != null && i < FAN_OUT; i++) {
        long[][] second = third[i];
        for (int j = 0; second != null && j < FAN_OUT; j++) {
          long[] leaf = second[j];
          if (leaf != null) {
            long base = (((long) top << FAN_OUT_SHIFT | i) << FAN_OUT_SHIFT | j) << FAN_OUT_SHIFT;
            visitLeaf(leaf, base, visitor);
          }
        }
      }
    }
  }

  private static void visitLeaf(long[] leaf, long base, EntryVisitor visitor) {
    for (int k = 0; k < FAN_OUT; k++) {
      if (leaf[k] != 0) {
        visitor.visit(base + k, leaf[k]);
      }
    }
  }

  /// Begins a change of this table, which itself stays as it is.
  public Edit edit() {
    return new Edit(this);
  }

  /// Is shown entries.
  @FunctionalInterface
  public interface EntryVisitor {
    /// Is called for one page in scratch.
    void visit(long pageNumber, long location);
  }

  /// A table in the making; belongs to one thread.
  ///
  /// Each array has one cell more than its fan-out, which names the edit that made it: an array of
  /// this edit is changed in place, any other is copied first.
  public static final class Edit {
    private static final AtomicLong IDS = new AtomicLong();

    private final long[] leafToken = new long[0];
    private final long[][] secondToken = new long[0][];
    private long[][][][] root;
    private boolean rootIsOwn;
    private int size;
    private final long id;

    private Edit(PageTranslationTable base) {
      this.root = base.root;
      this.size = base.size;
      this.id = IDS.incrementAndGet();
    }

    /// Returns the location of a page in scratch, or 0.
    public long lookup(long pageNumber) {
      return PageTranslationTable.lookup(root, pageNumber);
    }

    /// Returns how many pages are in scratch.
    public int size() {
      return size;
    }

    /// Sets the location of a page; 0 takes its entry away.
    public void put(long pageNumber, long location) {
      long old = lookup(pageNumber);
      if (old == location) {
        return;
      }
      long[] leaf = ownLeaf(pageNumber);
      leaf[(int) pageNumber & MASK] = location;
      size += (old == 0 ? 1 : 0) - (location == 0 ? 1 : 0);
      if (location == 0 && isEmpty(leaf)) {
        prune(pageNumber);
      }
    }

    private static boolean isEmpty(long[] leaf) {
      for (int i = 0; i < FAN_OUT; i++) {
        if (leaf[i] != 0) {
          return false;
        }
      }
      return true;
    }

    private static boolean isEmpty(Object[] array) {
      for (int i = 0; i < FAN_OUT; i++) {
        if (array[i] != null) {
          return false;
        }
      }
      return true;
    }

    /// Takes empty arrays out, so that clean stretches cost one null check again.
    private void prune(long pageNumber) {
      int top = (int) (pageNumber >>> ROOT_SHIFT);
      int i = (int) (pageNumber >>> (2 * FAN_OUT_SHIFT)) & MASK;
      long[][][] third = root[top];
      long[][] second = third[i];
      second[(int) (pageNumber >>> FAN_OUT_SHIFT) & MASK] = null;
      if (isEmpty(second)) {
        third[i] = null;
        if (isEmpty(third)) {
          root[top] = null;
        }
      }
    }

    @SuppressWarnings("ReferenceEquality") // The tokens are compared as what they are: identities.
    private long[] ownLeaf(long pageNumber) {
      int top = Math.toIntExact(pageNumber >>> ROOT_SHIFT);
      if (!rootIsOwn || top >= root.length) {
        root = Arrays.copyOf(root, Math.max(root.length, top + 1));
        rootIsOwn = true;
      }
      long[][][] third = root[top];
      if (third == null || third[FAN_OUT] != secondToken) {
        third = third == null ? new long[FAN_OUT + 1][][] : third.clone();
        third[FAN_OUT] = secondToken;
        root[top] = third;
      }
      int i = (int) (pageNumber >>> (2 * FAN_OUT_SHIFT)) & MASK;
      long[][] second = third[i];
      if (second == null || second[FAN_OUT] != leafToken) {
        second = second == null ? new long[FAN_OUT + 1][] : second.clone();
        second[FAN_OUT] = leafToken;
        third[i] = second;
      }
      int j = (int) (pageNumber >>> FAN_OUT_SHIFT) & MASK;
      long[] leaf = second[j];
      if (leaf == null || leaf[FAN_OUT] != id) {
        leaf = leaf == null ? new long[FAN_OUT + 1] : leaf.clone();
        leaf[FAN_OUT] = id;
        second[j] = leaf;
      }
      return leaf;
    }

    /// Returns the changed table; the edit must not be used afterwards.
    public PageTranslationTable finish() {
      return new PageTranslationTable(root, size);
    }
  }
}
