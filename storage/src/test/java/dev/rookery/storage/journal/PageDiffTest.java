package dev.rookery.storage.journal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rookery.storage.page.PageBlocks;
import dev.rookery.storage.page.PageLayout;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class PageDiffTest {
  private static final int BYTES = PageLayout.PAGE_BYTES;

  private static byte[] diff(byte[] old, byte[] page) {
    byte[] target = new byte[PageDiff.BYTES_MAX + 7];
    MemorySegment after = MemorySegment.ofArray(page);
    int end =
        old == null
            ? PageDiff.writeFromZero(after, target, 7)
            : PageDiff.write(MemorySegment.ofArray(old), after, PageBlocks.ALL, target, 7);
    assertThat(end).isLessThanOrEqualTo(target.length);
    return java.util.Arrays.copyOfRange(target, 7, end);
  }

  private static boolean apply(byte[] diff, byte[] page) {
    return PageDiff.apply(diff, 0, diff.length, MemorySegment.ofArray(page));
  }

  private static byte[] changed(byte[] page, Random random) {
    byte[] copy = page.clone();
    int writes = random.nextInt(6);
    for (int i = 0; i < writes; i++) {
      int length = 1 + random.nextInt(random.nextInt(4) == 0 ? BYTES : 20);
      boolean atTheEnd = random.nextInt(4) == 0;
      int offset = atTheEnd ? BYTES - length : random.nextInt(BYTES - length + 1);
      for (int at = offset; at < offset + length; at += 1 + random.nextInt(3)) {
        copy[at] = (byte) random.nextInt();
      }
    }
    return copy;
  }

  @Test
  void history_ofAPage_isRepeatedOverAnyMixtureOfItsVersions() {
    Long given = Long.getLong("seed");
    for (long seed = given == null ? 1 : given; seed <= (given == null ? 150 : given); seed++) {
      Random random = new Random(seed);
      List<byte[]> versions = new ArrayList<>();
      versions.add(changed(new byte[BYTES], random));
      List<byte[]> diffs = new ArrayList<>();
      for (int i = 0; i < 5; i++) {
        versions.add(changed(versions.getLast(), random));
        diffs.add(diff(versions.get(i), versions.get(i + 1)));
      }
      byte[] mixture = new byte[BYTES];
      int sector = 1 << random.nextInt(14);
      for (int at = 0; at < BYTES; at += sector) {
        byte[] from = versions.get(random.nextInt(versions.size()));
        System.arraycopy(from, at, mixture, at, Math.min(sector, BYTES - at));
      }
      for (int round = 0; round < 2; round++) {
        diffs.forEach(one -> assertThat(apply(one, mixture)).isTrue());
        assertThat(mixture).as("seed=%d", seed).isEqualTo(versions.getLast());
      }
    }
  }

  /// The runs, found byte by byte, are those of the differences that lie less than 8 to 15 bytes
  /// apart: a run ends where eight equal bytes follow that begin a multiple of eight behind its
  /// start.
  private static List<int[]> naiveRuns(byte[] old, byte[] page) {
    List<int[]> runs = new ArrayList<>();
    int at = 0;
    while (at < BYTES) {
      if (old[at] == page[at]) {
        at++;
        continue;
      }
      int start = at;
      int end = at;
      boolean equal = false;
      while (!equal && at < BYTES) {
        equal = at + 8 <= BYTES;
        for (int i = at; i < Math.min(BYTES, at + 8); i++) {
          if (old[i] != page[i]) {
            equal = false;
            end = i + 1;
          }
        }
        at += 8;
      }
      runs.add(new int[] {start, end});
      at = end;
    }
    return runs;
  }

  @Test
  void runs_ofRandomDifferences_areThoseFoundByteByByte() {
    long seed = Long.getLong("seed", 11);
    Random random = new Random(seed);
    byte[] old = new byte[BYTES];
    for (int round = 0; round < 400; round++) {
      byte[] page = changed(old, random);
      byte[] diff = diff(old, page);
      int at = 0;
      for (int[] run : naiveRuns(old, page)) {
        int length = run[1] - run[0];
        byte[] expected = new byte[4 + length];
        expected[0] = (byte) run[0];
        expected[1] = (byte) (run[0] >>> 8);
        expected[2] = (byte) length;
        expected[3] = (byte) (length >>> 8);
        System.arraycopy(page, run[0], expected, 4, length);
        assertThat(java.util.Arrays.copyOfRange(diff, at, at + 4 + length))
            .as("seed=%d round=%d run=%d+%d", seed, round, run[0], length)
            .isEqualTo(expected);
        at += 4 + length;
      }
      assertThat(at).as("seed=%d round=%d", seed, round).isEqualTo(diff.length);
      old = page;
    }
  }

  @Test
  void fromZero_ofAnyPage_isTheWholePage() {
    Random random = new Random(3);
    for (int i = 0; i < 50; i++) {
      byte[] page = changed(new byte[BYTES], random);
      byte[] target = new byte[BYTES];
      assertThat(apply(diff(null, page), target)).isTrue();
      assertThat(target).isEqualTo(page);
    }
  }

  @Test
  void worstCases_stayWithinTheBound() {
    byte[] old = new byte[BYTES];
    byte[] everySecondGroup = new byte[BYTES];
    byte[] all = new byte[BYTES];
    for (int i = 0; i < BYTES; i++) {
      all[i] = 1;
      everySecondGroup[i] = (byte) (i / 8 % 2);
    }

    assertThat(diff(old, old)).isEmpty();
    assertThat(diff(old, all)).hasSize(BYTES + 4);
    assertThat(diff(old, everySecondGroup)).hasSize(BYTES / 16 * 12);
    byte[] everyNinth = new byte[BYTES];
    for (int i = 0; i < BYTES; i += 9) {
      everyNinth[i] = 1;
    }
    assertThat(diff(old, everyNinth)).hasSizeLessThanOrEqualTo(BYTES + 4);
    byte[] lastByte = new byte[BYTES];
    lastByte[BYTES - 1] = 1;
    assertThat(diff(old, lastByte)).hasSize(5);
  }

  @Test
  void malformed_differences_areRefused() {
    byte[] page = new byte[BYTES];
    assertThat(apply(new byte[] {0, 0, 5, 0, 1}, page)).isFalse();
    assertThat(apply(new byte[] {0, 0, 1}, page)).isFalse();
    assertThat(apply(new byte[] {-1, -1, 1, 0, 1}, page)).isFalse();
    assertThat(apply(new byte[] {(byte) (BYTES - 1), (byte) ((BYTES - 1) >>> 8), 2, 0, 1, 1}, page))
        .isFalse();
    Random random = new Random(1);
    for (int i = 0; i < 2000; i++) {
      byte[] noise = new byte[random.nextInt(40)];
      random.nextBytes(noise);
      apply(noise, page); // Whatever it says, nothing is thrown.
    }
  }
}
