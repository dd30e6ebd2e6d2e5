package dev.rookery.checks;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DocumentRulesTest {
  private static final List<String> FILES =
      List.of("README.md", "docs/FORMAT.md", "storage/src/main/java/p/Page.java");

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[a](docs/GONE.md)",
        "[a](../README.md) and [b](#absent)",
        "see `Gone.java`",
        "see `docs/Page.java`"
      })
  void check_absentTarget_isFound(String line) {
    assertThat(DocumentRules.check("docs/FORMAT.md", line, FILES)).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[a](FORMAT.md) [b](FORMAT.md#x) [c](../README.md) [d](https://example.org/x.md)",
        "# A Heading, two\n[a](#a-heading-two)",
        "`Page.java` `docs/FORMAT.md` `storage/src/main/java/p/Page.java` [dir](../storage)",
        "```\n[a](GONE.md) `Gone.java`\n```"
      })
  void check_presentTarget_findsNothing(String line) {
    assertThat(DocumentRules.check("docs/FORMAT.md", line, FILES)).isEmpty();
  }

  @Test
  void checkChangelog_otherHeading_isFound() {
    String text =
        "# Changelog\n\n## Unreleased\n\n### Added\n\n## 0.1.0 (2026-01-31)\n\n### News\n";

    assertThat(DocumentRules.checkChangelog("CHANGELOG.md", text))
        .extracting(Finding::line)
        .containsExactly(9L);
  }
}
