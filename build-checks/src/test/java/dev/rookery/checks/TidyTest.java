package dev.rookery.checks;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Applies the rules to the tree. That each rule can fail is shown in the tests of the rules.
class TidyTest {
  private final SourceTree tree = SourceTree.find();
  private final List<String> files = tree.files();

  @Test
  void files_always_areFound() {
    assertThat(files)
        .contains("pom.xml", "build-checks/src/test/java/dev/rookery/checks/TidyTest.java")
        .noneMatch(file -> file.contains("/target/"));
  }

  @Test
  void textFiles_always_keepTheTextRules() {
    List<Finding> findings = new ArrayList<>();
    for (String file : files) {
      if (SourceTree.isText(file) && !isSampleOfBadText(file)) {
        findings.addAll(TextRules.check(file, tree.read(file)));
      }
    }

    assertThat(findings).isEmpty();
  }

  @Test
  void javaFiles_always_keepTheJavaRules() {
    List<Finding> findings = new ArrayList<>();
    for (String file : files) {
      if (SourceTree.isJava(file)) {
        findings.addAll(JavaRules.check(file, tree.read(file)));
      }
    }

    assertThat(findings).isEmpty();
  }

  @Test
  void documents_always_nameWhatExists() {
    List<Finding> findings = new ArrayList<>();
    for (String file : files) {
      if (file.endsWith(".md")) {
        findings.addAll(DocumentRules.check(file, tree.read(file), files));
      }
    }

    assertThat(findings).isEmpty();
  }

  @Test
  void changelog_always_keepsItsForm() {
    assertThat(DocumentRules.checkChangelog("CHANGELOG.md", tree.read("CHANGELOG.md"))).isEmpty();
  }

  @Test
  void packages_always_haveTheirDescription() {
    assertThat(TextRules.checkPackages(files)).isEmpty();
  }

  @Test
  void files_always_areSmall() {
    List<Finding> findings = new ArrayList<>();
    for (String file : files) {
      findings.addAll(TextRules.checkSize(file, tree.sizeBytes(file)));
    }

    assertThat(findings).isEmpty();
  }

  /// The rules and the test of the rules quote what they forbid.
  private static boolean isSampleOfBadText(String file) {
    return file.endsWith("/TextRules.java") || file.endsWith("/TextRulesTest.java");
  }
}
