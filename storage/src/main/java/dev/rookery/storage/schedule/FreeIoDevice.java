package dev.rookery.storage.schedule;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// A disk that nobody has to share: every task runs at once.
final class FreeIoDevice implements IoDevice {
  static final FreeIoDevice INSTANCE = new FreeIoDevice();

  private FreeIoDevice() {}

  @Override
  public void journalBegins() {
    // Nobody asks.
  }

  @Override
  public void journalEnds(long nanos, boolean wasSync) {
    // Nobody asks.
  }

  @Override
  public <T extends @Nullable Object> T flush(IoTask<T> writes) throws IOException {
    return writes.run();
  }

  @Override
  public void betweenWrites(boolean isUrgent) {
    // Nobody to wait for.
  }

  @Override
  public <T extends @Nullable Object> T sync(IoTask<T> sync) throws IOException {
    return sync.run();
  }
}
