package dev.rookery.cli;

import dev.rookery.storage.error.RookeryException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Properties;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// The `rookery` command; each thing it can do is a subcommand.
///
/// Exit codes: 0 if all went well, 1 if the work failed, 2 if the arguments were wrong.
@Command(
    name = "rookery",
    description = "Rookery, an embedded graph database.",
    mixinStandardHelpOptions = true,
    versionProvider = RookeryCommand.Version.class,
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      DemoCommand.class,
      StatsCommand.class,
      QueryCommand.class,
      CheckCommand.class,
      ReorganizeCommand.class,
      BackupCommand.class,
      RestoreCommand.class,
      VerifyCommand.class,
      GenerateCommand.class,
      RunCommand.class,
      ImportCommand.class,
      ExportCommand.class
    })
public final class RookeryCommand implements Runnable {
  @Spec private CommandSpec spec = CommandSpec.create();

  /// Made by [#main] and by tests.
  RookeryCommand() {}

  /// Runs the command and leaves the JVM with its exit code.
  ///
  /// @param arguments the subcommand, its options and operands
  public static void main(String[] arguments) {
    System.exit(commandLine().execute(arguments));
  }

  /// Returns the command; what Rookery or the disk refuses is told in one line, without a stack
  /// trace.
  static CommandLine commandLine() {
    return new CommandLine(new RookeryCommand())
        .setExecutionExceptionHandler((failure, command, parsed) -> {
          if (failure instanceof RookeryException) {
            command.getErr().println("rookery: " + failure.getMessage());
            return 1;
          }
          if (failure instanceof IOException) {
            command.getErr().println("rookery: " + failure);
            return 1;
          }
          throw failure;
        });
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "which command?");
  }

  /// Reads the version that the build wrote beside this class.
  static final class Version implements IVersionProvider {
    Version() {}

    @Override
    public String[] getVersion() throws IOException {
      Properties properties = new Properties();
      try (InputStream input = RookeryCommand.class.getResourceAsStream("version.properties")) {
        if (input == null) {
          throw new IOException("resource=version.properties is missing");
        }
        properties.load(input);
      }
      return new String[] {
        "rookery " + properties.getProperty("version"), "JVM " + Runtime.version()
      };
    }
  }
}
