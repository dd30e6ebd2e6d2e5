package dev.rookery.graph.load;

import dev.rookery.graph.store.EdgeType;
import dev.rookery.storage.page.PageReader;
import dev.rookery.storage.tree.FixedSizeForest;
import dev.rookery.storage.tree.ForestBuilder;
import dev.rookery.storage.tree.ForestCursor;
import org.jspecify.annotations.Nullable;

/// One direction of an edge type, built anew in all regions that get edges: what was there and what
/// comes, merged in order.
///
/// Of edges of a SIMPLE type between the same nodes the first one stays, and what was there before
/// is first. Of a MULTI type all stay; those that come get ordinals behind those in use, so that
/// both directions agree.
///
/// Belongs to one thread.
final class EdgeMerge {
  private static final int CHECK_MASK = 0xFFFF;
  private static final int REGION_SHIFT = 48;
  private static final long TARGET_MASK = 0xFFFF_FFFFL;

  private final RunCursor edges;
  private final EdgeType type;
  private final FixedSizeForest forest;
  private final PageReader before;
  private final ForestBuilder to;
  private final @Nullable Acceptance acceptance;
  private final LoadWatch watch;
  private long addedCount;
  private long duplicateCount;
  private int sinceCheck;

  /// Says what goes with an edge that stays.
  @FunctionalInterface
  interface Acceptance {
    /// Returns the record of an edge that stays, the current one of the run; 0 if it has none.
    long record(long source, long target, RunCursor edge);
  }

  /// @param edges by source, then by target; keys have the source in the upper half
  /// @param forest what was there, as `before` shows it
  /// @param acceptance is asked for the records; `null` if no edge has one
  EdgeMerge(
      RunCursor edges,
      EdgeType type,
      FixedSizeForest forest,
      PageReader before,
      ForestBuilder to,
      @Nullable Acceptance acceptance,
      LoadWatch watch) {
    this.edges = edges;
    this.type = type;
    this.forest = forest;
    this.before = before;
    this.to = to;
    this.acceptance = acceptance;
    this.watch = watch;
  }

  /// Merges all edges.
  void run() {
    to.expectValues(acceptance != null);
    boolean more = edges.advance();
    ForestCursor old = forest.cursor(before);
    while (more) {
      long region = edges.key >>> REGION_SHIFT;
      more = forest.hasEntriesIn(before, region) ? merge(region, old) : append(region);
    }
  }

  /// Returns how many edges were added.
  long addedCount() {
    return addedCount;
  }

  /// Returns how many were not, because there was one already.
  long duplicateCount() {
    return duplicateCount;
  }

  private boolean isIn(long region) {
    return edges.key >>> REGION_SHIFT == region;
  }

  private boolean advance() {
    if ((++sinceCheck & CHECK_MASK) == 0) {
      watch.built(CHECK_MASK + 1L);
    }
    return edges.advance();
  }

  /// Builds a region that had no edges. Returns whether more edges follow.
  private boolean append(long region) {
    boolean more = true;
    while (more && isIn(region)) {
      more = appendSource(edges.key >>> Integer.SIZE);
    }
    return more;
  }

  /// Adds the edges that come of one source that had none. The hot loop.
  private boolean appendSource(long source) {
    long last = -1;
    int ordinal = 0;
    do {
      long target = edges.key & TARGET_MASK;
      if (edges.key >>> Integer.SIZE != source) {
        return true;
      }
      if (target != last) {
        ordinal = 0;
        last = target;
        add(source, target, 0);
      } else if (type.multi()) {
        add(source, target, ++ordinal);
      } else {
        duplicateCount++;
      }
    } while (advance());
    return false;
  }

  private void add(long source, long target, int ordinal) {
    long record = acceptance == null ? 0 : acceptance.record(source, target, edges);
    if (ordinal >= EdgeType.ORDINAL_END) {
      throw new IllegalArgumentException(
          "too many parallel edges type=%s limit=%d".formatted(type.name(), EdgeType.ORDINAL_END));
    }
    to.add(source, type.key(target, ordinal), record);
    addedCount++;
  }

  /// Builds a region that had edges. Returns whether more edges follow.
  private boolean merge(long region, ForestCursor old) {
    long end = (region + 1) << (REGION_SHIFT - Integer.SIZE);
    long oldSource = old.seekNext(region << (REGION_SHIFT - Integer.SIZE), end);
    boolean more = true;
    while (oldSource >= 0 || (more && isIn(region))) {
      long newSource = more && isIn(region) ? edges.key >>> Integer.SIZE : Long.MAX_VALUE;
      if (oldSource < 0 || newSource < oldSource) {
        more = appendSource(newSource);
        continue;
      }
      to.expectValues(acceptance != null || old.mayHaveValues());
      if (newSource > oldSource) {
        copy(oldSource, old);
      } else {
        more = mergeSource(oldSource, old);
      }
      to.expectValues(acceptance != null);
      oldSource = old.seekNext(oldSource + 1, end);
    }
    return more;
  }

  private void copy(long source, ForestCursor old) {
    while (old.next()) {
      to.add(source, old.key(), old.value());
      noteCopied();
    }
  }

  private void noteCopied() {
    if ((++sinceCheck & CHECK_MASK) == 0) {
      watch.built(0);
    }
  }

  private boolean mergeSource(long source, ForestCursor old) {
    boolean more = true;
    boolean hasOld = old.next();
    long last = -1;
    int nextOrdinal = 0;
    while (true) {
      boolean hasNew = more && edges.key >>> Integer.SIZE == source;
      if (!hasOld && !hasNew) {
        return more;
      }
      long target = hasNew ? edges.key & TARGET_MASK : Long.MAX_VALUE;
      if (hasOld && type.slotOf(old.key()) <= target) {
        last = type.slotOf(old.key());
        nextOrdinal = type.ordinalOf(old.key()) + 1;
        to.add(source, old.key(), old.value());
        noteCopied();
        hasOld = old.next();
        continue;
      }
      if (target != last) {
        last = target;
        nextOrdinal = 1;
        add(source, target, 0);
      } else if (type.multi()) {
        add(source, target, nextOrdinal++);
      } else {
        duplicateCount++;
      }
      more = advance();
    }
  }
}
