package dev.rookery.storage.schedule;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/// The threads that all databases of the process share: daemon threads that come when there is work
/// and go after ten idle seconds, and one for delays. An idle database has none of its own.
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

  private SharedIoScheduler() {
    timer.setRemoveOnCancelPolicy(true);
    timer.setKeepAliveTime(IDLE_SECONDS, TimeUnit.SECONDS);
    timer.allowCoreThreadTimeOut(true);
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
