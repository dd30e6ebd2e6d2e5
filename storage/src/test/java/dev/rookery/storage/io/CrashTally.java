package dev.rookery.storage.io;

import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;

/// Counts the crashes that a test tried, by what they met. Thread-safe.
public final class CrashTally {
  private static final int MODES = CrashMode.values().length;

  private final AtomicLong points = new AtomicLong();
  private final AtomicLongArray byWindow = new AtomicLongArray(CrashWindow.values().length);
  private final AtomicLongArray byModes = new AtomicLongArray(MODES * MODES);
  private final AtomicLongArray byDepth = new AtomicLongArray(8);
  private final AtomicLong whileOpening = new AtomicLong();

  /// Counts a crash.
  ///
  /// @param watch of the life that it ended
  /// @param before how the life before that had ended, `null` if it was the first
  /// @param depth how many crashes went before it in a row
  public void add(CrashWatch watch, CrashMode mode, CrashMode before, int depth) {
    points.incrementAndGet();
    byWindow.incrementAndGet(watch.last().ordinal());
    byDepth.incrementAndGet(Math.min(depth, byDepth.length() - 1));
    if (before != null) {
      byModes.incrementAndGet(before.ordinal() * MODES + mode.ordinal());
      if (watch.phase() == CrashWatch.Phase.OPENING) {
        whileOpening.incrementAndGet();
      }
    }
  }

  /// Returns how many crashes there were.
  public long points() {
    return points.get();
  }

  /// Returns how many ended a process that was recovering from another.
  public long inRecovery() {
    return whileOpening.get();
  }

  /// Returns the windows in which nothing ever crashed.
  public Set<CrashWindow> missed() {
    Set<CrashWindow> missed = EnumSet.noneOf(CrashWindow.class);
    for (CrashWindow window : CrashWindow.values()) {
      if (byWindow.get(window.ordinal()) == 0) {
        missed.add(window);
      }
    }
    missed.remove(CrashWindow.OTHER);
    return missed;
  }

  /// Returns whether each mode of crash followed each other: the process killed and then the power
  /// cut, the power cut twice, and so on.
  public boolean hasAllPairsOfModes() {
    for (int i = 0; i < byModes.length(); i++) {
      if (byModes.get(i) == 0) {
        return false;
      }
    }
    return true;
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder("inRecovery=" + whileOpening.get() + " inARow=");
    for (int depth = 0; depth < byDepth.length() && byDepth.get(depth) > 0; depth++) {
      text.append(depth == 0 ? "" : "/").append(byDepth.get(depth));
    }
    for (CrashWindow window : CrashWindow.values()) {
      text.append(window.ordinal() % 6 == 0 ? "\n  " : ", ")
          .append(window.name().toLowerCase(Locale.ROOT))
          .append('=')
          .append(byWindow.get(window.ordinal()));
    }
    return text.toString();
  }
}
