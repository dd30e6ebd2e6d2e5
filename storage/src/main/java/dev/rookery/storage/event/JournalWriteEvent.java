package dev.rookery.storage.event;

import jdk.jfr.Category;
import jdk.jfr.DataAmount;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/// Commits handed to the operating system in one go.
@Name("dev.rookery.JournalWrite")
@Label("Journal Write")
@Description("Commits handed to the operating system in one go")
@Category("Rookery")
@StackTrace(false)
public final class JournalWriteEvent extends Event {
  @Label("Database")
  public String database = "";

  @Label("Commits")
  public int commits;

  @DataAmount
  @Label("Bytes")
  public long bytes;

  @Label("Durable")
  public boolean durable;

  /// Creates an event that has not begun.
  public JournalWriteEvent() {}
}
