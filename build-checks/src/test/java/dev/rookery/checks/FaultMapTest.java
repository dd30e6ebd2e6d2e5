package dev.rookery.checks;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// The tables of faults, bugs and traps in TESTING.md: complete, and of tests that exist.
class FaultMapTest {
  private static final Pattern TEST = Pattern.compile("`(\\w+Test)\\.(\\w*)(\\*?)`");

  private final SourceTree tree = SourceTree.find();
  private final List<String> files = tree.files();
  private final String map = tree.read("docs/TESTING.md");

  @Test
  void everyFaultAndTrap_hasItsRow() {
    Set<String> faults = firstCells("## Faults");
    Set<String> traps = firstCells("## Traps");

    assertThat(faults).containsAll(numbers("F", 25));
    assertThat(traps).containsAll(numbers("", 29));
  }

  private static List<String> numbers(String prefix, int last) {
    return IntStream.rangeClosed(1, last).mapToObj(number -> prefix + number).toList();
  }

  /// Returns what the first cells of a table name, one or several to each.
  private Set<String> firstCells(String heading) {
    int from = map.indexOf(heading);
    int next = map.indexOf("\n## ", from + 1);
    return map.substring(from, next < 0 ? map.length() : next)
        .lines()
        .filter(line -> line.startsWith("| "))
        .flatMap(line -> List.of(line.split("\\|")[1].split(",")).stream())
        .map(String::strip)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  @Test
  void everyTestThatIsNamed_exists() {
    Matcher named = TEST.matcher(map);
    int count = 0;
    while (named.find()) {
      String end = named.group(3).isEmpty() ? "\\(" : "\\w*\\(";
      Pattern method = Pattern.compile("void " + named.group(2) + end);
      assertThat(sourceOf(named.group(1))).as(named.group()).containsPattern(method);
      count++;
    }
    assertThat(count).isGreaterThan(60);
  }

  private String sourceOf(String testClass) {
    List<String> sources =
        files.stream().filter(file -> file.endsWith("/" + testClass + ".java")).toList();
    assertThat(sources).as(testClass).isNotEmpty();
    return sources.stream().map(tree::read).collect(Collectors.joining());
  }
}
