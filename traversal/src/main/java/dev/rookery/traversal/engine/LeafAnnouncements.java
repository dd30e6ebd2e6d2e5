package dev.rookery.traversal.engine;

import dev.rookery.storage.page.PageLayout;
import dev.rookery.traversal.frontier.SlotWork;
import it.unimi.dsi.fastutil.longs.LongArrayList;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// Has the adjacency leaves of a part read before a kernel goes over it, where pages are mapped and
/// not in memory: sorted by place, neighbours together. A kernel touches them in the order of
/// slots, one after the other, and waits for each; and for each the system reads many others around
/// it, which under a limit of memory are gone again before they are wanted.
///
/// Results do not depend on it. Belongs to one worker.
final class LeafAnnouncements {
  /// More are not announced at once: they would drive each other out of memory.
  static final int PAGES_MAX = 1 << 11;

  /// Leaves that are so near to each other are read together, with what lies between.
  static final int GAP_PAGES_MAX = 4;

  private final BooleanSupplier isCold;
  private final Loader loader;
  private final LongArrayList pages = new LongArrayList();
  private long pagesAnnounced;

  /// Has neighbouring pages read.
  interface Loader {
    void load(long firstPage, long count);
  }

  /// @param isCold says whether it is worth while
  LeafAnnouncements(BooleanSupplier isCold, Loader loader) {
    this.isCold = isCold;
    this.loader = loader;
  }

  /// Has the leaves of neighbouring slots of one region read.
  ///
  /// @param work if given, leaves none of whose slots are in it are left out
  void announce(Steps steps, @Nullable SlotWork work, long from, long end) {
    if (steps.count() == 0 || !isCold.getAsBoolean()) {
      return;
    }
    collect(steps, work, from, end);
    pages.sort(null);
    int i = 0;
    while (i < pages.size()) {
      int next = i + 1;
      while (next < pages.size()
          && pages.getLong(next) - pages.getLong(next - 1) <= GAP_PAGES_MAX) {
        next++;
      }
      long count = pages.getLong(next - 1) - pages.getLong(i) + 1;
      loader.load(pages.getLong(i), count);
      pagesAnnounced += count;
      i = next;
    }
  }

  private void collect(Steps steps, @Nullable SlotWork work, long from, long end) {
    pages.clear();
    for (int step = 0; step < steps.count(); step++) {
      steps.visitLeaves(
          step,
          from,
          end,
          null,
          (page, first, last) -> {
            if (pages.size() < PAGES_MAX
                && (work == null
                    || LeafBatches.hasWork(work, Math.max(first, from), Math.min(last, end)))) {
              pages.add(page);
            }
          });
    }
  }

  /// Returns how much was announced.
  long bytes() {
    return pagesAnnounced << PageLayout.PAGE_SHIFT;
  }
}
