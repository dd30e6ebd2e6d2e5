package dev.rookery.traversal.frontier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rookery.storage.error.CorruptDatabaseException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// Lists, sets and indexes in the state of a run, against plain collections.
final class RunStateTest {
  private final List<Long> taken = new ArrayList<>();

  private static Random random(String test) {
    long seed = Long.getLong("seed", 41);
    System.out.println("RunStateTest." + test + " seed=" + seed);
    return new Random(seed);
  }

  private MemorySegment state(long bytes) {
    taken.add(bytes);
    return Arena.ofAuto().allocate(bytes, Long.BYTES);
  }

  @Test
  void column_atRandom_isAList() {
    Random random = random("column");
    StateColumn column = new StateColumn(this::state);
    List<Long> expected = new ArrayList<>();
    for (int i = 0; i < 100_000; i++) {
      switch (random.nextInt(expected.size() < 5000 ? 6 : 9)) {
        case 0 -> {
          int at = expected.isEmpty() ? -1 : random.nextInt(expected.size());
          if (at >= 0) {
            expected.set(at, (long) i);
            column.set(at, i);
          }
        }
        case 8 -> {
          int size = random.nextInt(50) == 0 ? 0 : expected.size() - random.nextInt(3);
          expected.subList(size, expected.size()).clear();
          column.truncate(size);
        }
        default -> {
          expected.add(random.nextLong());
          column.add(expected.getLast());
        }
      }
      assertThat(column.size()).isEqualTo(expected.size());
      if (!expected.isEmpty()) {
        int at = random.nextInt(expected.size());
        assertThat(column.get(at)).isEqualTo(expected.get(at));
      }
    }
    // Chunks are used again after a truncation, and double.
    assertThat(taken).hasSizeLessThan(12).startsWith(1024L, 2048L, 4096L);
  }

  @Test
  void index_atRandom_numbersInOrder() {
    Random random = random("index");
    SlotIndex index = new SlotIndex(this::state);
    Map<Long, Long> expected = new HashMap<>();
    for (int i = 0; i < 100_000; i++) {
      long slot = random.nextBoolean() ? random.nextInt(30_000) : random.nextLong() >>> 24;
      long next = expected.size();
      long number = expected.computeIfAbsent(slot, _ -> next);
      assertThat(index.numberOf(slot)).isEqualTo(number);
      assertThat(index.size()).isEqualTo(expected.size());
    }
    expected.forEach((slot, number) -> assertThat(index.numberOf(slot)).isEqualTo(number));
  }

  @Test
  void bits_atRandom_areASet() {
    Random random = random("bits");
    for (int round = 0; round < 40; round++) {
      int slotCount = 1 + random.nextInt(400_000);
      SlotWork work = new SlotWork(state(SlotWork.bytes(slotCount)), slotCount);
      SlotBits bits = new SlotBits(work, slotCount);
      BitSet expected = new BitSet();
      for (int i = random.nextInt(30); i > 0; i--) {
        int slot = random.nextInt(slotCount);
        assertThat(bits.add(slot)).isEqualTo(!expected.get(slot));
        expected.set(slot);
      }
      assertThat(bits.count()).isEqualTo(expected.cardinality());
      for (int i = 0; i < 100; i++) {
        int slot = random.nextInt(slotCount);
        assertThat(bits.next(slot)).isEqualTo(expected.nextSetBit(slot));
        assertThat(bits.contains(slot)).isEqualTo(expected.get(slot));
      }
      assertThat(bits.next(slotCount)).isEqualTo(-1);
      assertThat(bits.contains(slotCount)).isFalse();
      assertThat(bits.contains(-1)).isFalse();
      assertThatThrownBy(() -> bits.add(slotCount)).isInstanceOf(CorruptDatabaseException.class);
      List<Long> all = new ArrayList<>();
      work.takeAll(all::add);
      assertThat(all).isEqualTo(expected.stream().mapToObj(slot -> (long) slot).toList());
      assertThat(bits.count()).isZero();
      assertThat(bits.next(0)).isEqualTo(-1);
    }
  }
}
