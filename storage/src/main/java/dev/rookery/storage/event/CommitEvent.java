package dev.rookery.storage.event;

import jdk.jfr.Category;
import jdk.jfr.DataAmount;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/// A transaction, from its end to what its durability promises.
@Name("dev.rookery.Commit")
@Label("Commit")
@Description("A transaction, from its end to what its durability promises")
@Category("Rookery")
@StackTrace(false)
public final class CommitEvent extends Event {
  @Label("Database")
  public String database = "";

  @Label("Sequence")
  public long sequence;

  @Label("Durability")
  public String durability = "";

  @DataAmount
  @Label("Journal Record")
  public long recordBytes;

  /// Creates an event that has not begun.
  public CommitEvent() {}
}
