package dev.rookery.storage.event;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/// The data file synced and the durable header moved.
@Name("dev.rookery.Checkpoint")
@Label("Checkpoint")
@Description("The data file synced and the durable header moved")
@Category("Rookery")
@StackTrace(false)
public final class CheckpointEvent extends Event {
  @Label("Database")
  public String database = "";

  @Label("Sequence")
  public long sequence;

  /// Creates an event that has not begun.
  public CheckpointEvent() {}
}
