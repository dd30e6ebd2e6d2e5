package dev.rookery.storage.schedule;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// A scheduler that does what another one does, but for one of its lanes.
public abstract class ForwardingScheduler implements IoScheduler {
  private final IoScheduler delegate;
  private final String changedLane;

  /// @param changedLane name of the lane that is another one
  protected ForwardingScheduler(IoScheduler delegate, String changedLane) {
    this.delegate = delegate;
    this.changedLane = changedLane;
  }

  /// Returns what takes the place of that lane.
  protected abstract IoLane changed(IoLane lane);

  @Override
  public IoLane lane(String name, Work work) {
    IoLane lane = delegate.lane(name, work);
    return name.equals(changedLane) ? changed(lane) : lane;
  }

  @Override
  public IoDevice device(String name) {
    return delegate.device(name);
  }

  @Override
  public long nanoTime() {
    return delegate.nanoTime();
  }

  @Override
  public long currentTimeMillis() {
    return delegate.currentTimeMillis();
  }

  @Override
  public boolean isRepeatable() {
    return delegate.isRepeatable();
  }

  /// A lane that does what another one does.
  public static class ForwardingLane implements IoLane {
    private final IoLane delegate;

    /// Forwards to a lane.
    public ForwardingLane(IoLane delegate) {
      this.delegate = delegate;
    }

    @Override
    public <T extends @Nullable Object> T call(IoTask<T> task) throws IOException {
      return delegate.call(task);
    }

    @Override
    public void execute(Runnable task) {
      delegate.execute(task);
    }

    @Override
    public void schedule(Runnable task, long delayNanos) {
      delegate.schedule(task, delayNanos);
    }

    @Override
    public void close() {
      delegate.close();
    }
  }
}
