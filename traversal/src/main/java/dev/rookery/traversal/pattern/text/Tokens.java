package dev.rookery.traversal.pattern.text;

import dev.rookery.traversal.error.PatternTextException;
import dev.rookery.traversal.pattern.model.Expression;
import dev.rookery.traversal.pattern.statement.StatementCheck;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;

/// The tokens of a query, the place up to which they are read, and from where in the text came what
/// was made of them.
///
/// Guards the stack: [#enter] bounds how deep the parser is nested, [#made] how deep an expression
/// is, which chains such as `1 + 1 + 1` make deep without nesting.
final class Tokens {
  private static final int NESTING_MAX = 64;
  private static final int FOUND_MAX = 40;

  private record Origin(int offset, int depth) {}

  private final QueryText query;
  private final List<Token> tokens;
  private final int[] closing;
  private final IdentityHashMap<Object, Origin> origins = new IdentityHashMap<>();
  private int at;
  private int nesting;

  Tokens(QueryText query) {
    this.query = query;
    tokens = Lexer.tokens(query);
    closing = closingBrackets(tokens);
  }

  /// Returns for each opening bracket which token closes it, -1 for all others.
  private static int[] closingBrackets(List<Token> tokens) {
    int[] closing = new int[tokens.size()];
    Deque<Integer> open = new ArrayDeque<>();
    for (int i = 0; i < closing.length; i++) {
      closing[i] = -1;
      Token token = tokens.get(i);
      if (token.isSymbol("(") || token.isSymbol("[") || token.isSymbol("{")) {
        open.push(i);
      } else if ((token.isSymbol(")") || token.isSymbol("]") || token.isSymbol("}"))
          && !open.isEmpty()) {
        closing[open.pop()] = i;
      }
    }
    return closing;
  }

  QueryText query() {
    return query;
  }

  Token peek() {
    return peek(0);
  }

  Token peek(int ahead) {
    return tokens.get(Math.min(at + ahead, tokens.size() - 1));
  }

  /// Returns how many tokens ahead the bracket is closed that is next, or -1 if it is not.
  int aheadOfClosing() {
    return closing[at] < 0 ? -1 : closing[at] - at;
  }

  Token next() {
    Token token = peek();
    if (token.kind() != TokenKind.END) {
      at++;
    }
    return token;
  }

  /// Returns where the last token that was read ends.
  int endOfLast() {
    return at == 0 ? 0 : tokens.get(at - 1).end();
  }

  boolean atSymbol(String symbol) {
    return peek().isSymbol(symbol);
  }

  boolean atWord(String word) {
    return peek().isWord(word);
  }

  boolean skipSymbol(String symbol) {
    boolean isNext = atSymbol(symbol);
    if (isNext) {
      next();
    }
    return isNext;
  }

  boolean skipWord(String word) {
    boolean isNext = atWord(word);
    if (isNext) {
      next();
    }
    return isNext;
  }

  void expectSymbol(String symbol) {
    if (!skipSymbol(symbol)) {
      throw expected("`" + symbol + "`");
    }
  }

  void expectWord(String word) {
    if (!skipWord(word)) {
      throw expected(word);
    }
  }

  /// Reads a name of any kind but a variable.
  String expectName(String what) {
    if (!peek().isName()) {
      throw expected(what);
    }
    return next().text();
  }

  /// Says what is expected instead of the next token.
  PatternTextException expected(String what) {
    return query.expected(peek().start(), what, found(peek()));
  }

  /// Says that the next token makes no sense.
  PatternTextException wrong(String message) {
    return query.wrong(peek().start(), message);
  }

  private String found(Token token) {
    if (token.kind() == TokenKind.END) {
      return "the end of the text";
    }
    String text = query.text().substring(token.start(), token.end());
    boolean isLong = text.length() > FOUND_MAX;
    return "`" + QueryText.printable(isLong ? text.substring(0, FOUND_MAX) + "…" : text) + "`";
  }

  /// Begins something that may contain itself; [#leave] ends it.
  void enter() {
    nesting++;
    if (nesting > NESTING_MAX) {
      throw wrong("query is nested too deep max=" + NESTING_MAX);
    }
  }

  void leave() {
    nesting--;
  }

  /// Remembers where an expression starts and checks how deep it is.
  Expression made(int offset, Expression expression, Expression... parts) {
    return made(offset, expression, List.of(parts));
  }

  /// As [#made(int, Expression, Expression...)].
  Expression made(int offset, Expression expression, List<Expression> parts) {
    int depth = 0;
    for (Expression part : parts) {
      depth = Math.max(depth, depthOf(part));
    }
    return made(offset, expression, depth + 1);
  }

  /// Remembers where an expression of a known depth starts.
  Expression made(int offset, Expression expression, int depth) {
    if (depth > StatementCheck.DEPTH_MAX) {
      throw query.wrong(offset, "expression is too deep max=" + StatementCheck.DEPTH_MAX);
    }
    origins.put(expression, new Origin(offset, depth));
    return expression;
  }

  int depthOf(Expression expression) {
    return origins.getOrDefault(expression, new Origin(0, 0)).depth;
  }

  /// Remembers where a part of the statement starts that is no expression.
  void place(Object part, int offset) {
    origins.put(part, new Origin(offset, 0));
  }

  /// Returns where a part of the statement starts; the start of the text if that is not known.
  int offsetOf(Object part) {
    return origins.getOrDefault(part, new Origin(0, 0)).offset;
  }
}
