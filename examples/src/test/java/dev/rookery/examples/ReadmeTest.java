package dev.rookery.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Holds the code in the README equal to the code that a test runs.
final class ReadmeTest {

  private static final Path README = Path.of("..", "README.md");
  private static final Path SOURCE =
      Path.of("src", "main", "java", "dev", "rookery", "examples", "HelloGraph.java");

  @Test
  void readme_firstSteps_areTheLinesOfHelloGraph() throws IOException {
    assumeTrue(Files.exists(README));

    assertThat(Files.readString(README)).contains("```java\n" + hello() + "```");
  }

  @Test
  void helloGraph_markedLines_areAtMostTwenty() throws IOException {
    assertThat(hello().lines()).hasSizeLessThanOrEqualTo(20);
  }

  /// Returns the lines between the marks, without the indentation that they share.
  private static String hello() throws IOException {
    List<String> lines = Files.readAllLines(SOURCE);
    int start = indexOf(lines, "// tag::hello[]") + 1;
    int end = indexOf(lines, "// end::hello[]");
    return String.join("\n", lines.subList(start, end)).stripIndent() + "\n";
  }

  private static int indexOf(List<String> lines, String mark) {
    List<String> stripped = lines.stream().map(String::strip).toList();
    assertThat(stripped).containsOnlyOnce(mark);
    return stripped.indexOf(mark);
  }
}
