package dev.rookery.storage.tx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rookery.storage.Durability;
import dev.rookery.storage.StorageEnvironment;
import dev.rookery.storage.StorageOptions;
import dev.rookery.storage.StorageStats;
import dev.rookery.storage.error.StorageFailedException;
import dev.rookery.storage.error.TransactionClosedException;
import dev.rookery.storage.io.CrashMode;
import dev.rookery.storage.io.SimulatedDisk;
import dev.rookery.storage.page.PageLayout;
import dev.rookery.storage.page.PageReader;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class PageTransactionTest {
  private static final long ROOT = StorageEnvironment.ROOT_PAGE;
  private static final StorageOptions OPTIONS =
      StorageOptions.defaults()
          .withScratchBytes(1 << 20)
          .withBackgroundSyncMillis(5)
          .withJournalFileBytes(64 << 10)
          .inline();

  private final SimulatedDisk disk = new SimulatedDisk();
  private final StorageEnvironment environment =
      StorageEnvironment.open(disk.fileSystem(), OPTIONS);

  @AfterEach
  void close() {
    environment.close();
  }

  private static long value(PageReader pages, long page) {
    return pages.page(page).get(PageLayout.LONG, 100);
  }

  private static void set(PageWriteTransaction tx, long page, long value) {
    tx.modify(page).set(PageLayout.LONG, 100, value);
  }

  private void commit(long page, long value) {
    PageWriteTransaction tx = environment.beginWrite();
    set(tx, page, value);
    tx.commit(Durability.BACKGROUND);
  }

  private long scratchPages() {
    return environment.stats().scratchPageCount();
  }

  @Test
  void scratch_afterCommitsWithoutReaders_holdsEachChangedPageOnce() {
    for (int i = 0; i < 50; i++) {
      commit(ROOT, i);
    }
    assertThat(scratchPages()).isEqualTo(1);
    environment.checkpoint();
    assertThat(scratchPages()).isZero();
  }

  @Test
  void scratch_besideAReader_holdsTwoVersionsUntilItEnds() {
    commit(ROOT, 1);
    PageReadTransaction reader = environment.beginRead();
    for (int i = 2; i < 50; i++) {
      commit(ROOT, i);
    }
    assertThat(scratchPages()).isEqualTo(2);
    environment.checkpoint(); // Flushes what the reader sees, no more.
    assertThat(value(reader, ROOT)).isEqualTo(1);
    assertThat(scratchPages()).isEqualTo(2);

    reader.close();
    commit(ROOT, 50);
    assertThat(scratchPages()).isEqualTo(1);
    environment.checkpoint();
    assertThat(scratchPages()).isZero();
  }

  @Test
  void rollback_afterAnything_freesItsScratchAtOnce() {
    commit(ROOT, 1);
    PageWriteTransaction tx = environment.beginWrite();
    long first = tx.allocateRun(10, (byte) 1, 0);
    set(tx, ROOT, 2);
    tx.free(first + 3);
    set(tx, first + 4, 7);
    tx.allocate((byte) 1, 0);
    tx.rollback();
    tx.rollback();
    tx.close();

    assertThat(tx.isClosed()).isTrue();
    assertThat(scratchPages()).isEqualTo(1);
    try (PageReadTransaction read = environment.beginRead()) {
      assertThat(value(read, ROOT)).isEqualTo(1);
      assertThat(read.sequence()).isEqualTo(1);
      assertThat(read.pageCount()).isEqualTo(ROOT + 1);
    }
  }

  @Test
  void page_freedInTheTransactionThatAllocatedIt_leavesNothing() {
    PageWriteTransaction tx = environment.beginWrite();
    long page = tx.allocate((byte) 1, 0);
    set(tx, page, 1);
    tx.free(page);
    tx.commit(Durability.SYNC);

    assertThat(scratchPages()).isEqualTo(1); // The free-space map.
    assertThat(environment.stats().freePageCount()).isEqualTo(1);
  }

  @Test
  void page_freedAndAllocatedAgain_isZeroAndOldReadersSeeTheOldOne() {
    for (boolean flushed : new boolean[] {false, true}) {
      for (boolean sameTransaction : new boolean[] {false, true}) {
        PageWriteTransaction tx = environment.beginWrite();
        long page = tx.allocate((byte) 1, 0);
        set(tx, page, 11);
        tx.commit(Durability.SYNC);
        if (flushed) {
          environment.checkpoint();
        }
        PageReadTransaction old = environment.beginRead();
        tx = environment.beginWrite();
        tx.free(page);
        if (!sameTransaction) {
          tx.commit(Durability.SYNC);
          tx = environment.beginWrite();
        }
        assertThat(tx.allocate((byte) 2, 5)).isEqualTo(page);
        assertThat(value(tx, page)).isZero();
        set(tx, page, 12);
        tx.commit(Durability.SYNC);
        environment.checkpoint();

        assertThat(value(old, page)).isEqualTo(11);
        try (PageReadTransaction read = environment.beginRead()) {
          assertThat(value(read, page)).isEqualTo(12);
          assertThat(PageLayout.type(read.page(page))).isEqualTo((byte) 2);
          assertThat(PageLayout.structure(read.page(page))).isEqualTo(5);
        }
        old.close();
        environment.checkpoint();
        assertThat(scratchPages()).isZero();
      }
    }
  }

  @Test
  void emptyTransaction_committed_writesNothing() {
    commit(ROOT, 1);
    StorageStats before = environment.stats();
    long operations = disk.operationCount();
    environment.beginWrite().commit(Durability.BACKGROUND);
    assertThat(disk.operationCount()).isEqualTo(operations);

    environment.beginWrite().commit(Durability.SYNC); // A promise for those before.
    assertThat(environment.stats().sequence()).isEqualTo(before.sequence());
    assertThat(environment.stats().syncCount()).isEqualTo(before.syncCount() + 1);
  }

  @Test
  void brokenTransaction_canOnlyBeRolledBack() {
    PageWriteTransaction tx = environment.beginWrite();
    set(tx, ROOT, 1);
    assertThat(tx.corrupt(ROOT, "this", "that")).hasMessageContaining("expected=this found=that");
    assertThatThrownBy(() -> tx.commit(Durability.SYNC)).isInstanceOf(StorageFailedException.class);
    assertThat(tx.isClosed()).isTrue();
    assertThatThrownBy(() -> tx.page(ROOT)).isInstanceOf(TransactionClosedException.class);

    commit(ROOT, 2); // The store is as good as before.
    try (PageReadTransaction read = environment.beginRead()) {
      assertThat(value(read, ROOT)).isEqualTo(2);
    }
  }

  @Test
  void writer_besideReaders_isSeenByNobodyBeforeItCommits() {
    PageWriteTransaction tx = environment.beginWrite();
    set(tx, ROOT, 9);
    try (PageReadTransaction during = environment.beginRead()) {
      assertThat(value(during, ROOT)).isZero();
      tx.commit(Durability.NONE);
      assertThat(value(during, ROOT)).isZero();
      try (PageReadTransaction after = environment.beginRead()) {
        assertThat(value(after, ROOT)).isEqualTo(9);
        assertThat(after.sequence()).isEqualTo(during.sequence() + 1);
      }
      assertThat(environment.stats().activeReaderCount()).isEqualTo(1);
      assertThat(environment.stats().oldestReaderSequence()).isZero();
    }
    assertThat(environment.stats().oldestReaderSequence()).isEqualTo(-1);
  }

  @Test
  void stretches_announcedOneByOne_areAllCommitted() {
    commit(ROOT, 1);
    PageWriteTransaction tx = environment.beginWrite();
    int last = PageLayout.PAGE_BYTES - Long.BYTES;
    tx.modify(ROOT, 100, Long.BYTES).set(PageLayout.LONG, 100, 2);
    tx.modify(ROOT, last, Long.BYTES).set(PageLayout.LONG, last, 3);
    tx.commit(Durability.SYNC);
    StorageEnvironment reopened = reopenAfterCrash();

    try (PageReadTransaction read = reopened.beginRead()) {
      assertThat(value(read, ROOT)).isEqualTo(2);
      assertThat(read.page(ROOT).get(PageLayout.LONG, last)).isEqualTo(3);
    }
    reopened.close();
  }

  @Test
  void page_changedWhereNobodyAnnouncedIt_isNoticedByAnAssertion() {
    commit(ROOT, 1);
    PageWriteTransaction tx = environment.beginWrite();
    tx.modify(ROOT, 100, Long.BYTES).set(PageLayout.LONG, PageLayout.PAGE_BYTES - 8, 3);

    assertThatThrownBy(() -> tx.commit(Durability.SYNC))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("page=" + ROOT);
    assertThat(tx.isClosed()).isTrue();
  }

  private StorageEnvironment reopenAfterCrash() {
    SimulatedDisk crashed = disk.fork(1, CrashMode.LOSE_ALL_UNSYNCED);
    return StorageEnvironment.open(crashed.fileSystem(), OPTIONS);
  }
}
