package dev.rookery.cli;

import dev.rookery.examples.CodeGraph;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Unmatched;

/// Reads the running JDK into a graph and asks questions about it: see [CodeGraph].
@Command(
    name = "demo",
    description = {
      "Reads the classes of the running JDK (and of jars or directories that are named) into a",
      "graph database in a fresh directory, answers eight questions about them, and opens the",
      "database again. 'demo -- --help' lists what it takes."
    })
final class DemoCommand implements Callable<Integer> {
  @Parameters(paramLabel = "ARGUMENT", description = "Handed to the example.")
  private List<String> operands = new ArrayList<>();

  @Unmatched private List<String> options = new ArrayList<>();

  /// Made by picocli.
  DemoCommand() {}

  @Override
  public Integer call() throws IOException {
    List<String> all = new ArrayList<>(options);
    all.addAll(operands);
    return CodeGraph.run(all);
  }
}
