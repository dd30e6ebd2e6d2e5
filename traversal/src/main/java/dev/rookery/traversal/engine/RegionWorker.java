package dev.rookery.traversal.engine;

import dev.rookery.storage.tree.ForestCursor;
import dev.rookery.storage.tx.StagedPages;
import dev.rookery.traversal.frontier.SlotWork;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// One of the threads of a run, and what belongs to it alone: cursors, counts. Kernels get it with
/// each call.
public final class RegionWorker {
  /// How many edges may be walked before somebody is asked whether to go on.
  private static final int EDGES_UNASKED = 1 << 12;

  private final int index;
  private final Runnable check;
  private final Map<Steps, ForestCursor[]> cursors = new HashMap<>();
  private final @Nullable StagedPages staged;
  private final @Nullable LeafBatches batches;
  private final LeafAnnouncements announcements;
  private final Map<Steps, EdgeRows[]> rows = new HashMap<>();
  private long edgesWalked;
  private long visited;
  private long asked;

  /// @param check is asked whether to go on
  /// @param staged the pages to read from, or null if they are mapped
  /// @param announcements has pages read that are mapped and not in memory
  RegionWorker(
      int index, Runnable check, @Nullable StagedPages staged, LeafAnnouncements announcements) {
    this.index = index;
    this.check = check;
    this.staged = staged;
    this.announcements = announcements;
    this.batches = staged == null ? null : new LeafBatches(staged);
  }

  /// Runs a kernel for neighbouring slots of one region: at once, or where pages are staged, for
  /// stretches whose pages fit.
  ///
  /// @param work if given, only its slots are looked at
  void run(Steps steps, @Nullable SlotWork work, long from, long end, RegionKernel kernel) {
    if (batches == null) {
      announcements.announce(steps, work, from, end);
      kernel.run(this, from, end);
      return;
    }
    batches.forEach(
        steps,
        work,
        from,
        end,
        (first, last) -> {
          cursors.clear(); // They may stand in pages that are staged no more.
          kernel.run(this, first, last);
        });
  }

  /// Returns its number: 0, 1, …
  public int index() {
    return index;
  }

  /// Returns this worker's cursors, one for each step, over its edges by the slot that is walked
  /// from. The same at each call within one call of a kernel.
  public ForestCursor[] cursors(Steps steps) {
    return cursors.computeIfAbsent(
        steps, unknown -> staged == null ? unknown.cursors() : unknown.cursors(staged));
  }

  /// Returns this worker's rows, one for each step, over its edges by the slot that is walked from.
  /// To be asked for at the beginning of each call of a kernel.
  public EdgeRows[] rows(Steps steps) {
    if (staged == null) {
      return rows.computeIfAbsent(steps, Steps::rows);
    }
    EdgeRows[] bySource = rows.computeIfAbsent(steps, Steps::rowsBySource);
    ForestCursor[] current = cursors(steps);
    for (int step = 0; step < bySource.length; step++) {
      bySource[step].bind(current[step]);
    }
    return bySource;
  }

  /// Counts edges, and gives the run up if it was cancelled or has no time left.
  ///
  /// @throws dev.rookery.graph.error.OperationCancelledException if it was cancelled
  /// @throws dev.rookery.traversal.error.RunTimeoutException if it took too long
  public void walked(long edges) {
    edgesWalked += edges;
    ask();
  }

  /// As [#walked], for work at nodes that looks at no edges.
  public void visited(long nodes) {
    visited += nodes;
    ask();
  }

  private void ask() {
    if (edgesWalked + visited - asked >= EDGES_UNASKED) {
      asked = edgesWalked + visited;
      check.run();
    }
  }

  long stagedReads() {
    return staged == null ? 0 : staged.readCount();
  }

  long announcedBytes() {
    return announcements.bytes();
  }

  long stagedBytes() {
    return staged == null ? 0 : staged.readBytes();
  }

  void close() {
    cursors.clear();
    if (staged != null) {
      staged.close();
    }
  }

  long edgesWalked() {
    return edgesWalked;
  }
}
