package dev.rookery.checks;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TextRulesTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "// TODO later",
        "// FIXME(12)",
        "the file /home/someone/x",
        "cd /tmp/work",
        "(/root/.m2)",
        "C:\\Users\\someone",
        "see 192.168.1.4",
        "ask build.internal for it",
        "tab\there",
        "space at the end "
      })
  void check_badLine_isFound(String line) {
    assertThat(TextRules.check("a/A.java", "\n" + line + "\n"))
        .extracting(Finding::line)
        .containsExactly(2L);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "// TODO(#12): later",
        "see https://example.org/home/index.html",
        "target/work/file",
        "${project.basedir}/home/x",
        "this.local = local; a.internal()",
        "",
        "/usr/lib/jvm"
      })
  void check_goodLine_findsNothing(String line) {
    assertThat(TextRules.check("a/A.java", line + "\n")).isEmpty();
  }

  @Test
  void check_longLine_isFoundInJavaOnly() {
    String line = "a".repeat(101) + "\n";

    assertThat(TextRules.check("A.java", line)).hasSize(1);
    assertThat(TextRules.check("A.md", line)).isEmpty();
    assertThat(TextRules.check("A.java", "a".repeat(100) + "\n")).isEmpty();
  }

  @Test
  void check_longFile_isFound() {
    assertThat(TextRules.check("A.java", "\n".repeat(800))).isEmpty();
    assertThat(TextRules.check("A.java", "\n".repeat(801))).hasSize(1);
  }

  @Test
  void check_noLineEnd_isFound() {
    assertThat(TextRules.check("A.md", "text")).hasSize(1);
  }

  @Test
  void checkSize_overLimit_isFound() {
    assertThat(TextRules.checkSize("a.bin", 256 * 1024)).isEmpty();
    assertThat(TextRules.checkSize("a.bin", 256 * 1024 + 1)).hasSize(1);
  }

  @Test
  void checkPackages_noDescription_isFound() {
    List<String> files =
        List.of(
            "m/src/main/java/module-info.java",
            "m/src/main/java/p/package-info.java",
            "m/src/main/java/p/A.java",
            "m/src/main/java/q/B.java",
            "m/src/test/java/r/C.java");

    assertThat(TextRules.checkPackages(files))
        .extracting(Finding::path)
        .containsExactly("m/src/main/java/q");
  }
}
