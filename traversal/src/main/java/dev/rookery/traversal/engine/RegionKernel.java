package dev.rookery.traversal.engine;

/// What a run does with the slots of one region, or of a part of one.
///
/// Called by several workers at once, for different slots. An exception ends the run.
@FunctionalInterface
public interface RegionKernel {
  /// Does the work of some neighbouring slots of one region.
  ///
  /// @param from the first slot, a multiple of 64
  /// @param end behind the last slot
  void run(RegionWorker worker, long from, long end);
}
