package dev.rookery.storage.page;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Random;
import java.util.UUID;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;

/// A checksum derived from that of an earlier version is the checksum of the whole page.
final class PageChecksumTest {
  private static final int BYTES = PageLayout.PAGE_BYTES;

  private final PageChecksum checksum = new PageChecksum(new UUID(3, 4));
  private final MemorySegment version = Arena.ofAuto().allocate(BYTES);
  private final MemorySegment page = Arena.ofAuto().allocate(BYTES);

  private static int stored(MemorySegment page) {
    return page.get(PageLayout.INT, PageLayout.CHECKSUM_OFFSET);
  }

  private void randomVersion(Random random) {
    byte[] bytes = new byte[BYTES];
    random.nextBytes(bytes);
    version.copyFrom(MemorySegment.ofArray(bytes));
    checksum.seal(version);
    page.copyFrom(version);
  }

  /// Changes bytes of the page and returns the blocks they lie in, always with the header's.
  private long change(Random random) {
    long blocks = PageBlocks.HEADER;
    page.set(PageLayout.LONG, PageLayout.SEQUENCE_OFFSET, random.nextLong());
    int count = random.nextInt(5);
    for (int i = 0; i < count; i++) {
      int length = 1 + random.nextInt(random.nextInt(4) == 0 ? BYTES / 8 : 20);
      int offset = random.nextInt(BYTES - length + 1);
      for (int at = offset; at < offset + length; at++) {
        page.set(PageLayout.BYTE, at, (byte) random.nextInt());
      }
      blocks |= PageBlocks.of(offset, length);
    }
    return blocks;
  }

  @Test
  void resealed_randomChanges_equalsSealed() {
    long seed = Long.getLong("seed", 31);
    Random random = new Random(seed);
    for (int round = 0; round < 3000; round++) {
      randomVersion(random);
      long blocks = change(random);
      checksum.reseal(version, page, blocks);
      int resealed = stored(page);
      checksum.seal(page);
      assertThat(resealed).as("seed=%d round=%d", seed, round).isEqualTo(stored(page));
      assertThat(checksum.of(page)).isEqualTo(resealed);
    }
  }

  @Test
  void resealed_pageThatMemoryDamagedElsewhere_hasNoGoodChecksum() {
    Random random = new Random(5);
    for (int block = 1; block < Long.SIZE; block++) {
      randomVersion(random);
      page.set(PageLayout.LONG, PageLayout.SEQUENCE_OFFSET, 77);
      int damaged = block * PageBlocks.BLOCK_BYTES + 9;
      byte before = page.get(PageLayout.BYTE, damaged);
      page.set(PageLayout.BYTE, damaged, (byte) (before ^ 1));
      checksum.reseal(version, page, PageBlocks.HEADER);
      assertThat(stored(page)).as("block %d", block).isNotEqualTo(checksum.of(page));
    }
  }

  @Test
  void product_byAPowerOfX_movesWhatWasSummed() {
    byte[] bytes = {1, 2, 3, 4, 5};
    for (int zeros = 0; zeros < 40; zeros++) {
      CRC32C crc = new CRC32C();
      crc.update(bytes);
      int sum = (int) crc.getValue();
      crc.reset();
      crc.update(new byte[5]);
      int difference = sum ^ (int) crc.getValue();
      crc.reset();
      crc.update(bytes);
      crc.update(new byte[zeros]);
      int behind = (int) crc.getValue();
      crc.reset();
      crc.update(new byte[5 + zeros]);
      behind ^= (int) crc.getValue();

      int power = 1 << 31;
      for (int i = 0; i < Byte.SIZE * zeros; i++) {
        power = CrcArithmetic.product(power, 1 << 30);
      }
      assertThat(CrcArithmetic.product(difference, power)).isEqualTo(behind);
    }
  }
}
