package dev.rookery.storage.io;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
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
    assertThat(versions.stream().anyMatch(version -> version.length == found.length))
        .as("seed=%d mode=%s length=%d", seed, mode, found.length)
        .isTrue();
    for (int begin = 0; begin < found.length; begin += SECTOR) {
      int from = begin;
      int to = Math.min(begin + SECTOR, found.length);
      assertThat(versions.stream().anyMatch(version -> shows(version, found, from, to)))
          .as("seed=%d mode=%s sector at %d", seed, mode, from)
          .isTrue();
    }
  }

  /// Returns whether a part of the found file is that of a version, behind whose end there are
  /// zeros.
  private static boolean shows(byte[] version, byte[] found, int from, int to) {
    for (int i = from; i < to; i++) {
      if (found[i] != (i < version.length ? version[i] : 0)) {
        return false;
      }
    }
    return true;
  }
}
