package dev.rookery.storage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rookery.storage.io.CrashMode;
import dev.rookery.storage.tx.PageReadTransaction;
import java.util.ArrayList;
import java.util.List;

/// All states that the commits of a store have led to, and which of them are promised.
final class StoreHistory {
  private final List<PageModel> states;

  /// No crash may lose this commit.
  private long durable;

  /// No kill of the process may lose this commit.
  private long written;

  /// Whether the database must exist.
  private boolean created;

  StoreHistory() {
    states = new ArrayList<>(List.of(PageModel.ofNew()));
  }

  private StoreHistory(StoreHistory other) {
    states = new ArrayList<>(other.states);
    durable = other.durable;
    written = other.written;
    created = other.created;
  }

  StoreHistory copy() {
    return new StoreHistory(this);
  }

  PageModel newest() {
    return states.getLast();
  }

  PageModel state(long sequence) {
    return states.get(Math.toIntExact(sequence));
  }

  long newestSequence() {
    return states.size() - 1;
  }

  /// A commit is under way: its state may be found from now on.
  void begin(PageModel after) {
    states.add(after);
  }

  /// The commit under way was rolled back.
  void rolledBack() {
    states.removeLast();
  }

  /// The commit under way returned.
  void acknowledged(Durability durability) {
    written = newestSequence();
    if (durability == Durability.SYNC) {
      durable = written;
    }
  }

  /// Everything acknowledged was made durable.
  void synced() {
    durable = written;
  }

  void crash(CrashMode mode) {
    if (mode != CrashMode.KEEP_ALL) {
      written = durable;
    }
  }

  /// Checks that a store that was just opened is in a state that it may be in, and takes that state
  /// for the one that counts.
  void recovered(StorageEnvironment environment) {
    assertThat(environment.wasCreated() && created).isFalse();
    created = true;
    try (PageReadTransaction tx = environment.beginRead()) {
      long sequence = tx.sequence();
      assertThat(sequence).isBetween(Math.max(durable, written), newestSequence());
      while (newestSequence() > sequence) {
        states.removeLast();
      }
      written = sequence;
      durable = sequence;
      newest().assertSeenBy(environment, tx);
    }
  }

  @Override
  public String toString() {
    return "durable=%d written=%d begun=%d".formatted(durable, written, newestSequence());
  }
}
