package dev.rookery.traversal.event;

import dev.rookery.traversal.run.RunReport;
import jdk.jfr.Category;
import jdk.jfr.DataAmount;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/// A run over the regions of a graph, from its beginning to its end.
@Name("dev.rookery.Run")
@Label("Run")
@Description("A run over the regions of a graph")
@Category("Rookery")
@StackTrace(true)
public final class RunEvent extends Event {
  @Label("Workers")
  public int workers;

  @Label("Rounds")
  public int rounds;

  @Label("Parts Visited")
  public long partsVisited;

  @Label("Edges Walked")
  public long edgesWalked;

  @Label("Staged Reads")
  public long stagedReads;

  @Label("Staged Bytes")
  @DataAmount
  public long stagedBytes;

  @Label("Major Faults")
  @Description("Pages read when they were touched, by the whole process; -1 where not told")
  public long majorFaults;

  @Label("Read Bytes")
  @Description("Read from disks by the whole process; -1 where not told")
  @DataAmount
  public long readBytes;

  @Label("Memory")
  @DataAmount
  public long memoryBytes;

  @Label("Spilled")
  @DataAmount
  public long spilledBytes;

  /// Creates an event that has not begun.
  public RunEvent() {}

  /// Ends it with what a run has done.
  public void commit(int workerCount, RunReport report) {
    workers = workerCount;
    rounds = report.rounds();
    partsVisited = report.partsVisited();
    edgesWalked = report.edgesWalked();
    stagedReads = report.stagedReads();
    stagedBytes = report.stagedBytes();
    majorFaults = report.system().majorFaults().orElse(-1);
    readBytes = report.system().readBytes().orElse(-1);
    memoryBytes = report.memoryBytes();
    spilledBytes = report.spilledBytes();
    commit();
  }
}
