package dev.rookery.traversal.pattern.result;

import dev.rookery.traversal.pattern.model.Expression;
import dev.rookery.traversal.pattern.model.Expression.Aggregate;
import dev.rookery.traversal.pattern.model.MatchStatement;
import dev.rookery.traversal.pattern.model.ReturnItem;
import dev.rookery.traversal.pattern.model.SortKey;
import dev.rookery.traversal.pattern.plan.Scope;
import java.util.ArrayList;
import java.util.List;

/// What is computed of each match: the columns of the result, columns that rows are only sorted by,
/// and the aggregates among them. Immutable.
final class Columns {
  private final List<String> names = new ArrayList<>();
  private final List<Expression> expressions = new ArrayList<>();
  private final List<Aggregate> aggregates = new ArrayList<>();
  private final List<Integer> keys = new ArrayList<>();
  private final int[] sortColumns;
  private final boolean[] sortDescending;
  private final int visibleCount;

  /// @param scope all variables of the statement
  /// @throws IllegalArgumentException if rows are to be sorted by what is not there any more when
  ///   they have been put together
  Columns(MatchStatement statement, Scope scope) {
    if (statement.returns().isEmpty()) {
      for (Scope.Variable variable : scope.named()) {
        add(variable.name(), new Expression.Variable(variable.name()));
      }
    }
    for (ReturnItem item : statement.returns()) {
      add(item.name(), item.expression());
    }
    visibleCount = names.size();
    sortColumns = new int[statement.order().size()];
    sortDescending = new boolean[sortColumns.length];
    boolean isTogether = statement.isDistinct() || statement.hasAggregate();
    for (int i = 0; i < sortColumns.length; i++) {
      SortKey key = statement.order().get(i);
      sortDescending[i] = key.isDescending();
      sortColumns[i] = find(key.expression());
      if (sortColumns[i] < 0) {
        if (isTogether && (statement.isDistinct() || !key.expression().hasAggregate())) {
          throw new IllegalArgumentException(
              "rows that are put together are sorted by columns key=" + key.expression());
        }
        sortColumns[i] = add("", key.expression());
      }
    }
  }

  private int add(String name, Expression expression) {
    names.add(name);
    expressions.add(expression);
    if (expression.hasAggregate()) {
      collectAggregates(expression);
    } else {
      keys.add(names.size() - 1);
    }
    return names.size() - 1;
  }

  private void collectAggregates(Expression expression) {
    if (expression instanceof Aggregate aggregate) {
      if (!aggregates.contains(aggregate)) {
        aggregates.add(aggregate);
      }
    } else {
      expression.forEachPart(this::collectAggregates);
    }
  }

  private int find(Expression key) {
    if (key instanceof Expression.Variable(String name)) {
      int column = names.subList(0, visibleCount).indexOf(name);
      if (column >= 0) {
        return column;
      }
    }
    return expressions.indexOf(key);
  }

  /// Returns the names of the columns of the result.
  List<String> names() {
    return List.copyOf(names.subList(0, visibleCount));
  }

  /// Returns how many columns there are, hidden ones as well.
  int count() {
    return names.size();
  }

  Expression expression(int column) {
    return expressions.get(column);
  }

  /// Returns the aggregates, each once.
  List<Aggregate> aggregates() {
    return aggregates;
  }

  /// Returns the columns without aggregates: rows that are equal in these are put together.
  List<Integer> keys() {
    return keys;
  }

  int[] sortColumns() {
    return sortColumns;
  }

  boolean[] sortDescending() {
    return sortDescending;
  }

  /// Returns whether all that is asked for is how many matches there are.
  boolean isCountOnly() {
    return names.size() == 1
        && aggregates.size() == 1
        && aggregates.getFirst().argument() == null
        && expressions.getFirst() instanceof Aggregate;
  }
}
