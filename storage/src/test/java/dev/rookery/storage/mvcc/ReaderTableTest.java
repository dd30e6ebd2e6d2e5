package dev.rookery.storage.mvcc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rookery.storage.mvcc.ReaderTable.ActiveReader;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

final class ReaderTableTest {
  @Test
  void moreReadersThanSlots_allAreSeen() {
    ReaderTable readers = new ReaderTable();
    List<ActiveReader> active = new ArrayList<>();
    for (long version = 1; version <= 300; version++) {
      Snapshot snapshot = SnapshotsForTests.ofVersion(version);
      active.add(readers.begin(() -> snapshot));
    }

    assertThat(readers.count()).isEqualTo(300);
    assertThat(readers.activeVersions()).hasSize(300).isSorted();
    assertThat(readers.oldest().orElseThrow().snapshot().version()).isEqualTo(1);
    active.forEach(reader -> assertThat(readers.isActive(reader)).isTrue());
    active.forEach(readers::end);
    assertThat(readers.count()).isZero();
    assertThat(readers.oldest()).isEmpty();
  }

  @Test
  void begin_whileTheSnapshotChanges_takesTheNewest() {
    ReaderTable readers = new ReaderTable();
    long[] version = {0};

    ActiveReader reader =
        readers.begin(() -> SnapshotsForTests.ofVersion(Math.min(++version[0], 5)));

    assertThat(reader.snapshot().version()).isEqualTo(5);
    assertThat(readers.activeVersions()).containsExactly(5);
  }

  /// A publisher frees each version that it finds nobody reading, as the store does; a reader that
  /// was missed would find its version freed.
  @Test
  void scanner_besideManyReaders_missesNobody() throws Exception {
    int publications = 20_000;
    int threads = 3;
    Snapshot[] snapshots = new Snapshot[publications];
    for (int version = 0; version < publications; version++) {
      snapshots[version] = SnapshotsForTests.ofVersion(version);
    }
    ReaderTable readers = new ReaderTable();
    AtomicReference<Snapshot> visible = new AtomicReference<>(snapshots[0]);
    AtomicLongArray freed = new AtomicLongArray(publications);
    AtomicBoolean done = new AtomicBoolean();
    CyclicBarrier barrier = new CyclicBarrier(threads + 1);
    try (ExecutorService executor = Executors.newFixedThreadPool(threads)) {
      List<Future<Boolean>> results = new ArrayList<>();
      for (int i = 0; i < threads; i++) {
        results.add(
            executor.submit(() -> {
              barrier.await();
              boolean good = true;
              while (!done.get()) {
                ActiveReader reader = readers.begin(visible::get);
                for (int look = 0; look < 5; look++) {
                  good &= freed.get((int) reader.snapshot().version()) == 0;
                }
                readers.end(reader);
              }
              return good;
            }));
      }
      barrier.await();
      List<Long> waiting = new ArrayList<>();
      for (int version = 1; version < publications; version++) {
        visible.set(snapshots[version]);
        waiting.add(version - 1L);
        long[] active = readers.activeVersions();
        waiting.removeIf(old -> {
          boolean free = java.util.Arrays.binarySearch(active, old) < 0;
          if (free) {
            freed.set(old.intValue(), 1);
          }
          return free;
        });
      }
      done.set(true);
      for (Future<Boolean> result : results) {
        assertThat(result.get()).isTrue();
      }
    }
    assertThat(readers.count()).isZero();
  }
}
