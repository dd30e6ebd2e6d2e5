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
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Kills a process that commits, again and again on the same directory; every commit that it was
/// told about must be there. Several of its threads commit at once, with all kinds of durability.
/// `-Dkill.count` is the number of kills.
@Timeout(7200)
final class KillTest {
  private static final int KILLS = Integer.getInteger("kill.count", 20);
  private static final int PAGES = 24;
  private static final int WRITERS = 3;
  private static final StorageOptions OPTIONS =
      StorageOptions.defaults()
          .withScratchBytes(128 << 10)
          .withBackgroundSyncMillis(5)
          .withJournalFileBytes(128 << 10);

  @TempDir Path directory;
  private int killedInOpening;

  @Test
  void kill_atAnyMoment_losesNoCommitThatReturned() {
    StoreSeeds.forEach(
        "KillTest",
        1,
        seed -> {
          SplittableRandom random = new SplittableRandom(seed);
          long start = System.nanoTime();
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
          double minutes = (System.nanoTime() - start) / 60e9;
          System.out.printf(
              "KillTest kills=%d commits=%d inOpening=%d kills/min=%.0f%n",
              KILLS, total, killedInOpening, KILLS / minutes);
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
      Output output = new Output(child);
      Thread reader = Thread.ofPlatform().start(output);
      // Some are killed while they open and recover, most while they commit.
      (random.nextInt(4) == 0 ? output.begun : output.committing).await();
      boolean ended = child.waitFor(random.nextInt(300), TimeUnit.MILLISECONDS);
      assertThat(ended).as("the child ended by itself").isFalse();
      child.destroyForcibly().waitFor();
      reader.join();
      killedInOpening += output.last == 0 ? 1 : 0;
      return output.last;
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /// Listens to a child: the newest commit of which any of its threads said that it returned.
  private static final class Output implements Runnable {
    final CountDownLatch begun = new CountDownLatch(1);
    final CountDownLatch committing = new CountDownLatch(1);
    private final Process child;
    private long last;

    Output(Process child) {
      this.child = child;
    }

    @Override
    public void run() {
      try (BufferedReader lines =
          new BufferedReader(
              new InputStreamReader(child.getInputStream(), StandardCharsets.US_ASCII))) {
        String line;
        while ((line = lines.readLine()) != null) {
          begun.countDown();
          if (line.endsWith(".")) { // Not cut off.
            last = Math.max(last, Long.parseLong(line, 0, line.length() - 1, 10));
            if (last > 0) {
              committing.countDown();
            }
          }
        }
      } catch (IOException e) {
        // The child is dead.
      } finally {
        begun.countDown();
        committing.countDown();
      }
    }
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

    public static void main(String[] arguments) throws InterruptedException {
      SplittableRandom random = new SplittableRandom(Long.parseLong(arguments[1]));
      System.out.println("0.");
      try (StorageEnvironment environment = open(Path.of(arguments[0]))) {
        try (PageReadTransaction tx = environment.beginRead()) {
          verify(environment, tx);
        }
        List<Thread> writers = new ArrayList<>();
        for (int i = 0; i < WRITERS; i++) {
          SplittableRandom own = random.split();
          writers.add(Thread.ofPlatform().start(() -> write(environment, own)));
        }
        for (Thread writer : writers) {
          writer.join();
        }
      }
    }

    private static void write(StorageEnvironment environment, SplittableRandom random) {
      while (true) {
        long sequence = commit(environment, random);
        System.out.println(sequence + ".");
        if (random.nextInt(50) == 0) {
          environment.checkpoint();
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
