package dev.rookery.storage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rookery.storage.error.StorageFailedException;
import dev.rookery.storage.io.CrashMode;
import dev.rookery.storage.io.CrashTally;
import dev.rookery.storage.io.CrashWatch;
import dev.rookery.storage.io.CrashWatch.Phase;
import dev.rookery.storage.io.SimulatedCrash;
import dev.rookery.storage.io.SimulatedDisk;
import dev.rookery.storage.schedule.SimulatedScheduler;
import dev.rookery.storage.tx.PageReadTransaction;
import dev.rookery.storage.tx.PageWriteTransaction;
import java.util.SplittableRandom;

/// A process that uses the database on a disk, until it ends or dies.
final class CrashLife {
  private static final int PAGE_COUNT_MAX = 40;

  final SimulatedDisk disk;
  final StoreHistory history;
  final CrashWatch watch = new CrashWatch();
  final Chain chain;
  private final SplittableRandom random;
  private final StorageOptions options;
  private final boolean reopens;

  /// Lets timers, flushes and checkpoints happen when the seed says; `null` if all happens at once.
  private final SimulatedScheduler scheduler;

  /// Open, and not about to be closed.
  private StorageEnvironment working;

  /// What ended a transaction in the middle of a flush that nobody waits for.
  private SimulatedCrash ending;

  private PageReadTransaction reading;
  private PageModel seen;

  CrashLife(SimulatedDisk disk, StoreHistory history, SplittableRandom random, Chain chain) {
    this.disk = disk;
    this.history = history;
    this.random = random;
    this.chain = chain;
    this.reopens = random.nextBoolean();
    long scratchBytes = random.nextBoolean() ? 64 << 10 : 1 << 20;
    StorageOptions own =
        StorageOptions.defaults()
            .withScratchBytes(scratchBytes)
            .withBackgroundSyncMillis(5)
            .withCheckpointMillis(3000)
            .withJournalFileBytes(64 << 10);
    this.scheduler = random.nextBoolean() ? null : new SimulatedScheduler(random.nextLong());
    this.options = scheduler == null ? own.inline() : own.withScheduler(scheduler);
    if (scheduler != null) {
      scheduler.visit(this::visit);
    }
    disk.observe(watch::see);
  }

  /// Lives until a change, crashes there, and lives on after it; or lives to a good end.
  void liveAndCrash(int changes) {
    if (chain.depth == chain.end) {
      live(random.nextInt(6));
      reopen();
      return;
    }
    disk.stopAt(disk.operationCount() + changes);
    try {
      live(changes / 5 + 2);
    } catch (SimulatedCrash | StorageFailedException e) {
      assertThat(e instanceof SimulatedCrash || e.getCause() instanceof SimulatedCrash)
          .as(e.toString())
          .isTrue();
    }
    CrashMode mode = CrashMode.values()[random.nextInt(CrashMode.values().length)];
    chain.tally.add(watch, mode, chain.before, chain.depth);
    SimulatedDisk next = disk.crash(random.nextLong(), mode);
    history.crash(mode);
    bury();
    Chain longer = new Chain(chain.tally, mode, chain.depth + 1, chain.end);
    new CrashLife(next, history, random, longer).liveAndCrash(nextCrash(random));
  }

  /// Gives back the memory of a dead process: nothing it does can reach the disk any more.
  private void bury() {
    StorageEnvironment dead = working;
    working = null;
    if (dead != null) {
      try {
        dead.close();
      } catch (SimulatedCrash | RuntimeException e) {
        // It could not do any of its work, and what it had mapped is gone.
      }
    }
  }

  /// Opens the database, uses it, closes it.
  void live(int steps) {
    StorageEnvironment environment = open();
    for (int i = 0; i < steps; i++) {
      environment = step(environment);
    }
    close(environment);
  }

  private StorageEnvironment open() {
    watch.enter(Phase.OPENING);
    StorageEnvironment environment = StorageEnvironment.open(disk.fileSystem(), options);
    watch.enter(Phase.WORKING);
    working = environment;
    history.recovered(environment);
    return environment;
  }

  private void close(StorageEnvironment environment) {
    endReading();
    working = null;
    watch.enter(Phase.CLOSING);
    environment.close();
    history.synced();
  }

  /// A transaction in the middle of a flush or a checkpoint.
  private void visit() {
    StorageEnvironment environment = working;
    // A writer that finds scratch full would wait for the very flush that it is in.
    if (environment != null
        && random.nextInt(3) == 0
        && environment.stats().scratchPageCount() < 8) {
      try {
        transaction(environment);
      } catch (SimulatedCrash e) {
        ending = e; // The store takes it for a failure of its own, and nobody hears of it.
        throw e;
      } catch (StorageFailedException e) {
        ending = e.getCause() instanceof SimulatedCrash crash ? crash : ending;
        throw e;
      }
    }
  }

  private StorageEnvironment step(StorageEnvironment environment) {
    if (scheduler != null) {
      scheduler.pump(random.nextInt(4));
      if (ending != null) {
        throw ending;
      }
    }
    switch (random.nextInt(18)) {
      case 0, 1 -> environment.checkpoint();
      case 2 -> {
        environment.sync();
        history.synced();
      }
      case 3 -> {
        if (reopens) {
          close(environment);
          return open();
        }
      }
      case 4 -> {
        endReading();
        reading = environment.beginRead();
        // Not the newest state, if the process died in the work of the engine just now.
        seen = history.state(reading.sequence());
      }
      case 5, 6 -> endReading();
      default -> transaction(environment);
    }
    return environment;
  }

  private void endReading() {
    if (reading != null) {
      seen.assertSeenBy(reading);
      reading.close();
      reading = null;
    }
  }

  private void transaction(StorageEnvironment environment) {
    try (PageWriteTransaction tx = environment.beginWrite()) {
      PageModel after = history.newest().copy();
      after = NestedChanges.make(tx, after, random, PAGE_COUNT_MAX);
      if (random.nextInt(12) == 0) {
        after.rewrite(tx, random); // A record longer than what the journal writes in one piece.
      }
      if (random.nextInt(6) == 0 || !tx.hasChanges()) {
        return;
      }
      history.begin(after);
      Durability durability = Durability.values()[random.nextInt(3)];
      tx.commit(durability);
      history.acknowledged(durability);
    }
  }

  private void reopen() {
    try (StorageEnvironment environment = StorageEnvironment.open(disk.fileSystem(), options)) {
      history.recovered(environment);
    }
  }

  /// Returns after how many changes the next crash comes: often so soon that it hits recovery.
  static int nextCrash(SplittableRandom random) {
    return random.nextInt(random.nextInt(3) == 0 ? 6 : 70);
  }

  /// Which crash of several in a row is the next.
  ///
  /// @param before how the life before ended, `null` if this is the first
  /// @param depth how many crashes there were
  /// @param end how many there are to be
  record Chain(CrashTally tally, CrashMode before, int depth, int end) {
    /// Returns the chain of a life that nothing ends.
    static Chain none() {
      return new Chain(new CrashTally(), null, 0, 0);
    }
  }
}
