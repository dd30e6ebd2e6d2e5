package dev.rookery.storage;

/// Is told of read transactions that stay open too long: while one is open, nothing of what it sees
/// can be overwritten or given back.
@FunctionalInterface
public interface LongReaderListener {

  /// Is called once for each read transaction that has reached the age from which on it is long,
  /// some time after that and only if it is still open.
  ///
  /// Runs on a thread of the engine, one call at a time, and should be short; it must not close the
  /// database. What it throws goes to the thread's handler of uncaught exceptions and does no harm.
  void longReader(ReaderReport reader);
}
