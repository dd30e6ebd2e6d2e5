package dev.rookery.graph;

import dev.rookery.graph.change.ChangeBatch;
import dev.rookery.graph.error.ChangesLostException;
import dev.rookery.graph.store.ChangeLog;
import dev.rookery.graph.store.GraphEdit;
import dev.rookery.graph.store.GraphView;
import dev.rookery.storage.StorageEnvironment;
import dev.rookery.storage.tx.PageReadTransaction;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// What was changed, commit by commit, to be pulled: for a search index, a cache or a copy of the
/// graph that follows it.
///
/// Switched on once, the feed is part of the database: every commit stores its changes with itself,
/// also after the database was closed and opened again, until there are more than `bytesMax` bytes
/// of them; then the oldest go. A follower remembers the sequence of the last batch it has worked
/// on, and asks for what is behind it:
///
/// ```java
/// try (ReadTransaction tx = graph.beginRead()) {
///   copyAll(tx);
///   after = tx.sequence();
/// }
/// while (running) {
///   for (ChangeBatch batch : feed.read(after, 100)) {
///     apply(batch);
///     after = batch.sequence();
///   }
///   feed.await(after, Duration.ofSeconds(1));
/// }
/// ```
///
/// A commit is read as soon as it is visible, so before a power cut takes it away again, if it was
/// not durable yet: whoever must never be ahead of the graph calls [Graph#sync] first.
///
/// Bulk loads, and transactions with more than [#CHANGE_BYTES_MAX] of changes, are batches that are
/// not complete and have no changes. Thread-safe.
public final class ChangeFeed {

  /// How many bytes of changes one transaction may have, encoded, to be complete.
  public static final int CHANGE_BYTES_MAX = 64 << 20;

  private final StorageEnvironment environment;
  private final Function<PageReadTransaction, GraphView> view;
  private final Consumer<Consumer<GraphEdit>> change;

  /// Guards nothing: it is waited on for commits.
  private final Object commits = new Object();

  ChangeFeed(
      StorageEnvironment environment,
      Function<PageReadTransaction, GraphView> view,
      Consumer<Consumer<GraphEdit>> change) {
    this.environment = environment;
    this.view = view;
    this.change = change;
  }

  /// Switches the feed on for commits from now on, or changes its limit; a lower one drops the
  /// oldest batches.
  ///
  /// @param bytesMax how many bytes of changes to keep, encoded: a change has 9 to 30 bytes and its
  ///   properties
  /// @throws IllegalArgumentException if that is not positive
  public void enable(long bytesMax) {
    if (bytesMax <= 0) {
      throw new IllegalArgumentException("limit is not positive bytesMax=" + bytesMax);
    }
    change.accept(edit -> edit.enableChangeLog(bytesMax));
  }

  /// Switches the feed off and forgets all batches. O(batches).
  public void disable() {
    change.accept(GraphEdit::disableChangeLog);
  }

  /// Returns the limit of bytes; nothing if the feed is off.
  public OptionalLong bytesMax() {
    try (PageReadTransaction pages = environment.beginRead()) {
      ChangeLog log = view.apply(pages).changeLog();
      return log == null ? OptionalLong.empty() : OptionalLong.of(log.bytesMax());
    }
  }

  /// Returns the oldest sequence that can be gone on from; nothing if the feed is off.
  public OptionalLong oldest() {
    try (PageReadTransaction pages = environment.beginRead()) {
      ChangeLog log = view.apply(pages).changeLog();
      return log == null ? OptionalLong.empty() : OptionalLong.of(log.lostUpTo());
    }
  }

  /// Returns the batches of the commits behind a sequence, in their order, as far as they are
  /// visible to readers now. O(log batches + their bytes).
  ///
  /// @param after the sequence of a batch or of a read transaction, or any between
  /// @param countMax how many batches to return at most
  /// @throws ChangesLostException if the feed is off or does not go back that far
  /// @throws IllegalArgumentException if the sequence is of the future: of another database, or of
  ///   a commit that was lost
  public List<ChangeBatch> read(long after, int countMax) {
    if (countMax < 1) {
      throw new IllegalArgumentException("count is not positive countMax=" + countMax);
    }
    try (PageReadTransaction pages = environment.beginRead()) {
      GraphView graph = view.apply(pages);
      ChangeLog log = graph.changeLog();
      if (log == null || after < log.lostUpTo()) {
        throw new ChangesLostException(
            "changes are lost after=%d oldest=%s"
                .formatted(
                    after,
                    Optional.ofNullable(log).map(open -> "" + open.lostUpTo()).orElse("none")));
      }
      if (after > pages.sequence()) {
        throw new IllegalArgumentException(
            "there is no such commit yet after=%d newest=%d".formatted(after, pages.sequence()));
      }
      List<ChangeBatch> batches = new ArrayList<>();
      log.read(
          graph,
          after,
          (sequence, changes) -> {
            batches.add(new ChangeBatch(sequence, changes.isComplete(), changes.list()));
            return batches.size() < countMax;
          });
      return batches;
    }
  }

  /// Waits for a batch behind a sequence, and returns whether there is one. It may have to be asked
  /// again: also when the graph was closed, or the feed is off.
  ///
  /// @throws InterruptedException if the thread is interrupted
  public boolean await(long after, Duration timeout) throws InterruptedException {
    long end = System.nanoTime() + timeout.toNanos();
    synchronized (commits) {
      while (!has(after)) {
        long millis = (end - System.nanoTime()) / 1_000_000;
        if (millis <= 0) {
          return false;
        }
        commits.wait(Math.min(millis, 100)); // A commit may be visible before it is told of.
      }
      return true;
    }
  }

  private boolean has(long after) {
    boolean[] found = {false};
    try (PageReadTransaction pages = environment.beginRead()) {
      GraphView graph = view.apply(pages);
      @Nullable ChangeLog log = graph.changeLog();
      if (log != null && after < pages.sequence()) {
        log.read(
            graph,
            after,
            (_, _) -> {
              found[0] = true;
              return false;
            });
      }
    }
    return found[0];
  }

  /// Wakes those who wait.
  void committed() {
    synchronized (commits) {
      commits.notifyAll();
    }
  }
}
