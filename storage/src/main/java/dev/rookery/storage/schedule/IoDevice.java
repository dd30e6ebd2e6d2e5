package dev.rookery.storage.schedule;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// One disk, as all databases of the process that lie on it share it: who may write to data files,
/// how many may sync, and when a flush makes room for commits.
///
/// A task that runs here may wait for the journal of its own store, never for another task of this
/// kind: so whoever waits for its turn gets it.
///
/// Thread-safe.
public interface IoDevice {

  /// A write or a sync of a journal begins. Costs nanoseconds.
  void journalBegins();

  /// What [#journalBegins] announced has ended, well or not.
  ///
  /// @param nanos how long it took
  /// @param wasSync whether it waited for the disk
  void journalEnds(long nanos, boolean wasSync);

  /// Runs the writes of a flush when it is their turn; those that came first have it first.
  <T extends @Nullable Object> T flush(IoTask<T> writes) throws IOException;

  /// Is called by a flush between two writes of at most a MiB. Waits a little, within a bound,
  /// where commits on the same disk would suffer from the next one.
  ///
  /// @param isUrgent whether somebody waits for the flush, so that it should not wait itself
  void betweenWrites(boolean isUrgent);

  /// Runs a sync of a data file when there is room for one more.
  <T extends @Nullable Object> T sync(IoTask<T> sync) throws IOException;
}
