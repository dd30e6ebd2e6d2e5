package dev.rookery.traversal.pattern.match;

import dev.rookery.traversal.pattern.plan.Link;
import dev.rookery.traversal.pattern.plan.Step;
import dev.rookery.traversal.pattern.row.Row;
import dev.rookery.traversal.pattern.row.RowKernels;
import dev.rookery.traversal.pattern.row.RowMemory;
import dev.rookery.traversal.pattern.row.RowReader;
import dev.rookery.traversal.pattern.row.SlotBits;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Binds a node to each that the rows of all its links have in common.
///
/// Rows of nodes that were bound before the last one stay the same for many openings: of these the
/// bits are set, and the others looked up there, one load and no branch for each, as soon as it
/// happens again.
final class JoinRun extends StepRun {
  /// How often a row must be met again before its bits are set.
  private static final int OPENINGS_MIN = 2;

  /// A row of so many times the length is better searched than gone through.
  private static final int SEARCH_FACTOR = 32;

  private static final int CHECK_ENTRIES = 1 << 16;

  private final RowMemory memory;
  private final NodeTest test;
  private final List<Link> links;
  private final RowReader[] readers;
  private final Row[] rows;
  private final List<Link> excluded;
  private final RowReader[] excludedReaders;
  private final Row[] excludedRows;

  /// The step whose intersection is used again, or null.
  private final @Nullable JoinRun reused;

  /// Of these rows bits are kept: one at most.
  private final SlotBits bits;

  private int bitsRow = -1;
  private int bitsSlot = -1;
  private final int[] openings;
  private final int[] lastSlots;

  private final Row[] results;

  /// What all rows have in common, once it is known.
  private final Row common;

  private boolean isCommonKnown;
  private boolean isEmpty;
  private long looked;

  // Where the step stands.
  private int at;
  private int end;

  JoinRun(Step.NodeJoin step, @Nullable JoinRun reused, RowMemory memory, NodeTest test) {
    this.memory = memory;
    this.reused = reused;
    this.test = test;
    links = step.ownLinks();
    readers = readers(links);
    rows = rows(links.size());
    excluded = step.excluded();
    excludedReaders = readers(excluded);
    excludedRows = rows(excluded.size());
    bits = new SlotBits(memory);
    openings = new int[links.size()];
    lastSlots = new int[links.size()];
    results = rows(2);
    common = new Row(memory);
  }

  private RowReader[] readers(List<Link> of) {
    return of.stream().map(link -> new RowReader(memory, link.legs())).toArray(RowReader[]::new);
  }

  private Row[] rows(int count) {
    Row[] made = new Row[count];
    for (int i = 0; i < count; i++) {
      made[i] = new Row(memory);
    }
    return made;
  }

  @Override
  void open(Binding binding) {
    isCommonKnown = false;
    isEmpty = false;
    at = 0;
    end = -1;
    for (int i = 0; i < rows.length && !isEmpty; i++) {
      int slot = binding.node(links.get(i).from());
      isEmpty = slot == Binding.NONE || !read(i, slot);
    }
    for (int i = 0; i < excludedRows.length && !isEmpty; i++) {
      int slot = binding.node(excluded.get(i).from());
      if (slot == Binding.NONE) {
        excludedRows[i].slot = -1;
        excludedRows[i].showOwn(0, false);
      } else {
        excludedReaders[i].read(slot, excludedRows[i]);
        looked += excludedRows[i].size();
      }
    }
    if (looked > CHECK_ENTRIES) {
      looked = 0;
      memory.check();
    }
  }

  private boolean read(int index, int slot) {
    Row row = rows[index];
    if (row.slot != slot) {
      if (bitsRow == index) {
        bits.clear();
        bitsRow = -1;
      }
      readers[index].read(slot, row);
      if (!links.get(index).isCounted()) {
        row.weights = null;
      }
    }
    openings[index] = lastSlots[index] == slot ? openings[index] + 1 : 0;
    lastSlots[index] = slot;
    looked += row.size();
    return row.size() > 0;
  }

  /// Returns what all rows have in common, whatever else the node is asked for.
  Row common() {
    if (!isCommonKnown) {
      if (isEmpty) {
        common.showOwn(0, false);
      } else {
        intersectAll();
      }
      isCommonKnown = true;
    }
    return common;
  }

  private void intersectAll() {
    Row current = reused == null ? rows[0] : reused.common();
    int first = reused == null ? 1 : 0;
    if (reused == null && rows.length == 2 && keepsBits()) {
      RowKernels.intersect(rows[1 - bitsRow], bits, results[0]);
      current = results[0];
      first = 2;
    }
    for (int i = first; i < rows.length && current.size() > 0; i++) {
      Row into = current == results[0] ? results[1] : results[0];
      RowKernels.intersect(current, rows[i], into);
      current = into;
    }
    for (Row without : excludedRows) {
      Row into = current == results[0] ? results[1] : results[0];
      RowKernels.subtract(current, without, into);
      current = into;
    }
    common.show(current);
  }

  /// Returns whether one of two rows has its bits set, and going through the other is better than
  /// searching it.
  private boolean keepsBits() {
    if (rows[0].weights != null || rows[1].weights != null) {
      return false;
    }
    int steady = openings[0] >= openings[1] ? 0 : 1;
    Row row = rows[steady];
    boolean isWorth =
        openings[steady] >= OPENINGS_MIN
            && rows[1 - steady].size() / SEARCH_FACTOR <= row.size()
            && row.size() / SEARCH_FACTOR <= rows[1 - steady].size();
    if (!isWorth) {
      return false;
    }
    if (bitsRow == steady && bitsSlot == row.slot) {
      return true;
    }
    bitsRow = -1;
    if (!bits.set(row)) {
      return false;
    }
    bitsRow = steady;
    bitsSlot = row.slot;
    return true;
  }

  @Override
  boolean advance(Binding binding) {
    if (end < 0) {
      Row found = common();
      at = found.from;
      end = found.endOf(test.limit(binding));
    }
    while (at < end) {
      if (test.bind(common.values[at++], binding)) {
        return true;
      }
    }
    return false;
  }

  @Override
  long weight() {
    return common.weightAt(at - 1);
  }

  /// Returns whether nothing is asked but rows and slots, so that matches can be counted without
  /// looking at each.
  boolean isCountable() {
    return test.isBySlot();
  }

  /// Returns how much all rows have in common up to the slot that is allowed, refused nodes
  /// included. After [#open].
  long count(Binding binding) {
    int limit = test.limit(binding);
    if (isEmpty) {
      return 0;
    }
    if (!isCommonKnown && excludedRows.length == 0) {
      if (reused == null && rows.length == 1) {
        return rows[0].sum(rows[0].endOf(limit));
      }
      if (reused == null && rows.length == 2) {
        if (keepsBits()) {
          Row other = rows[1 - bitsRow];
          return RowKernels.countCommon(other, other.endOf(limit), bits);
        }
        return RowKernels.countCommon(rows[0], rows[1], limit);
      }
      if (reused != null && rows.length == 1) {
        return RowKernels.countCommon(reused.common(), rows[0], limit);
      }
    }
    if (rows.length == 1 && reused == null && excludedRows.length == 1 && !isCommonKnown) {
      return countWithout(limit);
    }
    Row found = common();
    return found.sum(found.endOf(limit));
  }

  /// Returns how much is in the only row and not in the only excluded one.
  private long countWithout(int limit) {
    Row row = rows[0];
    Row without = excludedRows[0];
    if (row.weights != null || without.weights != null) {
      Row found = common();
      return found.sum(found.endOf(limit));
    }
    return row.endOf(limit) - row.from - RowKernels.countCommon(row, without, limit);
  }

  /// Returns how often a slot is among what [#count] counts.
  long countOf(int slot, Binding binding) {
    if (isEmpty || slot > test.limit(binding)) {
      return 0;
    }
    if (isCommonKnown) {
      return common.weightOf(slot);
    }
    for (Row without : excludedRows) {
      if (without.find(slot) >= 0) {
        return 0;
      }
    }
    long weight = reused == null ? 1 : reused.common().weightOf(slot);
    for (int i = 0; i < rows.length && weight > 0; i++) {
      weight = Math.multiplyExact(weight, rows[i].weightOf(slot));
    }
    return weight;
  }

  /// Returns whether a slot is that of a node that this must not be.
  boolean isRefused(int slot, Binding binding) {
    return test.isRefused(slot, binding);
  }
}
