package dev.rookery.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.rookery.storage.error.DatabaseClosedException;
import dev.rookery.storage.error.DatabaseLockedException;
import dev.rookery.storage.error.NestedWriteException;
import dev.rookery.storage.error.TransactionClosedException;
import dev.rookery.storage.io.DirectoryFileSystem;
import dev.rookery.storage.io.SimulatedDisk;
import dev.rookery.storage.page.PageLayout;
import dev.rookery.storage.page.PageReader;
import dev.rookery.storage.tx.PageReadTransaction;
import dev.rookery.storage.tx.PageWriteTransaction;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Many threads, most of them on real files. `-Dstress.seconds` lengthens what needs luck.
@Timeout(900)
final class StorageConcurrencyTest {
  private static final int VALUE_OFFSET = PageLayout.CONTENT_OFFSET;

  /// Little scratch, so that flushes happen all the time.
  private static final StorageOptions OPTIONS =
      StorageOptions.defaults()
          .withScratchBytes(64 << 10)
          .withBackgroundSyncMillis(5)
          .withJournalFileBytes(256 << 10);

  private static final long STRESS_SECONDS = Long.getLong("stress.seconds", 2);

  @TempDir Path directory;

  private StorageEnvironment open() {
    return StorageEnvironment.open(DirectoryFileSystem.open(directory, false), OPTIONS);
  }

  private static long allocate(StorageEnvironment environment, int count) {
    PageWriteTransaction tx = environment.beginWrite();
    long first = tx.allocateRun(count, (byte) 1, 0);
    tx.commit(Durability.SYNC);
    return first;
  }

  private static long value(PageReader pages, long page) {
    return pages.page(page).get(PageLayout.LONG, VALUE_OFFSET);
  }

  private static void runAll(List<Callable<Void>> tasks) throws InterruptedException {
    try (ExecutorService executor = Executors.newCachedThreadPool()) {
      List<Future<Void>> futures = new ArrayList<>();
      tasks.forEach(task -> futures.add(executor.submit(task)));
      for (Future<Void> future : futures) {
        try {
          future.get();
        } catch (ExecutionException e) {
          executor.shutdownNow();
          throw new AssertionError(e.getCause());
        }
      }
    }
  }

  @Test
  void commits_ofManyThreads_shareSyncs() throws InterruptedException {
    int threads = 8;
    int commits = 40;
    long page;
    try (StorageEnvironment environment = open()) {
      page = allocate(environment, threads);
      CyclicBarrier barrier = new CyclicBarrier(threads);
      List<Callable<Void>> tasks = new ArrayList<>();
      for (int thread = 0; thread < threads; thread++) {
        long mine = page + thread;
        tasks.add(() -> {
          barrier.await();
          for (int i = 1; i <= commits; i++) {
            add(environment, mine);
            try (PageReadTransaction tx = environment.beginRead()) {
              assertThat(value(tx, mine)).isEqualTo(i); // A commit that returned is seen.
            }
          }
          return null;
        });
      }
      runAll(tasks);
      StorageStats stats = environment.stats();
      System.out.printf("commits=%d syncs=%d%n", stats.commitCount(), stats.syncCount());
      assertThat(stats.commitCount()).isEqualTo(threads * commits + 1);
      assertThat(stats.syncCount()).isLessThan(stats.commitCount());
    }
    try (StorageEnvironment environment = open();
        PageReadTransaction tx = environment.beginRead()) {
      for (int thread = 0; thread < threads; thread++) {
        assertThat(value(tx, page + thread)).isEqualTo(commits);
      }
    }
  }

  @Test
  void backgroundCommit_isSyncedWithinItsBound() {
    try (StorageEnvironment environment = open()) {
      allocate(environment, 1);
      long syncs = environment.stats().syncCount();
      PageWriteTransaction tx = environment.beginWrite();
      tx.allocate((byte) 1, 0);
      tx.commit(Durability.BACKGROUND);

      long deadline = System.nanoTime() + 30_000_000_000L;
      while (environment.stats().syncCount() == syncs && System.nanoTime() < deadline) {
        Thread.yield();
      }
      assertThat(environment.stats().syncCount()).isEqualTo(syncs + 1);
    }
  }

  /// A commit that comes while a timer's sync is at work must not be left lying: nobody else comes
  /// to see to it.
  @Test
  void commits_ofOneThreadBesideBackgroundSyncs_areAllAcknowledged() {
    StorageOptions eager = OPTIONS.withBackgroundSyncMillis(1);
    long end = System.nanoTime() + STRESS_SECONDS * 1_000_000_000L;
    SplittableRandom random = new SplittableRandom(1);
    assertTimeoutPreemptively(
        Duration.ofSeconds(STRESS_SECONDS + 30),
        () -> {
          try (StorageEnvironment environment =
              StorageEnvironment.open(new SimulatedDisk().fileSystem(), eager)) {
            while (System.nanoTime() < end) {
              PageWriteTransaction tx = environment.beginWrite();
              tx.modify(StorageEnvironment.ROOT_PAGE).set(PageLayout.LONG, 40, random.nextLong());
              tx.commit(Durability.values()[random.nextInt(3)]);
              // Often just when the timer runs out.
              long pause = random.nextInt(3) == 0 ? random.nextInt(1_500_000) : 0;
              for (long until = System.nanoTime() + pause; System.nanoTime() < until; ) {
                Thread.onSpinWait();
              }
            }
          }
        });
  }

  private static void add(StorageEnvironment environment, long page) {
    try (PageWriteTransaction tx = environment.beginWrite()) {
      MemorySegment segment = tx.modify(page);
      segment.set(PageLayout.LONG, VALUE_OFFSET, segment.get(PageLayout.LONG, VALUE_OFFSET) + 1);
      tx.commit(Durability.SYNC);
    }
  }

  @Test
  void readers_besideAWriterAndFlushes_seeOneStateEach() throws InterruptedException {
    int count = 40;
    int commits = 400;
    try (StorageEnvironment environment = open()) {
      long first = allocate(environment, count);
      AtomicBoolean done = new AtomicBoolean();
      List<Callable<Void>> tasks = new ArrayList<>();
      tasks.add(() -> {
        try {
          writeAll(environment, first, count, commits);
        } finally {
          done.set(true);
        }
        return null;
      });
      for (int reader = 0; reader < 3; reader++) {
        tasks.add(() -> {
          long last = 0;
          while (!done.get()) {
            last = readAll(environment, first, count, last);
          }
          return null;
        });
      }
      runAll(tasks);
      StorageStats stats = environment.stats();
      assertThat(stats.flushCount()).isGreaterThan(2);
      assertThat(stats.activeReaderCount()).isZero();
      environment.checkpoint();
      assertThat(environment.stats().scratchPageCount()).isZero();
      readAll(environment, first, count, commits);
    }
  }

  /// Sets some of the pages to new values so that all of them always hold the same, while a page is
  /// freed and allocated again.
  private static void writeAll(StorageEnvironment environment, long first, int count, int commits) {
    long spare = -1;
    for (int i = 1; i <= commits; i++) {
      try (PageWriteTransaction tx = environment.beginWrite()) {
        if (spare >= 0) {
          tx.free(spare);
        }
        spare = tx.allocate((byte) 2, i);
        for (int page = 0; page < count; page++) {
          tx.modify(first + page).set(PageLayout.LONG, VALUE_OFFSET + page * 8L, i);
        }
        tx.commit(i % 50 == 0 ? Durability.SYNC : Durability.BACKGROUND);
      }
    }
  }

  /// Reads all pages several times in one transaction, and returns the value they hold.
  private static long readAll(StorageEnvironment environment, long first, int count, long last) {
    try (PageReadTransaction tx = environment.beginRead()) {
      long value = value(tx, first);
      assertThat(value).isGreaterThanOrEqualTo(last);
      for (int round = 0; round < 3; round++) {
        for (int page = 0; page < count; page++) {
          long found = tx.page(first + page).get(PageLayout.LONG, VALUE_OFFSET + page * 8L);
          if (found != value) {
            throw new AssertionError("page=%d holds %d, not %d".formatted(page, found, value));
          }
        }
      }
      return value;
    }
  }

  @Test
  void interrupts_ofUserThreads_hurtNobody() throws InterruptedException {
    int threads = 4;
    int commits = 60;
    long page;
    try (StorageEnvironment environment = open()) {
      page = allocate(environment, threads);
      List<Callable<Void>> tasks = new ArrayList<>();
      for (int thread = 0; thread < threads; thread++) {
        long mine = page + thread;
        tasks.add(() -> {
          for (int i = 0; i < commits; i++) {
            Thread.currentThread().interrupt();
            add(environment, mine);
            if (i % 20 == 0) {
              environment.checkpoint();
            }
            assertThat(Thread.interrupted()).isTrue(); // Kept for its owner.
          }
          return null;
        });
      }
      runAll(tasks);
      Thread.currentThread().interrupt();
    } finally { // Closed by an interrupted thread.
      assertThat(Thread.interrupted()).isTrue();
    }
    Thread.currentThread().interrupt();
    try (StorageEnvironment environment = open();
        PageReadTransaction tx = environment.beginRead()) {
      for (int thread = 0; thread < threads; thread++) {
        assertThat(value(tx, page + thread)).isEqualTo(commits);
      }
    } finally {
      assertThat(Thread.interrupted()).isTrue();
    }
  }

  @Test
  void close_whileOthersRead_endsTheirTransactions() throws InterruptedException {
    StorageEnvironment environment = open();
    int count = 20;
    long first = allocate(environment, count);
    writeAll(environment, first, count, 20);
    CountDownLatch reading = new CountDownLatch(3);
    List<Callable<Void>> tasks = new ArrayList<>();
    for (int thread = 0; thread < 3; thread++) {
      tasks.add(() -> {
        PageReadTransaction tx = environment.beginRead();
        readUntilClosed(tx, first, count, reading);
        assertThat(tx.isClosed()).isTrue();
        assertThatThrownBy(() -> tx.locate(first)).isInstanceOf(TransactionClosedException.class);
        tx.close();
        return null;
      });
    }
    tasks.add(() -> {
      reading.await();
      environment.close();
      return null;
    });
    runAll(tasks);
    open().close();
  }

  /// A segment that a reader had in hand throws the platform's own exception.
  private static void readUntilClosed(
      PageReadTransaction tx, long first, int count, CountDownLatch reading) {
    try {
      for (int i = 0; ; i++) {
        value(tx, first + i % count);
        if (i == 1000) {
          reading.countDown();
        }
      }
    } catch (TransactionClosedException e) {
      return;
    } catch (IllegalStateException e) {
      assertThat(e).hasMessageContaining("closed");
    }
  }

  @Test
  void close_whileOthersCommit_refusesTheRest() throws InterruptedException {
    StorageEnvironment environment = open();
    long first = allocate(environment, 4);
    long[] done = new long[4];
    CountDownLatch writing = new CountDownLatch(4);
    List<Callable<Void>> tasks = new ArrayList<>();
    for (int thread = 0; thread < 4; thread++) {
      int mine = thread;
      tasks.add(() -> {
        try {
          while (true) {
            add(environment, first + mine);
            done[mine]++;
            if (done[mine] == 3) {
              writing.countDown();
            }
            if (mine == 0) {
              environment.sync();
              environment.stats();
            }
          }
        } catch (DatabaseClosedException e) {
          return null;
        }
      });
    }
    for (int closer = 0; closer < 2; closer++) {
      tasks.add(() -> {
        writing.await();
        environment.close();
        assertThatThrownBy(environment::beginRead).isInstanceOf(DatabaseClosedException.class);
        return null;
      });
    }
    runAll(tasks);
    try (StorageEnvironment again = open();
        PageReadTransaction tx = again.beginRead()) {
      for (int thread = 0; thread < 4; thread++) {
        assertThat(value(tx, first + thread)).isEqualTo(done[thread]);
      }
    }
  }

  @Test
  void secondWriteTransaction_ofAThread_isRefused() {
    StorageEnvironment environment = open();
    try (PageWriteTransaction tx = environment.beginWrite()) {
      tx.allocate((byte) 1, 0);
      assertThatThrownBy(environment::beginWrite).isInstanceOf(NestedWriteException.class);
      assertThatThrownBy(environment::checkpoint).isInstanceOf(NestedWriteException.class);
      assertThatThrownBy(environment::close).isInstanceOf(NestedWriteException.class);
      tx.commit(Durability.SYNC);
      assertThatThrownBy(() -> tx.modify(StorageEnvironment.ROOT_PAGE))
          .isInstanceOf(TransactionClosedException.class);
      assertThatThrownBy(() -> tx.commit(Durability.SYNC))
          .isInstanceOf(TransactionClosedException.class);
    }
    environment.close();
  }

  @Test
  void everything_afterClose_isRefused() {
    StorageEnvironment environment = open();
    PageReadTransaction reader = environment.beginRead();
    environment.close();
    environment.close();

    assertThat(reader.isClosed()).isTrue();
    assertThatThrownBy(() -> reader.page(1)).isInstanceOf(TransactionClosedException.class);
    reader.close();
    assertThatThrownBy(environment::beginRead).isInstanceOf(DatabaseClosedException.class);
    assertThatThrownBy(environment::beginWrite).isInstanceOf(DatabaseClosedException.class);
    assertThatThrownBy(environment::sync).isInstanceOf(DatabaseClosedException.class);
    assertThatThrownBy(environment::checkpoint).isInstanceOf(DatabaseClosedException.class);
    assertThatThrownBy(environment::stats).isInstanceOf(DatabaseClosedException.class);
  }

  @Test
  void secondOpener_isRefusedUntilTheFirstCloses() {
    StorageEnvironment environment = open();

    assertThatThrownBy(this::open).isInstanceOf(DatabaseLockedException.class);
    allocate(environment, 1);

    environment.close();
    open().close();
  }
}
