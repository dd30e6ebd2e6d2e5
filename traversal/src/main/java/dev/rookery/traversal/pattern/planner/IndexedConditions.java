package dev.rookery.traversal.pattern.planner;

import dev.rookery.graph.index.NodeQuery;
import dev.rookery.traversal.pattern.model.Expression;
import dev.rookery.traversal.pattern.model.Expression.Relation;
import dev.rookery.traversal.pattern.planner.PartGraph.PartNode;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Which of the conditions on a node an index could answer. Without state.
final class IndexedConditions {
  private IndexedConditions() {}

  /// Returns a query for nodes of which all that meet the conditions are some, or null if there is
  /// no condition that an index could answer.
  static @Nullable NodeQuery query(PartNode node, List<Expression> conditions) {
    if (node.isOuter() || node.pattern().labels().size() != 1) {
      return null;
    }
    String variable = node.pattern().variable();
    NodeQuery query = NodeQuery.of(node.pattern().labels().iterator().next());
    for (Expression condition : conditions) {
      query = with(query, variable, condition);
    }
    return query.equal().isEmpty() && query.rangeKey().isEmpty() ? null : query;
  }

  private static NodeQuery with(NodeQuery query, String variable, Expression condition) {
    if (!(condition
        instanceof Expression.Comparison(Relation relation, Expression left, Expression right))) {
      return query;
    }
    if (left instanceof Expression.Property property
        && right instanceof Expression.Literal literal) {
      return with(query, variable, property, relation, literal);
    }
    if (left instanceof Expression.Literal literal
        && right instanceof Expression.Property property) {
      return with(query, variable, property, turned(relation), literal);
    }
    return query;
  }

  private static Relation turned(Relation relation) {
    return switch (relation) {
      case EQUAL -> Relation.EQUAL;
      case NOT_EQUAL -> Relation.NOT_EQUAL;
      case LESS -> Relation.GREATER;
      case AT_MOST -> Relation.AT_LEAST;
      case GREATER -> Relation.LESS;
      case AT_LEAST -> Relation.AT_MOST;
    };
  }

  private static NodeQuery with(
      NodeQuery query,
      String variable,
      Expression.Property property,
      Relation relation,
      Expression.Literal literal) {
    Object value = literal.value();
    String key = property.key();
    boolean isOther = !property.variable().equals(variable) || query.equal().containsKey(key);
    if (isOther || value == null || value instanceof List || key.isEmpty()) {
      return query;
    }
    boolean isRangeFree = query.rangeKey().isEmpty() || query.rangeKey().equals(key);
    return switch (relation) {
      case EQUAL -> query.rangeKey().equals(key) ? query : query.equal(key, value);
      case NOT_EQUAL -> query;
      case LESS ->
          isRangeFree && query.upper().isEmpty() && isOfType(query.lower(), value)
              ? query.below(key, value)
              : query;
      case AT_MOST ->
          isRangeFree && query.upper().isEmpty() && isOfType(query.lower(), value)
              ? query.atMost(key, value)
              : query;
      case GREATER ->
          isRangeFree && query.lower().isEmpty() && isOfType(query.upper(), value)
              ? query.above(key, value)
              : query;
      case AT_LEAST ->
          isRangeFree && query.lower().isEmpty() && isOfType(query.upper(), value)
              ? query.atLeast(key, value)
              : query;
    };
  }

  private static boolean isOfType(java.util.Optional<NodeQuery.Bound> bound, Object value) {
    return bound.isEmpty()
        || dev.rookery.traversal.pattern.value.ValueOrder.isOfSameType(bound.get().value(), value);
  }

  /// Returns what the id of a node is asked to equal, or null if a condition does not ask that.
  static @Nullable Expression id(PartNode node, Expression condition) {
    if (!(condition
            instanceof Expression.Comparison(Relation relation, Expression left, Expression right))
        || relation != Relation.EQUAL) {
      return null;
    }
    if (isId(node, left)) {
      return right;
    }
    return isId(node, right) ? left : null;
  }

  private static boolean isId(PartNode node, Expression expression) {
    return expression instanceof Expression.Function(Expression.FunctionName name, String variable)
        && name == Expression.FunctionName.ID
        && variable.equals(node.pattern().variable());
  }
}
