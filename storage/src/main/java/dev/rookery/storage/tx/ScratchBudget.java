package dev.rookery.storage.tx;

import dev.rookery.storage.ReaderReport;
import dev.rookery.storage.StorageOptions;
import dev.rookery.storage.error.DiskFullException;
import dev.rookery.storage.error.RookeryException;
import dev.rookery.storage.error.ScratchFullException;
import dev.rookery.storage.io.NoSpaceException;
import dev.rookery.storage.mvcc.ScratchPool;
import dev.rookery.storage.mvcc.SpillWriter;
import dev.rookery.storage.page.PageLayout;
import java.io.IOException;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// How much scratch there may be, and what is done when there is more.
///
/// ```
/// memory above 1/2    a flush is asked for
/// memory above 1      a writer waits, before it begins, for a flush, and where that cannot free
///                     enough for a spill of committed pages; a transaction under way spills pages
///                     of its own
/// memory and spill files used up, or no disk left to spill to: writers are refused
/// ```
///
/// Thread-safe, but for [#relieve], which belongs to the writer.
final class ScratchBudget {
  private final ScratchPool pool;
  private final FailureSlot failure;
  private final Supplier<Optional<ReaderReport>> oldestReader;
  private final long memoryPages;
  private final long totalPages;

  /// Why pages could neither be flushed nor spilled when that was last tried.
  private volatile @Nullable DiskFullException diskFull;

  /// Of the writer; made when it is first needed.
  private @Nullable SpillWriter spillWriter;

  ScratchBudget(
      ScratchPool pool,
      FailureSlot failure,
      Supplier<Optional<ReaderReport>> oldestReader,
      StorageOptions options) {
    this.pool = pool;
    this.failure = failure;
    this.oldestReader = oldestReader;
    this.memoryPages = options.scratchBytes() >>> PageLayout.PAGE_SHIFT;
    this.totalPages = memoryPages + (options.spillBytes() >>> PageLayout.PAGE_SHIFT);
  }

  /// Returns how many pages the memory may hold.
  long memoryPages() {
    return memoryPages;
  }

  /// Returns whether memory holds more than all, a half, a quarter ... of what it may.
  boolean memoryIsOver(int part) {
    return pool.usedCount() > memoryPages / part;
  }

  /// Returns whether no more writers may begin.
  boolean isUsedUp() {
    return (long) pool.usedCount() + pool.spilledCount() > totalPages
        || (diskFull != null && memoryIsOver(1));
  }

  /// Takes note of how an attempt to free memory ended: `null` if the disk was not the reason.
  void attempted(@Nullable DiskFullException cause) {
    diskFull = cause;
  }

  /// Returns what refuses a writer.
  RookeryException refusal() {
    DiskFullException cause = diskFull;
    if (cause != null) {
      return new DiskFullException("no room for changed pages, in memory or on the disk", cause);
    }
    return new ScratchFullException(
        "room for changed pages is used up memoryPages=%d spilledPages=%d limit=%d oldest %s"
            .formatted(
                pool.usedCount(),
                pool.spilledCount(),
                totalPages,
                oldestReader.get().map(ReaderReport::toString).orElse("reader=none")));
  }

  /// Moves pages of a transaction to spill files if memory is over its budget and the transaction
  /// has a good part of it.
  ///
  /// @throws ScratchFullException if spill files are used up
  /// @throws DiskFullException if the disk is full
  void relieve(PageChanges changes) {
    boolean isMuch = changes.residentCount() > Math.max(2, memoryPages / 4);
    if (!isMuch || !memoryIsOver(1)) {
      return;
    }
    if (!pool.canSpill()) {
      if (isUsedUp()) {
        throw refusal();
      }
      return;
    }
    SpillWriter writer = spillWriter;
    if (writer == null) {
      writer = new SpillWriter(pool);
      spillWriter = writer;
    }
    try {
      boolean hadRoom = changes.relieve(writer, Math.max(1, changes.residentCount() / 2));
      if (!hadRoom && memoryIsOver(1)) {
        throw refusal();
      }
    } catch (NoSpaceException e) {
      throw new DiskFullException("no room for changed pages, in memory or on the disk", e);
    } catch (IOException e) {
      failure.fail(e);
      throw failure.exception();
    }
  }
}
