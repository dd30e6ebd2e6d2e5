package dev.rookery.storage;

import java.util.concurrent.CompletionStage;

/// A commit on its way: what it has reached, and how to wait for it.
///
/// Stages complete in the order of the commits, on a thread of the engine or of another committer:
/// what hangs on them should be short. When the store fails they complete exceptionally, with a
/// [dev.rookery.storage.error.StorageFailedException].
///
/// Thread-safe.
public interface Commit {

  /// Returns the sequence of the commit. A transaction that changed nothing answers the sequence of
  /// the state that it saw.
  long sequence();

  /// Returns a stage that completes when the operating system has the commit and new readers see
  /// it: a killed process loses nothing any more.
  CompletionStage<Void> committed();

  /// Returns a stage that completes when the commit is on the disk, with all before it. Asks for a
  /// sync if none is due.
  CompletionStage<Void> durable();
}
