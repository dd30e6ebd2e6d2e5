package dev.rookery.graph;

import java.util.function.BooleanSupplier;

/// How [Graph#reorganize] goes about it. Immutable; begin with [#defaults].
///
/// @param order in which order nodes are laid down
/// @param memoryBytes how much memory outside the heap may hold what is known of each node: 8 bytes
///   (COMMUNITIES: 20); what does not fit lies in pages that are spilled, and is slower. Changed
///   pages take `scratchBytes` besides (see [GraphOptions])
/// @param listener is told how far it is
/// @param cancelled is asked again and again whether to give up
public record ReorganizeOptions(
    NodeOrder order, long memoryBytes, ProgressListener listener, BooleanSupplier cancelled) {

  /// Checks the values.
  public ReorganizeOptions {
    if (memoryBytes < 0) {
      throw new IllegalArgumentException("memoryBytes is negative memoryBytes=" + memoryBytes);
    }
  }

  /// Returns the options to begin with: breadth-first, 1 GiB, nobody told, never cancelled.
  public static ReorganizeOptions defaults() {
    return new ReorganizeOptions(
        NodeOrder.BREADTH_FIRST, 1L << 30, (phase, done, total) -> {}, () -> false);
  }

  /// Returns options with another order.
  public ReorganizeOptions withOrder(NodeOrder other) {
    return new ReorganizeOptions(other, memoryBytes, listener, cancelled);
  }

  /// Returns options with another budget.
  public ReorganizeOptions withMemoryBytes(long other) {
    return new ReorganizeOptions(order, other, listener, cancelled);
  }

  /// Returns options with another listener.
  public ReorganizeOptions withListener(ProgressListener other) {
    return new ReorganizeOptions(order, memoryBytes, other, cancelled);
  }

  /// Returns options that ask somebody else whether to give up.
  public ReorganizeOptions withCancelled(BooleanSupplier other) {
    return new ReorganizeOptions(order, memoryBytes, listener, other);
  }
}
