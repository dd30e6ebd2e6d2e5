package dev.rookery.traversal.pattern.text;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rookery.traversal.pattern.model.EdgePattern;
import dev.rookery.traversal.pattern.model.EdgePattern.Length;
import dev.rookery.traversal.pattern.model.Expression;
import dev.rookery.traversal.pattern.model.Expression.AggregateName;
import dev.rookery.traversal.pattern.model.Expression.Arithmetic;
import dev.rookery.traversal.pattern.model.Expression.Comparison;
import dev.rookery.traversal.pattern.model.Expression.Literal;
import dev.rookery.traversal.pattern.model.Expression.Operator;
import dev.rookery.traversal.pattern.model.Expression.Property;
import dev.rookery.traversal.pattern.model.Expression.Relation;
import dev.rookery.traversal.pattern.model.Expression.Variable;
import dev.rookery.traversal.pattern.model.MatchStatement;
import dev.rookery.traversal.pattern.model.Morphism;
import dev.rookery.traversal.pattern.model.NodePattern;
import dev.rookery.traversal.pattern.model.PatternPart;
import dev.rookery.traversal.pattern.model.ReturnItem;
import dev.rookery.traversal.pattern.model.SortKey;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What texts stand for.
final class PatternParserTest {
  private static final Expression A_AGE = new Property("a", "age");
  private static final Expression B_AGE = new Property("b", "age");

  @Test
  void parse_wholeQuery_givesEveryPart() {
    MatchStatement statement =
        PatternParser.parse(
            """
            MATCH (a:Person|Robot {name: $n, age: 3})-[r:KNOWS|LIKES {since: 2000}]->(b)
              , (b)<-[p:KNOWS*1..3]-(:Cat) // cats too
            WHERE a.age < b.age
            OPTIONAL MATCH (b)-[:HAS]-(c)
            RETURN DISTINCT a, b.age AS age, length(p)
            ORDER BY age DESC, a SKIP $s LIMIT 10
            """);

    PatternPart part =
        new PatternPart(
            List.of(
                new NodePattern(
                    "a",
                    Set.of("Person", "Robot"),
                    Map.of("name", new Expression.Parameter("n"), "age", new Literal(3L))),
                node("b"),
                new NodePattern("#0", Set.of("Cat"), Map.of())),
            List.of(
                new EdgePattern(
                    "r",
                    "a",
                    "b",
                    Set.of("KNOWS", "LIKES"),
                    true,
                    Length.ONE,
                    Map.of("since", new Literal(2000L))),
                new EdgePattern(
                    "p", "#0", "b", Set.of("KNOWS"), true, Length.between(1, 3), Map.of())),
            new Comparison(Relation.LESS, A_AGE, B_AGE),
            Morphism.DISTINCT_EDGES);
    PatternPart optional =
        new PatternPart(
            List.of(node("b"), node("c")),
            List.of(new EdgePattern("#1", "b", "c", Set.of("HAS"), false, Length.ONE, Map.of())),
            Literal.TRUE,
            Morphism.DISTINCT_EDGES);
    assertThat(statement)
        .isEqualTo(
            new MatchStatement(
                part,
                List.of(optional),
                List.of(
                    new ReturnItem("a", new Variable("a")),
                    new ReturnItem("age", B_AGE),
                    new ReturnItem(
                        "length(p)", new Expression.Function(Expression.FunctionName.LENGTH, "p"))),
                true,
                List.of(
                    new SortKey(new Variable("age"), true), new SortKey(new Variable("a"), false)),
                new Expression.Parameter("s"),
                new Literal(10L)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "-->; true; a; b; 1; 1; false",
        "<--; true; b; a; 1; 1; false",
        "--; false; a; b; 1; 1; false",
        "<-->; false; a; b; 1; 1; false",
        "-[]->; true; a; b; 1; 1; false",
        "<-[]->; false; a; b; 1; 1; false",
        "-[*]->; true; a; b; 1; 2147483647; true",
        "-[*2]-; false; a; b; 2; 2; true",
        "<-[*2..]-; true; b; a; 2; 2147483647; true",
        "-[*..3]->; true; a; b; 1; 3; true",
        "-[*0..0]->; true; a; b; 0; 0; true",
        "-[* 1 .. 3]->; true; a; b; 1; 3; true",
        "-->{1,3}; true; a; b; 1; 3; true",
        "-[]-{2}; false; a; b; 2; 2; true",
        "-->{,3}; true; a; b; 0; 3; true",
        "-->{2,}; true; a; b; 2; 2147483647; true",
        "-->+; true; a; b; 1; 2147483647; true",
        "<--*; true; b; a; 0; 2147483647; true",
      })
  void parse_edge_hasDirectionAndLength(
      String edge, boolean isDirected, String source, String target, int min, int max, boolean is) {
    EdgePattern parsed = PatternParser.parse("(a)" + edge + "(b)").part().edges().getFirst();

    assertThat(parsed)
        .isEqualTo(
            new EdgePattern(
                "#0", source, target, Set.of(), isDirected, new Length(min, max, is), Map.of()));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "MATCH; DISTINCT_EDGES",
        "match different edges; DISTINCT_EDGES",
        "MATCH DIFFERENT RELATIONSHIPS; DISTINCT_EDGES",
        "MATCH DIFFERENT NODES; DISTINCT_NODES",
        "Match Repeatable Elements; HOMOMORPHISM",
      })
  void parse_morphism_isThatOfThePart(String begin, Morphism morphism) {
    MatchStatement statement =
        PatternParser.parse(
            begin + " (a) WHERE EXISTS { (a)-->() } OPTIONAL " + begin + " (a)-->()");

    assertThat(statement.part().morphism()).isEqualTo(morphism);
    assertThat(statement.optionals().getFirst().morphism()).isEqualTo(morphism);
    Expression.Exists exists = (Expression.Exists) statement.part().where();
    assertThat(exists.part().morphism()).isEqualTo(Morphism.DISTINCT_EDGES);
  }

  @Test
  void parse_nodeAppearsAgain_isPutTogether() {
    PatternPart part =
        PatternParser.parse(
                "(a:A {x: 1})-[:T]->(b), (a:B {x: 2, y: 3}), (a:B|A), (b:C), (a:A {x: 1}) WHERE a.z"
                    + " = 1")
            .part();

    assertThat(part.nodes())
        .containsExactly(
            new NodePattern("a", Set.of("A"), Map.of("x", new Literal(1L), "y", new Literal(3L))),
            new NodePattern("b", Set.of("C"), Map.of()));
    assertThat(part.where().conjuncts())
        .containsExactly(
            new Expression.HasLabel("a", Set.of("B")),
            new Comparison(Relation.EQUAL, new Property("a", "x"), new Literal(2L)),
            new Expression.HasLabel("a", Set.of("A", "B")),
            new Comparison(Relation.EQUAL, new Property("a", "z"), new Literal(1L)));
  }

  @Test
  void parse_conditionsInside_areConditionsOfThePart() {
    PatternPart part =
        PatternParser.parse("(a WHERE a.age > 3)-[r WHERE r.x = 1 AND true]-() WHERE a.age < 9")
            .part();

    assertThat(part)
        .isEqualTo(
            PatternParser.parse("(a)-[r]-() WHERE a.age > 3 AND (r.x = 1 AND true) AND a.age < 9")
                .part());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "a.x OR b.x AND a.y; a.x OR (b.x AND a.y)",
        "NOT a.x AND b.x; (NOT a.x) AND b.x",
        "NOT a.x = b.x; NOT (a.x = b.x)",
        "a.x = b.x + a.y * b.y; a.x = (b.x + (a.y * b.y))",
        "a.x - b.x - a.y; (a.x - b.x) - a.y",
        "a.x / b.x % a.y; (a.x / b.x) % a.y",
        "- a.x + b.x; (- a.x) + b.x",
        "- a.x; 0 - a.x",
        "a.x + 1 IN [1, 2]; (a.x + 1) IN [1, 2]",
        "a.x IN [1] = b.y; (a.x IN [1]) = b.y",
        "NOT a.x IS NULL; NOT (a.x IS NULL)",
        "a.x IS NOT NULL; NOT (a.x IS NULL)",
        "a.x < b.x <= 3; a.x < b.x AND b.x <= 3",
        "a.x = b.x XOR a.y AND b.y; NOT (a.x = b.x) <> NOT (a.y AND b.y)",
        "a.x starts with 'x' or a.y ends with 'y'; (a.x STARTS WITH 'x') OR (a.y ENDS WITH 'y')",
        "NOT (a)-[:KNOWS]->(b); NOT EXISTS { (a)-[:KNOWS]->(b) }",
        "(a)-->(b) AND (a)<--(); EXISTS { (a)-->(b) } AND EXISTS { MATCH (a)<--() }",
        "(a)--(b) OR (a {x: 1})<-[*2]-(b); EXISTS { (a)--(b) } OR EXISTS { (a {x: 1})<-[*2]-(b) }",
        "(a.x) - (b.y); a.x - b.y",
        "(a:Person); a:Person",
        "(((a.x))) = 1; a.x = 1",
      })
  void parse_operators_bindAsTheyShould(String text, String same) {
    assertThat(PatternParser.parse("(a), (b) WHERE " + text).part().where())
        .isEqualTo(PatternParser.parse("(a), (b) WHERE " + parenthesized(same)).part().where());
  }

  /// As a whole, so that the second text is no more than what it says.
  private static String parenthesized(String text) {
    return text.startsWith("NOT (a.x = b.x) <>")
        ? "(NOT (a.x = b.x)) <> (NOT (a.y AND b.y))"
        : "(" + text + ")";
  }

  @Test
  void parse_arithmetic_isLeftToRight() {
    assertThat(where("1 - 2 - a.age * 2 = 0"))
        .isEqualTo(
            new Comparison(
                Relation.EQUAL,
                new Arithmetic(
                    Operator.SUBTRACT,
                    new Arithmetic(Operator.SUBTRACT, new Literal(1L), new Literal(2L)),
                    new Arithmetic(Operator.MULTIPLY, A_AGE, new Literal(2L))),
                new Literal(0L)));
  }

  @Test
  void parse_literals_haveTheirValues() {
    Expression.In in =
        (Expression.In)
            where(
                """
                1 IN [0, -9223372036854775808, 9223372036854775807, 0x1f, 1.5, -2e-3, 1E3, 'it\\'s',
                  "a \\"b\\" \\u00e9\\n\\\\", true, FALSE, null, [], $p, $`p q`, 007]
                """);

    assertThat(((Expression.ListOf) in.list()).elements())
        .containsExactly(
            new Literal(0L),
            new Literal(Long.MIN_VALUE),
            new Literal(Long.MAX_VALUE),
            new Literal(31L),
            new Literal(1.5),
            new Literal(-2e-3),
            new Literal(1000.0),
            new Literal("it's"),
            new Literal("a \"b\" é\n\\"),
            new Literal(true),
            new Literal(false),
            new Literal(null),
            new Expression.ListOf(List.of()),
            new Expression.Parameter("p"),
            new Expression.Parameter("p q"),
            new Literal(7L));
  }

  @Test
  void parse_quotedNames_areAnyText() {
    MatchStatement statement =
        PatternParser.parse(
            "(`my ``a`` node`:`A B`)-[:CONTAINS|`in`]->(match_) RETURN `my ``a`` node`"
                + ".`order by`, match_.LIMIT AS `limit`");

    assertThat(statement.part().nodes().getFirst())
        .isEqualTo(new NodePattern("my `a` node", Set.of("A B"), Map.of()));
    assertThat(statement.part().edges().getFirst().types()).containsExactly("CONTAINS", "in");
    assertThat(statement.returns())
        .containsExactly(
            new ReturnItem("`my ``a`` node`.`order by`", new Property("my `a` node", "order by")),
            new ReturnItem("limit", new Property("match_", "LIMIT")));
  }

  @Test
  void parse_returns_haveNamesAsWritten() {
    MatchStatement statement =
        PatternParser.parse(
            "(a)-[p*]->(b) RETURN `a`, 1  +  1, count( * ), Collect(distinct b.age) AS ages"
                + ", label(a) ORDER BY ages, COUNT(*) desc, 1+1 ascending");

    assertThat(statement.returns())
        .extracting(ReturnItem::name)
        .containsExactly("a", "1  +  1", "count( * )", "ages", "label(a)");
    assertThat(statement.returns().get(3).expression())
        .isEqualTo(new Expression.Aggregate(AggregateName.COLLECT, true, B_AGE));
    assertThat(statement.order())
        .containsExactly(
            new SortKey(new Variable("ages"), false),
            new SortKey(new Variable("count( * )"), true),
            new SortKey(new Variable("1  +  1"), false));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " RETURN *", " return *;", ";", "\n/* all */ RETURN * // of them"})
  void parse_allVariables_areNoColumns(String end) {
    assertThat(PatternParser.parse("(a)-[r]->(b)" + end))
        .isEqualTo(
            new MatchStatement(
                new PatternPart(
                    List.of(node("a"), node("b")),
                    List.of(new EdgePattern("r", "a", "b", Set.of(), true, Length.ONE, Map.of())),
                    Literal.TRUE,
                    Morphism.DISTINCT_EDGES),
                List.of(),
                List.of(),
                false,
                List.of(),
                null,
                null));
  }

  @Test
  void parse_nestedPatterns_haveNamesOfTheirOwn() {
    MatchStatement statement =
        PatternParser.parse(
            "(a)-->() WHERE EXISTS { (a)<--() WHERE NOT ()-->(a) } OPTIONAL MATCH (a)-->()");

    assertThat(statement.toString().split("variable=#", -1)).hasSize(1 + 8);
    assertThat(statement.part().edges().getFirst().variable()).isEqualTo("#1");
    assertThat(statement.optionals().getFirst().nodes().get(1).variable()).isEqualTo("#6");
  }

  private static NodePattern node(String variable) {
    return new NodePattern(variable, Set.of(), Map.of());
  }

  private static Expression where(String condition) {
    return PatternParser.parse("(a), (b) WHERE " + condition).part().where();
  }
}
