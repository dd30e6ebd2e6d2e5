package dev.rookery.traversal.run;

import java.util.OptionalLong;

/// What the system says about a run, where it does (Linux). Faults and reads are those of the whole
/// process since the run began, whoever caused them.
///
/// @param minorFaults pages that were in memory and had to be mapped when they were touched
/// @param majorFaults pages that had to be read when they were touched
/// @param readBytes what was read from disks, for mapped files as well
/// @param residentBytes how much of the data file is in memory, of large files an estimate; told by
///   the report of a run that has ended, not of its progress, as of when that was first asked for
public record SystemFigures(
    OptionalLong minorFaults,
    OptionalLong majorFaults,
    OptionalLong readBytes,
    OptionalLong residentBytes) {
  /// Says nothing.
  public static final SystemFigures NONE =
      new SystemFigures(
          OptionalLong.empty(), OptionalLong.empty(), OptionalLong.empty(), OptionalLong.empty());
}
