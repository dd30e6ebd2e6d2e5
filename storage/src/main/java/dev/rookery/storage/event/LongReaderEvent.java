package dev.rookery.storage.event;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Timespan;

/// A read transaction that is open longer than it should be.
@Name("dev.rookery.LongReader")
@Label("Long Reader")
@Description("A read transaction that is open longer than it should be")
@Category("Rookery")
@StackTrace(false)
public final class LongReaderEvent extends Event {
  @Label("Database")
  public String database = "";

  @Label("Sequence")
  public long sequence;

  @Label("Thread")
  public String reader = "";

  @Timespan(Timespan.MILLISECONDS)
  @Label("Age")
  public long ageMillis;

  @Label("Begun At")
  public String origin = "";

  /// Creates an event that has not begun.
  public LongReaderEvent() {}
}
