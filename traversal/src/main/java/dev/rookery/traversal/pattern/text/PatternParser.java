package dev.rookery.traversal.pattern.text;

import dev.rookery.traversal.error.PatternTextException;
import dev.rookery.traversal.pattern.model.Expression;
import dev.rookery.traversal.pattern.model.MatchStatement;
import dev.rookery.traversal.pattern.model.PatternPart;
import dev.rookery.traversal.pattern.model.ReturnItem;
import dev.rookery.traversal.pattern.model.SortKey;
import dev.rookery.traversal.pattern.statement.AnonymousNames;
import dev.rookery.traversal.pattern.statement.InvalidStatementException;
import dev.rookery.traversal.pattern.statement.SortColumns;
import dev.rookery.traversal.pattern.statement.StatementCheck;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Reads a whole query.
///
/// ```text
/// query  = [ "MATCH" [ morphism ] ] part { "OPTIONAL" "MATCH" [ morphism ] part }
///          [ "RETURN" [ "DISTINCT" ] ( "*" | column { "," column } ) ]
///          [ "ORDER" "BY" key { "," key } ]
///          [ ( "SKIP" | "OFFSET" ) count ] [ "LIMIT" count ] [ ";" ]
/// morphism = "DIFFERENT" ( "EDGES" | "NODES" ) | "REPEATABLE" "ELEMENTS"
/// column = expression [ "AS" name ]
/// key    = expression [ "ASC" | "ASCENDING" | "DESC" | "DESCENDING" ]
/// count  = number | "$" name
/// ```
///
/// [PartParser], [ExpressionParser] and [ValueParser] have the rest of the grammar. Keywords may be
/// written in any case; `//` and `/* */` are comments. Costs O(length). Text of any content takes
/// little stack: nesting, depth and length are bounded.
public final class PatternParser {
  /// How many characters a text has at most.
  public static final int LENGTH_MAX = 1 << 18;

  private final Tokens tokens;
  private final ExpressionParser expressions;

  private PatternParser(Tokens tokens) {
    this.tokens = tokens;
    expressions = new ExpressionParser(tokens);
  }

  /// Returns what a text asks for.
  ///
  /// @throws PatternTextException if it is no query, or one that makes no sense
  public static MatchStatement parse(String text) {
    QueryText query = new QueryText(text);
    if (text.length() > LENGTH_MAX) {
      throw query.wrong(
          LENGTH_MAX, "query is too long length=%d max=%d".formatted(text.length(), LENGTH_MAX));
    }
    Tokens tokens = new Tokens(query);
    MatchStatement statement = new PatternParser(tokens).read();
    try {
      StatementCheck.check(statement);
    } catch (InvalidStatementException e) {
      throw query.wrong(tokens.offsetOf(e.culprit()), String.valueOf(e.getMessage()));
    }
    return AnonymousNames.number(statement);
  }

  private MatchStatement read() {
    if (!tokens.skipWord("MATCH") && !tokens.atSymbol("(")) {
      throw tokens.expected("MATCH or `(`");
    }
    PatternPart part = expressions.parts().readPart();
    List<PatternPart> optionals = new ArrayList<>();
    while (tokens.skipWord("OPTIONAL")) {
      tokens.expectWord("MATCH");
      optionals.add(expressions.parts().readPart());
    }
    boolean returns = tokens.skipWord("RETURN");
    boolean isDistinct = returns && tokens.skipWord("DISTINCT");
    List<ReturnItem> columns = returns ? readColumns() : List.of();
    List<SortKey> order = readOrder(columns);
    Expression skip = tokens.skipWord("SKIP") || tokens.skipWord("OFFSET") ? readRowCount() : null;
    Expression limit = tokens.skipWord("LIMIT") ? readRowCount() : null;
    tokens.skipSymbol(";");
    if (tokens.peek().kind() != TokenKind.END) {
      throw tokens.expected(continuations(returns, order, skip, limit));
    }
    return new MatchStatement(part, optionals, columns, isDistinct, order, skip, limit);
  }

  /// Returns what could stand at the end, after what stands there.
  private static String continuations(
      boolean returns, List<SortKey> order, @Nullable Expression skip, @Nullable Expression limit) {
    if (limit != null) {
      return "the end of the query";
    }
    if (skip != null) {
      return "LIMIT or the end of the query";
    }
    if (!order.isEmpty()) {
      return "an operator, `,`, SKIP, LIMIT or the end of the query";
    }
    return returns
        ? "an operator, `,`, AS, ORDER BY, SKIP, LIMIT or the end of the query"
        : "`,`, an edge, an operator, WHERE, OPTIONAL MATCH, RETURN, ORDER BY, SKIP, LIMIT or the"
            + " end of the query";
  }

  private List<ReturnItem> readColumns() {
    if (tokens.skipSymbol("*")) {
      return List.of();
    }
    List<ReturnItem> columns = new ArrayList<>();
    do {
      columns.add(readColumn());
    } while (tokens.skipSymbol(","));
    return columns;
  }

  private ReturnItem readColumn() {
    int offset = tokens.peek().start();
    Expression expression = expressions.readColumn();
    String name =
        expression instanceof Expression.Variable(String variable)
            ? variable
            : tokens.query().text().substring(offset, tokens.endOfLast());
    if (tokens.skipWord("AS")) {
      if (!tokens.peek().isVariable()) {
        throw tokens.expected("the name of a column");
      }
      name = tokens.next().text();
    }
    return new ReturnItem(name, expression);
  }

  private List<SortKey> readOrder(List<ReturnItem> columns) {
    List<SortKey> order = new ArrayList<>();
    if (!tokens.skipWord("ORDER")) {
      return order;
    }
    tokens.expectWord("BY");
    do {
      Expression key = expressions.readColumn();
      boolean isDescending = tokens.skipWord("DESC") || tokens.skipWord("DESCENDING");
      if (!isDescending && !tokens.skipWord("ASC")) {
        tokens.skipWord("ASCENDING");
      }
      order.add(new SortKey(SortColumns.columnOf(key, columns), isDescending));
    } while (tokens.skipSymbol(","));
    return order;
  }

  private Expression readRowCount() {
    Token token = tokens.peek();
    return switch (token.kind()) {
      case PARAMETER, INTEGER -> expressions.readRowCount();
      default -> throw tokens.expected("a number of rows or a parameter");
    };
  }
}
