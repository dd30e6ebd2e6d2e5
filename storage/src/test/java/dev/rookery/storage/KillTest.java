package dev.rookery.storage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rookery.storage.check.CheckReport;
import dev.rookery.storage.io.DirectoryFileSystem;
import dev.rookery.storage.page.PageLayout;
import dev.rookery.storage.tx.PageReadTransaction;
import dev.rookery.storage.tx.PageWriteTransaction;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Kills a process that commits, again and again on the same directory; every commit that it was
/// told about must be there. `-Dkill.count` is the number of kills.
@Timeout(600)
final class KillTest {
  private static final int KILLS = Integer.getInteger("kill.count", 20);
  private static final int PAGES = 24;
  private static final StorageOptions OPTIONS =
      StorageOptions.defaults()
          .withScratchBytes(128 << 10)
          .withBackgroundSyncMillis(5)
          .withJournalFileBytes(128 << 10);

  @TempDir Path directory;

  @Test
  void kill_atAnyMoment_losesNoCommitThatReturned() {
    StoreSeeds.forEach(
        "KillTest",
        1,
        seed -> {
          SplittableRandom random = new SplittableRandom(seed);
          long total = 0;
          for (int kill = 0; kill < KILLS; kill++) {
            long acknowledged = killOnce(random);
            try (StorageEnvironment environment = open(directory);
                PageReadTransaction tx = environment.beginRead()) {
              assertThat(tx.sequence()).as("kill=%d", kill).isGreaterThanOrEqualTo(acknowledged);
              verify(environment, tx);
              total = tx.sequence();
            }
          }
          System.out.println("KillTest kills=" + KILLS + " commits=" + total);
          assertThat(total).isPositive();
        });
  }

  /// Lets a child commit for a while, kills it, and returns the last commit that it told.
  private long killOnce(SplittableRandom random) {
    try {
      Process child =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-XX:TieredStopAtLevel=1",
                  "-Xshare:auto",
                  "-cp",
                  System.getProperty("java.class.path"),
                  Child.class.getName(),
                  directory.toString(),
                  Long.toString(random.nextLong()))
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
      CompletableFuture<Long> last = CompletableFuture.supplyAsync(() -> lastLine(child));
      // Some are killed while they open and recover, most while they commit.
      boolean ended = child.waitFor(300 + random.nextInt(600), TimeUnit.MILLISECONDS);
      assertThat(ended).as("the child ended by itself").isFalse();
      child.destroyForcibly().waitFor();
      return last.join();
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static long lastLine(Process child) {
    long last = 0;
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(child.getInputStream(), StandardCharsets.US_ASCII))) {
      String line;
      while ((line = lines.readLine()) != null) {
        if (line.endsWith(".")) { // Not cut off.
          last = Long.parseLong(line, 0, line.length() - 1, 10);
        }
      }
    } catch (IOException e) {
      // The child is dead.
    }
    return last;
  }

  private static StorageEnvironment open(Path directory) {
    return StorageEnvironment.open(DirectoryFileSystem.open(directory, false), OPTIONS);
  }

  /// The root page names the first of the pages; all of them hold the commit's sequence.
  private static void verify(StorageEnvironment environment, PageReadTransaction tx) {
    CheckReport report = new CheckReport();
    report.claim(StorageEnvironment.ROOT_PAGE, "root");
    if (tx.sequence() > 0) {
      MemorySegment root = tx.page(StorageEnvironment.ROOT_PAGE);
      assertThat(root.get(PageLayout.LONG, 40)).isEqualTo(tx.sequence());
      long first = root.get(PageLayout.LONG, 32);
      for (int i = 0; i < PAGES; i++) {
        report.claim(first + i, "pages");
        assertThat(tx.page(first + i).get(PageLayout.LONG, 32 + i * 8L)).isEqualTo(tx.sequence());
      }
    }
    environment.check(tx, report);
    assertThat(report.problems()).isEmpty();
  }

  /// The process that is killed.
  static final class Child {
    private Child() {}

    public static void main(String[] arguments) {
      SplittableRandom random = new SplittableRandom(Long.parseLong(arguments[1]));
      try (StorageEnvironment environment = open(Path.of(arguments[0]))) {
        try (PageReadTransaction tx = environment.beginRead()) {
          verify(environment, tx);
        }
        while (true) {
          long sequence = commit(environment, random);
          System.out.println(sequence + ".");
          if (random.nextInt(50) == 0) {
            environment.checkpoint();
          }
        }
      }
    }

    private static long commit(StorageEnvironment environment, SplittableRandom random) {
      PageWriteTransaction tx = environment.beginWrite();
      long sequence = tx.sequence();
      MemorySegment root = tx.modify(StorageEnvironment.ROOT_PAGE);
      long first = root.get(PageLayout.LONG, 32);
      if (first == 0 || random.nextInt(20) == 0) {
        for (int i = 0; first != 0 && i < PAGES; i++) {
          tx.free(first + i);
        }
        first = tx.allocateRun(PAGES, (byte) 1, 0);
        root.set(PageLayout.LONG, 32, first);
      }
      root.set(PageLayout.LONG, 40, sequence);
      for (int i = 0; i < PAGES; i++) {
        tx.modify(first + i).set(PageLayout.LONG, 32 + i * 8L, sequence);
      }
      tx.commit(Durability.values()[random.nextInt(3)]);
      return sequence;
    }
  }
}
