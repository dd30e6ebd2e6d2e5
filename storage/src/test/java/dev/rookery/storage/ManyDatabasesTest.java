package dev.rookery.storage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rookery.storage.io.DirectoryFileSystem;
import dev.rookery.storage.io.StorageFile;
import dev.rookery.storage.io.StorageFileSystem;
import dev.rookery.storage.page.PageLayout;
import dev.rookery.storage.tx.PageReadTransaction;
import dev.rookery.storage.tx.PageWriteTransaction;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A hundred databases in one process: all get on, few write to data files at once, and those that
/// do nothing cost little.
@Timeout(900)
final class ManyDatabasesTest {
  private static final int DATABASES = 100;
  private static final int WORKERS = 8;
  private static final int ROUNDS = 12;

  /// What an idle database may cost, each: on the heap, and in scratch.
  private static final long IDLE_HEAP_BYTES_MAX = 256 << 10;

  private static final long IDLE_SCRATCH_BYTES_MAX = 256 << 10;

  private static final StorageOptions OPTIONS =
      StorageOptions.defaults().withJournalFileBytes(64 << 10).withScratchBytes(256 << 10);

  @TempDir Path directory;

  private final Crowd flushes = new Crowd();
  private final Crowd syncs = new Crowd();

  /// Counts how many are inside at once.
  private static final class Crowd {
    final AtomicInteger inside = new AtomicInteger();
    final AtomicInteger most = new AtomicInteger();
    final AtomicInteger total = new AtomicInteger();

    void enter() {
      total.incrementAndGet();
      most.accumulateAndGet(inside.incrementAndGet(), Math::max);
    }

    void leave() {
      inside.decrementAndGet();
    }
  }

  private StorageFileSystem files(int number) {
    return DirectoryFileSystem.open(directory.resolve("db-" + number), false);
  }

  /// Returns the same files, with the large writes and the syncs of data files counted.
  private StorageFileSystem counted(int number) {
    StorageFileSystem files = files(number);
    return (StorageFileSystem)
        Proxy.newProxyInstance(
            getClass().getClassLoader(),
            new Class<?>[] {StorageFileSystem.class},
            (_, method, arguments) -> {
              Object result = invoke(files, method, arguments);
              return result instanceof StorageFile file && file.name().equals("data.rkd")
                  ? counted(file)
                  : result;
            });
  }

  private StorageFile counted(StorageFile file) {
    return (StorageFile)
        Proxy.newProxyInstance(
            getClass().getClassLoader(),
            new Class<?>[] {StorageFile.class},
            (_, method, arguments) -> {
              Crowd crowd = crowdOf(method, arguments);
              if (crowd == null) {
                return invoke(file, method, arguments);
              }
              crowd.enter();
              try {
                return invoke(file, method, arguments);
              } finally {
                crowd.leave();
              }
            });
  }

  private Crowd crowdOf(Method method, Object[] arguments) {
    return switch (method.getName()) {
      case "sync" -> syncs;
      // Header blocks are written by whoever moves them.
      case "write" ->
          ((ByteBuffer) arguments[0]).remaining() > 4096 || (long) arguments[1] > 3 * 4096
              ? flushes
              : null;
      default -> null;
    };
  }

  private static Object invoke(Object target, Method method, Object[] arguments) throws Throwable {
    try {
      return method.invoke(target, arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }

  private static void commit(StorageEnvironment environment, int pages, Durability durability) {
    try (PageWriteTransaction tx = environment.beginWrite()) {
      MemoryOf.fill(tx, pages);
      tx.commit(durability);
    }
  }

  /// What the commits write: the root page counts them.
  private static final class MemoryOf {
    static void fill(PageWriteTransaction tx, int pages) {
      for (int i = 0; i < pages; i++) {
        long page = tx.allocate((byte) 1, 0);
        tx.modify(page).set(PageLayout.LONG, 40, page);
      }
      tx.modify(StorageEnvironment.ROOT_PAGE).set(PageLayout.LONG, 40, tx.sequence());
    }
  }

  private static void await(String what, java.util.function.BooleanSupplier condition) {
    long deadline = System.nanoTime() + 120_000_000_000L;
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as(what).isLessThan(deadline);
      LockSupport.parkNanos(5_000_000);
    }
  }

  private static List<Throwable> inThreads(int count, java.util.function.IntConsumer body)
      throws InterruptedException {
    List<Throwable> failures = java.util.Collections.synchronizedList(new ArrayList<>());
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int number = i;
      threads.add(
          Thread.ofPlatform()
              .start(() -> {
                try {
                  body.accept(number);
                } catch (RuntimeException | Error e) {
                  failures.add(e);
                }
              }));
    }
    for (Thread thread : threads) {
      thread.join();
    }
    return failures;
  }

  @Test
  void hundredDatabases_underLoad_allGetOnAndFewFlushAtOnce() throws Exception {
    StorageOptions options = OPTIONS.withCheckpointMillis(300);
    StorageEnvironment[] all = new StorageEnvironment[DATABASES];
    assertThat(
            inThreads(
                WORKERS,
                worker -> {
                  for (int i = worker; i < DATABASES; i += WORKERS) {
                    all[i] = StorageEnvironment.open(counted(i), options);
                  }
                }))
        .isEmpty();
    flushes.total.set(0);

    assertThat(
            inThreads(
                WORKERS,
                worker -> {
                  for (int round = 0; round < ROUNDS; round++) {
                    for (int i = worker; i < DATABASES; i += WORKERS) {
                      Durability durability =
                          round % 4 == 0 ? Durability.SYNC : Durability.BACKGROUND;
                      commit(all[i], 4, durability);
                    }
                  }
                }))
        .isEmpty();

    for (StorageEnvironment environment : all) {
      assertThat(environment.stats().sequence()).isEqualTo(ROUNDS);
      await(
          "each database is flushed and checkpointed by itself",
          () ->
              environment.stats().flushCount() > 0 && environment.stats().scratchPageCount() == 0);
    }
    assertThat(flushes.total.get()).isGreaterThan(DATABASES);
    assertThat(flushes.most.get())
        .isBetween(1, Math.max(2, Runtime.getRuntime().availableProcessors() / 4));
    assertThat(syncs.most.get()).isBetween(1, 2);
    assertThat(
            inThreads(
                WORKERS,
                worker -> {
                  for (int i = worker; i < DATABASES; i += WORKERS) {
                    all[i].close();
                  }
                }))
        .isEmpty();
    for (int i = 0; i < DATABASES; i += 9) {
      try (StorageEnvironment again = StorageEnvironment.open(files(i), options);
          PageReadTransaction tx = again.beginRead()) {
        assertThat(tx.page(StorageEnvironment.ROOT_PAGE).get(PageLayout.LONG, 40))
            .isEqualTo(ROUNDS);
      }
    }
    System.out.printf(
        "ManyDatabasesTest flushWrites=%d atOnce=%d syncs=%d atOnce=%d%n",
        flushes.total.get(), flushes.most.get(), syncs.total.get(), syncs.most.get());
  }

  @Test
  void hundredIdleDatabases_costLittleMemoryAndNoThread() {
    List<StorageEnvironment> all = new ArrayList<>();
    StorageEnvironment.open(files(DATABASES), OPTIONS).close(); // Loads the classes.
    long heapBefore = usedHeap();
    for (int i = 0; i < DATABASES; i++) {
      StorageEnvironment environment = StorageEnvironment.open(files(i), OPTIONS);
      commit(environment, 8, Durability.BACKGROUND);
      environment.checkpoint();
      all.add(environment);
    }
    await("timers end", () -> engineThreads() == 0);

    long heap = (usedHeap() - heapBefore) / DATABASES;
    long scratch =
        all.stream().mapToLong(environment -> environment.stats().scratchBytes()).max().orElse(0);
    System.out.printf("ManyDatabasesTest idle heap=%d scratch=%d%n", heap, scratch);
    assertThat(heap).isLessThan(IDLE_HEAP_BYTES_MAX);
    assertThat(scratch).isLessThanOrEqualTo(IDLE_SCRATCH_BYTES_MAX);
    all.forEach(StorageEnvironment::close);
  }

  private static long engineThreads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().startsWith("rookery-"))
        .count();
  }

  private static long usedHeap() {
    MemoryMXBean memory = ManagementFactory.getMemoryMXBean();
    memory.gc();
    memory.gc();
    return memory.getHeapMemoryUsage().getUsed();
  }
}
