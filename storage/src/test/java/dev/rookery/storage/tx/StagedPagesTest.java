package dev.rookery.storage.tx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rookery.storage.Durability;
import dev.rookery.storage.StorageEnvironment;
import dev.rookery.storage.StorageOptions;
import dev.rookery.storage.error.CorruptPageException;
import dev.rookery.storage.error.DatabaseClosedException;
import dev.rookery.storage.error.StorageFailedException;
import dev.rookery.storage.error.TransactionClosedException;
import dev.rookery.storage.io.DirectoryFileSystem;
import dev.rookery.storage.page.DataFile;
import dev.rookery.storage.page.PageLayout;
import dev.rookery.storage.page.PageReader;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Pages read in large pieces are those that the snapshot shows, whatever happens meanwhile.
final class StagedPagesTest {
  private static final int PAGE_COUNT = 300;

  @TempDir Path directory;
  private long first;

  private StorageEnvironment open() {
    return StorageEnvironment.open(
        DirectoryFileSystem.open(directory, false), StorageOptions.defaults());
  }

  private StorageEnvironment create() {
    StorageEnvironment environment = open();
    try (PageWriteTransaction tx = environment.beginWrite()) {
      first = tx.allocateRun(PAGE_COUNT, (byte) 1, 0);
      for (int i = 0; i < PAGE_COUNT; i++) {
        tx.modify(first + i).set(PageLayout.LONG, 40, i);
      }
      tx.commit(Durability.NONE);
    }
    environment.checkpoint();
    return environment;
  }

  private void write(StorageEnvironment environment, int index, long value) {
    try (PageWriteTransaction tx = environment.beginWrite()) {
      tx.modify(first + index).set(PageLayout.LONG, 40, value);
      tx.commit(Durability.NONE);
    }
  }

  private static byte[] bytes(PageReader pages, long page) {
    long location = pages.locate(page);
    MemorySegment segment = pages.segmentAt(location);
    return segment
        .asSlice(PageReader.offsetAt(location), PageLayout.PAGE_BYTES)
        .toArray(PageLayout.BYTE);
  }

  @Test
  void stagedPages_areThoseOfTheSnapshot() {
    long seed = Long.getLong("seed", 4);
    System.out.println("StagedPagesTest seed=" + seed);
    SplittableRandom random = new SplittableRandom(seed);
    try (StorageEnvironment environment = create()) {
      for (int round = 0; round < 60; round++) {
        for (int i = random.nextInt(20); i > 0; i--) {
          write(environment, random.nextInt(PAGE_COUNT), random.nextLong());
        }
        try (PageReadTransaction tx = environment.beginRead();
            StagedPages staged = environment.stage(tx, 1 + random.nextInt(64), round % 2 == 1)) {
          write(environment, random.nextInt(PAGE_COUNT), random.nextLong());
          environment.checkpoint();
          for (int batch = 0; batch < 5; batch++) {
            long[] wanted = new long[staged.capacity()];
            int count = random.nextInt(wanted.length + 1);
            int spread = 1 + random.nextInt(PAGE_COUNT);
            for (int i = 0; i < count; i++) {
              wanted[i] = first + random.nextInt(spread);
            }
            staged.stage(wanted, count);
            for (int i = 0; i < PAGE_COUNT; i++) {
              assertThat(bytes(staged, first + i)).isEqualTo(bytes(tx, first + i));
            }
          }
        }
      }
    }
  }

  @Test
  void neighbours_areReadAtOnce_andWhatIsStagedIsNotReadAgain() {
    try (StorageEnvironment environment = create();
        PageReadTransaction tx = environment.beginRead();
        StagedPages staged = environment.stage(tx, 128, false)) {
      long[] wanted = new long[100];
      Arrays.setAll(wanted, i -> first + 99 - i);
      staged.stage(wanted, 100);
      assertThat(staged.readCount()).isEqualTo(1);
      assertThat(staged.readBytes()).isEqualTo(100L * PageLayout.PAGE_BYTES);
      staged.stage(wanted, 50);
      assertThat(staged.readCount()).isEqualTo(1);
      Arrays.setAll(wanted, i -> first + 2 * i); // Gaps of one page, and no room for all of them.
      staged.stage(wanted, 100);
      assertThat(staged.readBytes()).isLessThanOrEqualTo(228L * PageLayout.PAGE_BYTES);
      for (int i = 0; i < 100; i++) {
        assertThat(bytes(staged, first + 2 * i)).isEqualTo(bytes(tx, first + 2 * i));
      }
    }
  }

  @Test
  void touchedPages_areReadWithThoseBehindThem_andStayUntilTheNextStaging() {
    try (StorageEnvironment environment = create();
        PageReadTransaction tx = environment.beginRead();
        StagedPages staged = environment.stage(tx, 64, true)) {
      long[] locations = new long[32];
      for (int i = 0; i < 32; i++) {
        locations[i] = staged.locate(first + i);
      }
      assertThat(staged.readCount()).isEqualTo(4);
      for (int i = 32; i < PAGE_COUNT; i++) {
        assertThat(bytes(staged, first + i)).isEqualTo(bytes(tx, first + i)); // No room: mapped.
      }
      assertThat(staged.readCount()).isEqualTo(4);
      for (int i = 0; i < 32; i++) {
        assertThat(staged.locate(first + i)).isEqualTo(locations[i]);
        assertThat(bytes(staged, first + i)).isEqualTo(bytes(tx, first + i));
      }
      staged.stage(new long[] {first + 50}, 1); // Now there is room again.
      assertThat(bytes(staged, first + 60)).isEqualTo(bytes(tx, first + 60));
      assertThat(staged.readCount()).isEqualTo(6);
    }
  }

  @Test
  void damagedPage_isRefused() throws IOException {
    create().close();
    try (FileChannel file =
        FileChannel.open(directory.resolve(DataFile.NAME), StandardOpenOption.WRITE)) {
      long position = (first + 7) * PageLayout.PAGE_BYTES + 4_000;
      file.write(ByteBuffer.wrap(new byte[] {1, 2, 3}), position);
    }
    try (StorageEnvironment environment = open();
        PageReadTransaction tx = environment.beginRead();
        StagedPages staged = environment.stage(tx, 16, true)) {
      long[] wanted = {first + 5, first + 6, first + 7, first + 8};
      assertThatThrownBy(() -> staged.stage(wanted, 4)).isInstanceOf(CorruptPageException.class);
      assertThat(bytes(staged, first + 5)).isEqualTo(bytes(tx, first + 5));
      // Read ahead with the page before it, and looked at only when it is touched.
      assertThat(bytes(staged, first + 6)).isEqualTo(bytes(tx, first + 6));
      assertThatThrownBy(() -> staged.locate(first + 7)).isInstanceOf(CorruptPageException.class);
      assertThatThrownBy(() -> staged.locate(first + 7)).isInstanceOf(CorruptPageException.class);
      long[] none = {1L << 40};
      assertThatThrownBy(() -> staged.stage(none, 1)).isInstanceOf(CorruptPageException.class);
      assertThatThrownBy(() -> staged.locate(0)).isInstanceOf(RuntimeException.class);
    }
  }

  @Test
  void interrupt_closesNoFileButItsOwn() {
    try (StorageEnvironment environment = create();
        PageReadTransaction tx = environment.beginRead();
        StagedPages staged = environment.stage(tx, 16, true)) {
      Thread.currentThread().interrupt();
      long[] wanted = {first, first + 1};
      assertThatThrownBy(() -> staged.stage(wanted, 2)).isInstanceOf(StorageFailedException.class);
      assertThat(Thread.interrupted()).isTrue();
      write(environment, 3, 33);
      environment.checkpoint();
      try (PageReadTransaction after = environment.beginRead()) {
        assertThat(after.page(first + 3).get(PageLayout.LONG, 40)).isEqualTo(33);
      }
    }
  }

  @Test
  void closedTransactionAndClosedDatabase_areNamed() {
    StorageEnvironment environment = create();
    PageReadTransaction tx = environment.beginRead();
    try (StagedPages staged = environment.stage(tx, 4, false)) {
      tx.close();
      long[] wanted = {first};
      assertThatThrownBy(() -> staged.stage(wanted, 1))
          .isInstanceOf(TransactionClosedException.class);
    }
    environment.close();
    assertThatThrownBy(() -> environment.stage(tx, 4, false))
        .isInstanceOf(DatabaseClosedException.class);
  }

  @Test
  void stateFile_holdsWhatIsWritten_andLeavesNoName() {
    try (StorageEnvironment environment = create()) {
      MemorySegment state = environment.stateFile(5 << 20);
      assertThat(state.byteSize()).isEqualTo(5 << 20);
      for (long at = 0; at < state.byteSize(); at += 4_096) {
        assertThat(state.get(PageLayout.LONG, at)).isZero();
        state.set(PageLayout.LONG, at, at);
      }
      for (long at = 0; at < state.byteSize(); at += 4_096) {
        assertThat(state.get(PageLayout.LONG, at)).isEqualTo(at);
      }
      assertThat(directory.resolve("scratch")).isEmptyDirectory();
    }
  }
}
