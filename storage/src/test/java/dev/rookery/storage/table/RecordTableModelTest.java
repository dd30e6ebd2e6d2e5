package dev.rookery.storage.table;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rookery.storage.check.CheckReport;
import dev.rookery.storage.page.PageLayout;
import dev.rookery.storage.page.PagesInMemory;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Compares a table of records with a map under random operations, commits and rollbacks.
class RecordTableModelTest {

  static LongStream seeds() {
    return Seeds.seeds(12);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void anything_randomOperations_agreesWithModel(long seed) {
    Run run = new Run(seed);
    for (int i = 1; i <= 2_500; i++) {
      run.step();
      if (i % 250 == 0) {
        run.compare();
      }
    }
    run.deleteAll();
    assertThat(run.pages.liveCount()).isEqualTo(1);
    run.compare();
  }

  @Test
  void anything_veryLargeRecord_agrees() {
    PagesInMemory pages = new PagesInMemory();
    RecordTable table = new RecordTable(RecordTable.create(pages, 1));
    byte[] bytes = new byte[64 << 20];
    new Random(1).nextBytes(bytes);

    long id = table.insert(pages, 5, bytes, bytes.length);
    RecordView view = new RecordView();
    table.read(pages, id, view);

    assertThat(view.segment().mismatch(MemorySegment.ofArray(bytes))).isEqualTo(-1);
    CheckReport report = new CheckReport();
    table.check(pages, report, (recordId, owner) -> assertThat(recordId).isEqualTo(id));
    assertThat(report.problems()).isEmpty();
    assertThat(report.claimedCount()).isEqualTo((int) pages.liveCount());
    table.delete(pages, id);
    assertThat(pages.liveCount()).isEqualTo(1);
  }

  private record Expected(long owner, byte[] bytes) {}

  /// One table and its model.
  private static final class Run {
    final PagesInMemory pages = new PagesInMemory();
    private final Random random;
    private final int distribution;
    private final int sizeTarget;
    private final RecordTable table;
    private final RecordView view = new RecordView();
    private Map<Long, Expected> model = new HashMap<>();
    private List<Long> ids = new ArrayList<>();
    private Map<Long, Expected> committedModel = new HashMap<>();
    private List<Long> committedIds = new ArrayList<>();

    Run(long seed) {
      random = new Random(seed);
      distribution = random.nextInt(6);
      sizeTarget = distribution == 4 ? 20 : 10 + random.nextInt(1_500);
      table = new RecordTable(RecordTable.create(pages, 3));
      pages.commit();
    }

    void step() {
      int dice = random.nextInt(200);
      if (dice == 0) {
        pages.commit();
        committedModel = new HashMap<>(model);
        committedIds = new ArrayList<>(ids);
      } else if (dice == 1) {
        pages.rollback();
        model = new HashMap<>(committedModel);
        ids = new ArrayList<>(committedIds);
      } else if (ids.isEmpty() || dice < (ids.size() < sizeTarget ? 120 : 50)) {
        insert();
      } else if (dice < 150) {
        delete(random.nextInt(ids.size()));
      } else {
        update(random.nextInt(ids.size()));
      }
      assertThat(table.count(pages)).isEqualTo(model.size());
    }

    private int length() {
      int small = RecordLayout.SMALL_BYTES_MAX;
      return switch (distribution) {
        case 0 -> random.nextInt(30);
        case 1 -> random.nextInt(300);
        case 2 -> random.nextInt(small + 1);
        case 3 -> Math.max(0, small - random.nextInt(20) + 4);
        case 4 -> random.nextInt(300_000);
        default -> random.nextInt(20) == 0 ? random.nextInt(40_000) : 1 << random.nextInt(11);
      };
    }

    private byte[] bytes() {
      byte[] bytes = new byte[length()];
      random.nextBytes(bytes);
      return bytes;
    }

    private void insert() {
      byte[] bytes = bytes();
      long owner = random.nextLong();
      long id = table.insert(pages, owner, bytes, bytes.length);
      assertThat(model.put(id, new Expected(owner, bytes))).isNull();
      ids.add(id);
    }

    private void delete(int index) {
      long id = ids.get(index);
      table.delete(pages, id);
      model.remove(id);
      ids.set(index, ids.getLast());
      ids.removeLast();
    }

    private void update(int index) {
      long id = ids.get(index);
      Expected earlier = model.remove(id);
      byte[] bytes = bytes();
      long moved = table.update(pages, id, bytes, bytes.length);
      if (bytes.length <= earlier.bytes.length
          && (bytes.length > RecordLayout.SMALL_BYTES_MAX || (id & 0xFF) != 0)) {
        assertThat(moved).isEqualTo(id);
      }
      assertThat(model.put(moved, new Expected(earlier.owner, bytes))).isNull();
      ids.set(index, moved);
    }

    void deleteAll() {
      while (!ids.isEmpty()) {
        delete(random.nextInt(ids.size()));
      }
    }

    void compare() {
      model.forEach(this::compare);
      CheckReport report = new CheckReport();
      Map<Long, Long> owners = new HashMap<>();
      table.check(pages, report, owners::put);
      assertThat(report.problems()).isEmpty();
      assertThat(report.claimedCount()).isEqualTo((int) pages.liveCount());
      Map<Long, Long> expected = new HashMap<>();
      model.forEach((id, record) -> expected.put(id, record.owner));
      assertThat(owners).isEqualTo(expected);
    }

    private void compare(long id, Expected expected) {
      table.read(pages, id, view);
      assertThat(view.owner()).isEqualTo(expected.owner);
      MemorySegment found = view.segment().asSlice(view.offset(), view.length());
      assertThat(found.toArray(PageLayout.BYTE)).isEqualTo(expected.bytes);
    }
  }
}
