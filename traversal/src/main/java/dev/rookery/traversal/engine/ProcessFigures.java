package dev.rookery.traversal.engine;

import dev.rookery.traversal.run.SystemFigures;
import java.util.OptionalLong;

/// Asks the system what a run costs it, and remembers the answer for a while: a run of many short
/// rounds should not ask after each.
///
/// Reads two small files that the system makes up: see [ProcFile]. Belongs to the thread of the
/// run.
final class ProcessFigures {
  private static final ProcFile STAT = new ProcFile("/proc/self/stat");
  private static final ProcFile IO = new ProcFile("/proc/self/io");
  private static final String READ_BYTES = "\nread_bytes: ";

  /// Places of the counts behind the name of the process.
  private static final int MINOR_FAULTS = 7;

  private static final int MAJOR_FAULTS = 9;
  private static final long FRESH_NANOS = 100_000_000;

  private final Counts first = Counts.now();
  private Counts last = first;
  private long asked = System.nanoTime();

  /// Counts since the process began, -1 where they are not told.
  private record Counts(long minorFaults, long majorFaults, long readBytes) {
    static Counts now() {
      String stat = STAT.read();
      String io = IO.read();
      int at = io.indexOf(READ_BYTES);
      return new Counts(
          field(stat, MINOR_FAULTS),
          majorFaults(stat),
          at < 0
              ? -1
              : parse(io.substring(at + READ_BYTES.length()).lines().findFirst().orElse("")));
    }

    static long majorFaults(String stat) {
      return field(stat, MAJOR_FAULTS);
    }

    private static long field(String stat, int index) {
      String[] fields = stat.substring(stat.lastIndexOf(')') + 1).strip().split(" ", -1);
      return fields.length > index ? parse(fields[index]) : -1;
    }

    private static long parse(String number) {
      try {
        return Long.parseLong(number);
      } catch (NumberFormatException e) {
        return -1;
      }
    }
  }

  /// Returns how many pages this process had to have read when it touched them, -1 where the system
  /// does not tell.
  private static long majorFaults() {
    return Counts.majorFaults(STAT.read());
  }

  /// Returns who finds out whether pages have to be waited for since this was made.
  ///
  /// @param onCold is run once, when that is found out
  FaultWatch watch(Runnable onCold) {
    return new FaultWatch(ProcessFigures::majorFaults, first.majorFaults, onCold);
  }

  /// Returns what has come since this was made, without how much of a file is in memory.
  ///
  /// @param isFresh whether the answer may not be up to 100 ms old
  SystemFigures since(boolean isFresh) {
    long time = System.nanoTime();
    if (isFresh || time - asked > FRESH_NANOS) {
      last = Counts.now();
      asked = time;
    }
    return new SystemFigures(
        difference(first.minorFaults, last.minorFaults),
        difference(first.majorFaults, last.majorFaults),
        difference(first.readBytes, last.readBytes),
        OptionalLong.empty());
  }

  private static OptionalLong difference(long before, long now) {
    return before < 0 || now < 0 ? OptionalLong.empty() : OptionalLong.of(now - before);
  }
}
