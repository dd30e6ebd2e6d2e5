package dev.rookery.storage.tx;

import dev.rookery.storage.error.StorageFailedException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// The one place that says whether the store has failed, and why. Every entry point that changes
/// something looks here. Once filled it stays filled: a failed write or sync is never tried again
/// as if nothing had happened.
public final class FailureSlot {
  private final String location;
  private final AtomicReference<@Nullable Throwable> cause = new AtomicReference<>();

  /// Creates an empty slot for the store at a location.
  public FailureSlot(String location) {
    this.location = location;
  }

  /// Returns where the store is, for messages and events.
  String location() {
    return location;
  }

  /// Fills the slot unless it is filled.
  public void fail(Throwable failure) {
    cause.compareAndSet(null, failure);
  }

  /// Returns whether the store has failed.
  public boolean hasFailed() {
    return cause.get() != null;
  }

  /// Throws if the store has failed.
  public void check() {
    if (hasFailed()) {
      throw exception();
    }
  }

  /// Returns what to throw after a failure.
  public StorageFailedException exception() {
    Throwable failure = cause.get();
    String message = "the store has failed, reopen it location=" + location;
    return failure == null
        ? new StorageFailedException(message)
        : new StorageFailedException(message + " cause=" + failure, failure);
  }
}
