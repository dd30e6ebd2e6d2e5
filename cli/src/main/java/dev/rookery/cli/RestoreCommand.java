package dev.rookery.cli;

import dev.rookery.graph.BackupSummary;
import dev.rookery.graph.GraphBackup;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// Makes a database of the newest state in a backup directory.
@Command(
    name = "restore",
    mixinStandardHelpOptions = true,
    description = "Makes a database of the newest state in a backup directory.")
final class RestoreCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(index = "0", paramLabel = "BACKUPS", description = "The backup directory.")
  private Path backups = Path.of("");

  @Parameters(
      index = "1",
      paramLabel = "DIRECTORY",
      description = "Where the database goes: absent or empty.")
  private Path directory = Path.of("");

  /// Made by picocli.
  RestoreCommand() {}

  @Override
  public Integer call() throws IOException {
    try {
      BackupSummary summary = GraphBackup.restore(backups, directory);
      BackupLines.print(spec.commandLine().getOut(), summary);
      return 0;
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
    }
  }
}
