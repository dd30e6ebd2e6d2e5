package dev.rookery.checks;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class FormatTest {
  @Test
  void tree_always_isFormatted() {
    assertThat(JavaFormat.check(SourceTree.find()))
        .as("files that tools/format would change")
        .isEmpty();
  }

  @Test
  void check_badIndent_namesTheLine() {
    String bad = "class A {\n  int a;\n   int b;\n}\n";

    assertThat(JavaFormat.check("A.java", bad)).extracting(Finding::line).containsExactly(3L);
  }

  @Test
  void check_unusedImport_isFound() {
    assertThat(JavaFormat.check("A.java", "import java.util.List;\n\nclass A {}\n")).hasSize(1);
  }

  @Test
  void check_unparsable_isFound() {
    assertThat(JavaFormat.check("A.java", "class A {\n").getFirst().message())
        .startsWith("does not parse");
  }

  @Test
  void check_formatted_findsNothing() {
    assertThat(JavaFormat.check("A.java", "class A {\n  int a;\n}\n")).isEmpty();
  }
}
