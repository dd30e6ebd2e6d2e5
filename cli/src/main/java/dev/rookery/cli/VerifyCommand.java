package dev.rookery.cli;

import dev.rookery.graph.GraphBackup;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// Reads all that restoring a backup would read, without restoring it.
@Command(
    name = "verify",
    mixinStandardHelpOptions = true,
    description = "Reads all that restoring a backup would read. Changes nothing.",
    exitCodeListHeading = "Exit codes:%n",
    exitCodeList = {"0:the backup is good", "1:it is not, or cannot be read"})
final class VerifyCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(index = "0", paramLabel = "BACKUPS", description = "The backup directory.")
  private Path backups = Path.of("");

  /// Made by picocli.
  VerifyCommand() {}

  @Override
  public Integer call() throws IOException {
    PrintWriter out = spec.commandLine().getOut();
    try {
      GraphBackup.verify(backups).forEach(summary -> BackupLines.print(out, summary));
      return 0;
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
    }
  }
}
