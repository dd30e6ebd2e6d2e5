package dev.rookery.traversal.pattern;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rookery.graph.Edge;
import dev.rookery.graph.Graph;
import dev.rookery.graph.Node;
import dev.rookery.graph.ReadTransaction;
import dev.rookery.graph.WriteTransaction;
import dev.rookery.traversal.pattern.model.Expression;
import dev.rookery.traversal.pattern.model.MatchStatement;
import dev.rookery.traversal.run.PageAccess;
import dev.rookery.traversal.run.RunOptions;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Random statements on random graphs: what the executor returns must be what trying everything
/// returns, whatever the options are, from snapshots and within write transactions, and whether the
/// statement comes as values or as text.
///
/// `-Dpattern.cases=N` sets how many statements there are; `-Dseed=S` begins with another seed.
final class PatternModelTest {
  private static final int CASES = Integer.getInteger("pattern.cases", 2000);
  private static final int STATEMENTS_PER_GRAPH = 10;

  /// Random sources with seeds that follow one another begin alike.
  private static final long SCRAMBLE = 0x9E3779B97F4A7C15L;

  private static final long TRIES_MAX = 200_000;
  private static final long ROWS_MAX = 5_000;
  private static final long MEMORY_BYTES = 1L << 22;

  private long rowCount;
  private int nonEmptyCount;
  private int tooLargeCount;

  /// A statement, and what it gives.
  private record Case(
      MatchStatement statement,
      Map<String, Object> parameters,
      BruteForceMatcher.Answer answer,
      String name) {

    Pattern pattern(Map<String, Object> values) {
      return filled(Pattern.of(statement), values);
    }
  }

  private static Pattern filled(Pattern pattern, Map<String, Object> values) {
    Pattern filled = pattern;
    for (Map.Entry<String, Object> value : values.entrySet()) {
      filled = filled.with(value.getKey(), value.getValue());
    }
    return filled;
  }

  @Test
  void rows_randomStatements_areThoseOfTryingEverything() {
    long seed = Long.getLong("seed", 20_261);
    System.out.println("PatternModelTest seed=" + seed);
    int caseCount = 0;
    for (long graphSeed = seed; caseCount < CASES; graphSeed++) {
      caseCount += checkGraph(graphSeed, Math.min(STATEMENTS_PER_GRAPH, CASES - caseCount));
    }
    System.out.printf(
        "PatternModelTest cases=%d nonEmpty=%d rows=%d tooLarge=%d%n",
        caseCount, nonEmptyCount, rowCount, tooLargeCount);
    assertThat(nonEmptyCount).as("statements that find something").isGreaterThan(caseCount / 3);
  }

  @Test
  void rows_pathAsksForWhatIsBoundLater_waitsForIt() {
    try (Graph graph = Graph.inMemory()) {
      graph.execute(tx -> {
        long from = tx.addNode();
        long to = tx.addNode();
        tx.addEdge("A", from, to, Map.of("i", 1));
        tx.addEdge("B", from, tx.addNode("P", Map.of("i", 1)), Map.of("i", 1));
      });
      try (ReadTransaction tx = graph.beginRead()) {
        for (String text :
            List.of(
                "(z)-[p:A*1..2 {i: n.i}]->(), (z)-[:B]->(n)",
                "(z)-[p:A*1..2 {i: r.i}]->(), (z)-[r:B]->()",
                "(z)-[p:B*1..2 {i: n.i}]->(n)",
                "(z) WHERE EXISTS { (z)-[:A* {i: n.i}]->(), (z)-[:B]->(n) }")) {
          assertThat(Pattern.parse(text).count(tx)).as(text).isEqualTo(1);
        }
      }
    }
  }

  /// Returns how many statements were checked.
  private int checkGraph(long graphSeed, int statementCount) {
    Random random = new Random(graphSeed * SCRAMBLE);
    int nodeCount = 1 + random.nextInt(9);
    int edgeCount = nodeCount + random.nextInt(2 * nodeCount);
    boolean isWrite = random.nextInt(4) == 0;
    int checked = 0;
    try (Graph graph = RandomPatternGraph.of(random, nodeCount, edgeCount)) {
      if (isWrite) {
        try (WriteTransaction tx = graph.beginWrite()) {
          RandomPatternGraph.change(random, tx);
          checked = checkStatements(random, tx, graphSeed, statementCount, edgeCount < 5);
        }
      } else {
        try (ReadTransaction tx = graph.beginRead()) {
          checked = checkStatements(random, tx, graphSeed, statementCount, edgeCount < 10);
        }
      }
    }
    return checked;
  }

  private int checkStatements(
      Random random, ReadTransaction tx, long seed, int count, boolean allowsUnbounded) {
    int checked = 0;
    for (int i = 0; i < count; i++) {
      RandomStatement statements = new RandomStatement(random, allowsUnbounded);
      MatchStatement statement = statements.next();
      Map<String, Object> values = statements.parameters();
      BruteForceMatcher matcher = new BruteForceMatcher(tx, values, TRIES_MAX);
      BruteForceMatcher.Answer answer;
      try {
        answer = matcher.answer(statement);
      } catch (BruteForceMatcher.TooLargeException e) {
        tooLargeCount++;
        continue;
      }
      if (answer.count() > ROWS_MAX) {
        tooLargeCount++;
        continue;
      }
      Map<String, Object> textValues = new HashMap<>(values);
      String text = StatementText.of(statement, textValues);
      String name =
          "seed=%d statement=%d\n%s\n%s\n%s".formatted(seed, i, text, textValues, matcher.graph());
      check(tx, new Case(statement, values, answer, name), random);
      checkText(tx, new Case(statement, textValues, answer, name), text);
      checked++;
      rowCount += answer.count();
      nonEmptyCount += answer.count() > 0 ? 1 : 0;
    }
    return checked;
  }

  private static void check(ReadTransaction tx, Case each, Random random) {
    RunOptions options =
        RunOptions.defaults().withMemoryBytes(MEMORY_BYTES).withWorkerCount(1 + random.nextInt(2));
    for (PageAccess pages : PageAccess.values()) {
      RunOptions chosen = tx instanceof WriteTransaction ? options : options.withPages(pages);
      Pattern pattern = each.pattern(each.parameters);
      checkRows(each, rows(tx, pattern, chosen, each.name));
      assertThat(pattern.count(tx, chosen))
          .as("count of " + each.name)
          .isEqualTo(each.answer.count());
      options = options.withWorkerCount(3 - options.workerCount());
    }
  }

  private static void checkText(ReadTransaction tx, Case each, String text) {
    Pattern parsed = Pattern.parse(text);
    boolean hasNames = !each.statement.toString().contains("variable=#");
    boolean isAllText = each.parameters.keySet().stream().noneMatch(name -> name.startsWith("v"));
    if (hasNames && isAllText && !text.contains("-Infinity")) {
      assertThat(parsed.statement()).as(text).isEqualTo(each.statement);
    }
    if (hasNames || !each.statement.returns().isEmpty()) {
      checkRows(each, rows(tx, filled(parsed, each.parameters), RunOptions.defaults(), each.name));
    }
  }

  private static List<List<@Nullable Object>> rows(
      ReadTransaction tx, Pattern pattern, RunOptions options, String name) {
    List<List<@Nullable Object>> rows = new ArrayList<>();
    try (PatternRows found = pattern.rows(tx, options)) {
      while (found.next()) {
        rows.add(found.values());
      }
    } catch (RuntimeException e) {
      throw new AssertionError("rows of " + name, e);
    }
    return rows;
  }

  /// Compares rows with those that were expected: in order, but for those that no sort key tells
  /// apart; of these, any may be the ones that are left out.
  private static void checkRows(Case each, List<List<@Nullable Object>> found) {
    BruteForceMatcher.Answer answer = each.answer;
    assertThat(found).as(each.name).hasSize((int) answer.count());
    List<String> shown = found.stream().map(row -> shown(row, each.statement)).toList();
    long begin = 0;
    for (List<List<@Nullable Object>> tie : answer.ties()) {
      long end = begin + tie.size();
      long from = Math.max(begin, answer.skip());
      long to =
          Math.min(end, Math.min(answer.limit(), Long.MAX_VALUE - answer.skip()) + answer.skip());
      List<String> expected =
          new ArrayList<>(tie.stream().map(row -> shown(row, each.statement)).toList());
      if (from < to) {
        List<String> part = shown.subList((int) (from - answer.skip()), (int) (to - answer.skip()));
        for (String row : part) {
          assertThat(expected.remove(row))
              .as("row %s is expected: %s\n%s", row, tie, each.name)
              .isTrue();
        }
      }
      begin = end;
    }
  }

  /// Writes a row so that equal rows are the same text: numbers by their value, lists of edges that
  /// were collected in an order of their own.
  private static String shown(List<@Nullable Object> row, MatchStatement statement) {
    List<String> values = new ArrayList<>();
    for (int i = 0; i < row.size(); i++) {
      boolean isCollected =
          !statement.returns().isEmpty()
              && statement.returns().get(i).expression() instanceof Expression.Aggregate aggregate
              && aggregate.name() == Expression.AggregateName.COLLECT;
      values.add(
          isCollected && row.get(i) instanceof List<?> list
              ? list.stream().map(PatternModelTest::shown).sorted().toList().toString()
              : shown(row.get(i)));
    }
    return values.toString();
  }

  private static String shown(@Nullable Object value) {
    return switch (value) {
      case null -> "null";
      case Node node -> "(" + node.id() + ")";
      case NodeRef node -> "(" + node.id() + ")";
      case Edge edge ->
          shown(new EdgeRef(edge.type(), edge.source(), edge.target(), edge.ordinal()));
      case EdgeRef edge ->
          "%s:%d>%d#%d".formatted(edge.type(), edge.source(), edge.target(), edge.ordinal());
      case Double number when number == Math.rint(number) && Math.abs(number) < 1e15 ->
          Long.toString(number.longValue());
      case byte[] bytes -> ByteBuffer.wrap(bytes) + " " + bytes[0];
      case String text -> "'" + text + "'";
      case List<?> list ->
          list.stream().map(PatternModelTest::shown).collect(Collectors.joining(",", "[", "]"));
      default -> value.toString();
    };
  }
}
