package dev.rookery.storage;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.OperatingSystemMXBean;
import dev.rookery.storage.io.DirectoryFileSystem;
import dev.rookery.storage.page.PageLayout;
import dev.rookery.storage.tx.PageReadTransaction;
import dev.rookery.storage.tx.PageSavepoint;
import dev.rookery.storage.tx.PageWriteTransaction;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The curse of old age: what a store that has worked for a long time must not have. Mixed
/// transactions with rollbacks and savepoints, readers that come and go, flushes and checkpoints;
/// memory, files and the time of a transaction are looked at in ten ages, and the later ones must
/// be as the earlier ones were.
///
/// `-DoldAge.operations=10000000` is the full run: changes of pages, all ages together.
final class OldAgeTest {
  private static final long OPERATIONS = Long.getLong("oldAge.operations", 300_000);
  private static final int AGES = 10;
  private static final int PAGE_COUNT = 3000;

  private static final OperatingSystemMXBean PROCESS =
      (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

  @TempDir Path directory;

  private final SplittableRandom random = new SplittableRandom(Long.getLong("seed", 1));
  private final ArrayDeque<PageReadTransaction> readers = new ArrayDeque<>();
  private final List<Long> pages = new ArrayList<>();
  private StorageEnvironment environment;

  /// What was seen of one age.
  ///
  /// @param medianNanos of a transaction, on the clock
  /// @param cpuNanos of all threads for a change of a page
  private record Age(
      long medianNanos,
      long cpuNanos,
      long scratchBytes,
      long spillBytes,
      long pagesHeld,
      long files,
      long bytes) {}

  @Test
  void store_afterManyOperations_isAsYoungAsBefore() throws IOException {
    StorageOptions options =
        StorageOptions.defaults()
            .withScratchBytes(4 << 20)
            .withJournalFileBytes(4 << 20)
            .withCheckpointBytes(16 << 20);
    Path database = directory.resolve("old");
    List<Age> ages = new ArrayList<>();
    try (StorageEnvironment opened =
        StorageEnvironment.open(DirectoryFileSystem.open(database, false), options)) {
      environment = opened;
      live(OPERATIONS / AGES, database); // Childhood: the compiler is at work, the files grow.
      for (int i = 0; i < AGES; i++) {
        ages.add(live(OPERATIONS / AGES, database));
      }
      readers.forEach(PageReadTransaction::close);
      opened.checkpoint();
      assertThat(opened.stats().scratchPageCount()).isZero();
      assertThat(opened.stats().spilledPageCount()).isZero();
    }
    ages.forEach(age -> System.out.println("OldAgeTest " + age));
    compare(ages);
  }

  private static void compare(List<Age> ages) {
    List<Age> early = ages.subList(0, AGES / 2);
    List<Age> late = ages.subList(AGES / 2, AGES);
    assertThat(most(late, Age::scratchBytes))
        .isLessThanOrEqualTo(2 * most(early, Age::scratchBytes));
    assertThat(most(late, Age::spillBytes))
        .isLessThanOrEqualTo(2 * most(early, Age::spillBytes) + (4 << 20));
    assertThat(most(late, Age::pagesHeld)).isLessThanOrEqualTo(2 * most(early, Age::pagesHeld));
    assertThat(most(late, Age::files)).isLessThanOrEqualTo(most(early, Age::files) + 4);
    assertThat(most(late, Age::bytes)).isLessThanOrEqualTo(2 * most(early, Age::bytes));
    // The best of each half, in time of the processors: other work on the machine takes that of
    // the clock, and makes this one only longer.
    long earlyNanos = early.stream().mapToLong(Age::cpuNanos).min().orElseThrow();
    long lateNanos = late.stream().mapToLong(Age::cpuNanos).min().orElseThrow();
    assertThat(lateNanos).isLessThanOrEqualTo(2 * earlyNanos);
  }

  private interface Figure {
    long of(Age age);
  }

  private static long most(List<Age> ages, Figure figure) {
    return ages.stream().mapToLong(figure::of).max().orElseThrow();
  }

  private Age live(long operations, Path database) throws IOException {
    long[] nanos = new long[4096];
    int count = 0;
    long scratch = 0;
    long spill = 0;
    long held = 0;
    long cpuBefore = PROCESS.getProcessCpuTime();
    for (long done = 0; done < operations; ) {
      long start = System.nanoTime();
      done += transaction();
      nanos[count++ % nanos.length] = System.nanoTime() - start;
      if (count % 16 == 0) {
        changeReaders();
        StorageStats stats = environment.stats();
        scratch = Math.max(scratch, stats.scratchBytes());
        spill = Math.max(spill, stats.spillBytes());
        held = Math.max(held, stats.scratchPageCount() + stats.spilledPageCount());
      }
    }
    long cpu = (PROCESS.getProcessCpuTime() - cpuBefore) / operations;
    long[] sorted = Arrays.copyOf(nanos, Math.min(count, nanos.length));
    Arrays.sort(sorted);
    return new Age(
        sorted[sorted.length / 2], cpu, scratch, spill, held, openFiles(), bytesOf(database));
  }

  private void changeReaders() {
    if (readers.size() > 4 || (!readers.isEmpty() && random.nextInt(3) == 0)) {
      readers.removeFirst().close();
    } else {
      readers.addLast(environment.beginRead());
    }
  }

  /// Changes some pages and returns how many.
  private int transaction() {
    List<Long> before = List.copyOf(pages);
    int changes = 1 + random.nextInt(random.nextInt(20) == 0 ? 200 : 12);
    try (PageWriteTransaction tx = environment.beginWrite()) {
      PageSavepoint savepoint = random.nextInt(4) == 0 ? tx.savepoint() : null;
      for (int i = 0; i < changes; i++) {
        change(tx);
        tx.relieve();
      }
      boolean goesBack = savepoint != null && random.nextBoolean();
      if (goesBack) {
        tx.rollbackTo(savepoint);
        pages.clear();
        pages.addAll(before);
      }
      if (random.nextInt(8) == 0) {
        tx.rollback();
        pages.clear();
        pages.addAll(before);
      } else {
        tx.commit(Durability.NONE);
      }
    }
    return changes;
  }

  private void change(PageWriteTransaction tx) {
    int kind = random.nextInt(10);
    if (pages.size() < PAGE_COUNT / 2 || (kind == 0 && pages.size() < PAGE_COUNT)) {
      pages.add(tx.allocate((byte) 1, 0));
    } else if (kind == 1) {
      int index = random.nextInt(pages.size());
      tx.free(pages.get(index));
      pages.set(index, pages.getLast());
      pages.removeLast();
    } else {
      long page = pages.get(random.nextInt(pages.size()));
      int offset = PageLayout.CONTENT_OFFSET + random.nextInt(900) * 8;
      tx.modify(page, offset, 8).set(PageLayout.LONG, offset, random.nextLong());
    }
  }

  /// Returns how many files the process has open, 0 where the system does not tell.
  private static long openFiles() throws IOException {
    Path handles = Path.of("/proc/self/fd");
    if (!Files.isDirectory(handles)) {
      return 0;
    }
    try (var all = Files.list(handles)) {
      return all.count();
    }
  }

  private static long bytesOf(Path database) throws IOException {
    try (var files = Files.walk(database)) {
      return files.filter(Files::isRegularFile).mapToLong(file -> file.toFile().length()).sum();
    }
  }
}
