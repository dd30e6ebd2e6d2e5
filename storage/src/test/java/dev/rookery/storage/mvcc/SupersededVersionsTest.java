package dev.rookery.storage.mvcc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rookery.storage.mvcc.ReaderTable.ActiveReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/// The interval rule: a version is freed exactly when no reader lies in [born, replaced).
final class SupersededVersionsTest {
  private record Version(long location, long born, long replaced) {}

  @Test
  void reclaim_withRandomReaders_keepsExactlyWhatCanBeRead() throws IOException {
    Long given = Long.getLong("seed");
    for (long seed = given == null ? 1 : given; seed <= (given == null ? 100 : given); seed++) {
      run(new SplittableRandom(seed), "seed=" + seed);
    }
  }

  /// An error in the middle, here by a page that was freed behind its back, must not have what was
  /// freed before it freed again: two pages would get one piece.
  @Test
  void reclaim_afterOneThatFailed_freesNothingTwice() throws IOException {
    try (ScratchPool pool = new ScratchPool()) {
      SupersededVersions superseded = new SupersededVersions(pool, new ReaderTable());
      long[] locations = {pool.allocate(1), pool.allocate(1), pool.allocate(1)};
      for (long location : locations) {
        superseded.add(location, 2);
      }
      pool.free(locations[1]);
      assertThatThrownBy(() -> superseded.reclaim(2)).isInstanceOf(AssertionError.class);
      superseded.reclaim(2);
      assertThat(pool.usedCount()).isZero();
      assertThat(Set.of(pool.allocate(3), pool.allocate(3), pool.allocate(3))).hasSize(3);
    }
  }

  private static void run(SplittableRandom random, String message) throws IOException {
    ReaderTable readers = new ReaderTable();
    try (ScratchPool pool = new ScratchPool()) {
      SupersededVersions superseded = new SupersededVersions(pool, readers);
      List<Version> kept = new ArrayList<>();
      List<ActiveReader> active = new ArrayList<>();
      long hot = pool.allocate(1);
      long born = 1;
      for (long visible = 1; visible < 120; visible++) {
        Snapshot snapshot = SnapshotsForTests.ofVersion(visible);
        if (random.nextInt(3) == 0) {
          active.add(readers.begin(() -> snapshot));
        }
        if (random.nextInt(3) == 0 && !active.isEmpty()) {
          readers.end(active.remove(random.nextInt(active.size())));
        }
        // The next publication replaces the page.
        long next = pool.allocate(visible + 1);
        superseded.add(hot, visible + 1);
        kept.add(new Version(hot, born, visible + 1));
        hot = next;
        born = visible + 1;
        if (random.nextBoolean()) {
          long seen = visible + random.nextInt(2);
          superseded.reclaim(seen);
          forget(kept, active, seen);
          assertThat(superseded.pendingCount()).as(message).isEqualTo(kept.size());
          assertThat(pool.usedCount()).as(message).isEqualTo(kept.size() + 1);
          for (Version version : kept) {
            assertThat(pool.born(version.location())).as(message).isEqualTo(version.born());
          }
        }
      }
      active.forEach(readers::end);
      superseded.reclaim(200);
      assertThat(pool.usedCount()).isEqualTo(1);
    }
  }

  private static void forget(List<Version> kept, List<ActiveReader> active, long visible) {
    for (Iterator<Version> all = kept.iterator(); all.hasNext(); ) {
      Version version = all.next();
      boolean isRead =
          active.stream()
              .mapToLong(reader -> reader.snapshot().version())
              .anyMatch(reader -> version.born() <= reader && reader < version.replaced());
      if (version.replaced() <= visible && !isRead) {
        all.remove();
      }
    }
  }

  @Test
  void hotPage_besideOneLongReader_keepsTwoVersions() throws IOException {
    ReaderTable readers = new ReaderTable();
    try (ScratchPool pool = new ScratchPool()) {
      SupersededVersions superseded = new SupersededVersions(pool, readers);
      Snapshot first = SnapshotsForTests.ofVersion(1);
      ActiveReader reader = readers.begin(() -> first);
      long hot = pool.allocate(1);
      for (long version = 2; version < 1000; version++) {
        long next = pool.allocate(version);
        superseded.add(hot, version);
        superseded.reclaim(version);
        hot = next;
        assertThat(pool.usedCount()).isEqualTo(2);
      }
      readers.end(reader);
      superseded.reclaim(1000);
      assertThat(pool.usedCount()).isEqualTo(1);
    }
  }
}
