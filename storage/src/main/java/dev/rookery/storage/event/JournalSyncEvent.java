package dev.rookery.storage.event;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/// A sync of the journal beside the writes.
@Name("dev.rookery.JournalSync")
@Label("Journal Sync")
@Description("A sync of the journal beside the writes")
@Category("Rookery")
@StackTrace(false)
public final class JournalSyncEvent extends Event {
  @Label("Database")
  public String database = "";

  @Label("Newest Sequence")
  public long sequence;

  /// Creates an event that has not begun.
  public JournalSyncEvent() {}
}
