package dev.rookery.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class RookeryCommandTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private final CommandLine command =
      new CommandLine(new RookeryCommand())
          .setOut(new PrintWriter(out, true))
          .setErr(new PrintWriter(err, true));

  @Test
  void version_asked_isPrinted() {
    assertThat(command.execute("--version")).isZero();
    assertThat(out.toString()).startsWith("rookery ").doesNotContain("${");
  }

  @Test
  void help_asked_isPrinted() {
    assertThat(command.execute("--help")).isZero();
    assertThat(out.toString()).contains("Usage: rookery");
  }

  @Test
  void noCommand_given_explainsAndFails() {
    assertThat(command.execute()).isEqualTo(2);
    assertThat(err.toString()).contains("which command?").contains("Usage: rookery");
  }

  @Test
  void wrongCommand_given_fails() {
    assertThat(command.execute("no-such-command")).isEqualTo(2);
  }
}
