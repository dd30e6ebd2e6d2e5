package dev.rookery.storage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rookery.storage.error.RookeryException;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/// Opens and uses damaged databases, in a process of its own with little memory: each either gives
/// what was committed once or one of Rookery's own exceptions. Checksums are often made right again
/// behind the damage, so that all that reads pages and records meets it too; then an answer may be
/// wrong, but the process must not crash, hang, run out of memory or throw anything else.
///
/// `-Dfuzz.seconds` is the budget in seconds of CPU; `-Dseed=... -Dfuzz.case=...` repeats one case.
final class FuzzTest {
  private static final long SECONDS = Long.getLong("fuzz.seconds", 5);
  private static final long CASE = Long.getLong("fuzz.case", -1);
  private static final long RESIDENT_BYTES_MAX = 512L << 20;

  @Test
  void damagedDatabase_usedInAnyWay_answersOrNamesTheDamage()
      throws IOException, InterruptedException {
    long seed = Long.getLong("seed", 1);
    System.out.println("FuzzTest seed=" + seed);
    Process child =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx64m",
                "-XX:+UseSerialGC",
                "-XX:MaxDirectMemorySize=16m",
                "-ea",
                // It is for our own mistakes; behind forged pages it must not be needed.
                "-da:dev.rookery.storage.tx.PageChanges",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                Child.class.getName(),
                Long.toString(seed),
                Long.toString(SECONDS),
                Long.toString(CASE))
            .redirectErrorStream(true)
            .start();
    String output = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    int exit = child.waitFor();
    System.out.print(output);
    assertThat(exit).as(output).isZero();
  }

  /// The process that is tortured. Ends with 0 if it stood it all.
  static final class Child {
    private static final int DATABASES = 6;
    private static final long PATIENCE_NANOS = 30_000_000_000L;

    private static volatile long began = System.nanoTime();
    private static volatile long number;

    private Child() {}

    public static void main(String[] arguments) throws IOException {
      long seed = Long.parseLong(arguments[0]);
      long cpuNanos = Long.parseLong(arguments[1]) * 1_000_000_000L;
      long only = Long.parseLong(arguments[2]);
      Thread worker = Thread.currentThread();
      Thread.ofPlatform().daemon().start(() -> watch(worker));
      List<FuzzedDatabase> databases = new ArrayList<>();
      for (int i = 0; i < DATABASES; i++) {
        databases.add(new FuzzedDatabase(seed * 100 + i, i % 2 == 0));
      }
      long[] refusedAndAnswered = new long[2];
      long start = System.nanoTime();
      long end = cpuNanos() + cpuNanos;
      for (number = Math.max(only, 0); cpuNanos() < end; number++) {
        began = System.nanoTime();
        refusedAndAnswered[play(databases, seed) ? 1 : 0]++;
        if (only >= 0) {
          break;
        }
      }
      long resident = residentBytesMax();
      long cases = refusedAndAnswered[0] + refusedAndAnswered[1];
      System.out.printf(
          "FuzzTest seed=%d cases=%d refused=%d answered=%d cases/s=%d residentMiB=%d%n",
          seed,
          cases,
          refusedAndAnswered[0],
          refusedAndAnswered[1],
          cases * 1_000_000_000L / (System.nanoTime() - start),
          resident >> 20);
      System.exit(resident > RESIDENT_BYTES_MAX ? 5 : 0);
    }

    /// Plays one case and returns whether the damage stayed without an exception.
    private static boolean play(List<FuzzedDatabase> databases, long seed) {
      SplittableRandom random = new SplittableRandom(seed * 1_000_000_007L + number);
      FuzzedDatabase database = databases.get(random.nextInt(databases.size()));
      FuzzedDatabase.Copy copy = database.damaged(random, databases);
      try {
        database.use(copy, random, databases);
        return true;
      } catch (RookeryException e) {
        if (e.getMessage() == null || e.getMessage().isBlank()) {
          throw failed(copy, e);
        }
        return false;
      } catch (Throwable e) {
        throw failed(copy, e);
      }
    }

    private static AssertionError failed(FuzzedDatabase.Copy copy, Throwable e) {
      return new AssertionError(
          "failed -Dfuzz.case=%d forged=%s %s".formatted(number, copy.forged(), copy.what()), e);
    }

    private static void watch(Thread worker) {
      while (System.nanoTime() - began < PATIENCE_NANOS) {
        try {
          worker.join(500);
        } catch (InterruptedException e) {
          return;
        }
      }
      System.out.println("hangs -Dfuzz.case=" + number);
      for (StackTraceElement element : worker.getStackTrace()) {
        System.out.println("  at " + element);
      }
      Runtime.getRuntime().halt(4);
    }

    private static long cpuNanos() {
      return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }

    /// What the process had in memory at most, native memory included; 0 where it is not told.
    private static long residentBytesMax() throws IOException {
      Path status = Path.of("/proc/self/status");
      if (Files.notExists(status)) {
        return 0;
      }
      for (String line : Files.readAllLines(status)) {
        if (line.startsWith("VmHWM:")) {
          return Long.parseLong(line.replaceAll("[^0-9]", "")) << 10;
        }
      }
      return 0;
    }
  }
}
