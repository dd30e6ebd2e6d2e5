package dev.rookery.storage.event;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/// The journal replayed when a database was opened.
@Name("dev.rookery.Recovery")
@Label("Recovery")
@Description("The journal replayed when a database was opened")
@Category("Rookery")
@StackTrace(false)
public final class RecoveryEvent extends Event {
  @Label("Database")
  public String database = "";

  @Label("Sequence")
  public long sequence;

  @Label("Commits")
  public long commits;

  @Label("Pages In Scratch")
  public long pages;

  /// Creates an event that has not begun.
  public RecoveryEvent() {}
}
