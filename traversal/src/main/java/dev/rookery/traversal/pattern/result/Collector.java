package dev.rookery.traversal.pattern.result;

import dev.rookery.traversal.pattern.match.Binding;
import dev.rookery.traversal.pattern.match.Evaluation;
import dev.rookery.traversal.pattern.model.Expression.Aggregate;
import dev.rookery.traversal.pattern.row.RowMemory;
import dev.rookery.traversal.pattern.value.RowKey;
import dev.rookery.traversal.pattern.value.ValueOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Takes all matches of one worker, puts together what belongs together, and keeps no more rows
/// than are asked for. Belongs to one thread.
final class Collector {
  /// Rows beyond those that are asked for are dropped when there are so many of them.
  private static final int DROP_ROWS = 1 << 10;

  private static final long DROP_ROWS_MAX = 1 << 28;

  private final Columns columns;
  private final Evaluation[] terms;
  private final @Nullable Evaluation[] arguments;
  private final RowMemory memory;
  private final boolean isDistinct;
  private final long rowsWanted;
  private final Map<RowKey, Accumulator[]> groups = new LinkedHashMap<>();
  private List<Counted> rows = new ArrayList<>();

  /// A row, and how often it comes.
  @SuppressWarnings("ArrayRecordComponent") // Never compared.
  record Counted(@Nullable Object[] values, long times) {}

  /// @param terms of each column; those of columns with aggregates are not used
  /// @param arguments of each aggregate, or null for whole rows
  /// @param rowsWanted how many rows are looked at in the end
  Collector(
      Columns columns,
      Evaluation[] terms,
      @Nullable Evaluation[] arguments,
      RowMemory memory,
      boolean isDistinct,
      long rowsWanted) {
    this.columns = columns;
    this.terms = terms;
    this.arguments = arguments;
    this.memory = memory;
    this.isDistinct = isDistinct;
    this.rowsWanted = rowsWanted;
  }

  /// Takes a match that stands for so many.
  void take(Binding binding, long times) {
    if (!columns.aggregates().isEmpty()) {
      takeIntoGroup(binding, times);
      return;
    }
    @Nullable Object[] values = values(terms, binding);
    if (isDistinct) {
      if (groups.putIfAbsent(new RowKey(values), new Accumulator[0]) == null) {
        memory.take(Budget.bytes(values));
      }
      return;
    }
    memory.take(Budget.bytes(values));
    rows.add(new Counted(values, times));
    if (rowsWanted < DROP_ROWS_MAX && rows.size() - DROP_ROWS > 2 * rowsWanted) {
      drop();
    }
  }

  static @Nullable Object[] values(Evaluation[] terms, Binding binding) {
    @Nullable Object[] values = new @Nullable Object[terms.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = terms[i].evaluate(binding);
    }
    return values;
  }

  /// Gives rows up that come behind all that are asked for.
  private void drop() {
    rows.sort(order());
    for (Counted row : rows.subList((int) rowsWanted, rows.size())) {
      memory.giveBack(Budget.bytes(row.values));
    }
    rows = new ArrayList<>(rows.subList(0, (int) rowsWanted));
  }

  private void takeIntoGroup(Binding binding, long times) {
    List<Integer> keyColumns = columns.keys();
    @Nullable Object[] key = new @Nullable Object[keyColumns.size()];
    for (int i = 0; i < key.length; i++) {
      key[i] = terms[keyColumns.get(i)].evaluate(binding);
    }
    Accumulator[] group = group(new RowKey(key));
    for (int i = 0; i < group.length; i++) {
      Evaluation argument = arguments[i];
      if (argument == null) {
        group[i].addRows(times);
        continue;
      }
      Object value = argument.evaluate(binding);
      long bytes = value == null ? 0 : group[i].add(value, times);
      if (bytes > 0) {
        memory.take(bytes);
      }
    }
  }

  private Accumulator[] group(RowKey key) {
    Accumulator[] group = groups.get(key);
    if (group == null) {
      List<Aggregate> aggregates = columns.aggregates();
      group = new Accumulator[aggregates.size()];
      for (int i = 0; i < group.length; i++) {
        group[i] = new Accumulator(aggregates.get(i));
      }
      groups.put(key, group);
      memory.take(Budget.bytes(key.values()) * (1 + group.length));
    }
    return group;
  }

  /// Takes what another worker has taken.
  void take(Collector other) {
    rows.addAll(other.rows);
    other.groups.forEach((key, group) -> {
      Accumulator[] own = groups.putIfAbsent(key, group);
      for (int i = 0; own != null && i < own.length; i++) {
        own[i].add(group[i]);
      }
    });
  }

  /// Returns all rows, in order.
  List<Counted> finish() {
    if (!columns.aggregates().isEmpty()) {
      if (columns.keys().isEmpty()) {
        group(new RowKey(new Object[0])); // There is one, even of no match.
      }
      groups.forEach((key, group) -> rows.add(new Counted(row(key, group), 1)));
      if (isDistinct) {
        dropRepeated();
      }
    } else {
      groups.forEach((key, _) -> rows.add(new Counted(key.values(), 1)));
    }
    rows.sort(order());
    return rows;
  }

  private void dropRepeated() {
    Map<RowKey, Counted> distinct = new LinkedHashMap<>();
    for (Counted row : rows) {
      distinct.putIfAbsent(new RowKey(row.values), row);
    }
    rows = new ArrayList<>(distinct.values());
  }

  private @Nullable Object[] row(RowKey key, Accumulator[] group) {
    @Nullable Object[] made = new @Nullable Object[group.length];
    for (int i = 0; i < made.length; i++) {
      made[i] = group[i].value();
    }
    @Nullable Object[] values = new @Nullable Object[columns.count()];
    for (int column = 0; column < values.length; column++) {
      int index = columns.keys().indexOf(column);
      values[column] =
          index >= 0
              ? key.values()[index]
              : GroupValue.of(columns.expression(column), columns.aggregates(), made);
    }
    return values;
  }

  private Comparator<Counted> order() {
    int[] sortColumns = columns.sortColumns();
    boolean[] isDescending = columns.sortDescending();
    return (one, other) -> {
      for (int i = 0; i < sortColumns.length; i++) {
        int column = sortColumns[i];
        int order = ValueOrder.ORDER.compare(one.values[column], other.values[column]);
        if (order != 0) {
          return isDescending[i] ? -order : order;
        }
      }
      // Rows come in the same order whoever has found them.
      return Arrays.compare(one.values, other.values, ValueOrder.ORDER);
    };
  }
}
