package dev.rookery.traversal.pattern.text;

import dev.rookery.traversal.pattern.model.EdgePattern;
import dev.rookery.traversal.pattern.model.EdgePattern.Length;
import dev.rookery.traversal.pattern.model.Expression;
import dev.rookery.traversal.pattern.model.Morphism;
import dev.rookery.traversal.pattern.model.NodePattern;
import dev.rookery.traversal.pattern.model.PatternPart;
import dev.rookery.traversal.pattern.statement.PartDraft;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Reads paths of nodes and edges, and what must hold for them.
///
/// ```text
/// part  = path { "," path } [ "WHERE" expression ]
/// path  = node { edge node }
/// node  = "(" [ name ] [ labels ] [ properties ] [ "WHERE" expression ] ")"
/// edge  = [ "<" ] "-" [ "[" details "]" ] "-" [ ">" ] [ quantifier ]
/// details = [ name ] [ labels ] [ "*" [ range ] ] [ properties ] [ "WHERE" expression ]
/// labels = ":" word { "|" [ ":" ] word }
/// properties = "{" word ":" expression { "," word ":" expression } "}"
/// range = number [ ".." [ number ] ] | ".." number
/// quantifier = "*" | "+" | "{" number "}" | "{" [ number ] "," [ number ] "}"
/// ```
final class PartParser {
  private static final int COUNT_DIGITS_MAX = 9;
  private static final Length SOME = Length.between(1, Length.UNBOUNDED);

  private final Tokens tokens;
  private final ExpressionParser expressions;
  private int anonymousCount;

  PartParser(Tokens tokens, ExpressionParser expressions) {
    this.tokens = tokens;
    this.expressions = expressions;
  }

  /// A part that is being read.
  private final class Reading {
    final PartDraft draft;
    final Map<String, Integer> places = new HashMap<>();

    Reading(Morphism morphism) {
      draft = new PartDraft(morphism);
    }

    PatternPart finish() {
      PatternPart part = draft.build();
      for (NodePattern node : part.nodes()) {
        tokens.place(node, places.getOrDefault(node.variable(), 0));
      }
      return part;
    }
  }

  /// What stands in the brackets of an edge.
  private record Details(
      String variable,
      int offset,
      Set<String> types,
      @Nullable Length length,
      Map<String, Expression> properties,
      @Nullable Expression where) {}

  /// Reads a whole part, behind MATCH.
  PatternPart readPart() {
    Reading part = new Reading(readMorphism());
    do {
      readPath(part);
    } while (tokens.skipSymbol(","));
    if (tokens.skipWord("WHERE")) {
      part.draft.addCondition(expressions.readCondition());
    }
    return part.finish();
  }

  /// Reads a single path that is a condition.
  PatternPart readLonePath() {
    Reading part = new Reading(Morphism.DISTINCT_EDGES);
    readPath(part);
    return part.finish();
  }

  private Morphism readMorphism() {
    if (tokens.skipWord("DIFFERENT")) {
      if (tokens.skipWord("EDGES") || tokens.skipWord("RELATIONSHIPS")) {
        return Morphism.DISTINCT_EDGES;
      }
      if (tokens.skipWord("NODES")) {
        return Morphism.DISTINCT_NODES;
      }
      throw tokens.expected("EDGES or NODES");
    }
    if (tokens.skipWord("REPEATABLE")) {
      tokens.expectWord("ELEMENTS");
      return Morphism.HOMOMORPHISM;
    }
    return Morphism.DISTINCT_EDGES;
  }

  private void readPath(Reading part) {
    if (tokens.peek().isVariable() && tokens.peek(1).isSymbol("=")) {
      throw tokens.wrong("a path has no name: name its nodes, or an edge of variable length");
    }
    String source = readNode(part);
    while (tokens.atSymbol("-") || tokens.atSymbol("<")) {
      source = readEdge(part, source);
    }
  }

  private String readNode(Reading part) {
    int offset = tokens.peek().start();
    if (!tokens.skipSymbol("(")) {
      throw tokens.expected("`(` of a node");
    }
    String variable = readVariable();
    if (part.draft.hasEdge(variable)) {
      throw tokens.query().wrong(offset, "variable is an edge already variable=" + variable);
    }
    Set<String> labels = tokens.atSymbol(":") ? readLabels("a label") : Set.of();
    part.places.putIfAbsent(variable, offset);
    part.draft.addNode(variable, labels);
    readProperties().forEach((key, value) -> part.draft.addProperty(variable, key, value));
    if (tokens.skipWord("WHERE")) {
      part.draft.addCondition(expressions.readCondition());
    }
    if (!tokens.skipSymbol(")")) {
      throw tokens.expected("`)` of the node");
    }
    return variable;
  }

  /// Reads the name of a variable if there is one, else makes one.
  private String readVariable() {
    if (tokens.peek().isVariable()) {
      if (tokens.peek().text().startsWith(PartDraft.ANONYMOUS)) {
        throw tokens.wrong("name of a variable begins with #");
      }
      return tokens.next().text();
    }
    if (tokens.peek().kind() == TokenKind.NAME && !tokens.atWord("WHERE")) {
      throw tokens.wrong(
          "keyword is no name, unless between backticks name=" + tokens.peek().text());
    }
    return PartDraft.ANONYMOUS + anonymousCount++;
  }

  /// Reads names behind a colon, of which one is enough.
  Set<String> readLabels(String what) {
    tokens.expectSymbol(":");
    Set<String> labels = new LinkedHashSet<>();
    labels.add(tokens.expectName(what));
    while (tokens.skipSymbol("|")) {
      tokens.skipSymbol(":");
      labels.add(tokens.expectName(what));
    }
    return labels;
  }

  private Map<String, Expression> readProperties() {
    Map<String, Expression> properties = new LinkedHashMap<>();
    if (!tokens.skipSymbol("{") || tokens.skipSymbol("}")) {
      return properties;
    }
    do {
      int offset = tokens.peek().start();
      String key = tokens.expectName("the name of a property");
      tokens.expectSymbol(":");
      if (properties.putIfAbsent(key, expressions.readCondition()) != null) {
        throw tokens.query().wrong(offset, "property stands there twice key=" + key);
      }
    } while (tokens.skipSymbol(","));
    if (!tokens.skipSymbol("}")) {
      throw tokens.expected("`,` or `}` of the properties");
    }
    return properties;
  }

  private String readEdge(Reading part, String source) {
    int offset = tokens.peek().start();
    boolean isIn = tokens.skipSymbol("<");
    tokens.expectSymbol("-");
    boolean hasDetails = tokens.skipSymbol("[");
    Details details = hasDetails ? readDetails(part) : noDetails(offset);
    tokens.expectSymbol("-");
    boolean isOut = tokens.skipSymbol(">");
    int quantifierOffset = tokens.peek().start();
    Length quantifier = readQuantifier();
    if (quantifier != null && details.length != null) {
      throw tokens.query().wrong(quantifierOffset, "length of the path stands there twice");
    }
    Length length = quantifier == null ? details.length : quantifier;
    requireEnd(part, offset, length);
    String target = readNode(part);
    boolean isBackward = isIn && !isOut;
    EdgePattern edge =
        new EdgePattern(
            details.variable,
            isBackward ? target : source,
            isBackward ? source : target,
            details.types,
            isIn != isOut,
            length == null ? Length.ONE : length,
            details.properties);
    tokens.place(edge, details.offset);
    addEdge(part, edge, details.offset);
    if (details.where != null) {
      part.draft.addCondition(details.where);
    }
    return target;
  }

  private void addEdge(Reading part, EdgePattern edge, int offset) {
    String variable = edge.variable();
    if (part.draft.hasNode(variable) || part.draft.hasEdge(variable)) {
      int place = part.places.getOrDefault(variable, offset);
      throw tokens.query().wrong(place, "variable is used twice variable=" + variable);
    }
    part.draft.addEdge(edge);
  }

  private void requireEnd(Reading part, int offset, @Nullable Length length) {
    if (length != null
        && length.max() == Length.UNBOUNDED
        && part.draft.morphism() == Morphism.HOMOMORPHISM) {
      throw tokens
          .query()
          .wrong(offset, "path of REPEATABLE ELEMENTS may be endless: give it a bound");
    }
  }

  private Details noDetails(int offset) {
    return new Details(
        PartDraft.ANONYMOUS + anonymousCount++, offset, Set.of(), null, Map.of(), null);
  }

  private Details readDetails(Reading part) {
    int offset = tokens.peek().start();
    String variable = readVariable();
    if (part.draft.hasNode(variable)) {
      throw tokens.query().wrong(offset, "variable is a node already variable=" + variable);
    }
    Set<String> types = tokens.atSymbol(":") ? readLabels("a type") : Set.of();
    Length length = tokens.skipSymbol("*") ? readRange() : null;
    Map<String, Expression> properties = readProperties();
    Expression where = tokens.skipWord("WHERE") ? expressions.readCondition() : null;
    if (!tokens.skipSymbol("]")) {
      throw tokens.expected("`]` of the edge");
    }
    return new Details(variable, offset, types, length, properties, where);
  }

  /// Reads how many edges a path has, behind `*` in the brackets.
  private Length readRange() {
    int offset = tokens.peek().start();
    boolean hasMin = tokens.peek().kind() == TokenKind.INTEGER;
    int min = hasMin ? readCount() : 1;
    if (!tokens.skipSymbol("..")) {
      return hasMin ? Length.between(min, min) : SOME;
    }
    if (tokens.peek().kind() != TokenKind.INTEGER) {
      if (!hasMin) {
        throw tokens.expected("a number of edges");
      }
      return Length.between(min, Length.UNBOUNDED);
    }
    return between(offset, min, readCount());
  }

  private @Nullable Length readQuantifier() {
    if (tokens.skipSymbol("*")) {
      return Length.between(0, Length.UNBOUNDED);
    }
    if (tokens.skipSymbol("+")) {
      return SOME;
    }
    int offset = tokens.peek().start();
    if (!tokens.skipSymbol("{")) {
      return null;
    }
    boolean hasMin = tokens.peek().kind() == TokenKind.INTEGER;
    int min = hasMin ? readCount() : 0;
    Length length;
    if (tokens.skipSymbol(",")) {
      boolean hasMax = tokens.peek().kind() == TokenKind.INTEGER;
      length = between(offset, min, hasMax ? readCount() : Length.UNBOUNDED);
    } else if (hasMin) {
      length = Length.between(min, min);
    } else {
      throw tokens.expected("a number of edges");
    }
    tokens.expectSymbol("}");
    return length;
  }

  private Length between(int offset, int min, int max) {
    if (max < min) {
      throw tokens
          .query()
          .wrong(
              offset,
              "length of a path is at most less than at least min=%d max=%d".formatted(min, max));
    }
    return Length.between(min, max);
  }

  private int readCount() {
    Token token = tokens.next();
    String digits = token.text();
    boolean isShort = digits.length() <= COUNT_DIGITS_MAX && !digits.startsWith("0x");
    if (!isShort || digits.startsWith("0X")) {
      throw tokens.query().wrong(token.start(), "number of edges is too large, or not decimal");
    }
    return Integer.parseInt(digits);
  }
}
