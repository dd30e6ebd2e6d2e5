package dev.rookery.traversal.frontier;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

final class SlotSetTest {
  private static final long REGION = 1 << 16;

  @Test
  void add_overManyRegions_agreesWithTreeSet() {
    long[] slots = {0, 1, 63, 64, 65, REGION - 1, REGION, 5 * REGION + 77, 9 * REGION, 77, 64};
    SlotSet set = new SlotSet(2 * REGION);
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
    SlotSet first = new SlotSet(0);
    SlotSet second = new SlotSet(REGION);
    first.add(3);
    assertThat(second.contains(3)).isFalse();
    assertThat(second.next(0)).isEqualTo(-1);
    assertThat(new SlotSet(0).next(0)).isEqualTo(-1);
  }

  @Test
  void slotsBeyondAnInt_work() {
    SlotSet set = new SlotSet(0);
    long slot = 5L << 31;
    assertThat(set.add(slot)).isTrue();
    assertThat(set.contains(slot)).isTrue();
    assertThat(set.contains(slot & Integer.MAX_VALUE)).isFalse();
    assertThat(set.next(1)).isEqualTo(slot);
  }
}
