package dev.rookery.cli;

import dev.rookery.graph.BackupSummary;
import dev.rookery.graph.Graph;
import dev.rookery.graph.GraphOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// Saves a database to a backup directory, without changing it.
@Command(
    name = "backup",
    mixinStandardHelpOptions = true,
    description = {
      "Saves a database to a backup directory: whole the first time, then what has changed.",
      "The database must not be open elsewhere; a program that has it open calls Graph.backup."
    })
final class BackupCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(index = "0", paramLabel = "DIRECTORY", description = "The database.")
  private Path directory = Path.of("");

  @Parameters(index = "1", paramLabel = "BACKUPS", description = "The backup directory.")
  private Path backups = Path.of("");

  @Option(names = "--full", description = "Saves the whole database in any case.")
  private boolean full;

  /// Made by picocli.
  BackupCommand() {}

  @Override
  public Integer call() throws IOException {
    GraphOptions options = GraphOptions.defaults().withReadOnly(true).withCreateIfMissing(false);
    try (Graph graph = Graph.open(directory, options)) {
      BackupSummary summary = full ? graph.backupFull(backups) : graph.backup(backups);
      BackupLines.print(spec.commandLine().getOut(), summary);
      return 0;
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
    }
  }
}
