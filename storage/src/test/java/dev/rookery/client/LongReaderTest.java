package dev.rookery.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rookery.storage.LongReaderListener;
import dev.rookery.storage.ReaderReport;
import dev.rookery.storage.StorageEnvironment;
import dev.rookery.storage.StorageOptions;
import dev.rookery.storage.error.TransactionClosedException;
import dev.rookery.storage.io.DirectoryFileSystem;
import dev.rookery.storage.tx.PageReadTransaction;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Readers that stay open, seen from a package of a program, because that is what is looked for.
final class LongReaderTest {
  @TempDir Path directory;

  private StorageEnvironment open(StorageOptions options) {
    return StorageEnvironment.open(
        DirectoryFileSystem.open(directory.resolve("db"), false), options);
  }

  @Test
  void stats_nameTheOldestReader_andWhereItWasBegun() {
    StorageOptions options = StorageOptions.defaults().withRecordReaderOrigins(true);
    try (StorageEnvironment environment = open(options)) {
      assertThat(environment.stats().oldestReader()).isEmpty();
      try (PageReadTransaction _ = environment.beginRead();
          PageReadTransaction _ = environment.beginRead()) {
        ReaderReport oldest = environment.stats().oldestReader().orElseThrow();
        assertThat(environment.stats().activeReaderCount()).isEqualTo(2);
        assertThat(oldest.sequence()).isZero();
        assertThat(oldest.ageMillis()).isNotNegative();
        assertThat(oldest.threadName()).isEqualTo(Thread.currentThread().getName());
        assertThat(oldest.origin().orElseThrow())
            .contains("LongReaderTest.stats_nameTheOldestReader_andWhereItWasBegun(")
            .contains("LongReaderTest.java:");
        assertThat(oldest.toString()).contains("thread=").contains("origin=");
      }
      assertThat(environment.stats().oldestReader()).isEmpty();
    }
    try (StorageEnvironment environment = open(StorageOptions.defaults());
        PageReadTransaction _ = environment.beginRead()) {
      assertThat(environment.stats().oldestReader().orElseThrow().origin()).isEmpty();
    }
  }

  @Test
  void listener_isToldOnceForEachLongReader_andNeverOfShortOnes() throws InterruptedException {
    BlockingQueue<ReaderReport> told = new LinkedBlockingQueue<>();
    List<Throwable> uncaught = new ArrayList<>();
    LongReaderListener failing =
        reader -> {
          Thread.currentThread().setUncaughtExceptionHandler((_, e) -> uncaught.add(e));
          throw new IllegalArgumentException("a bad listener");
        };
    try (StorageEnvironment environment =
        open(StorageOptions.defaults().withLongReaderMillis(40))) {
      environment.addLongReaderListener(failing);
      environment.addLongReaderListener(told::add);
      PageReadTransaction first = environment.beginRead();
      for (int i = 0; i < 1000; i++) {
        environment.beginRead().close();
      }
      ReaderReport report = told.poll(20, TimeUnit.SECONDS);
      assertThat(report).isNotNull();
      assertThat(report.ageMillis()).isGreaterThanOrEqualTo(40);
      assertThat(uncaught).hasSize(1);
      assertThat(told.poll(150, TimeUnit.MILLISECONDS)).as("told once").isNull();

      PageReadTransaction second = environment.beginRead(); // The timer had gone to rest.
      assertThat(told.poll(20, TimeUnit.SECONDS)).isNotNull();
      first.close();
      second.close();
      environment.removeLongReaderListener(told::add); // Another object: nothing happens.
      environment.beginRead().close();
      assertThat(told.poll(150, TimeUnit.MILLISECONDS)).as("closed in time").isNull();
    }
  }

  @Test
  void closingTheStore_endsReadersAsClosed() {
    StorageEnvironment environment = open(StorageOptions.defaults());
    PageReadTransaction reader = environment.beginRead();
    environment.close();
    assertThatThrownBy(reader::sequence).isInstanceOf(TransactionClosedException.class);
    reader.checkNotExpired();
  }
}
