package dev.rookery.traversal.pattern;

import dev.rookery.graph.ReadTransaction;
import dev.rookery.traversal.pattern.model.MatchStatement;
import dev.rookery.traversal.pattern.planner.Parameters;
import dev.rookery.traversal.pattern.result.StatementRun;
import dev.rookery.traversal.pattern.statement.StatementCheck;
import dev.rookery.traversal.pattern.text.PatternParser;
import dev.rookery.traversal.run.RunOptions;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/// A question for all places in the graph that look like this, and what to return of each.
///
/// ```java
/// Pattern friends = Pattern.parse("""
///     MATCH (a:Person {name: $name})-[:KNOWS]->(b)-[:KNOWS]->(c)
///     WHERE NOT (a)-[:KNOWS]->(c) AND a <> c
///     RETURN c, count(b) AS common ORDER BY common DESC LIMIT 10
///     """);
/// try (PatternRows rows = friends.with("name", "Ada").rows(tx)) {
///   while (rows.next()) {
///     System.out.println(rows.node("c").getString("name") + " " + rows.value("common"));
///   }
/// }
/// ```
///
/// Variables are bound one after the other, each to what the sorted rows of neighbours of those
/// that are bound have in common: a worst-case-optimal join. The order comes from counts and
/// samples of the snapshot; [#explain] shows it. Matches that are only counted are not found one by
/// one: the last variable is a length, matches that a symmetry of the pattern makes of each other
/// are found once, and counts of what does not depend on the rest are kept.
///
/// Immutable and thread-safe: parse once, run often. What the language has is in
/// `docs/PATTERNS.md`.
public final class Pattern {
  private final MatchStatement statement;
  private final Map<String, Object> parameters;

  private Pattern(MatchStatement statement, Map<String, Object> parameters) {
    this.statement = statement;
    this.parameters = parameters;
  }

  /// Reads a query. O(length of the text).
  ///
  /// @throws dev.rookery.traversal.error.PatternTextException if it is none; says where and why
  public static Pattern parse(String text) {
    return new Pattern(PatternParser.parse(text), Map.of());
  }

  /// Returns a query that was made without text.
  ///
  /// @throws IllegalArgumentException if it makes no sense: variables that there are not, or that
  ///   are used for what they are not
  public static Pattern of(MatchStatement statement) {
    StatementCheck.check(statement);
    return new Pattern(statement, Map.of());
  }

  /// Returns this query with a value for one of its parameters.
  ///
  /// @param name without the dollar sign
  /// @param value of a type that properties may have, or a list
  public Pattern with(String name, Object value) {
    Map<String, Object> more = new HashMap<>(parameters);
    more.put(Objects.requireNonNull(name), Objects.requireNonNull(value));
    return new Pattern(statement, Map.copyOf(more));
  }

  /// Returns what is asked.
  public MatchStatement statement() {
    return statement;
  }

  /// Runs the query, with the default options.
  ///
  /// @throws IllegalArgumentException if a parameter has no value, or variables are used for what
  ///   they are not
  public PatternRows rows(ReadTransaction tx) {
    return rows(tx, RunOptions.defaults());
  }

  /// Runs the query.
  ///
  /// Rows that are not sorted nor put together are found one by one as they are asked for; else all
  /// are found by the workers when the first is asked for. Pages are read through the mapping,
  /// whatever the options say.
  ///
  /// @throws IllegalArgumentException as [#rows(ReadTransaction)] does
  public PatternRows rows(ReadTransaction tx, RunOptions options) {
    MatchStatement filled = new Parameters(parameters).fill(statement);
    return new PatternRows(tx, StatementRun.begin(tx, filled, options, false));
  }

  /// Returns how many rows there are, with the default options.
  ///
  /// @throws IllegalArgumentException as [#rows(ReadTransaction)] does
  public long count(ReadTransaction tx) {
    return count(tx, RunOptions.defaults());
  }

  /// Returns how many rows there are. Where rows are neither put together nor limited, matches are
  /// counted without being found one by one.
  ///
  /// @throws IllegalArgumentException as [#rows(ReadTransaction)] does
  /// @throws ArithmeticException if there are more than a `long` counts
  public long count(ReadTransaction tx, RunOptions options) {
    MatchStatement filled = new Parameters(parameters).fill(statement);
    boolean isCountOfMatches =
        !filled.isDistinct()
            && !filled.hasAggregate()
            && filled.skip() == null
            && filled.limit() == null;
    try (StatementRun run = StatementRun.begin(tx, filled, options, isCountOfMatches)) {
      if (isCountOfMatches) {
        return run.countMatches();
      }
      long count = 0;
      while (run.next()) {
        count++;
      }
      return count;
    }
  }

  /// Returns how the query would be run on a snapshot: steps in order, with how many matches are
  /// expected behind each. After a run, [PatternRows#explain] adds how many there were.
  ///
  /// @throws IllegalArgumentException as [#rows(ReadTransaction)] does
  public String explain(ReadTransaction tx) {
    try (PatternRows rows = rows(tx, RunOptions.defaults().withWorkerCount(1))) {
      return rows.explain();
    }
  }

  @Override
  public String toString() {
    return "Pattern[" + statement + "]";
  }
}
