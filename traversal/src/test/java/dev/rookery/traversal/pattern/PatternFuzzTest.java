package dev.rookery.traversal.pattern;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rookery.graph.Graph;
import dev.rookery.graph.ReadTransaction;
import dev.rookery.traversal.error.MemoryBudgetException;
import dev.rookery.traversal.error.PatternTextException;
import dev.rookery.traversal.error.RunTimeoutException;
import dev.rookery.traversal.pattern.model.MatchStatement;
import dev.rookery.traversal.run.RunOptions;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.regex.MatchResult;
import org.junit.jupiter.api.Test;

/// Damaged texts: each is refused with a place, or is a query, which then has an answer or comes to
/// its limits. Nothing else.
///
/// `-Dpattern.fuzz=N` sets how many texts there are, `-Dseed=S` begins with another seed. A text
/// that fails is in the message of the failure.
final class PatternFuzzTest {
  private static final int TEXTS = Integer.getInteger("pattern.fuzz", 5_000);
  private static final int LENGTH_MAX = 2_000;
  private static final long ROWS_MAX = 1_000;
  private static final long MEMORY_BYTES = 1L << 22;

  private static final java.util.regex.Pattern WORD =
      java.util.regex.Pattern.compile("[a-zA-Z]+|[0-9.]+|[-<>]+");

  private static final List<String> CORPUS =
      List.of(
          "(a)",
          "MATCH (a:Person {name: $n})-[r:KNOWS]->(b)-[:KNOWS*1..3]->(c) WHERE a.age < c.age"
              + " RETURN a, c, count(b) AS n ORDER BY n DESC SKIP 1 LIMIT 10",
          "MATCH DIFFERENT NODES (a:P|Q)-->(b)<--(c), (c)--(a) WHERE NOT (a)-[:A]-(c) RETURN *",
          "MATCH REPEATABLE ELEMENTS (a)-[p:A|B*0..2 {i: 1}]-(b) RETURN length(p), p",
          "(a:P) OPTIONAL MATCH (a)-[r]->(b:Q) WHERE b.i IN [1, 2.5, -3e2, 0x1f, $p, null]"
              + " OPTIONAL MATCH (b)-->{1,2}(c) RETURN DISTINCT a.s, type(r), startNode(r)",
          "(a WHERE a.i > 1 AND a.f)-[r WHERE r.i IS NOT NULL]->() WHERE a.s STARTS WITH 'a' OR"
              + " a.s ENDS WITH \"b\\n\" XOR a.s CONTAINS '\\u00e9' RETURN a.i + 2 * -a.d / 3 % 2",
          "(a), (b) WHERE EXISTS { (a)-[:A]->(x)<-[:B]-(b) WHERE NOT EXISTS { (x)-->() } }"
              + " AND id(a) < id(b) <= 9 RETURN label(a), count(*), sum(a.i), avg(b.d)",
          "// comment\n(`odd name`)-[`r`:`T Y`|M]->(b) /* more */ RETURN `odd name`.`a b` AS x,"
              + " min(b.s), max(b.i), collect(DISTINCT b) ORDER BY x ASC, count(*) DESC;",
          "(a:P)-[r:A]->(b) WHERE a:P|Q AND r.i = 1 AND (a.i = b.i OR NOT a = b) RETURN a, b, r");

  private static final List<String> PIECES =
      List.of(
          "(",
          ")",
          "[",
          "]",
          "{",
          "}",
          "-",
          "->",
          "<-",
          "--",
          "*",
          "..",
          ",",
          ":",
          "|",
          "'",
          "\"",
          "`",
          "$",
          "$n",
          "=",
          "<>",
          "<",
          "<=",
          "+",
          "/",
          "%",
          ".",
          ";",
          "\\",
          "\n",
          "\t",
          "/*",
          "*/",
          "//",
          "\u0000",
          "é",
          "𝔵",
          "\ud800",
          "\u202e",
          "a",
          "b",
          "r",
          "p",
          "a.i",
          "0",
          "1",
          "2..",
          "99999999999999999999",
          "1e400",
          "0x",
          "null",
          "true",
          "NOT ",
          " AND ",
          " OR ",
          " XOR ",
          " IN ",
          " IS NULL",
          " WHERE ",
          " RETURN ",
          " ORDER BY ",
          " LIMIT ",
          " SKIP ",
          "MATCH ",
          "OPTIONAL MATCH ",
          "EXISTS {",
          "count(*)",
          "sum(",
          "id(a)",
          "(a)-->(b)",
          "[1, 2]",
          "DISTINCT ",
          "REPEATABLE ",
          "ELEMENTS ",
          "DIFFERENT ",
          "NODES ",
          "AS x",
          ":P",
          ":A",
          "{i: 1}",
          "{1,2}",
          "*0..2",
          "%s");

  private int refused;
  private int answered;
  private int limited;

  @Test
  void parse_damagedTexts_areRefusedOrAnswered() {
    long seed = Long.getLong("seed", 20_262);
    System.out.println("PatternFuzzTest seed=" + seed);
    Random random = new Random(seed);
    try (Graph graph = RandomPatternGraph.of(random, 5, 8);
        ReadTransaction tx = graph.beginRead()) {
      for (int i = 0; i < TEXTS; i++) {
        String text = damaged(random);
        try {
          check(tx, text);
        } catch (RuntimeException | StackOverflowError | AssertionError e) {
          throw new AssertionError("seed=%d text=%d\n%s".formatted(seed, i, text), e);
        }
      }
    }
    System.out.printf(
        "PatternFuzzTest texts=%d refused=%d answered=%d limited=%d%n",
        TEXTS, refused, answered, limited);
    assertThat(answered).as("texts that are queries").isGreaterThan(TEXTS / 50);
    assertThat(refused).as("texts that are none").isGreaterThan(TEXTS / 4);
  }

  private static String damaged(Random random) {
    StringBuilder text = new StringBuilder(any(random, CORPUS));
    int times = 1 + random.nextInt(random.nextInt(8) == 0 ? 20 : 2);
    for (int i = 0; i < times && text.length() < LENGTH_MAX; i++) {
      damage(random, text);
    }
    return text.toString();
  }

  private static void damage(Random random, StringBuilder text) {
    int begin = random.nextInt(text.length() + 1);
    int end = Math.min(text.length(), begin + random.nextInt(1 + random.nextInt(12)));
    switch (random.nextInt(10)) {
      case 0 -> text.delete(begin, end);
      case 1, 2 -> text.insert(begin, any(random, PIECES));
      case 3 -> text.replace(begin, end, any(random, PIECES));
      case 4 -> text.insert(begin, text.substring(begin, end).repeat(1 + random.nextInt(30)));
      case 5 -> {
        String other = any(random, CORPUS);
        text.insert(begin, other.substring(random.nextInt(other.length())));
      }
      case 6, 7, 8 -> replaceWord(random, text);
      default -> {
        if (begin < text.length()) {
          text.setCharAt(begin, (char) random.nextInt(random.nextBoolean() ? 128 : 65_536));
        }
      }
    }
  }

  /// Replaces a word by another of the text, which leaves more of the grammar whole.
  private static void replaceWord(Random random, StringBuilder text) {
    List<MatchResult> words = WORD.matcher(text).results().toList();
    if (!words.isEmpty()) {
      MatchResult word = words.get(random.nextInt(words.size()));
      text.replace(word.start(), word.end(), words.get(random.nextInt(words.size())).group());
    }
  }

  private static String any(Random random, List<String> list) {
    return list.get(random.nextInt(list.size()));
  }

  private void check(ReadTransaction tx, String text) {
    Pattern pattern;
    try {
      pattern = Pattern.parse(text);
    } catch (PatternTextException e) {
      checkPlace(text, e);
      refused++;
      return;
    }
    try {
      run(tx, pattern);
      answered++;
    } catch (RunTimeoutException | MemoryBudgetException e) {
      limited++;
    } catch (ArithmeticException e) {
      // Whole numbers that overflow or are divided by zero, as documented.
      answered++;
    } catch (IllegalArgumentException e) {
      assertThat(e).hasMessageStartingWith("a sum is made of numbers value=");
      answered++;
    }
  }

  private static void checkPlace(String text, PatternTextException e) {
    String[] lines = text.split("\n", -1);
    assertThat(e.line()).isBetween(1, lines.length);
    String line = lines[e.line() - 1];
    assertThat(e.column()).isBetween(1, line.codePointCount(0, line.length()) + 1);
    assertThat(e.getMessage())
        .contains(" line=" + e.line() + " column=" + e.column() + "\n")
        .endsWith("^");
    assertThat(e.getMessage().lines()).hasSize(3);
  }

  private static void run(ReadTransaction tx, Pattern pattern) {
    Pattern filled = pattern;
    for (Map.Entry<String, Object> value : values(pattern.statement()).entrySet()) {
      filled = filled.with(value.getKey(), value.getValue());
    }
    RunOptions options =
        RunOptions.defaults()
            .withWorkerCount(1)
            .withMemoryBytes(MEMORY_BYTES)
            .withTimeout(Duration.ofMillis(200));
    try (PatternRows rows = filled.rows(tx, options)) {
      for (long i = 0; i < ROWS_MAX && rows.next(); i++) {
        rows.values();
      }
    }
  }

  private static Map<String, Object> values(MatchStatement statement) {
    Map<String, Object> values = new HashMap<>();
    for (String piece : statement.toString().split("Parameter\\[name=", -1)) {
      int end = piece.indexOf(']');
      if (end > 0) {
        values.put(piece.substring(0, end), 1L);
      }
    }
    return values;
  }
}
