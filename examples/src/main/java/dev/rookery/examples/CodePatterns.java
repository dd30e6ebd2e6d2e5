package dev.rookery.examples;

import dev.rookery.graph.Node;
import dev.rookery.graph.ReadTransaction;
import dev.rookery.traversal.pattern.Pattern;
import dev.rookery.traversal.pattern.PatternRows;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Four questions about the shape of code, each a pattern query as text.
///
/// Modifiers are the numbers of the class file: 512 stands for an interface, 1024 for what is
/// abstract. Valid until the transaction closes. Not thread-safe.
final class CodePatterns {

  /// Classes with an `equals(Object)` of their own that has code, and no `hashCode()`.
  static final Question EQUALS_WITHOUT_HASH_CODE =
      new Question(
          "Which classes override equals and not hashCode?",
          """
          MATCH (c:Class)-[:CONTAINS]->(e:Method {name: 'equals',
              descriptor: '(Ljava/lang/Object;)Z'})
          WHERE (e.modifiers / 1024) % 2 = 0
            AND NOT (c)-[:CONTAINS]->(:Method {name: 'hashCode', descriptor: '()I'})
          RETURN c.name AS class ORDER BY class
          """);

  /// Methods that call each other, in classes of different packages; each pair once.
  static final Question MUTUAL_RECURSION =
      new Question(
          "Which methods of different packages call each other?",
          """
          MATCH (p:Package)-[:CONTAINS]->(:Class)-[:CONTAINS]->(m:Method)-[:CALLS]->(n:Method),
            (n)-[:CALLS]->(m), (q:Package)-[:CONTAINS]->(:Class)-[:CONTAINS]->(n)
          WHERE p.name < q.name
          RETURN m AS one, n AS other ORDER BY p.name, m.name, q.name, n.name
          """);

  /// Interfaces that a class or interface inherits directly from two of its direct supertypes.
  static final Question DIAMONDS =
      new Question(
          "Above which interfaces do diamonds of inheritance stand?",
          """
          MATCH (c:Class)-[:EXTENDS|IMPLEMENTS]->(a:Class)-[:EXTENDS|IMPLEMENTS]->(top:Class),
            (c)-[:EXTENDS|IMPLEMENTS]->(b:Class)-[:EXTENDS|IMPLEMENTS]->(top)
          WHERE a.name < b.name AND (top.modifiers / 512) % 2 = 1
          RETURN top.name AS interface, count(*) AS diamonds, count(DISTINCT c) AS classes
          ORDER BY diamonds DESC, interface
          """);

  /// Methods by the number of packages with methods that call them.
  static final Question CALLING_PACKAGES =
      new Question(
          "Which methods are called from most packages?",
          """
          MATCH (p:Package)-[:CONTAINS]->(:Class)-[:CONTAINS]->(:Method)-[:CALLS]->(m:Method)
          WHERE m.name <> '<init>'
          RETURN m AS method, count(DISTINCT p) AS packages ORDER BY packages DESC, m
          """);

  private final ReadTransaction tx;
  private final CodeNames names;

  CodePatterns(ReadTransaction tx, CodeNames names) {
    this.tx = tx;
    this.names = names;
  }

  /// Asks about classes that override `equals` alone.
  Answer equalsWithoutHashCode(int keep) {
    return ask(EQUALS_WITHOUT_HASH_CODE, keep, _ -> true);
  }

  /// Asks about mutual recursion between packages.
  Answer mutualRecursion(int keep) {
    return ask(MUTUAL_RECURSION, keep, _ -> true);
  }

  /// Asks about diamonds.
  Answer diamonds(int keep) {
    return ask(DIAMONDS, keep, _ -> true);
  }

  /// Asks about methods that are called from more than so many packages. Rows come in that order,
  /// so the others need not be looked at.
  Answer godMethods(int packageCount, int keep) {
    return ask(CALLING_PACKAGES, keep, rows -> rows.number("packages") > packageCount);
  }

  private Answer ask(Question question, int keep, Predicate<PatternRows> isWanted) {
    long begin = System.nanoTime();
    List<String> first = new ArrayList<>();
    long count = 0;
    try (PatternRows rows = Pattern.parse(question.text()).rows(tx)) {
      while (rows.next() && isWanted.test(rows)) {
        count++;
        if (first.size() < keep) {
          first.add(rows.values().stream().map(this::text).collect(Collectors.joining("  ")));
        }
      }
      return new Answer(question, count, first, rows.explain(), System.nanoTime() - begin);
    }
  }

  private String text(@Nullable Object value) {
    return value instanceof Node node ? names.shortName(node) : String.valueOf(value);
  }

  /// What is asked.
  ///
  /// @param title for people
  /// @param text for the database
  record Question(String title, String text) {}

  /// What came back.
  ///
  /// @param count how many rows there are
  /// @param first the first of them, as text
  /// @param plan steps in order, with how many matches were expected and found
  /// @param nanos how long it took to plan and to run
  record Answer(Question question, long count, List<String> first, String plan, long nanos) {}
}
