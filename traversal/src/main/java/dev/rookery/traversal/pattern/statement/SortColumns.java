package dev.rookery.traversal.pattern.statement;

import dev.rookery.traversal.pattern.model.Expression;
import dev.rookery.traversal.pattern.model.ReturnItem;
import java.util.List;

/// Which column a row is sorted by.
public final class SortColumns {
  private SortColumns() {}

  /// Returns the column that is named by a sort key or else has its value, as a variable; the key
  /// itself if there is none.
  public static Expression columnOf(Expression key, List<ReturnItem> columns) {
    if (key instanceof Expression.Variable(String name)
        && columns.stream().anyMatch(column -> column.name().equals(name))) {
      return key;
    }
    return columns.stream()
        .filter(column -> column.expression().equals(key))
        .findFirst()
        .<Expression>map(column -> new Expression.Variable(column.name()))
        .orElse(key);
  }
}
