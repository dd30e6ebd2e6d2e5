package dev.rookery.traversal.engine;

import dev.rookery.graph.store.PhysicalGraph;
import dev.rookery.traversal.run.RunReport;
import dev.rookery.traversal.run.SystemFigures;
import org.jspecify.annotations.Nullable;

/// What a run has done, for results that outlive it.
///
/// To find out how much of the data file is in memory takes about a millisecond, a fifth of a run
/// over a graph of some million edges. So it is found out when somebody asks for the report, and
/// only then.
///
/// Thread-safe.
public final class EndedRun {
  private RunReport report;

  /// Of which is unknown how much is in memory, or null once that was asked.
  private @Nullable PhysicalGraph unasked;

  /// @param report tells all but how much of the data file is in memory
  EndedRun(RunReport report, PhysicalGraph graph) {
    this.report = report;
    unasked = graph;
  }

  /// Returns what the run has done; the same at each call. How much of the data file is in memory
  /// is that of the first call, and unknown if the database is closed by then.
  public synchronized RunReport report() {
    if (unasked != null) {
      SystemFigures known = report.system();
      report =
          report.withSystem(
              new SystemFigures(
                  known.minorFaults(),
                  known.majorFaults(),
                  known.readBytes(),
                  unasked.residentBytes()));
      unasked = null;
    }
    return report;
  }
}
