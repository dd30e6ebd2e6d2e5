package dev.rookery.traversal.engine;

import dev.rookery.storage.page.PageLayout;
import dev.rookery.storage.tree.ForestCursor;
import dev.rookery.traversal.frontier.SlotSet;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/// The edges of one step, one node after the other, lazily; slots of a given set are passed over in
/// a plain loop.
///
/// For runs that stop at each node they find. Belongs to one thread; in a write transaction it must
/// be positioned anew after a change.
public final class EdgeScan {
  private final ForestCursor cursor;
  private final int shift;
  private final @Nullable SlotSet skipped;

  // The run of keys that is scanned.
  private MemorySegment run = MemorySegment.NULL;
  private long offset;
  private long base;
  private int keyBytes;
  private int count;
  private int index;

  private long key;

  EdgeScan(ForestCursor cursor, int shift, @Nullable SlotSet skipped) {
    this.cursor = cursor;
    this.shift = shift;
    this.skipped = skipped;
  }

  /// Moves before the first edge of a slot and returns how many edges it has. O(1).
  public long seek(long slot) {
    count = 0;
    index = 0;
    return cursor.seek(slot);
  }

  /// Moves behind the edge with a key, of the slot that was sought last. O(log degree).
  public void seekBehind(long walkedKey) {
    count = 0;
    index = 0;
    cursor.seekKey(walkedKey + 1);
  }

  /// Moves to the next edge that leads to a slot outside the set, and returns whether there is one.
  public boolean next() {
    do {
      if (skipped == null ? index < count : scan(skipped)) {
        key = keyAt(index++);
        return true;
      }
    } while (nextRun());
    return false;
  }

  /// Returns the key of the current edge.
  public long key() {
    return key;
  }

  /// Moves the index to the next key that counts, and returns whether there is one in this run.
  private boolean scan(SlotSet seen) {
    int end = count;
    int i = index;
    if (keyBytes == Integer.BYTES && shift == 0) {
      while (i < end && seen.contains(base + intAt(i))) {
        i++;
      }
    } else {
      while (i < end && seen.contains(keyAt(i) >>> shift)) {
        i++;
      }
    }
    index = i;
    return i < end;
  }

  private boolean nextRun() {
    if (!cursor.nextRun()) {
      count = 0;
      index = 0;
      return false;
    }
    run = cursor.runSegment();
    offset = cursor.runOffset();
    base = cursor.runBase();
    keyBytes = cursor.runKeyBytes();
    count = cursor.runCount();
    index = 0;
    return true;
  }

  private long keyAt(int i) {
    return base
        + switch (keyBytes) {
          case Integer.BYTES -> intAt(i);
          case Long.BYTES -> run.get(PageLayout.LONG, offset + (long) i * Long.BYTES);
          default -> PageLayout.unsignedShort(run, offset + (long) i * Short.BYTES);
        };
  }

  private long intAt(int i) {
    return Integer.toUnsignedLong(run.get(PageLayout.INT, offset + (long) i * Integer.BYTES));
  }
}
