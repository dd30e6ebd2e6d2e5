package dev.rookery.storage.mvcc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rookery.storage.mvcc.PageTranslationTable.Edit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

final class PageTranslationTableTest {
  private static final long[] RANGES = {100, 70, 5000, 300_000, 1L << 22, 1L << 30};

  @Test
  void edits_beginningFromAnyOlderTable_agreeWithAMap() {
    Long given = Long.getLong("seed");
    for (long seed = given == null ? 1 : given; seed <= (given == null ? 60 : given); seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      List<PageTranslationTable> tables = new ArrayList<>(List.of(PageTranslationTable.EMPTY));
      List<Map<Long, Long>> models = new ArrayList<>(List.of(new HashMap<>()));
      long range = RANGES[random.nextInt(RANGES.length)];
      for (int i = 0; i < 30; i++) {
        int base = random.nextInt(tables.size());
        Edit edit = tables.get(base).edit();
        Map<Long, Long> model = new HashMap<>(models.get(base));
        int changes = random.nextInt(60);
        for (int j = 0; j < changes; j++) {
          change(edit, model, random, range);
        }
        tables.add(edit.finish());
        models.add(model);
      }
      for (int i = 0; i < tables.size(); i++) {
        verify(tables.get(i), models.get(i), seed);
      }
    }
  }

  private static void change(
      Edit edit, Map<Long, Long> model, SplittableRandom random, long range) {
    long page = random.nextLong(range);
    if (random.nextInt(3) == 0) {
      page = model.keySet().stream().findAny().orElse(page);
    }
    long location = random.nextInt(3) == 0 ? 0 : random.nextLong() | Long.MIN_VALUE;
    edit.put(page, location);
    if (location == 0) {
      model.remove(page);
    } else {
      model.put(page, location);
    }
    assertThat(edit.lookup(page)).isEqualTo(location);
    assertThat(edit.size()).isEqualTo(model.size());
  }

  private static void verify(PageTranslationTable table, Map<Long, Long> model, long seed) {
    assertThat(table.size()).as("seed=%d", seed).isEqualTo(model.size());
    TreeMap<Long, Long> seen = new TreeMap<>();
    List<Long> order = new ArrayList<>();
    table.forEach((page, location) -> {
      seen.put(page, location);
      order.add(page);
    });
    assertThat(seen).as("seed=%d", seed).isEqualTo(model);
    assertThat(order).isSorted();
    model.forEach((page, location) -> {
      assertThat(table.lookup(page)).isEqualTo(location);
      assertThat(table.lookup(page + 1)).isEqualTo(model.getOrDefault(page + 1, 0L));
    });
    assertThat(table.lookup(1L << 50)).isZero();
  }

  @Test
  void put_ofZeroEverywhere_leavesAnEmptyTable() {
    Edit edit = PageTranslationTable.EMPTY.edit();
    for (long page = 0; page < 10_000; page++) {
      edit.put(page * 77, -1);
    }
    PageTranslationTable full = edit.finish();
    Edit empty = full.edit();
    for (long page = 0; page < 10_000; page++) {
      empty.put(page * 77, 0);
    }

    assertThat(empty.finish().size()).isZero();
    assertThat(full.size()).isEqualTo(10_000);
    assertThat(full.lookup(77)).isEqualTo(-1);
  }
}
