package dev.rookery.storage.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rookery.storage.check.CheckReport;
import dev.rookery.storage.page.PageLayout;
import dev.rookery.storage.page.PageReader;
import dev.rookery.storage.page.PagesInMemory;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Compares a paged table with maps under random operations, commits and rollbacks.
class PagedTableModelTest {
  private static final int[] WIDTHS = {1, 3, 8, 48, 128, 1000, 1024};

  static LongStream seeds() {
    return Seeds.seeds(14);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void anything_randomOperations_agreesWithModel(long seed) {
    Run run = new Run(seed);
    for (int i = 0; i < 6_000; i++) {
      run.step();
    }
    run.compare();
    run.table.drop(run.pages);
    assertThat(run.pages.liveCount()).isZero();
  }

  /// One table and its model.
  private static final class Run {
    final Random random;
    final PagesInMemory pages = new PagesInMemory();
    final int width;
    final long span;
    final PagedTable table;
    private Map<Long, byte[]> values = new HashMap<>();
    private Set<Long> retired = new HashSet<>();
    private Map<Long, byte[]> committedValues = new HashMap<>();
    private Set<Long> committedRetired = new HashSet<>();

    Run(long seed) {
      random = new Random(seed);
      width = WIDTHS[random.nextInt(WIDTHS.length)];
      span = random.nextBoolean() ? 1L << 6 + random.nextInt(8) : 1L << 14 + random.nextInt(27);
      table = new PagedTable(PagedTable.create(pages, 3, width), width);
      pages.commit();
    }

    void step() {
      long index = random.nextLong(span);
      int dice = random.nextInt(100);
      if (dice == 0) {
        commit();
      } else if (dice == 1) {
        rollback();
      } else if (dice == 2) {
        retireStretch(index);
      } else if (dice < 30) {
        retire(index);
      } else if (dice < 60) {
        read(index);
      } else {
        write(index);
      }
    }

    private void commit() {
      pages.commit();
      committedValues = new HashMap<>(values);
      committedRetired = new HashSet<>(retired);
    }

    private void rollback() {
      pages.rollback();
      values = new HashMap<>(committedValues);
      retired = new HashSet<>(committedRetired);
    }

    private void retireStretch(long first) {
      long end = Math.min(span, first + random.nextInt(600));
      for (long index = first; index < end; index++) {
        retire(index);
      }
    }

    private void retire(long index) {
      table.retire(pages, index);
      retired.add(index);
      values.remove(index);
    }

    private void write(long index) {
      if (retired.contains(index)) {
        assertThatThrownBy(() -> table.modify(pages, index))
            .isInstanceOf(IllegalStateException.class);
        return;
      }
      byte[] value = new byte[width];
      random.nextBytes(value);
      if (random.nextInt(5) == 0) {
        Arrays.fill(value, (byte) -1);
      }
      long location = table.modify(pages, index);
      MemorySegment segment = pages.segmentAt(location);
      MemorySegment.copy(value, 0, segment, PageLayout.BYTE, PageReader.offsetAt(location), width);
      values.put(index, value);
    }

    private void read(long index) {
      long location = table.locate(pages, index);
      if (retired.contains(index)) {
        assertThat(location).isEqualTo(PagedTable.RETIRED);
        return;
      }
      byte[] expected = values.getOrDefault(index, new byte[width]);
      if (location == PagedTable.NEVER_WRITTEN) {
        assertThat(values).doesNotContainKey(index);
        return;
      }
      MemorySegment segment = pages.segmentAt(location);
      long offset = PageReader.offsetAt(location);
      assertThat(segment.asSlice(offset, width).toArray(PageLayout.BYTE)).isEqualTo(expected);
    }

    void compare() {
      values.keySet().forEach(this::read);
      retired.forEach(this::read);
      CheckReport report = new CheckReport();
      table.check(pages, report);
      assertThat(report.problems()).isEmpty();
      assertThat(report.claimedCount()).isEqualTo((int) pages.liveCount());
    }
  }
}
