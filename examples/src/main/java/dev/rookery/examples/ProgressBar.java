package dev.rookery.examples;

import java.io.Console;
import java.io.OutputStream;
import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;
import java.util.function.LongSupplier;

/// Shows how far a long operation has come, how fast it goes and how long it will still take.
///
/// On a terminal one line is drawn again and again; elsewhere (a file, a pipe, a build log) a line
/// is printed every few seconds, so that short operations leave no trace but their result. Belongs
/// to one thread.
final class ProgressBar {

  private static final int WIDTH = 24;
  private static final long REDRAW_NANOS = Duration.ofMillis(100).toNanos();
  private static final long LINE_NANOS = Duration.ofSeconds(3).toNanos();

  private final PrintStream out;
  private final boolean terminal;
  private final LongSupplier nanoTime;
  private final String title;
  private final String unit;
  private final long total;
  private final long startNanos;
  private long shownNanos;
  private long done;

  ProgressBar(
      PrintStream out,
      boolean terminal,
      LongSupplier nanoTime,
      String title,
      String unit,
      long total) {
    this.out = out;
    this.terminal = terminal;
    this.nanoTime = nanoTime;
    this.title = title;
    this.unit = unit;
    this.total = total;
    this.startNanos = nanoTime.getAsLong();
    this.shownNanos = startNanos;
  }

  /// Creates a bar for an operation of so many steps that begins now.
  static ProgressBar start(PrintStream out, String title, String unit, long total) {
    return new ProgressBar(out, isTerminal(out), System::nanoTime, title, unit, total);
  }

  /// Creates a bar that shows nothing.
  static ProgressBar silent() {
    var nowhere = new PrintStream(OutputStream.nullOutputStream());
    return new ProgressBar(nowhere, false, () -> 0, "", "", 1);
  }

  /// Returns whether a line of the stream can be drawn over.
  @SuppressWarnings("SystemConsoleNull") // It is null in JDK 25 without a terminal.
  private static boolean isTerminal(PrintStream out) {
    Console console = System.console();
    String term = System.getenv("TERM");
    return out.equals(System.out)
        && console != null
        && console.isTerminal()
        && term != null
        && !term.equals("dumb");
  }

  /// Tells that some more steps are done. Cheap: mostly a look at the clock.
  void advance(long steps) {
    done += steps;
    long now = nanoTime.getAsLong();
    if (now - shownNanos >= (terminal ? REDRAW_NANOS : LINE_NANOS)) {
      shownNanos = now;
      show(now);
    }
  }

  /// Clears the line of a terminal.
  void finish() {
    if (terminal) {
      out.print("\r\u001b[K");
      out.flush();
    }
  }

  private void show(long now) {
    double seconds = (now - startNanos) / 1e9;
    double rate = done / seconds;
    double share = total == 0 ? 1 : Math.min(1, (double) done / total);
    String text =
        String.format(
            Locale.ROOT,
            "%s %3.0f %%  %,d of %,d %s, %,.0f/s, %s left",
            title,
            100 * share,
            done,
            total,
            unit,
            rate,
            left(rate));
    if (terminal) {
      int filled = (int) (share * WIDTH);
      out.print("\r[" + "#".repeat(filled) + ".".repeat(WIDTH - filled) + "] " + text + "\u001b[K");
    } else {
      out.println(text);
    }
    out.flush();
  }

  private String left(double rate) {
    if (rate <= 0) {
      return "?";
    }
    long seconds = Math.max(0, Math.round((total - done) / rate));
    return String.format(Locale.ROOT, "%d:%02d", seconds / 60, seconds % 60);
  }
}
