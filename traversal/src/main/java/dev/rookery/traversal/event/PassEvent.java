package dev.rookery.traversal.event;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/// One pass of a run: a sweep over parts, or a drain of regions until none has work.
@Name("dev.rookery.Pass")
@Label("Pass")
@Description("One pass of a run over the regions of a graph")
@Category("Rookery")
@StackTrace(false)
public final class PassEvent extends Event {
  @Label("Parts")
  public long parts;

  @Label("Stolen Parts")
  public long stolenParts;

  @Label("Until Stable")
  public boolean untilStable;

  /// Creates an event that has not begun.
  public PassEvent() {}
}
