package dev.rookery.graph;

import java.nio.file.Path;
import java.util.function.Consumer;
import java.util.function.Function;

/// A graph database, open.
///
/// Thread-safe. One writer at a time, any number of readers, each on its own snapshot.
public final class Graph implements AutoCloseable {

  private Graph() {}

  /// Opens or creates the database in a directory, with default options.
  ///
  /// @throws dev.rookery.storage.error.DatabaseLockedException if it is open already
  /// @throws dev.rookery.storage.error.NotADatabaseException if the directory holds something else
  /// @throws dev.rookery.storage.error.FormatVersionException if a newer version wrote it
  public static Graph open(Path directory) {
    return open(directory, GraphOptions.defaults());
  }

  /// Opens or creates the database in a directory.
  ///
  /// @throws dev.rookery.storage.error.DatabaseLockedException if it is open already
  /// @throws dev.rookery.storage.error.NotADatabaseException if the directory holds something else
  /// @throws dev.rookery.storage.error.FormatVersionException if a newer version wrote it
  public static Graph open(Path directory, GraphOptions options) {
    throw new IllegalStateException();
  }

  /// Creates an empty graph in memory that is gone when it is closed; no file is written.
  public static Graph inMemory() {
    throw new IllegalStateException();
  }

  /// Begins to read the newest committed state.
  public ReadTransaction beginRead() {
    throw new IllegalStateException();
  }

  /// Begins to write, as soon as no other write transaction is open.
  ///
  /// @throws dev.rookery.storage.error.NestedWriteException if this thread has one open already
  /// @throws dev.rookery.storage.error.ReadOnlyException if the graph was opened read-only
  public WriteTransaction beginWrite() {
    throw new IllegalStateException();
  }

  /// Runs a function in a read transaction and returns its result.
  public <T> T read(Function<? super ReadTransaction, T> work) {
    try (ReadTransaction tx = beginRead()) {
      return work.apply(tx);
    }
  }

  /// Runs a function in a write transaction, commits it and returns the function's result; an exception rolls back.
  /// The function may be run more than once, so it must not have effects outside the transaction.
  public <T> T write(Function<? super WriteTransaction, T> work) {
    try (WriteTransaction tx = beginWrite()) {
      T result = work.apply(tx);
      tx.commit();
      return result;
    }
  }

  /// As [#write], without a result.
  public void execute(Consumer<? super WriteTransaction> work) {
    try (WriteTransaction tx = beginWrite()) {
      work.accept(tx);
      tx.commit();
    }
  }

  /// Makes all commits so far durable.
  public void sync() {}

  /// Writes changed pages to the data file and shortens the journal. Runs by itself in the background as well.
  public void checkpoint() {}

  /// Returns figures about the graph and its store.
  public GraphStats stats() {
    throw new IllegalStateException();
  }

  /// Verifies every page and every rule that connects the structures, on a snapshot; an empty list means all is
  /// well. O(database).
  public java.util.List<String> check() {
    throw new IllegalStateException();
  }

  /// Closes the database: waits for a running write transaction, makes everything durable. Idempotent. Read
  /// transactions that are still open fail from then on.
  @Override
  public void close() {}
}
