package dev.rookery.storage.schedule;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/// The threads that all databases of the process share: daemon threads that come when there is work
/// and go after ten idle seconds, and one for delays. An idle database has none of its own.
///
/// Journals have as many threads as they need. Flushes of data files take turns, first come, first
/// served; opening and closing do not wait for them. See [IoDevice].
public final class SharedIoScheduler implements IoScheduler {
  private static final SharedIoScheduler INSTANCE = new SharedIoScheduler();
  private static final long IDLE_SECONDS = 10;

  private final ExecutorService threads =
      new ThreadPoolExecutor(
          0,
          Integer.MAX_VALUE,
          IDLE_SECONDS,
          TimeUnit.SECONDS,
          new SynchronousQueue<>(),
          daemons("rookery-io-"));
  private final ScheduledThreadPoolExecutor timer =
      new ScheduledThreadPoolExecutor(1, daemons("rookery-timer-"));

  private final Semaphore flushTurns = new Semaphore(flushCountMax(), true);
  private final Map<String, SharedIoDevice> devices = new ConcurrentHashMap<>();

  private SharedIoScheduler() {
    timer.setRemoveOnCancelPolicy(true);
    timer.setKeepAliveTime(IDLE_SECONDS, TimeUnit.SECONDS);
    timer.allowCoreThreadTimeOut(true);
  }

  /// Returns how many databases may write to their data files at once.
  static int flushCountMax() {
    return Math.max(2, Runtime.getRuntime().availableProcessors() / 4);
  }

  private static ThreadFactory daemons(String prefix) {
    return Thread.ofPlatform().daemon().name(prefix, 0).factory();
  }

  /// Returns the scheduler of the process.
  public static SharedIoScheduler instance() {
    return INSTANCE;
  }

  @Override
  public IoLane lane(String name, Work work) {
    return new SerialLane(name, threads, timer);
  }

  @Override
  public IoDevice device(String name) {
    return devices.computeIfAbsent(name, _ -> new SharedIoDevice(flushTurns));
  }

  @Override
  public long nanoTime() {
    return System.nanoTime();
  }

  @Override
  public long currentTimeMillis() {
    return System.currentTimeMillis();
  }

  @Override
  public boolean isRepeatable() {
    return false;
  }
}
