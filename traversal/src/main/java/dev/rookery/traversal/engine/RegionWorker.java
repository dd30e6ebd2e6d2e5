package dev.rookery.traversal.engine;

import dev.rookery.storage.tree.FixedSizeForest;
import java.util.HashMap;
import java.util.Map;

/// One of the threads of a run, and what belongs to it alone: cursors, counts. Kernels get it with
/// each call.
public final class RegionWorker {
  /// How many edges may be walked before somebody is asked whether to go on.
  private static final int EDGES_UNASKED = 1 << 12;

  private final int index;
  private final Runnable check;
  private final Map<Steps, FixedSizeForest.Cursor[]> cursors = new HashMap<>();
  private long edgesWalked;
  private long asked;

  RegionWorker(int index, Runnable check) {
    this.index = index;
    this.check = check;
  }

  /// Returns its number: 0, 1, …
  public int index() {
    return index;
  }

  /// Returns this worker's cursors, one for each step, over its edges by the slot that is walked
  /// from. The same at each call.
  public FixedSizeForest.Cursor[] cursors(Steps steps) {
    return cursors.computeIfAbsent(steps, Steps::cursors);
  }

  /// Counts edges, and gives the run up if it was cancelled or has no time left.
  ///
  /// @throws dev.rookery.graph.error.OperationCancelledException if it was cancelled
  /// @throws dev.rookery.traversal.error.RunTimeoutException if it took too long
  public void walked(long edges) {
    edgesWalked += edges;
    if (edgesWalked - asked >= EDGES_UNASKED) {
      asked = edgesWalked;
      check.run();
    }
  }

  long edgesWalked() {
    return edgesWalked;
  }
}
