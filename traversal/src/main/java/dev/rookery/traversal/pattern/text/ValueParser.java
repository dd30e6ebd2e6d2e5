package dev.rookery.traversal.pattern.text;

import dev.rookery.traversal.pattern.model.Expression;
import dev.rookery.traversal.pattern.model.Expression.AggregateName;
import dev.rookery.traversal.pattern.model.Expression.FunctionName;
import dev.rookery.traversal.pattern.model.PatternPart;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/// Reads what operators work on: constants, parameters, variables and what belongs to them,
/// functions, aggregates, lists, patterns, and anything between parentheses.
///
/// ```text
/// value = number | text | "TRUE" | "FALSE" | "NULL" | "$" name | "[" [ expressions ] "]"
///       | "(" expression ")" | name | name "." word | name labels
///       | function "(" name ")" | aggregate "(" [ "DISTINCT" ] expression ")"
///       | "count" "(" "*" ")"
///       | "EXISTS" "{" [ "MATCH" ] part "}" | path
/// ```
final class ValueParser {
  private static final int LONG_DIGITS_MAX = 19;
  private static final int LONG_HEX_DIGITS_MAX = 16;

  private static final Map<String, FunctionName> FUNCTIONS =
      Map.of(
          "ID", FunctionName.ID,
          "LABEL", FunctionName.LABEL,
          "TYPE", FunctionName.TYPE,
          "LENGTH", FunctionName.LENGTH,
          "STARTNODE", FunctionName.START_NODE,
          "ENDNODE", FunctionName.END_NODE);

  private static final Map<String, AggregateName> AGGREGATES =
      Map.of(
          "COUNT", AggregateName.COUNT,
          "SUM", AggregateName.SUM,
          "MIN", AggregateName.MIN,
          "MAX", AggregateName.MAX,
          "AVG", AggregateName.AVG,
          "COLLECT", AggregateName.COLLECT);

  private final Tokens tokens;
  private final ExpressionParser expressions;
  private final PartParser parts;

  ValueParser(Tokens tokens, ExpressionParser expressions) {
    this.tokens = tokens;
    this.expressions = expressions;
    parts = new PartParser(tokens, expressions);
  }

  PartParser parts() {
    return parts;
  }

  Expression read() {
    Token token = tokens.peek();
    int offset = token.start();
    return switch (token.kind()) {
      case INTEGER, FLOAT -> readNumber(offset, false);
      case TEXT -> literal(offset, token.text());
      case PARAMETER -> tokens.made(offset, new Expression.Parameter(tokens.next().text()));
      case NAME, QUOTED_NAME -> readNamed();
      case SYMBOL -> readBracketed();
      case END -> throw tokens.expected("a value");
    };
  }

  private Expression literal(int offset, Object value) {
    tokens.next();
    return tokens.made(offset, new Expression.Literal(value));
  }

  private Expression readBracketed() {
    if (tokens.atSymbol("[")) {
      return readList();
    }
    if (!tokens.atSymbol("(")) {
      throw tokens.expected("a value");
    }
    if (isPath()) {
      return readPath();
    }
    tokens.next();
    Expression inner = expressions.read();
    if (!tokens.skipSymbol(")")) {
      throw tokens.expected("an operator or `)`");
    }
    return inner;
  }

  /// Returns whether a node is next, and an edge behind it. What is in parentheses is never a
  /// number where it begins like a node: variables are no numbers.
  private boolean isPath() {
    int close = tokens.aheadOfClosing();
    if (close < 0) {
      return false;
    }
    Token first = tokens.peek(1);
    Token second = tokens.peek(2);
    boolean beginsLikeNode =
        beginsNodeTail(first) || (first.isVariable() && beginsNodeTail(second));
    if (!beginsLikeNode) {
      return false;
    }
    int edge = tokens.peek(close + 1).isSymbol("<") ? close + 2 : close + 1;
    Token behind = tokens.peek(edge + 1);
    return tokens.peek(edge).isSymbol("-")
        && (behind.isSymbol("[") || (behind.isSymbol("-") && isArrowEnd(edge + 2)));
  }

  private static boolean beginsNodeTail(Token token) {
    return token.isSymbol(")")
        || token.isSymbol(":")
        || token.isSymbol("{")
        || token.isWord("WHERE");
  }

  private boolean isArrowEnd(int ahead) {
    Token token = tokens.peek(ahead);
    return token.isSymbol("(") || token.isSymbol(">") || token.isSymbol("{");
  }

  private Expression readPath() {
    int offset = tokens.peek().start();
    tokens.enter();
    PatternPart part = parts.readLonePath();
    tokens.leave();
    return exists(offset, part);
  }

  private Expression exists(int offset, PatternPart part) {
    int depth = 1 + tokens.depthOf(part.where());
    for (Expression conjunct : part.where().conjuncts()) {
      depth = Math.max(depth, 2 + tokens.depthOf(conjunct));
    }
    return tokens.made(offset, new Expression.Exists(part), depth);
  }

  private Expression readExists() {
    int offset = tokens.next().start();
    tokens.expectSymbol("{");
    tokens.enter();
    tokens.skipWord("MATCH");
    PatternPart part = parts.readPart();
    tokens.leave();
    if (!tokens.skipSymbol("}")) {
      throw tokens.expected("`,`, WHERE or `}` of EXISTS");
    }
    return exists(offset, part);
  }

  private Expression readList() {
    int offset = tokens.next().start();
    List<Expression> elements = new ArrayList<>();
    if (!tokens.skipSymbol("]")) {
      do {
        elements.add(expressions.read());
      } while (tokens.skipSymbol(","));
      if (!tokens.skipSymbol("]")) {
        throw tokens.expected("an operator, `,` or `]`");
      }
    }
    return tokens.made(offset, new Expression.ListOf(elements), elements);
  }

  private Expression readNamed() {
    Token token = tokens.peek();
    int offset = token.start();
    if (token.isWord("TRUE") || token.isWord("FALSE")) {
      return literal(offset, token.isWord("TRUE"));
    }
    if (token.isWord("NULL")) {
      tokens.next();
      return tokens.made(offset, new Expression.Literal(null));
    }
    if (token.isWord("EXISTS") && tokens.peek(1).isSymbol("{")) {
      return readExists();
    }
    if (!token.isVariable()) {
      throw tokens.expected("a value");
    }
    if (token.kind() == TokenKind.NAME && tokens.peek(1).isSymbol("(")) {
      return readCall();
    }
    tokens.next();
    String variable = token.text();
    if (tokens.atSymbol(":")) {
      Set<String> labels = parts.readLabels("a label");
      return tokens.made(offset, new Expression.HasLabel(variable, labels));
    }
    if (!tokens.skipSymbol(".")) {
      return tokens.made(offset, new Expression.Variable(variable));
    }
    String key = tokens.expectName("the name of a property");
    if (tokens.atSymbol(".")) {
      throw tokens.wrong("a property has no properties key=" + key);
    }
    return tokens.made(offset, new Expression.Property(variable, key));
  }

  private Expression readCall() {
    Token name = tokens.peek();
    String upper = name.text().toUpperCase(Locale.ROOT);
    FunctionName function = FUNCTIONS.get(upper);
    AggregateName aggregate = AGGREGATES.get(upper);
    if (aggregate != null) {
      return readAggregate(aggregate);
    }
    if (function == null) {
      throw tokens.expected(
          "id, label, type, length, startNode, endNode, count, sum, min, max, avg or collect");
    }
    tokens.next();
    tokens.next();
    if (!tokens.peek().isVariable()) {
      throw tokens.expected("a variable");
    }
    String variable = tokens.next().text();
    tokens.expectSymbol(")");
    return tokens.made(name.start(), new Expression.Function(function, variable));
  }

  private Expression readAggregate(AggregateName name) {
    if (!expressions.allowsAggregate()) {
      throw tokens.wrong("an aggregate stands in RETURN alone, and not in another");
    }
    int offset = tokens.next().start();
    tokens.next();
    if (name == AggregateName.COUNT && tokens.skipSymbol("*")) {
      tokens.expectSymbol(")");
      return tokens.made(offset, new Expression.Aggregate(name, false, null));
    }
    boolean isDistinct = tokens.skipWord("DISTINCT");
    Expression argument = expressions.readAggregated();
    if (!tokens.skipSymbol(")")) {
      throw tokens.expected("an operator or `)`");
    }
    return tokens.made(offset, new Expression.Aggregate(name, isDistinct, argument), argument);
  }

  /// Reads a number behind its sign.
  Expression readNumber(int offset, boolean isNegative) {
    Token token = tokens.next();
    Object value =
        token.kind() == TokenKind.FLOAT
            ? doubleOf(token, isNegative)
            : (Object) longOf(token, isNegative);
    return tokens.made(offset, new Expression.Literal(value));
  }

  private double doubleOf(Token token, boolean isNegative) {
    double value = Double.parseDouble(token.text());
    if (Double.isInfinite(value)) {
      throw tokens.query().wrong(token.start(), "number is too large for a double");
    }
    return isNegative ? -value : value;
  }

  private long longOf(Token token, boolean isNegative) {
    String text = token.text();
    boolean isHexadecimal = text.startsWith("0x") || text.startsWith("0X");
    String digits = text.substring(isHexadecimal ? 2 : 0).replaceFirst("^0+(?=.)", "");
    int digitsMax = isHexadecimal ? LONG_HEX_DIGITS_MAX : LONG_DIGITS_MAX;
    if (digits.length() <= digitsMax) {
      long value = Long.parseUnsignedLong(digits, isHexadecimal ? 16 : 10);
      if (value >= 0 || (isNegative && value == Long.MIN_VALUE)) {
        return isNegative ? -value : value;
      }
    }
    throw tokens.query().wrong(token.start(), "number is too large for a long");
  }
}
