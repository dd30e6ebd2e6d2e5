package dev.rookery.traversal.pattern.model;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// A whole query: a pattern, patterns that may be missing, and what to return.
///
/// @param part what must be there
/// @param optionals what is looked for beside each match, one after the other: where one is not
///   found, its variables are null, and the match is returned once
/// @param returns the columns; none stands for all variables that have names, in the order in which
///   they appear
/// @param isDistinct whether equal rows are returned once
/// @param order what rows are sorted by, first the first
/// @param skip how many rows are left out at the beginning: a constant or a parameter
/// @param limit how many rows are returned at most: a constant or a parameter
public record MatchStatement(
    PatternPart part,
    List<PatternPart> optionals,
    List<ReturnItem> returns,
    boolean isDistinct,
    List<SortKey> order,
    @Nullable Expression skip,
    @Nullable Expression limit) {

  /// Copies the lists.
  public MatchStatement {
    optionals = List.copyOf(optionals);
    returns = List.copyOf(returns);
    order = List.copyOf(order);
  }

  /// Returns whether rows are put together.
  public boolean hasAggregate() {
    return returns.stream().anyMatch(item -> item.expression().hasAggregate());
  }
}
