package dev.rookery.traversal.pattern;

import static dev.rookery.traversal.pattern.PatternBuilder.match;
import static dev.rookery.traversal.pattern.Term.avg;
import static dev.rookery.traversal.pattern.Term.collect;
import static dev.rookery.traversal.pattern.Term.collectDistinct;
import static dev.rookery.traversal.pattern.Term.count;
import static dev.rookery.traversal.pattern.Term.countDistinct;
import static dev.rookery.traversal.pattern.Term.countRows;
import static dev.rookery.traversal.pattern.Term.endNode;
import static dev.rookery.traversal.pattern.Term.exists;
import static dev.rookery.traversal.pattern.Term.hasLabel;
import static dev.rookery.traversal.pattern.Term.id;
import static dev.rookery.traversal.pattern.Term.label;
import static dev.rookery.traversal.pattern.Term.length;
import static dev.rookery.traversal.pattern.Term.max;
import static dev.rookery.traversal.pattern.Term.min;
import static dev.rookery.traversal.pattern.Term.not;
import static dev.rookery.traversal.pattern.Term.parameter;
import static dev.rookery.traversal.pattern.Term.property;
import static dev.rookery.traversal.pattern.Term.startNode;
import static dev.rookery.traversal.pattern.Term.sum;
import static dev.rookery.traversal.pattern.Term.type;
import static dev.rookery.traversal.pattern.Term.value;
import static dev.rookery.traversal.pattern.Term.variable;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rookery.traversal.pattern.model.Morphism;
import dev.rookery.traversal.pattern.text.PatternParser;
import java.util.Arrays;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/// That the builder says what text says.
final class PatternBuilderTest {
  private static final Term A_AGE = property("a", "age");

  @Test
  void build_wholeQuery_equalsItsText() {
    assertSame(
        match()
            .node("a", "Person", "Robot")
            .with("name", parameter("n"))
            .with("age", 3)
            .out("KNOWS")
            .as("r")
            .with("since", 2000L)
            .to("b")
            .out("KNOWS")
            .times(1, 3)
            .to("c")
            .where(A_AGE.lessThan(property("c", "age")).and(property("r", "x").isNotNull()))
            .returning(variable("a").as("a"), count(variable("b")).as("n"))
            .orderByDescending("n")
            .orderBy("a")
            .skip(parameter("s"))
            .limit(10),
        """
        (a:Person|Robot {name: $n, age: 3})-[r:KNOWS {since: 2000}]->(b)-[:KNOWS*1..3]->(c)
        WHERE a.age < c.age AND r.x IS NOT NULL
        RETURN a, count(b) AS n ORDER BY n DESC, a SKIP $s LIMIT 10
        """);
  }

  @Test
  void build_edgesOfAllKinds_equalTheirText() {
    assertSame(
        match(Morphism.DISTINCT_NODES)
            .anyNode()
            .in("A", "B")
            .toAny("X")
            .both()
            .as("p")
            .timesAtLeast(0)
            .to("b")
            .out()
            .times(2)
            .with("x", null)
            .to("b")
            .anyNode("L", "M")
            .node("b"),
        "MATCH DIFFERENT NODES ()<-[:A|B]-(:X)-[p*0..]-(b)-[*2 {x: null}]->(b), (:L|M), (b)");
    assertSame(
        match(Morphism.HOMOMORPHISM).node("a").out().to("a"),
        "MATCH REPEATABLE ELEMENTS (a)-->(a)");
  }

  @Test
  void build_partsThatMayBeMissing_equalTheirText() {
    assertSame(
        match()
            .node("a")
            .out()
            .toAny()
            .optional()
            .node("a", "X")
            .in("T")
            .as("r")
            .to("b")
            .where(property("b", "x").equalTo(1.5))
            .optional(Morphism.DISTINCT_NODES)
            .node("b")
            .out()
            .toAny()
            .returning("a", "b")
            .distinct(),
        """
        (a)-->() OPTIONAL MATCH (a:X)<-[r:T]-(b) WHERE b.x = 1.5
        OPTIONAL MATCH DIFFERENT NODES (b)-->() RETURN DISTINCT a, b
        """);
  }

  @Test
  void build_conditionsOfAllKinds_equalTheirText() {
    PatternBuilder inner =
        match().node("a").out().toAny().where(not(exists(match().anyNode().out().to("a"))));
    assertSame(
        match()
            .node("a")
            .out()
            .as("r")
            .to("b")
            .where(exists(inner).and(not(exists(match().node("a").in("T").to("b")))))
            .where(hasLabel("a", "A", "B").or(label("a").isNull()).or(A_AGE.equalTo(3)))
            .where(type("r").in(List.of("x", parameter("y"))))
            .where(type("r").in(parameter("types")))
            .where(id("a").lessThan(id("b")).or(startNode("r").equalTo(endNode("r"))))
            .where(property("a", "n").startsWith("x").or(property("a", "n").endsWith("y")))
            .where(property("a", "n").contains(property("b", "n").plus("z")))
            .where(A_AGE.plus(1).minus(2).times(3).dividedBy(4).remainder(5).notEqualTo(6.0f))
            .where(A_AGE.atLeast(1).and(A_AGE.atMost(2)).and(A_AGE.greaterThan(value(true)))),
        """
        (a)-[r]->(b)
        WHERE EXISTS { (a)-->() WHERE NOT EXISTS { ()-->(a) } } AND NOT (a)<-[:T]-(b)
          AND (a:A|B OR label(a) IS NULL OR a.age = 3)
          AND type(r) IN ['x', $y] AND type(r) IN $types
          AND (id(a) < id(b) OR startNode(r) = endNode(r))
          AND (a.n STARTS WITH 'x' OR a.n ENDS WITH 'y') AND a.n CONTAINS b.n + 'z'
          AND (a.age + 1 - 2) * 3 / 4 % 5 <> 6.0
          AND a.age >= 1 AND a.age <= 2 AND a.age > true
        """);
  }

  @Test
  void build_aggregates_equalTheirText() {
    assertSame(
        match()
            .node("a")
            .out()
            .as("p")
            .times(1, 2)
            .to("b")
            .returning(
                variable("a").as("a"),
                countRows().as("rows"),
                countDistinct(variable("b")).as("d"),
                sum(A_AGE).as("s"),
                min(A_AGE).as("i"),
                max(A_AGE).as("x"),
                avg(A_AGE.times(2)).as("v"),
                collect(variable("b")).as("c"),
                collectDistinct(length("p")).as("l"))
            .orderBy(countRows().descending(), A_AGE.ascending())
            .returning(A_AGE.as("age")),
        """
        (a)-[p*1..2]->(b) RETURN a, count(*) AS rows, count(DISTINCT b) AS d, sum(a.age) AS s,
          min(a.age) AS i, max(a.age) AS x, avg(a.age * 2) AS v, collect(b) AS c,
          collect(DISTINCT length(p)) AS l, a.age AS age
        ORDER BY count(*) DESC, a.age
        """);
  }

  @Test
  void build_nodeNamedAgain_isPutTogetherAsInText() {
    assertSame(
        match().node("a", "A").with("x", 1).node("a", "B").with("x", 2).with("y", 3),
        "(a:A {x: 1}), (a:B {x: 2, y: 3})");
  }

  @Test
  void build_laterChanges_doNotTouchTheStatement() {
    PatternBuilder builder = match().node("a");
    Object built = builder.build();
    String before = built.toString();
    builder.with("x", 1).out().to("b").returning("a").where(A_AGE.isNull());

    assertThat(built.toString()).isEqualTo(before);
    assertThat(builder.build()).isNotEqualTo(built);
  }

  @Test
  void build_senseless_isRefused() {
    assertRefused(() -> match().build(), "a pattern has a node at least");
    assertRefused(() -> match().with("x", 1), "part of the pattern has no node yet part=1");
    assertRefused(() -> match().out(), "part of the pattern has no node yet part=1");
    assertRefused(() -> match().optional(), "pattern has no node parts=1");
    assertRefused(
        () -> match().node("a").out().as("a").to("b"), "variable is used twice variable=a");
    assertRefused(
        () -> match().node("a").out().as("r").to("b").node("r"),
        "variable is an edge already variable=r");
    assertRefused(() -> match().node(""), "name is empty or begins with # what=variable name=");
    assertRefused(() -> match().node("#0"), "name is empty or begins with # what=variable name=#0");
    assertRefused(
        () -> match().node("a").out().with("x", 1).with("x", 1), "property is given twice key=x");
    assertRefused(() -> match().node("a").out().times(3, 1), "length of a path min=3 max=1");
    assertRefused(
        () -> match(Morphism.HOMOMORPHISM).node("a").out().timesAtLeast(1).to("b").build(),
        "a path that may use edges again needs a bound edge=#0");
    assertRefused(() -> match().node("a").returning("b").build(), "no such variable variable=b");
    assertRefused(
        () -> match().node("a").limit(-1).build(),
        "number of rows is no number from 0 on and no parameter name=limit");
    assertRefused(
        () -> match().node("a").skip("x").build(),
        "number of rows is no number from 0 on and no parameter name=skip");
    assertRefused(
        () -> match().node("a").where(count(variable("a")).equalTo(1)).build(),
        "a condition has an aggregate");
    assertRefused(
        () -> exists(match().node("a").returning("a")),
        "pattern in a condition has more than nodes, edges and conditions parts=1 columns=1");
    assertRefused(
        () -> value(new StringBuilder()),
        "properties have no such values class=java.lang.StringBuilder");
    assertRefused(
        () -> value(Arrays.asList(1, null, 'c')),
        "properties have no such values class=java.lang.Character");
    assertRefused(() -> hasLabel("a"), "no label is given variable=a");
  }

  private static void assertRefused(ThrowingCallable call, String message) {
    assertThatThrownBy(call).isInstanceOf(IllegalArgumentException.class).hasMessage(message);
  }

  private static void assertSame(PatternBuilder builder, String text) {
    assertThat(builder.build()).isEqualTo(PatternParser.parse(text));
  }
}
