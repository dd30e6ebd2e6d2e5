package dev.rookery.traversal.pattern.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.rookery.traversal.error.PatternTextException;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What is said of texts that are no queries.
final class PatternTextErrorTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '~',
      value = {
        // text; column; part of what was expected
        "~~; 1; MATCH or `(`",
        "CREATE (a); 1; MATCH or `(`",
        "MATCH; 6; `(` of a node",
        "(a; 3; `)` of the node",
        "(a:; 4; a label",
        "(a:Person]; 10; `)` of the node",
        "(a)-; 5; `-`",
        "(a)->(b); 5; `-`",
        "(a)-[r:]->(b); 8; a type",
        "(a)-[r (b); 8; `]` of the edge",
        "(a)-[*1..x]->(b); 10; `]` of the edge",
        "(a)-[*..]->(b); 9; a number of edges",
        "(a)-->{}(b); 8; a number of edges",
        "(a)-->; 7; `(` of a node",
        "(a {x 1}); 7; `:`",
        "(a {x: 1 y: 2}); 10; `,` or `}`",
        "(a {x: }); 8; a value",
        "(a) WHERE; 10; a value",
        "(a) WHERE a.; 13; the name of a property",
        "(a) WHERE a.x IS 3; 18; NULL or NOT NULL",
        "(a) WHERE a.x STARTS 'x'; 22; WITH",
        "(a) WHERE (a.x = 1; 19; an operator or `)`",
        "(a) WHERE a.x IN [1 2]; 21; an operator, `,` or `]`",
        "(a) WHERE foo(a); 11; id, label, type",
        "(a) WHERE id(3); 14; a variable",
        "(a) WHERE EXISTS { (a)-->(); 28; `}` of EXISTS",
        "(a) WHERE EXISTS (a); 11; a value",
        "(a) WHERE a.x == 1; 16; a value",
        "(a) RETURN; 11; a value",
        "(a) RETURN a AS; 16; the name of a column",
        "(a) RETURN a AS limit; 17; the name of a column",
        "(a) RETURN a ORDER a; 20; BY",
        "(a) LIMIT a; 11; a number of rows or a parameter",
        "(a) LIMIT -1; 11; a number of rows or a parameter",
        "(a) LIMIT 1 SKIP 2; 13; the end of the query",
        "(a) RETURN a MATCH (b); 14; ORDER BY, SKIP, LIMIT or the end",
        "(a) (b); 5; OPTIONAL MATCH",
        "MATCH DIFFERENT (a); 17; EDGES or NODES",
        "MATCH REPEATABLE (a); 18; ELEMENTS",
        "(a) /* b; 9; `*/`",
        "(a {x: 'b}); 12; ' that ends the text",
        "(a {x: '\\q'}); 10; behind the backslash",
        "(a {x: '\\u12'}); 13; four hexadecimal digits",
        "(`a; 4; ` that ends the name",
        "(a {x: 12b}); 10; a digit",
        "(a {x: 0xg}); 10; a hexadecimal digit",
        "(a {x: $}); 9; the name of a parameter",
      })
  void parse_brokenText_saysWhatWasExpectedWhere(String text, int column, String expected) {
    PatternTextException thrown = thrownBy(text);

    assertThat(thrown.expected()).contains(expected);
    assertThat(thrown).hasMessageStartingWith("expected " + thrown.expected() + " found=");
    assertPlace(thrown, text, column);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '~',
      value = {
        // text; column; message
        "(a) ?; 5; unexpected character character=U+003F",
        "(``); 2; name is empty",
        "(`#a`); 2; name of a variable begins with #",
        "(match); 2; keyword is no name, unless between backticks name=match",
        "MATCH p = (a)-->(b); 7; a path has no name",
        "(a), p = (a)-->(b); 6; a path has no name",
        "(a) WHERE b.x = 1; 11; no such variable variable=b",
        "(a) RETURN a, b; 15; no such variable variable=b",
        "(a) RETURN a.x AS y ORDER BY y + 1; 30; no such variable variable=y",
        "(a {x: b.x}); 8; no such variable variable=b",
        "(a) WHERE a.x = 1 OR b:L; 22; no such variable variable=b",
        "(a)-[a]->(b); 6; variable is a node already variable=a",
        "(a)-[r]->(b)-[r]->(c); 15; variable is used twice variable=r",
        "(a)-[r]->(b) OPTIONAL MATCH (a)-[r]->(c); 34; variable is used twice variable=r",
        "(a)-[r]->(r); 10; variable is used twice variable=r",
        "(a)-[r]->(b), (r); 15; variable is an edge already variable=r",
        "(a)-[r]->(b) OPTIONAL MATCH (r); 29; variable is an edge already variable=r",
        "(a)-[r]->(b) WHERE EXISTS { (r) }; 29; variable is an edge already variable=r",
        "(a {x: 1, x: 2}); 11; property stands there twice key=x",
        "(a)-[p*]->(b) WHERE p.x = 1; 21; a path has no properties variable=p",
        "(a)-[p*]->(b) WHERE type(p) = 'x'; 21; a path is not an edge variable=p",
        "(a)-[r]->(b) WHERE length(r) = 1; 20; an edge is not a path variable=r",
        "(a)-[r]->(b) WHERE id(r) = 1; 20; an edge is not a node variable=r",
        "(a)-[r]->(b) WHERE r:T; 20; an edge is not a node variable=r",
        "(a) WHERE startNode(a) = a; 11; a node is not an edge variable=a",
        "(a) WHERE a; 11; a node is no condition variable=a",
        "(a) WHERE a.x AND a; 19; a node is no condition variable=a",
        "(a), (b) WHERE a < b; 16; a node is neither less nor more variable=a",
        "(a)-[r]->(b) RETURN r + 1; 21; an edge is no number variable=r",
        "(a)-[r]->(b) RETURN a IN b; 26; a node is no list variable=b",
        "(a) RETURN max(a); 16; a node is no value variable=a",
        "(a) WHERE count(*) > 1; 11; an aggregate stands in RETURN alone",
        "(a) RETURN sum(count(*)); 16; an aggregate stands in RETURN alone",
        "(a {x: max(a.x)}); 8; an aggregate stands in RETURN alone",
        "(a) RETURN EXISTS { (a) WHERE max(a.x) = 1 }; 31; an aggregate stands in RETURN alone",
        "(a) RETURN a.x + count(*); 12; beside an aggregate stand only constants, parameters and",
        "(a) RETURN count(*) > 1; 12; beside an aggregate stand only constants, parameters and",
        "(a {x: EXISTS { (a)-->() }}); 8; a property cannot equal a pattern",
        "(a)-[p*]->(b)-[* {x: length(p)}]->(); 22; a path cannot ask for another path variable=p",
        "(a) RETURN a, a.x AS a; 15; column name is used twice column=a",
        "(a) RETURN count(*) ORDER BY a.x; 30; rows that are put together are sorted by what is",
        "(a) RETURN DISTINCT a.x ORDER BY a.y; 34; rows that are put together are sorted by what",
        "(a) RETURN a.x ORDER BY max(a.x); 25; rows that are put together are sorted by what is",
        "MATCH REPEATABLE ELEMENTS (a)-[*]->(b); 30; path of REPEATABLE ELEMENTS may be endless",
        "(a)-[*3..1]->(b); 7; length of a path is at most less than at least min=3 max=1",
        "(a)-[*1]->{2}(b); 11; length of the path stands there twice",
        "(a)-[*1..9999999999]->(b); 10; number of edges is too large",
        "(a {x: 9223372036854775808}); 8; number is too large for a long",
        "(a {x: 0x8000000000000000}); 8; number is too large for a long",
        "(a {x: 1e999}); 8; number is too large for a double",
        "(a) RETURN a.x.y; 15; a property has no properties key=x",
        "(a) LIMIT 99999999999999999999; 11; number is too large for a long",
      })
  void parse_senselessText_saysWhatIsWrongWhere(String text, int column, String message) {
    PatternTextException thrown = thrownBy(text);

    assertThat(thrown).hasMessageStartingWith(message);
    assertThat(thrown.expected()).isEmpty();
    assertPlace(thrown, text, column);
  }

  private static void assertPlace(PatternTextException thrown, String text, int column) {
    assertThat(thrown.line()).isEqualTo(1);
    assertThat(thrown.column()).isEqualTo(column);
    assertThat(thrown)
        .hasMessageEndingWith(
            " line=1 column=%d\n%s\n%s^".formatted(column, text, " ".repeat(column - 1)));
  }

  @Test
  void parse_manyLines_showsTheLine() {
    PatternTextException thrown = thrownBy("MATCH (a)\n  -[𝔯:T]->\r\n\t(𝔟 𝔠)\nRETURN a");

    assertThat(thrown.line()).isEqualTo(3);
    assertThat(thrown.column()).isEqualTo(5);
    assertThat(thrown).hasMessageEndingWith(" line=3 column=5\n (𝔟 𝔠)\n    ^");
  }

  @Test
  void parse_longLine_showsWhatIsAroundThePlace() {
    PatternTextException thrown = thrownBy("(a)" + " ".repeat(500) + "?" + "-".repeat(500));

    assertThat(thrown.column()).isEqualTo(504);
    assertThat(thrown)
        .hasMessageEndingWith(
            "\n" + " ".repeat(60) + "?" + "-".repeat(59) + "\n" + " ".repeat(60) + "^");
  }

  @Test
  void parse_controlCharacters_areNotShown() {
    assertThat(thrownBy("(a) \u001b[31m"))
        .hasMessageContaining("U+001B")
        .hasMessageNotContaining("\u001b");
    assertThat(thrownBy("(a '\u001b\u202e')")).hasMessageNotContainingAny("\u001b", "\u202e");
  }

  @Test
  void parse_longNamesOfSeveralLines_makeAShortMessage() {
    assertThat(thrownBy("(a) RETURN `x\ny" + "z".repeat(10_000) + "`"))
        .hasMessageStartingWith("no such variable variable=x yzzz")
        .extracting(e -> e.getMessage().length())
        .isEqualTo(200 + "… line=1 column=12\n(a) RETURN `x\n           ^".length());
  }

  @Test
  void parse_percentSigns_areText() {
    assertThat(thrownBy("(`%s%d`) RETURN `%s%d` , 1 AS `%s%d`"))
        .hasMessageStartingWith("column name is used twice column=%s%d line=1");
    assertThat(thrownBy("(a) RETURN `%n`")).hasMessageStartingWith("no such variable variable=%n");
  }

  @ParameterizedTest
  @CsvSource({
    "'(a) WHERE ', '(', 1, ')'",
    "'(a) WHERE ', 'NOT ', true, ''",
    "'(a) WHERE ', '- ', 1, ''",
    "'(a) WHERE ', '[', 1, ']'",
    "'(a) WHERE ', 'EXISTS { (a) WHERE ', true, '}'",
    "'(a) WHERE ', '1 + ', 1, ''",
    "'(a) WHERE ', '', a.x, ' IS NULL'",
    "'(a) WHERE ', '', a.x, ' = 1 XOR a.x'",
    "'(a) RETURN ', '(', count(*), ')'",
    "'(a) WHERE ', '(a {x: ', 1, '})-->()'",
    "'', '(a WHERE ', true, ')-->()'",
    "'(a)', '', '', ', ()'",
  })
  void parse_anythingAHundredThousandTimes_isAnErrorNotAnOverflow(
      String begin, String before, String middle, String after) {
    int times = Math.min(20_000, (PatternParser.LENGTH_MAX - 100) / (before + after).length());
    String text = begin + before.repeat(times) + middle + after.repeat(times);

    assertThatThrownBy(() -> PatternParser.parse(text))
        .isInstanceOf(PatternTextException.class)
        .hasMessageMatching("(?s).*(too deep|more nodes and edges).*");
  }

  @Test
  void parse_manyOfWhatIsNotNested_isRead() {
    String or =
        IntStream.range(0, 5_000).mapToObj(i -> "a.x = " + i).collect(Collectors.joining(" OR "));
    String list =
        IntStream.range(0, 5_000).mapToObj(Integer::toString).collect(Collectors.joining(","));

    assertThat(
            PatternParser.parse("(a) WHERE (" + or + ") AND a.y IN [" + list + "]")
                .part()
                .where()
                .conjuncts())
        .hasSize(2);
  }

  @Test
  void parse_tooLongText_isRefused() {
    assertThatThrownBy(() -> PatternParser.parse("(a)" + " ".repeat(PatternParser.LENGTH_MAX)))
        .isInstanceOf(PatternTextException.class)
        .hasMessageStartingWith("query is too long length=262147 max=262144 line=1 column=262145");
  }

  private static PatternTextException thrownBy(String text) {
    return catchThrowableOfType(PatternTextException.class, () -> PatternParser.parse(text));
  }
}
