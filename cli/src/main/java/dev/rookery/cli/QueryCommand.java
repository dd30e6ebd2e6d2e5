package dev.rookery.cli;

import dev.rookery.graph.Graph;
import dev.rookery.graph.GraphOptions;
import dev.rookery.graph.ReadTransaction;
import dev.rookery.traversal.error.PatternTextException;
import dev.rookery.traversal.pattern.Pattern;
import dev.rookery.traversal.pattern.PatternRows;
import dev.rookery.traversal.run.RunOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// Asks a pattern query and prints its rows, without changing the database.
@Command(
    name = "query",
    mixinStandardHelpOptions = true,
    description = {
      "Asks a pattern query and prints its rows. Changes nothing. Rows go to the standard output,",
      "everything else to the standard error."
    },
    footer = {
      "",
      "Examples:",
      "  rookery query DIR 'MATCH (a:Person)-[:KNOWS]->(b) RETURN b.name, count(a) AS known'",
      "  rookery query DIR 'MATCH (a {name: $n})--(b) RETURN b' --param n=Ada --explain"
    })
final class QueryCommand implements Callable<Integer> {
  /// How rows are printed, as it is written on the command line.
  enum Format {
    /// Columns below each other, for people.
    table,
    /// Comma-separated values, for programs.
    csv
  }

  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(index = "0", paramLabel = "DIRECTORY", description = "The database.")
  private Path directory = Path.of("");

  @Parameters(index = "1", paramLabel = "TEXT", description = "The query: MATCH ... RETURN ...")
  private String text = "";

  @Option(
      names = "--param",
      paramLabel = "NAME=VALUE",
      description = {
        "A value for a parameter $NAME; may be given more than once. A number or true or false is",
        "one, everything else a text; '...' or \"...\" around it makes it a text in any case."
      })
  private Map<String, String> parameters = new LinkedHashMap<>();

  @Option(
      names = "--explain",
      description = "Print the plan too, with how many matches were expected and found.")
  private boolean isExplained;

  @Option(
      names = "--limit-time",
      paramLabel = "SECONDS",
      description = "Give up after so much time; by default never.")
  private double seconds = Double.POSITIVE_INFINITY;

  @Option(names = "--format", description = "${COMPLETION-CANDIDATES}; by default table.")
  private Format format = Format.table;

  /// Made by picocli.
  QueryCommand() {}

  @Override
  public Integer call() {
    RunOptions options = options();
    GraphOptions readOnly = GraphOptions.defaults().withReadOnly(true).withCreateIfMissing(false);
    Pattern pattern;
    try {
      pattern = Pattern.parse(text);
    } catch (PatternTextException e) {
      return refused(e);
    }
    for (Map.Entry<String, String> parameter : parameters.entrySet()) {
      pattern = pattern.with(parameter.getKey(), valueOf(parameter.getValue()));
    }
    try (Graph graph = Graph.open(directory, readOnly);
        ReadTransaction tx = graph.beginRead();
        PatternRows rows = pattern.rows(tx, options)) {
      print(rows);
      return 0;
    } catch (IllegalArgumentException e) {
      return refused(e); // A parameter without a value, or one of a type that makes no sense.
    } catch (ArithmeticException e) {
      spec.commandLine().getErr().println("rookery: " + e.getMessage());
      return 1;
    }
  }

  private int refused(RuntimeException failure) {
    spec.commandLine().getErr().println("rookery: " + failure.getMessage());
    return 2;
  }

  private RunOptions options() {
    if (seconds == Double.POSITIVE_INFINITY) {
      return RunOptions.defaults();
    }
    double nanos = seconds * 1e9;
    if (!(nanos >= 1 && nanos < Long.MAX_VALUE)) {
      throw new ParameterException(
          spec.commandLine(), "seconds are not a positive number limit-time=" + seconds);
    }
    return RunOptions.defaults().withTimeout(Duration.ofNanos((long) nanos));
  }

  private void print(PatternRows rows) {
    long begin = System.nanoTime();
    RowPrinter printer = new RowPrinter(spec.commandLine().getOut(), format, rows.columns());
    while (rows.next()) {
      printer.print(rows.values());
    }
    printer.end();
    double millis = (System.nanoTime() - begin) / 1e6;
    if (format == Format.table) {
      spec.commandLine().getErr().printf("%,d rows in %,.1f ms%n", printer.count(), millis);
    }
    if (isExplained) {
      spec.commandLine().getErr().println(rows.explain().stripTrailing());
    }
  }

  /// Returns what the text on a command line stands for.
  static Object valueOf(String given) {
    if (given.equals("true") || given.equals("false")) {
      return given.equals("true");
    }
    if (given.length() >= 2
        && (given.startsWith("'") || given.startsWith("\""))
        && given.endsWith(given.substring(0, 1))) {
      return given.substring(1, given.length() - 1);
    }
    if (!given.matches("[+-]?[0-9.]+([eE][+-]?[0-9]+)?")) {
      return given; // Also NaN, Infinity and 1f, which are names more often than numbers.
    }
    try {
      return Long.valueOf(given);
    } catch (NumberFormatException _) {
      // Not a whole one, or too large.
    }
    try {
      return Double.valueOf(given);
    } catch (NumberFormatException _) {
      return given;
    }
  }
}
