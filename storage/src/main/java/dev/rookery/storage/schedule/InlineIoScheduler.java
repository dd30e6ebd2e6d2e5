package dev.rookery.storage.schedule;

import java.io.IOException;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// Runs everything on the calling thread, at once: for stores in memory, which touch no channel,
/// and for runs that must repeat. What is to be done after a delay is never done, so nothing may
/// depend on it.
public final class InlineIoScheduler implements IoScheduler {
  private final ReentrantLock lock = new ReentrantLock();

  /// Creates a scheduler for one store.
  public InlineIoScheduler() {}

  @Override
  public IoLane lane(String name, Work work) {
    return new InlineLane();
  }

  @Override
  public IoDevice device(String name) {
    return FreeIoDevice.INSTANCE;
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
    return true;
  }

  /// All lanes of a scheduler share one lock, so callers on several threads take turns.
  private final class InlineLane implements IoLane {
    @Override
    public <T extends @Nullable Object> T call(IoTask<T> task) throws IOException {
      lock.lock();
      try {
        return task.run();
      } finally {
        lock.unlock();
      }
    }

    @Override
    public void execute(Runnable task) {
      lock.lock();
      try {
        task.run();
      } finally {
        lock.unlock();
      }
    }

    @Override
    public void schedule(Runnable task, long delayNanos) {
      // Never: see the class.
    }

    @Override
    public void close() {
      // Nothing is ever left to do.
    }
  }
}
