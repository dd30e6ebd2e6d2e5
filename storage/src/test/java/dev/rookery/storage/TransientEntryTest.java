package dev.rookery.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rookery.storage.error.CorruptJournalException;
import dev.rookery.storage.error.StorageFailedException;
import dev.rookery.storage.io.CrashMode;
import dev.rookery.storage.io.FaultPlan.Fault;
import dev.rookery.storage.io.FaultPlan.Operation;
import dev.rookery.storage.io.SimulatedDisk;
import dev.rookery.storage.page.PageLayout;
import dev.rookery.storage.tx.PageReadTransaction;
import dev.rookery.storage.tx.PageWriteTransaction;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What the entry of the last flush is good for, and what it must never be trusted with.
final class TransientEntryTest {
  private static final int PAGES = 12;
  private static final StorageOptions OPTIONS =
      StorageOptions.defaults().withScratchBytes(64 << 10).withJournalFileBytes(64 << 10).inline();

  private SimulatedDisk disk = new SimulatedDisk();
  private long firstPage;
  private long sequence;
  private final List<Long> commits = new ArrayList<>();

  /// Commits until there was a flush, and once more.
  private StorageEnvironment openAndFlush() {
    StorageEnvironment environment = StorageEnvironment.open(disk.fileSystem(), OPTIONS);
    try (PageWriteTransaction tx = environment.beginWrite()) {
      firstPage = tx.allocateRun(PAGES, (byte) 1, 0);
      sequence = tx.commit(Durability.SYNC).sequence();
    }
    environment.checkpoint();
    long flushes = environment.stats().flushCount();
    while (environment.stats().flushCount() == flushes) {
      commit(environment);
    }
    commitElsewhere(environment);
    return environment;
  }

  /// Commits without a change of the pages.
  private void commitElsewhere(StorageEnvironment environment) {
    try (PageWriteTransaction tx = environment.beginWrite()) {
      tx.modify(StorageEnvironment.ROOT_PAGE).set(PageLayout.LONG, 40, tx.sequence());
      tx.commit(Durability.SYNC);
    }
  }

  private void commit(StorageEnvironment environment) {
    try (PageWriteTransaction tx = environment.beginWrite()) {
      for (int i = 0; i < PAGES; i++) {
        tx.modify(firstPage + i).set(PageLayout.LONG, cell(tx.sequence()), tx.sequence());
      }
      sequence = tx.commit(Durability.SYNC).sequence();
      commits.add(sequence);
    }
  }

  private static long cell(long commit) {
    return PageLayout.CONTENT_OFFSET + commit * Long.BYTES;
  }

  private void assertComplete(StorageEnvironment environment) {
    try (PageReadTransaction tx = environment.beginRead()) {
      assertThat(tx.sequence()).isGreaterThanOrEqualTo(sequence);
      for (int i = 0; i < PAGES; i++) {
        // Every commit has left its trace: a difference over the wrong page would miss some.
        for (long old : commits) {
          assertThat(tx.page(firstPage + i).get(PageLayout.LONG, cell(old))).isEqualTo(old);
        }
      }
    }
  }

  private void damageTheFirstRecordBehindTheCheckpoint(SimulatedDisk target)
      throws NoSuchFileException {
    byte[] header = target.read("data.rkd");
    ByteBuffer fields = ByteBuffer.wrap(header).order(ByteOrder.LITTLE_ENDIAN);
    int block = fields.getLong(4096 + 8) > fields.getLong(8192 + 8) ? 4096 : 8192;
    String file = "journal/%016d.rkj".formatted(fields.getLong(block + 32));
    int offset = (int) fields.getLong(block + 40);
    // The record begins there or, behind a sync, in the next block.
    target.overwrite(file, offset, new byte[8]);
    target.overwrite(file, (offset + 4095) & -4096, new byte[8]);
  }

  @Test
  void kill_behindAFlush_replaysFromTheFlushOn() throws NoSuchFileException {
    openAndFlush();
    SimulatedDisk killed = disk.crash(1, CrashMode.KEEP_ALL);
    SimulatedDisk cut = disk.crash(1, CrashMode.LOSE_ALL_UNSYNCED);
    damageTheFirstRecordBehindTheCheckpoint(killed);
    damageTheFirstRecordBehindTheCheckpoint(cut);

    try (StorageEnvironment environment = StorageEnvironment.open(killed.fileSystem(), OPTIONS)) {
      assertComplete(environment);
    }
    assertThatThrownBy(() -> StorageEnvironment.open(cut.fileSystem(), OPTIONS))
        .isInstanceOf(CorruptJournalException.class);
  }

  @Test
  void powerCut_afterAKillBehindAFlush_losesNothing() {
    openAndFlush();
    for (CrashMode mode : CrashMode.values()) {
      SimulatedDisk killed = disk.fork(1, CrashMode.KEEP_ALL);
      // Left open: neither the pages of before nor those of now are synced.
      assertComplete(StorageEnvironment.open(killed.fileSystem(), OPTIONS));
      SimulatedDisk cut = killed.crash(2, mode);
      try (StorageEnvironment environment = StorageEnvironment.open(cut.fileSystem(), OPTIONS)) {
        assertComplete(environment);
      }
    }
  }

  @Test
  void powerCut_thatSparesTheEntryButNotThePages_losesNothing() throws NoSuchFileException {
    openAndFlush();
    byte[] entry = Arrays.copyOfRange(disk.read("data.rkd"), 3 * 4096, 4 * 4096);
    assertThat(entry).contains("RKTRANSI".getBytes(StandardCharsets.US_ASCII));
    SimulatedDisk cut = disk.crash(1, CrashMode.LOSE_ALL_UNSYNCED);
    cut.overwrite("data.rkd", 3 * 4096, entry);

    try (StorageEnvironment environment = StorageEnvironment.open(cut.fileSystem(), OPTIONS)) {
      assertComplete(environment);
    }
  }

  @Test
  void checkpoint_afterAKillBehindAFlush_coversWhatWasFlushedBefore() {
    openAndFlush();
    disk = disk.crash(1, CrashMode.KEEP_ALL);
    StorageEnvironment environment = StorageEnvironment.open(disk.fileSystem(), OPTIONS);
    environment.checkpoint();
    SimulatedDisk cut = disk.crash(2, CrashMode.LOSE_ALL_UNSYNCED);
    try (StorageEnvironment again = StorageEnvironment.open(cut.fileSystem(), OPTIONS)) {
      assertComplete(again);
    }
  }

  @Test
  void powerCut_afterASyncThatFailedAndAReopening_losesNothing() {
    for (int variant = 0; variant < 16; variant++) {
      int failing = variant % 2; // That of the pages, that of the header.
      disk = new SimulatedDisk();
      commits.clear();
      StorageEnvironment environment = openAndFlush();
      for (int i = 0; i < variant; i++) {
        commit(environment); // What survives of the failed sync hangs on how much was done.
      }
      disk.faults()
          .add(EnumSet.of(Operation.SYNC), "data.rkd"::equals, failing, false, Fault.IO_ERROR);
      assertThatThrownBy(environment::checkpoint).isInstanceOf(StorageFailedException.class);
      disk.faults().clear();
      disk = disk.crash(1, CrashMode.KEEP_ALL);
      StorageEnvironment again = StorageEnvironment.open(disk.fileSystem(), OPTIONS);
      assertComplete(again);
      commitElsewhere(again);
      again.checkpoint();
      SimulatedDisk cut = disk.crash(2, CrashMode.LOSE_ALL_UNSYNCED);
      try (StorageEnvironment last = StorageEnvironment.open(cut.fileSystem(), OPTIONS)) {
        assertComplete(last);
      }
    }
  }
}
