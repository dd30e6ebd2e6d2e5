package dev.rookery.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/// Runs the bar by a clock that the test moves.
final class ProgressBarTest {

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);
  private long now = 1_000;

  @Test
  void advance_notATerminal_printsALineEveryFewSeconds() {
    var bar = new ProgressBar(out, false, () -> now, "reading", "classes", 2_000);

    pass(Duration.ofSeconds(2));
    bar.advance(500);
    pass(Duration.ofSeconds(2));
    bar.advance(500);
    bar.finish();

    assertThat(printed())
        .isEqualToNormalizingNewlines("reading  50 %  1,000 of 2,000 classes, 250/s, 0:04 left\n");
  }

  @Test
  void advance_terminal_drawsOverTheLineAndClearsItAtTheEnd() {
    var bar = new ProgressBar(out, true, () -> now, "loading", "edges", 100);

    pass(Duration.ofSeconds(1));
    bar.advance(50);
    bar.finish();

    assertThat(printed())
        .startsWith("\r[############............] loading  50 %")
        .endsWith("\r\u001b[K")
        .doesNotContain("\n");
  }

  @Test
  void advance_shortOperation_printsNothing() {
    var bar = new ProgressBar(out, false, () -> now, "reading", "classes", 10);

    bar.advance(10);
    bar.finish();

    assertThat(printed()).isEmpty();
  }

  private void pass(Duration time) {
    now += time.toNanos();
  }

  private String printed() {
    return bytes.toString(StandardCharsets.UTF_8);
  }
}
