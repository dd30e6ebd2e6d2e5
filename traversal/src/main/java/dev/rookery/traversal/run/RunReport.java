package dev.rookery.traversal.run;

import java.time.Duration;

/// What a run has done, so far or altogether.
///
/// @param rounds passes over the graph: levels of a search, iterations
/// @param partsVisited how often a region, or a part of one, was taken up by a worker
/// @param partsStolen how many of them by a worker that had run out of its own
/// @param edgesWalked edges that were looked at, from each end from which they were
/// @param stagedReads reads of the data file by [PageAccess#STAGED] and [PageAccess#DIRECT]; 0 else
/// @param stagedBytes what these have read
/// @param announcedBytes what the system was asked to read ahead of mapped pages, since it had
///   begun to read them one by one
/// @param memoryBytes the most memory that was taken at once
/// @param spilledBytes state that is in a file since the budget did not suffice
/// @param time since the run began
/// @param system what the system says, where it does
public record RunReport(
    int rounds,
    long partsVisited,
    long partsStolen,
    long edgesWalked,
    long stagedReads,
    long stagedBytes,
    long announcedBytes,
    long memoryBytes,
    long spilledBytes,
    Duration time,
    SystemFigures system) {
  /// Returns the same with other figures of the system.
  public RunReport withSystem(SystemFigures figures) {
    return new RunReport(
        rounds,
        partsVisited,
        partsStolen,
        edgesWalked,
        stagedReads,
        stagedBytes,
        announcedBytes,
        memoryBytes,
        spilledBytes,
        time,
        figures);
  }
}
