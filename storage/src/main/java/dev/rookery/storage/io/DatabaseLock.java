package dev.rookery.storage.io;

/// The lock that one opener of a database holds.
public interface DatabaseLock extends AutoCloseable {

  /// Releases the lock. Idempotent.
  @Override
  void close();
}
