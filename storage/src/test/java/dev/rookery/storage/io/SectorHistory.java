package dev.rookery.storage.io;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;

/// A file under random writes, cuts and syncs, with all states that a crash may show of it.
final class SectorHistory {
  private static final int SECTOR = SimulatedFile.SECTOR_BYTES;
  private static final int SIZE_MAX = 12 * SECTOR;

  private final StorageFile file;
  private final long seed;
  private final SplittableRandom random;

  /// The whole file after each change since the last sync, the state of that sync first.
  private final List<byte[]> versions = new ArrayList<>();

  SectorHistory(StorageFile file, long seed) {
    this.file = file;
    this.seed = seed;
    this.random = new SplittableRandom(seed);
    versions.add(new byte[0]);
  }

  /// Changes the file in some way.
  void step() throws IOException {
    byte[] last = versions.getLast();
    int position = random.nextInt(SIZE_MAX);
    switch (random.nextInt(10)) {
      case 0 -> {
        file.sync();
        versions.subList(0, versions.size() - 1).clear();
      }
      case 1 -> {
        file.truncate(position);
        versions.add(Arrays.copyOf(last, Math.min(position, last.length)));
      }
      default -> {
        byte[] data = new byte[1 + random.nextInt(SIZE_MAX - position)];
        random.nextBytes(data);
        file.write(ByteBuffer.wrap(data), position);
        byte[] next = Arrays.copyOf(last, Math.max(last.length, position + data.length));
        System.arraycopy(data, 0, next, position, data.length);
        versions.add(next);
      }
    }
  }

  /// Checks that a file found after a crash has one of the lengths, and in each sector what one of
  /// the versions has there.
  void check(byte[] found, CrashMode mode) {
    if (mode == CrashMode.LOSE_ALL_UNSYNCED) {
      assertThat(found).as("seed=%d", seed).isEqualTo(versions.getFirst());
      return;
    }
    if (mode == CrashMode.KEEP_ALL) {
      assertThat(found).as("seed=%d", seed).isEqualTo(versions.getLast());
      return;
    }
    assertThat(versions).as("seed=%d", seed).anyMatch(version -> version.length == found.length);
    for (int begin = 0; begin < found.length; begin += SECTOR) {
      byte[] sector = Arrays.copyOfRange(found, begin, Math.min(begin + SECTOR, found.length));
      int from = begin;
      assertThat(versions)
          .as(
              "seed=%d mode=%s sector at %d: %s",
              seed, mode, from, HexFormat.of().formatHex(sector))
          .anyMatch(version -> shows(version, from, sector));
    }
  }

  /// Behind the end of a version there are zeros; a sector that the found length cuts short shows
  /// the front of a version, and one that it prolongs shows zeros behind.
  private static boolean shows(byte[] version, int from, byte[] sector) {
    for (int i = 0; i < sector.length; i++) {
      byte expected = from + i < version.length ? version[from + i] : 0;
      if (sector[i] != expected) {
        return false;
      }
    }
    return true;
  }
}
