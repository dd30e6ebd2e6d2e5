package dev.rookery.storage.tx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rookery.storage.Durability;
import dev.rookery.storage.StorageEnvironment;
import dev.rookery.storage.StorageOptions;
import dev.rookery.storage.error.CorruptPageException;
import dev.rookery.storage.error.ForeignThreadException;
import dev.rookery.storage.error.SavepointException;
import dev.rookery.storage.error.StorageFailedException;
import dev.rookery.storage.error.TransactionClosedException;
import dev.rookery.storage.io.SimulatedDisk;
import dev.rookery.storage.page.PageLayout;
import dev.rookery.storage.page.PageReader;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Savepoints of page transactions, and what is wrong to do with transactions.
final class SavepointTest {
  private static final long ROOT = StorageEnvironment.ROOT_PAGE;

  private final StorageEnvironment environment =
      StorageEnvironment.open(new SimulatedDisk().fileSystem(), StorageOptions.defaults().inline());
  private PageWriteTransaction tx;

  @BeforeEach
  void begin() {
    tx = environment.beginWrite();
  }

  @AfterEach
  void close() {
    tx.close();
    environment.close();
  }

  private static long value(PageReader pages) {
    return pages.page(ROOT).get(PageLayout.LONG, 100);
  }

  private void set(long value) {
    tx.modify(ROOT).set(PageLayout.LONG, 100, value);
  }

  private long scratchPages() {
    return environment.stats().scratchPageCount();
  }

  @Test
  void rollbackTo_nestedSavepoints_restoresEachMoment() {
    set(1);
    PageSavepoint outer = tx.savepoint();
    set(2);
    PageSavepoint inner = tx.savepoint();
    set(3);
    tx.rollbackTo(inner);
    assertThat(value(tx)).isEqualTo(2);
    set(4);
    tx.rollbackTo(inner);
    assertThat(value(tx)).isEqualTo(2);
    tx.rollbackTo(outer);
    assertThat(value(tx)).isEqualTo(1);
    tx.commit(Durability.SYNC);
    try (PageReadTransaction read = environment.beginRead()) {
      assertThat(value(read)).isEqualTo(1);
    }
  }

  @Test
  void scratch_besideSavepoints_isOneCopyForEachMomentAndFreedAtOnce() {
    set(1);
    assertThat(scratchPages()).isEqualTo(1);
    PageSavepoint first = tx.savepoint();
    for (int i = 0; i < 100; i++) {
      set(i);
    }
    assertThat(scratchPages()).isEqualTo(2);
    PageSavepoint second = tx.savepoint();
    set(-1);
    assertThat(scratchPages()).isEqualTo(3);
    tx.release(second);
    assertThat(scratchPages()).isEqualTo(2);
    long page = tx.allocateRun(50, (byte) 1, 0);
    tx.free(page + 7);
    tx.rollbackTo(first);
    assertThat(scratchPages()).isEqualTo(1);
    for (int i = 0; i < 1000; i++) {
      PageSavepoint each = tx.savepoint();
      set(i);
      tx.release(each);
    }
    assertThat(scratchPages()).isEqualTo(2); // What the first one names, and what is newest.
    tx.commit(Durability.SYNC);
    assertThat(scratchPages()).isEqualTo(1);
  }

  @Test
  void rollbackTo_theOnlyChange_leavesATransactionWithoutChanges() {
    PageSavepoint start = tx.savepoint();
    set(5);
    tx.allocate((byte) 1, 0);
    tx.rollbackTo(start);
    assertThat(tx.hasChanges()).isFalse();
    assertThat(tx.pageCount()).isEqualTo(ROOT + 1);
    assertThat(tx.commit(Durability.SYNC).sequence()).isZero();
  }

  @Test
  void freedPage_afterRollbackTo_isThereAgain() {
    long page = tx.allocate((byte) 1, 0);
    tx.modify(page).set(PageLayout.LONG, 100, 77);
    PageSavepoint savepoint = tx.savepoint();
    tx.free(page);
    assertThat(tx.allocate((byte) 9, 3)).isEqualTo(page);
    tx.rollbackTo(savepoint);
    assertThat(tx.page(page).get(PageLayout.LONG, 100)).isEqualTo(77);
    assertThat(PageLayout.type(tx.page(page))).isEqualTo((byte) 1);
    tx.commit(Durability.SYNC);
    assertThat(environment.stats().freePageCount()).isZero();
  }

  @Test
  void brokenTransaction_afterRollbackTo_isWholeAgain() {
    PageSavepoint savepoint = tx.savepoint();
    set(1);
    assertThat(tx.corrupt(ROOT, "this", "that")).isInstanceOf(CorruptPageException.class);
    assertThatThrownBy(tx::savepoint).isInstanceOf(StorageFailedException.class);
    tx.rollbackTo(savepoint);
    set(2);
    tx.commit(Durability.SYNC);
    try (PageReadTransaction read = environment.beginRead()) {
      assertThat(value(read)).isEqualTo(2);
    }
  }

  @Test
  void savepoint_ofAnotherTransactionOrEnded_isRefusedByName() {
    PageSavepoint outer = tx.savepoint();
    PageSavepoint inner = tx.savepoint();
    tx.rollbackTo(outer);
    assertThatThrownBy(() -> tx.rollbackTo(inner))
        .isInstanceOf(SavepointException.class)
        .hasMessageContaining("has ended");
    tx.release(outer);
    assertThatThrownBy(() -> tx.release(outer)).isInstanceOf(SavepointException.class);
    PageSavepoint last = tx.savepoint();
    set(1);
    tx.commit(Durability.SYNC);
    assertThatThrownBy(() -> tx.rollbackTo(last))
        .isInstanceOf(TransactionClosedException.class)
        .hasMessageContaining("was committed already");
    tx = environment.beginWrite();
    assertThatThrownBy(() -> tx.rollbackTo(last))
        .isInstanceOf(SavepointException.class)
        .hasMessageContaining("belongs to another transaction own=2 its=1");
  }

  @Test
  void anythingAfterTheEnd_isRefusedAndSaysHowItEnded() {
    set(1);
    tx.commit(Durability.SYNC);
    assertThatThrownBy(() -> tx.commit(Durability.SYNC))
        .isInstanceOf(TransactionClosedException.class)
        .hasMessageContaining("was committed already");
    assertThatThrownBy(() -> set(2)).isInstanceOf(TransactionClosedException.class);
    tx.rollback(); // Nothing to take back, by agreement.
    tx = environment.beginWrite();
    tx.rollback();
    assertThatThrownBy(() -> tx.submit(Durability.SYNC, new CommitObserver() {}))
        .isInstanceOf(TransactionClosedException.class)
        .hasMessageContaining("was rolled back already");
    assertThatThrownBy(tx::savepoint).isInstanceOf(TransactionClosedException.class);
    assertThatThrownBy(() -> tx.allocate((byte) 1, 0))
        .isInstanceOf(TransactionClosedException.class);
    assertThatThrownBy(() -> tx.free(ROOT)).isInstanceOf(TransactionClosedException.class);
  }

  @Test
  void anotherThread_isRefusedAndTheTransactionGoesOn() {
    set(1);
    PageSavepoint savepoint = tx.savepoint();
    for (Runnable wrong :
        new Runnable[] {
          () -> set(2),
          () -> tx.allocate((byte) 1, 0),
          () -> tx.free(ROOT),
          tx::savepoint,
          () -> tx.rollbackTo(savepoint),
          () -> tx.release(savepoint),
          () -> tx.commit(Durability.SYNC),
          () -> tx.submit(Durability.NONE, new CommitObserver() {}),
          tx::rollback,
          tx::close
        }) {
      CompletableFuture<Void> other = CompletableFuture.runAsync(wrong);
      assertThatThrownBy(other::join)
          .isInstanceOf(CompletionException.class)
          .hasCauseInstanceOf(ForeignThreadException.class)
          .hasMessageContaining("owner=" + Thread.currentThread().getName());
    }
    assertThat(tx.isClosed()).isFalse();
    tx.commit(Durability.SYNC);
    try (PageReadTransaction read = environment.beginRead()) {
      assertThat(value(read)).isEqualTo(1);
    }
  }
}
