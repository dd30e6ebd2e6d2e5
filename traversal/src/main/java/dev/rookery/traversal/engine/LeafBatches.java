package dev.rookery.traversal.engine;

import dev.rookery.storage.tx.StagedPages;
import dev.rookery.traversal.frontier.SlotWork;
import it.unimi.dsi.fastutil.longs.LongArrayList;
import org.jspecify.annotations.Nullable;

/// Cuts the slots of a part into stretches whose adjacency leaves fit into memory at once, and has
/// these read, stretch by stretch.
///
/// Belongs to one worker.
final class LeafBatches {
  private final StagedPages staged;
  private final long[] wanted;

  // The leaves of the part, of all steps: page, first slot, end.
  private final LongArrayList pages = new LongArrayList();
  private final LongArrayList firsts = new LongArrayList();
  private final LongArrayList ends = new LongArrayList();

  LeafBatches(StagedPages staged) {
    this.staged = staged;
    wanted = new long[staged.capacity()];
  }

  /// What is done with a stretch whose leaves are staged.
  interface Stretch {
    void run(long from, long end);
  }

  /// Goes over the slots of a part, stretch by stretch.
  ///
  /// @param work if given, leaves none of whose slots are in it are not read
  void forEach(Steps steps, @Nullable SlotWork work, long from, long end, Stretch stretch) {
    collect(steps, work, from, end);
    long at = from;
    while (at < end) {
      long next = stage(at, end);
      stretch.run(at, next);
      at = next;
    }
  }

  private void collect(Steps steps, @Nullable SlotWork work, long from, long end) {
    pages.clear();
    firsts.clear();
    ends.clear();
    for (int step = 0; step < steps.count(); step++) {
      steps.visitLeaves(
          step,
          from,
          end,
          staged,
          (page, first, last) -> {
            if (work == null || hasWork(work, Math.max(first, from), Math.min(last, end))) {
              pages.add(page);
              firsts.add(first);
              ends.add(last);
            }
          });
    }
  }

  /// Returns whether any slot from one to another (exclusive) is in a set.
  static boolean hasWork(SlotWork work, long from, long end) {
    for (long word = from >>> 6; word <= (end - 1) >>> 6; word++) {
      long bits = work.word(word);
      if (word == from >>> 6) {
        bits &= -1L << from;
      }
      if (word == (end - 1) >>> 6) {
        bits &= -1L >>> -end;
      }
      if (bits != 0) {
        return true;
      }
    }
    return false;
  }

  /// Stages the leaves of slots from one on, and returns where those end that fit: a multiple of
  /// 64, or the end.
  private long stage(long at, long end) {
    long next = end;
    int count = fill(at, next);
    while (count > wanted.length && next - at > SlotWork.WORD_SLOTS) {
      next = at + Math.max(SlotWork.WORD_SLOTS, ((next - at) >>> 1) & -SlotWork.WORD_SLOTS);
      count = fill(at, next);
    }
    // What does not fit even so is read through the mapping.
    staged.stage(wanted, Math.min(count, wanted.length));
    return next;
  }

  /// Collects the leaves that slots have and returns how many there are, also where not all fit.
  private int fill(long from, long end) {
    int count = 0;
    for (int i = 0; i < pages.size(); i++) {
      if (firsts.getLong(i) < end && ends.getLong(i) > from) {
        if (count < wanted.length) {
          wanted[count] = pages.getLong(i);
        }
        count++;
      }
    }
    return count;
  }
}
