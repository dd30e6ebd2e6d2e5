package dev.rookery.storage.tx;

import dev.rookery.storage.LongReaderListener;
import dev.rookery.storage.ReaderReport;
import dev.rookery.storage.event.LongReaderEvent;
import dev.rookery.storage.mvcc.ReaderTable;
import dev.rookery.storage.mvcc.ReaderTable.ActiveReader;
import dev.rookery.storage.schedule.IoLane;
import dev.rookery.storage.schedule.IoScheduler;
import java.lang.StackWalker.StackFrame;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/// Who reads, for how long, and since which line of the program; and who has to be told.
///
/// A timer runs only as long as a reader is open that has not been reported: whoever begins to read
/// sets it unless it is set, which costs one look at a field otherwise.
///
/// Invariant: an unreported reader is registered ⇒ the timer is set, or somebody is about to set
/// it. A reader registers first and looks at the timer after; the timer is taken back first and the
/// readers are looked at after; all of it is volatile.
///
/// Thread-safe.
final class ReaderWatch {
  private static final StackWalker STACK = StackWalker.getInstance();
  private static final List<String> ENGINE =
      List.of("dev.rookery.storage.", "dev.rookery.graph.", "dev.rookery.traversal.");

  private final ReaderTable readers;
  private final IoScheduler scheduler;
  private final IoLane lane;
  private final String location;
  private final long limitNanos;
  private final boolean recordsOrigins;
  private final List<LongReaderListener> listeners = new CopyOnWriteArrayList<>();
  private final AtomicBoolean timerIsSet = new AtomicBoolean();

  /// @param limitMillis from which age on a reader is long
  /// @param recordsOrigins whether [#origin] looks where a reader is begun
  ReaderWatch(
      SnapshotBoard board,
      StoreLanes lanes,
      String location,
      long limitMillis,
      boolean recordsOrigins) {
    this.readers = board.readers();
    this.scheduler = lanes.scheduler();
    this.lane = lanes.readers();
    this.location = location;
    this.limitNanos = TimeUnit.MILLISECONDS.toNanos(limitMillis);
    this.recordsOrigins = recordsOrigins;
  }

  void add(LongReaderListener listener) {
    listeners.add(listener);
  }

  void remove(LongReaderListener listener) {
    listeners.remove(listener);
  }

  /// Returns the call that asks for a read transaction, the first one from outside the engine, or
  /// `null` if that is not wanted.
  @Nullable StackFrame origin() {
    return recordsOrigins
        ? STACK.walk(frames -> frames.filter(ReaderWatch::isOutside).findFirst().orElse(null))
        : null;
  }

  private static boolean isOutside(StackFrame frame) {
    String name = frame.getClassName();
    return ENGINE.stream().noneMatch(name::startsWith);
  }

  /// Is told that a reader was registered.
  void begun() {
    if (!timerIsSet.get()) {
      setTimer(limitNanos);
    }
  }

  private void setTimer(long delayNanos) {
    if (timerIsSet.compareAndSet(false, true)) {
      lane.schedule(this::look, delayNanos);
    }
  }

  private void look() {
    timerIsSet.set(false);
    long now = scheduler.nanoTime();
    long[] next = {Long.MAX_VALUE};
    readers.forEach(reader -> {
      if (!reader.isEngine() && !reader.isReported()) {
        long left = limitNanos - (now - reader.beganNanos());
        if (left <= 0) {
          reader.setReported();
          tell(report(reader));
        } else {
          next[0] = Math.min(next[0], left);
        }
      }
    });
    if (next[0] != Long.MAX_VALUE) {
      setTimer(next[0]);
    }
  }

  private void tell(ReaderReport report) {
    LongReaderEvent event = new LongReaderEvent();
    if (event.shouldCommit()) {
      event.database = location;
      event.sequence = report.sequence();
      event.reader = report.threadName();
      event.ageMillis = report.ageMillis();
      event.origin = report.origin().orElse("");
      event.commit();
    }
    for (LongReaderListener listener : listeners) {
      try {
        listener.longReader(report);
      } catch (RuntimeException | Error e) {
        Thread thread = Thread.currentThread();
        thread.getUncaughtExceptionHandler().uncaughtException(thread, e);
      }
    }
  }

  ReaderReport report(ActiveReader reader) {
    return new ReaderReport(
        reader.snapshot().sequence(),
        TimeUnit.NANOSECONDS.toMillis(scheduler.nanoTime() - reader.beganNanos()),
        reader.thread().getName(),
        Optional.ofNullable(reader.origin()).map(StackFrame::toString));
  }

  /// Returns the reader of the oldest snapshot, the engine's own ones left out.
  Optional<ActiveReader> oldest() {
    ActiveReader[] oldest = new ActiveReader[1];
    readers.forEach(reader -> {
      if (!reader.isEngine() && (oldest[0] == null || isOlder(reader, oldest[0]))) {
        oldest[0] = reader;
      }
    });
    return Optional.ofNullable(oldest[0]);
  }

  private static boolean isOlder(ActiveReader reader, ActiveReader other) {
    long difference = reader.snapshot().version() - other.snapshot().version();
    return difference < 0 || (difference == 0 && reader.beganNanos() - other.beganNanos() < 0);
  }

  /// Returns how many read transactions are open, the engine's own ones left out.
  int count() {
    int[] count = new int[1];
    readers.forEach(reader -> count[0] += reader.isEngine() ? 0 : 1);
    return count[0];
  }

  /// Returns whether a reader is open for so long that it counts as long.
  boolean isLong(ActiveReader reader) {
    return scheduler.nanoTime() - reader.beganNanos() >= limitNanos;
  }
}
