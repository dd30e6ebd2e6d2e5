package dev.rookery.cli;

import dev.rookery.graph.Graph;
import dev.rookery.graph.GraphOptions;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// Verifies every page and every rule of a database, without changing it.
@Command(
    name = "check",
    mixinStandardHelpOptions = true,
    description = "Verifies every page and every rule of a database. Changes nothing.",
    exitCodeListHeading = "Exit codes:%n",
    exitCodeList = {"0:nothing was found", "1:problems were found, or it cannot be opened"})
final class CheckCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(index = "0", paramLabel = "DIRECTORY", description = "The database.")
  private Path directory = Path.of("");

  /// Made by picocli.
  CheckCommand() {}

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    GraphOptions options = GraphOptions.defaults().withReadOnly(true).withCreateIfMissing(false);
    try (Graph graph = Graph.open(directory, options)) {
      List<String> problems = graph.check();
      problems.forEach(out::println);
      out.println(problems.isEmpty() ? "no problems" : problems.size() + " problems");
      return problems.isEmpty() ? 0 : 1;
    }
  }
}
