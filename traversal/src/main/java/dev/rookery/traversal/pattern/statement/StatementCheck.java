package dev.rookery.traversal.pattern.statement;

import dev.rookery.traversal.pattern.model.EdgePattern;
import dev.rookery.traversal.pattern.model.Expression;
import dev.rookery.traversal.pattern.model.MatchStatement;
import dev.rookery.traversal.pattern.model.NodePattern;
import dev.rookery.traversal.pattern.model.PatternPart;
import dev.rookery.traversal.pattern.model.ReturnItem;
import dev.rookery.traversal.pattern.model.SortKey;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Whether a statement makes sense. What passes can be run:
///
/// - Every variable exists, is named once, and is used as what it is: nodes have labels and ids,
///   edges types and ends, paths lengths; only nodes and single edges have properties.
/// - The properties that a node or an edge must have are values, no patterns; those of paths do not
///   speak of paths.
/// - Aggregates stand in columns, not in one another; beside one stand only constants, parameters
///   and other aggregates, in arithmetic.
/// - Column names differ. Where rows are put together, they are sorted by columns or, if they are
///   not distinct, by aggregates.
/// - Rows are skipped and limited by a number or a parameter.
/// - It has at most [#ELEMENTS_MAX] nodes and edges, and expressions at most [#DEPTH_MAX] deep, so
///   that those who walk it need little stack.
///
/// O(size of the statement).
public final class StatementCheck {
  /// How many nodes and edges a statement has at most, those in conditions included.
  public static final int ELEMENTS_MAX = 256;

  /// How deep an expression is at most, patterns in it included.
  public static final int DEPTH_MAX = 256;

  private final MatchStatement statement;
  private int elementCount;

  private StatementCheck(MatchStatement statement) {
    this.statement = statement;
  }

  /// Checks a statement.
  ///
  /// @throws InvalidStatementException if it makes no sense
  public static void check(MatchStatement statement) {
    new StatementCheck(statement).check();
  }

  private void check() {
    VariableKinds kinds = checkPart(statement.part(), null, 0);
    for (PatternPart optional : statement.optionals()) {
      kinds = checkPart(optional, kinds, 0);
    }
    Set<String> columns = new HashSet<>();
    for (ReturnItem item : statement.returns()) {
      checkColumn(item, kinds);
      if (!columns.add(item.name())) {
        throw problem(item.expression(), "column name is used twice column=" + item.name());
      }
    }
    for (SortKey key : statement.order()) {
      checkSortKey(key, kinds, columns);
    }
    checkRowCount(statement.skip(), "skip");
    checkRowCount(statement.limit(), "limit");
  }

  /// Checks a part and returns the kinds of what comes behind it.
  private VariableKinds checkPart(PatternPart part, @Nullable VariableKinds outer, int depth) {
    VariableKinds kinds = new VariableKinds(outer);
    elementCount += part.nodes().size() + part.edges().size();
    for (NodePattern node : part.nodes()) {
      VariableKind kind = kinds.kindOf(node.variable());
      if (kind != null && kind != VariableKind.NODE) {
        throw problem(
            node, "variable is " + kind.phrase() + " already variable=" + node.variable());
      }
      kinds.put(node.variable(), VariableKind.NODE);
      if (elementCount > ELEMENTS_MAX) {
        throw problem(node, "more nodes and edges than a query may have max=" + ELEMENTS_MAX);
      }
    }
    for (EdgePattern edge : part.edges()) {
      if (kinds.kindOf(edge.variable()) != null) {
        throw problem(edge, "variable is used twice variable=" + edge.variable());
      }
      kinds.put(edge.variable(), edge.isPath() ? VariableKind.PATH : VariableKind.EDGE);
    }
    for (NodePattern node : part.nodes()) {
      node.properties().values().forEach(value -> checkProperty(value, kinds));
    }
    for (EdgePattern edge : part.edges()) {
      edge.properties().values().forEach(value -> checkProperty(value, kinds));
      if (edge.isPath()) {
        edge.properties().values().forEach(value -> requireNoPath(value, kinds));
      }
    }
    checkCondition(part.where(), kinds, depth);
    return kinds;
  }

  private void checkProperty(Expression value, VariableKinds kinds) {
    checkParts(value, kinds, 0);
    requireNoPattern(value);
    requireNoAggregate(value);
  }

  private void checkCondition(Expression condition, VariableKinds kinds, int depth) {
    checkParts(condition, kinds, depth);
    requireNoAggregate(condition);
    requireNoElement(condition, kinds, "no condition");
  }

  private void checkColumn(ReturnItem item, VariableKinds kinds) {
    Expression expression = item.expression();
    if (item.name().isEmpty()) {
      throw problem(expression, "column has no name");
    }
    checkParts(expression, kinds, 0);
    if (expression.hasAggregate()) {
      requireOneValue(expression);
    }
  }

  private void checkSortKey(SortKey key, VariableKinds kinds, Set<String> columns) {
    Expression expression = key.expression();
    if (expression instanceof Expression.Variable(String name)
        && (columns.contains(name)
            || (statement.returns().isEmpty() && kinds.kindOf(name) != null))) {
      return;
    }
    checkParts(expression, kinds, 0);
    boolean hasAggregate = statement.hasAggregate();
    if (!statement.isDistinct() && hasAggregate && expression.hasAggregate()) {
      requireOneValue(expression);
    } else if (statement.isDistinct() || hasAggregate || expression.hasAggregate()) {
      throw problem(expression, "rows that are put together are sorted by what is returned");
    }
  }

  private static void checkRowCount(@Nullable Expression count, String name) {
    if (count == null || count instanceof Expression.Parameter) {
      return;
    }
    if (!(count instanceof Expression.Literal(Object value))
        || !(value instanceof Long number)
        || number < 0) {
      throw problem(count, "number of rows is no number from 0 on and no parameter name=" + name);
    }
  }

  /// Checks an expression and what it is made of.
  private void checkParts(Expression expression, VariableKinds kinds, int depth) {
    if (depth > DEPTH_MAX) {
      throw problem(expression, "expression is too deep max=" + DEPTH_MAX);
    }
    switch (expression) {
      case Expression.Variable(String name) -> kindOf(expression, name, kinds);
      case Expression.Property(String name, String _) -> {
        if (kindOf(expression, name, kinds) == VariableKind.PATH) {
          throw problem(expression, "a path has no properties variable=" + name);
        }
      }
      case Expression.HasLabel(String name, Set<String> _) ->
          require(VariableKind.NODE, expression, name, kinds);
      case Expression.Function(Expression.FunctionName function, String name) ->
          require(argumentOf(function), expression, name, kinds);
      case Expression.Exists(PatternPart part) -> checkPart(part, kinds, depth + 1);
      default -> {
        checkOperands(expression, kinds);
        expression.forEachPart(part -> checkParts(part, kinds, depth + 1));
      }
    }
  }

  /// Checks that operations on values do not get nodes, edges or paths.
  private static void checkOperands(Expression expression, VariableKinds kinds) {
    switch (expression) {
      case Expression.Comparison(Expression.Relation relation, Expression _, Expression _)
          when relation == Expression.Relation.EQUAL
              || relation == Expression.Relation.NOT_EQUAL -> {}
      case Expression.Comparison _ -> requireNoElements(expression, kinds, "neither less nor more");
      case Expression.Arithmetic _ -> requireNoElements(expression, kinds, "no number");
      case Expression.TextMatch _ -> requireNoElements(expression, kinds, "no text");
      case Expression.And _, Expression.Or _, Expression.Not _ ->
          requireNoElements(expression, kinds, "no condition");
      case Expression.In(Expression _, Expression list)
          when list instanceof Expression.Variable(String name)
              && kinds.kindOf(name) != VariableKind.PATH ->
          requireNoElement(list, kinds, "no list");
      case Expression.Aggregate(Expression.AggregateName name, boolean _, Expression argument)
          when argument != null -> {
        requireNoAggregate(argument);
        if (name != Expression.AggregateName.COUNT && name != Expression.AggregateName.COLLECT) {
          requireNoElement(argument, kinds, "no value");
        }
      }
      default -> {}
    }
  }

  private static void requireNoElements(Expression expression, VariableKinds kinds, String what) {
    expression.forEachPart(part -> requireNoElement(part, kinds, what));
  }

  private static void requireNoElement(Expression expression, VariableKinds kinds, String what) {
    if (expression instanceof Expression.Variable(String name)) {
      VariableKind kind = kindOf(expression, name, kinds);
      throw problem(expression, kind.phrase() + " is " + what + " variable=" + name);
    }
    if (expression instanceof Expression.Function(Expression.FunctionName function, String variable)
        && (function == Expression.FunctionName.START_NODE
            || function == Expression.FunctionName.END_NODE)) {
      throw problem(expression, "a node is " + what + " variable=" + variable);
    }
  }

  private static void requireNoAggregate(Expression expression) {
    if (expression instanceof Expression.Aggregate) {
      throw problem(expression, "an aggregate stands in RETURN alone, and not in another");
    }
    expression.forEachPart(StatementCheck::requireNoAggregate);
  }

  /// Two paths that ask for each other could not be walked one after the other.
  private static void requireNoPath(Expression expression, VariableKinds kinds) {
    for (String variable : expression.variables()) {
      if (kinds.kindOf(variable) == VariableKind.PATH) {
        throw problem(expression, "a path cannot ask for another path variable=" + variable);
      }
    }
  }

  private static void requireNoPattern(Expression expression) {
    if (expression instanceof Expression.Exists) {
      throw problem(expression, "a property cannot equal a pattern");
    }
    expression.forEachPart(StatementCheck::requireNoPattern);
  }

  /// Checks that a column with an aggregate has one value for many rows.
  private static void requireOneValue(Expression expression) {
    switch (expression) {
      case Expression.Aggregate _, Expression.Literal _, Expression.Parameter _ -> {}
      case Expression.Arithmetic _ -> expression.forEachPart(StatementCheck::requireOneValue);
      default ->
          throw problem(
              expression,
              "beside an aggregate stand only constants, parameters and aggregates, in arithmetic");
    }
  }

  private static void require(
      VariableKind needed, Expression expression, String variable, VariableKinds kinds) {
    VariableKind kind = kindOf(expression, variable, kinds);
    if (kind != needed) {
      throw problem(
          expression, kind.phrase() + " is not " + needed.phrase() + " variable=" + variable);
    }
  }

  private static VariableKind argumentOf(Expression.FunctionName function) {
    return switch (function) {
      case ID, LABEL -> VariableKind.NODE;
      case TYPE, START_NODE, END_NODE -> VariableKind.EDGE;
      case LENGTH -> VariableKind.PATH;
    };
  }

  private static VariableKind kindOf(Expression expression, String variable, VariableKinds kinds) {
    VariableKind kind = kinds.kindOf(variable);
    if (kind == null) {
      throw problem(expression, "no such variable variable=" + variable);
    }
    return kind;
  }

  private static InvalidStatementException problem(Object culprit, String message) {
    return new InvalidStatementException(culprit, message);
  }
}
