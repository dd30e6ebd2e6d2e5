package dev.rookery.storage.tx;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rookery.storage.Durability;
import dev.rookery.storage.StorageEnvironment;
import dev.rookery.storage.StorageOptions;
import dev.rookery.storage.io.SimulatedDisk;
import dev.rookery.storage.page.PageLayout;
import dev.rookery.storage.page.PageReader;
import dev.rookery.storage.page.PageType;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// A page that is changed again and again is not copied whole: what it was two changes ago is
/// brought up to date. Whatever anybody reads must not tell.
final class PageReuseTest {
  private static final long ROOT = StorageEnvironment.ROOT_PAGE;
  private static final int PAGES = 6;

  /// Places in a page, each in a block of its own, none in the one of the header.
  private static final int PLACES = 8;

  private final SimulatedDisk disk = new SimulatedDisk();
  private final StorageEnvironment environment =
      StorageEnvironment.open(
          disk.fileSystem(), StorageOptions.defaults().withScratchBytes(4 << 20).inline());

  @AfterEach
  void close() {
    environment.close();
  }

  private static long offset(int place) {
    return PageLayout.PAGE_BYTES / 2 + place * 300L;
  }

  private static void set(PageWriteTransaction tx, long page, int place, long value) {
    tx.modify(page, offset(place), Long.BYTES).set(PageLayout.LONG, offset(place), value);
  }

  private static long value(PageReader pages, long page, int place) {
    return pages.page(page).get(PageLayout.LONG, offset(place));
  }

  private void commit(int place, long value) {
    PageWriteTransaction tx = environment.beginWrite();
    set(tx, ROOT, place, value);
    tx.commit(Durability.NONE);
  }

  private long location() {
    try (PageReadTransaction reader = environment.beginRead()) {
      return reader.locate(ROOT);
    }
  }

  @Test
  void pageOfEachCommit_withoutReaders_liesInTwoPiecesByTurns() {
    commit(0, 1);
    long first = location();
    commit(1, 2);
    long second = location();
    for (int i = 3; i < 20; i++) {
      commit(i % PLACES, i);
      assertThat(location()).isEqualTo(i % 2 == 1 ? first : second);
    }
    assertThat(environment.stats().scratchPageCount()).isEqualTo(1);
  }

  @Test
  void pieceOfAReader_besideCommits_isNotTakenBeforeItEnds() {
    commit(0, 1);
    PageReadTransaction reader = environment.beginRead();
    long read = reader.locate(ROOT);
    for (int i = 2; i < 20; i++) {
      commit(0, i);
      assertThat(location()).isNotEqualTo(read);
      assertThat(value(reader, ROOT, 0)).isEqualTo(1);
    }
    reader.close();
  }

  @Test
  void pieceOfBeforeAFlush_afterIt_isNotTakenForTheNewestButOne() {
    commit(0, 1);
    commit(1, 2); // Keeps the piece of the first, which lacks this.
    environment.checkpoint();
    commit(2, 3); // Begins with the page of the data file.
    commit(3, 4);
    try (PageReadTransaction reader = environment.beginRead()) {
      for (int place = 0; place < 4; place++) {
        assertThat(value(reader, ROOT, place)).as("place=" + place).isEqualTo(place + 1);
      }
    }
  }

  @Test
  void rollback_ofAChangeInATakenPiece_leavesTheNewestVersion() {
    for (int i = 1; i < 20; i++) {
      commit(i % PLACES, i);
      PageWriteTransaction tx = environment.beginWrite();
      set(tx, ROOT, (i + 3) % PLACES, -i);
      tx.rollback();
      try (PageReadTransaction reader = environment.beginRead()) {
        assertThat(value(reader, ROOT, i % PLACES)).isEqualTo(i);
        assertThat(value(reader, ROOT, (i + 3) % PLACES)).isEqualTo(Math.max(0, i + 3 - PLACES));
      }
    }
  }

  /// What the pages hold, by page and place; a page that is free holds nothing.
  private record Expected(PageReadTransaction reader, long[][] values, long[] pages) {
    void check(String message) {
      for (int i = 0; i < pages.length; i++) {
        for (int place = 0; pages[i] != 0 && place < PLACES; place++) {
          assertThat(value(reader, pages[i], place)).as(message).isEqualTo(values[i][place]);
        }
      }
    }
  }

  @Test
  void randomChanges_besideRandomReaders_areReadAsCommitted() {
    Long given = Long.getLong("seed");
    for (long seed = given == null ? 1 : given; seed <= (given == null ? 60 : given); seed++) {
      new Life(seed).run();
    }
  }

  private final class Life {
    private final SplittableRandom random;
    private final String message;
    private final List<Expected> readers = new ArrayList<>();
    private long[] pages = new long[PAGES];
    private long[][] values = new long[PAGES][PLACES];
    private long count;

    Life(long seed) {
      random = new SplittableRandom(seed);
      message = "seed=" + seed;
    }

    void run() {
      for (int i = 0; i < 250; i++) {
        if (random.nextInt(4) == 0) {
          readers.add(new Expected(environment.beginRead(), copy(values), pages.clone()));
        }
        if (random.nextInt(3) == 0 && !readers.isEmpty()) {
          Expected ended = readers.remove(random.nextInt(readers.size()));
          ended.check(message);
          ended.reader().close();
        }
        if (random.nextInt(30) == 0) {
          environment.checkpoint();
        }
        write();
        try (PageReadTransaction newest = environment.beginRead()) {
          new Expected(newest, values, pages).check(message);
        }
      }
      for (Expected open : readers) {
        open.check(message);
        open.reader().close();
      }
    }

    private void write() {
      PageWriteTransaction tx = environment.beginWrite();
      long[] pagesBefore = pages.clone();
      long[][] valuesBefore = copy(values);
      change(tx);
      if (random.nextInt(4) == 0) {
        PageSavepoint savepoint = tx.savepoint();
        long[] pagesThen = pages.clone();
        long[][] valuesThen = copy(values);
        change(tx);
        if (random.nextBoolean()) {
          tx.rollbackTo(savepoint);
          pages = pagesThen;
          values = valuesThen;
          change(tx);
        }
      }
      switch (random.nextInt(8)) {
        case 0 -> {
          tx.rollback();
          pages = pagesBefore;
          values = valuesBefore;
        }
        case 1 -> tx.submit(Durability.NONE, new CommitObserver() {});
        default -> tx.commit(Durability.NONE);
      }
    }

    private void change(PageWriteTransaction tx) {
      for (int left = random.nextInt(5); left >= 0; left--) {
        int i = random.nextInt(PAGES);
        if (pages[i] == 0) {
          pages[i] = tx.allocate(PageType.NODE_SLOTS, 1);
          values[i] = new long[PLACES];
        } else if (random.nextInt(12) == 0) {
          tx.free(pages[i]);
          pages[i] = 0;
          continue;
        }
        int place = random.nextInt(PLACES);
        values[i][place] = ++count;
        set(tx, pages[i], place, count);
      }
    }

    private static long[][] copy(long[][] values) {
      long[][] copy = new long[values.length][];
      for (int i = 0; i < copy.length; i++) {
        copy[i] = values[i].clone();
      }
      return copy;
    }
  }

  /// Commit n writes n at one place of every page, so one number tells what all pages hold.
  @Test
  void readersThatBeginBetweenCommits_neverSeeALaterOne() throws InterruptedException {
    long[] pages = new long[PAGES];
    PageWriteTransaction first = environment.beginWrite();
    for (int i = 0; i < PAGES; i++) {
      pages[i] = first.allocate(PageType.NODE_SLOTS, 1);
    }
    first.commit(Durability.NONE);
    AtomicBoolean ends = new AtomicBoolean();
    AtomicReference<Throwable> failure = new AtomicReference<>();
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      threads.add(
          Thread.ofPlatform()
              .uncaughtExceptionHandler((thread, e) -> failure.set(e))
              .start(() -> {
                while (!ends.get()) {
                  readOnce(pages);
                }
              }));
    }
    for (long n = 1; n <= 15_000 && failure.get() == null; n++) {
      PageWriteTransaction tx = environment.beginWrite();
      for (long page : pages) {
        set(tx, page, (int) (n % PLACES), n);
      }
      tx.commit(Durability.NONE);
    }
    ends.set(true);
    for (Thread thread : threads) {
      thread.join();
    }
    assertThat(failure.get()).isNull();
  }

  private void readOnce(long[] pages) {
    try (PageReadTransaction reader = environment.beginRead()) {
      long newest = 0;
      for (int place = 0; place < PLACES; place++) {
        newest = Math.max(newest, value(reader, pages[0], place));
      }
      for (int round = 0; round < 3; round++) {
        for (long page : pages) {
          for (int place = 0; place < PLACES; place++) {
            long expected = Math.max(0, newest - Math.floorMod(newest - place, PLACES));
            assertThat(value(reader, page, place)).as("newest=" + newest).isEqualTo(expected);
          }
        }
        Thread.onSpinWait();
      }
    }
  }
}
