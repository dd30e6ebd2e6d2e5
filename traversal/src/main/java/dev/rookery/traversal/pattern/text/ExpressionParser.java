package dev.rookery.traversal.pattern.text;

import dev.rookery.traversal.pattern.model.Expression;
import dev.rookery.traversal.pattern.model.Expression.Comparison;
import dev.rookery.traversal.pattern.model.Expression.Operator;
import dev.rookery.traversal.pattern.model.Expression.Relation;
import dev.rookery.traversal.pattern.model.Expression.TextMatch;
import dev.rookery.traversal.pattern.model.Expression.TextRelation;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Reads expressions, the operator that binds least first.
///
/// ```text
/// expression = xor { "OR" xor }
/// xor = and { "XOR" and }
/// and = not { "AND" not }
/// not = "NOT" not | comparison
/// comparison = predicate { ( "=" | "<>" | "<" | "<=" | ">" | ">=" ) predicate }
/// predicate = sum { "IS" [ "NOT" ] "NULL" | "IN" sum | "STARTS" "WITH" sum
///                 | "ENDS" "WITH" sum | "CONTAINS" sum }
/// sum = product { ( "+" | "-" ) product }
/// product = sign { ( "*" | "/" | "%" ) sign }
/// sign = ( "-" | "+" ) sign | value
/// ```
///
/// `a < b < c` stands for `a < b AND b < c`.
final class ExpressionParser {
  private static final Expression ZERO = new Expression.Literal(0L);

  private final Tokens tokens;
  private final ValueParser values;
  private boolean allowsAggregate;

  ExpressionParser(Tokens tokens) {
    this.tokens = tokens;
    values = new ValueParser(tokens, this);
  }

  PartParser parts() {
    return values.parts();
  }

  /// Reads an expression in which no aggregate may stand.
  Expression readCondition() {
    boolean allowed = allowsAggregate;
    allowsAggregate = false;
    Expression condition = read();
    allowsAggregate = allowed;
    return condition;
  }

  /// Reads what an aggregate is made of.
  Expression readAggregated() {
    allowsAggregate = false;
    Expression argument = read();
    allowsAggregate = true;
    return argument;
  }

  /// Reads an expression of a column.
  Expression readColumn() {
    allowsAggregate = true;
    Expression column = read();
    allowsAggregate = false;
    return column;
  }

  /// Reads a number or a parameter by itself.
  Expression readRowCount() {
    return values.read();
  }

  boolean allowsAggregate() {
    return allowsAggregate;
  }

  /// Reads an expression as part of another.
  Expression read() {
    tokens.enter();
    int offset = tokens.peek().start();
    Expression first = readXor();
    if (tokens.atWord("OR")) {
      List<Expression> operands = new ArrayList<>(List.of(first));
      while (tokens.skipWord("OR")) {
        operands.add(readXor());
      }
      first = tokens.made(offset, new Expression.Or(operands), operands);
    }
    tokens.leave();
    return first;
  }

  /// Either, and not both: whether the opposites of two conditions differ, which is null where one
  /// of them is no condition.
  private Expression readXor() {
    int offset = tokens.peek().start();
    Expression left = readAnd();
    while (tokens.skipWord("XOR")) {
      Expression first = tokens.made(offset, new Expression.Not(left), left);
      int place = tokens.peek().start();
      Expression right = readAnd();
      Expression second = tokens.made(place, new Expression.Not(right), right);
      left = tokens.made(offset, new Comparison(Relation.NOT_EQUAL, first, second), first, second);
    }
    return left;
  }

  private Expression readAnd() {
    int offset = tokens.peek().start();
    Expression first = readNot();
    if (!tokens.atWord("AND")) {
      return first;
    }
    List<Expression> operands = new ArrayList<>(List.of(first));
    while (tokens.skipWord("AND")) {
      operands.add(readNot());
    }
    return tokens.made(offset, new Expression.And(operands), operands);
  }

  private Expression readNot() {
    int offset = tokens.peek().start();
    if (!tokens.skipWord("NOT")) {
      return readComparison();
    }
    tokens.enter();
    Expression operand = readNot();
    tokens.leave();
    return tokens.made(offset, new Expression.Not(operand), operand);
  }

  private Expression readComparison() {
    int offset = tokens.peek().start();
    Expression left = readPredicate();
    List<Expression> comparisons = new ArrayList<>();
    for (Relation relation = relation(); relation != null; relation = relation()) {
      tokens.next();
      Expression right = readPredicate();
      comparisons.add(tokens.made(offset, new Comparison(relation, left, right), left, right));
      left = right;
    }
    return switch (comparisons.size()) {
      case 0 -> left;
      case 1 -> comparisons.getFirst();
      default -> tokens.made(offset, new Expression.And(comparisons), comparisons);
    };
  }

  private @Nullable Relation relation() {
    Token token = tokens.peek();
    if (token.kind() != TokenKind.SYMBOL) {
      return null;
    }
    return switch (token.text()) {
      case "=" -> Relation.EQUAL;
      case "<>" -> Relation.NOT_EQUAL;
      case "<" -> Relation.LESS;
      case "<=" -> Relation.AT_MOST;
      case ">" -> Relation.GREATER;
      case ">=" -> Relation.AT_LEAST;
      default -> null;
    };
  }

  private Expression readPredicate() {
    int offset = tokens.peek().start();
    Expression left = readSum();
    while (true) {
      Expression predicate = readPredicateOf(offset, left);
      if (predicate == null) {
        return left;
      }
      left = predicate;
    }
  }

  private @Nullable Expression readPredicateOf(int offset, Expression left) {
    if (tokens.skipWord("IS")) {
      boolean isNegated = tokens.skipWord("NOT");
      if (!tokens.skipWord("NULL")) {
        throw tokens.expected(isNegated ? "NULL" : "NULL or NOT NULL");
      }
      Expression isNull = tokens.made(offset, new Expression.IsNull(left), left);
      return isNegated ? tokens.made(offset, new Expression.Not(isNull), isNull) : isNull;
    }
    if (tokens.skipWord("IN")) {
      Expression list = readSum();
      return tokens.made(offset, new Expression.In(left, list), left, list);
    }
    TextRelation relation = null;
    if (tokens.skipWord("STARTS")) {
      tokens.expectWord("WITH");
      relation = TextRelation.STARTS_WITH;
    } else if (tokens.skipWord("ENDS")) {
      tokens.expectWord("WITH");
      relation = TextRelation.ENDS_WITH;
    } else if (tokens.skipWord("CONTAINS")) {
      relation = TextRelation.CONTAINS;
    }
    if (relation == null) {
      return null;
    }
    Expression part = readSum();
    return tokens.made(offset, new TextMatch(relation, left, part), left, part);
  }

  private Expression readSum() {
    int offset = tokens.peek().start();
    Expression left = readProduct();
    while (tokens.atSymbol("+") || tokens.atSymbol("-")) {
      Operator operator = tokens.next().text().equals("+") ? Operator.ADD : Operator.SUBTRACT;
      left = arithmetic(offset, operator, left, readProduct());
    }
    return left;
  }

  private Expression readProduct() {
    int offset = tokens.peek().start();
    Expression left = readSign();
    while (tokens.atSymbol("*") || tokens.atSymbol("/") || tokens.atSymbol("%")) {
      Operator operator =
          switch (tokens.next().text()) {
            case "*" -> Operator.MULTIPLY;
            case "/" -> Operator.DIVIDE;
            default -> Operator.REMAINDER;
          };
      left = arithmetic(offset, operator, left, readSign());
    }
    return left;
  }

  private Expression arithmetic(int offset, Operator operator, Expression left, Expression right) {
    return tokens.made(offset, new Expression.Arithmetic(operator, left, right), left, right);
  }

  private Expression readSign() {
    int offset = tokens.peek().start();
    boolean isNegative = tokens.atSymbol("-");
    if (!isNegative && !tokens.atSymbol("+")) {
      return values.read();
    }
    tokens.next();
    TokenKind kind = tokens.peek().kind();
    if (kind == TokenKind.INTEGER || kind == TokenKind.FLOAT) {
      return values.readNumber(offset, isNegative);
    }
    tokens.enter();
    Expression operand = readSign();
    tokens.leave();
    return arithmetic(offset, isNegative ? Operator.SUBTRACT : Operator.ADD, ZERO, operand);
  }
}
