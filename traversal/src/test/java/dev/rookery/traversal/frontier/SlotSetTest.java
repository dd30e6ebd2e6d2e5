package dev.rookery.traversal.frontier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rookery.storage.error.CorruptDatabaseException;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class SlotSetTest {
  private static final long REGION = 1 << 16;

  @Test
  void add_overManyRegions_agreesWithTreeSet() {
    long[] slots = {0, 1, 63, 64, 65, REGION - 1, REGION, 5 * REGION + 77, 9 * REGION, 77, 64};
    SlotSet set = new SlotSet(() -> 10 * REGION);
    TreeSet<Long> expected = new TreeSet<>();
    for (long slot : slots) {
      assertThat(set.contains(slot)).isEqualTo(expected.contains(slot));
      assertThat(set.add(slot)).isEqualTo(expected.add(slot));
      assertThat(set.contains(slot)).isTrue();
    }

    List<Long> found = new ArrayList<>();
    for (long slot = set.next(0); slot >= 0; slot = set.next(slot + 1)) {
      found.add(slot);
    }
    assertThat(found).containsExactlyElementsOf(expected);
    assertThat(set.count()).isEqualTo(expected.size());
    assertThat(set.contains(1000 * REGION)).isFalse();
    assertThat(set.next(1000 * REGION)).isEqualTo(-1);
  }

  @Test
  void twoSets_shareNothing() {
    SlotSet first = new SlotSet(() -> REGION);
    SlotSet second = new SlotSet(() -> REGION);
    first.add(3);
    assertThat(second.contains(3)).isFalse();
    assertThat(second.next(0)).isEqualTo(-1);
    assertThat(new SlotSet(() -> 0).next(0)).isEqualTo(-1);
  }

  @Test
  void slotsBeyondAnInt_work() {
    long slot = 5L << 31;
    SlotSet set = new SlotSet(() -> slot + 1);
    assertThat(set.add(slot)).isTrue();
    assertThat(set.contains(slot)).isTrue();
    assertThat(set.contains(slot & Integer.MAX_VALUE)).isFalse();
    assertThat(set.next(1)).isEqualTo(slot);
  }

  @Test
  void add_slotsThatCameLater_areTakenAndOthersRefused() {
    AtomicLong slotCount = new AtomicLong(1);
    SlotSet set = new SlotSet(slotCount::get);
    slotCount.set(3 * REGION);
    assertThat(set.add(3 * REGION - 1)).isTrue();
    for (long slot : new long[] {3 * REGION, -1, Long.MIN_VALUE, Long.MAX_VALUE, 1L << 48}) {
      assertThatThrownBy(() -> set.add(slot)).isInstanceOf(CorruptDatabaseException.class);
      assertThat(set.contains(slot)).isFalse();
    }
  }
}
