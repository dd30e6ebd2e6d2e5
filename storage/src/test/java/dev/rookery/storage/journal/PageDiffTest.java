package dev.rookery.storage.journal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rookery.storage.page.PageBlocks;
import dev.rookery.storage.page.PageLayout;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
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
    return Arrays.copyOfRange(target, 7, end);
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

  /// Holds a difference to what was found byte by byte: its runs begin and end with a byte that
  /// differs, lie eight equal bytes apart at least, hold the new bytes, and miss no difference.
  private static void assertRuns(byte[] diff, byte[] old, byte[] page, String round) {
    int at = 0;
    int end = -8;
    boolean[] covered = new boolean[BYTES];
    while (at < diff.length) {
      int start = (diff[at] & 0xFF) | (diff[at + 1] & 0xFF) << 8;
      int length = (diff[at + 2] & 0xFF) | (diff[at + 3] & 0xFF) << 8;
      assertThat(start).as(round).isGreaterThanOrEqualTo(end + 8);
      end = start + length;
      assertThat(old[start]).as(round).isNotEqualTo(page[start]);
      assertThat(old[end - 1]).as(round).isNotEqualTo(page[end - 1]);
      assertThat(Arrays.copyOfRange(diff, at + 4, at + 4 + length))
          .as(round)
          .isEqualTo(Arrays.copyOfRange(page, start, end));
      Arrays.fill(covered, start, end, true);
      at += 4 + length;
    }
    int missed = -1;
    for (int i = 0; i < BYTES; i++) {
      missed = covered[i] || old[i] == page[i] ? missed : i;
    }
    assertThat(missed).as(round).isEqualTo(-1);
  }

  @Test
  void runs_ofRandomDifferences_areSoundByteByByte() {
    long seed = Long.getLong("seed", 11);
    Random random = new Random(seed);
    byte[] old = new byte[BYTES];
    for (int round = 0; round < 300; round++) {
      byte[] page = changed(old, random);
      assertRuns(diff(old, page), old, page, "seed=%d round=%d".formatted(seed, round));
      old = page;
    }
  }

  @Test
  void blocks_nothingIsLookedForElsewhere() {
    byte[] old = new byte[BYTES];
    byte[] page = new byte[BYTES];
    Arrays.fill(page, (byte) 1);
    long blocks = PageBlocks.of(0, 1) | PageBlocks.of(BYTES / 2, 2 * PageBlocks.BLOCK_BYTES);
    byte[] target = new byte[PageDiff.BYTES_MAX];
    MemorySegment before = MemorySegment.ofArray(old);
    int end = PageDiff.write(before, MemorySegment.ofArray(page), blocks, target, 0);

    assertThat(end).isEqualTo(2 * 4 + 3 * PageBlocks.BLOCK_BYTES);
    assertThat(PageDiff.apply(target, 0, end, before)).isTrue();
    assertThat(PageBlocks.holdAllDifferences(before, MemorySegment.ofArray(page), ~blocks))
        .isTrue();
    assertThat(PageBlocks.holdAllDifferences(before, MemorySegment.ofArray(page), blocks))
        .isFalse();
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
    assertThat(diff(old, everySecondGroup)).hasSizeLessThanOrEqualTo(BYTES + 4);
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
