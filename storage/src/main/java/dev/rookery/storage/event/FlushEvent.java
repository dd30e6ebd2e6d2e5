package dev.rookery.storage.event;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/// Changed pages written to the data file, not yet synced.
@Name("dev.rookery.Flush")
@Label("Flush")
@Description("Changed pages written to the data file, not yet synced")
@Category("Rookery")
@StackTrace(false)
public final class FlushEvent extends Event {
  @Label("Database")
  public String database = "";

  @Label("Sequence")
  public long sequence;

  @Label("Pages")
  public long pages;

  /// Creates an event that has not begun.
  public FlushEvent() {}
}
