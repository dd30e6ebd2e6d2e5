package dev.rookery.cli;

import dev.rookery.examples.large.LargeGraphRun;
import dev.rookery.examples.large.LargeGraphRun.Work;
import dev.rookery.traversal.run.PageAccess;
import dev.rookery.traversal.run.RunOptions;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// Runs an algorithm over all of a generated graph and prints what it costs.
@Command(
    name = "run",
    mixinStandardHelpOptions = true,
    description = {
      "Runs an algorithm over all of a graph that generate has made, and prints what it costs.",
      "Run it under a limit of memory to see what becomes of it: tools/run-under-limit."
    },
    footer = {
      "",
      "Examples:",
      "  rookery generate big --scale 22",
      "  rookery run components big --pages staged --memory 64",
      "  rookery run components big --plain"
    })
final class RunCommand implements Callable<Integer> {
  private static final long MEBIBYTE = 1L << 20;

  /// Ways to read pages, as they are written on the command line.
  enum Pages {
    /// Through the mapping.
    mapped,
    /// By large reads of what a region needs.
    staged,
    /// The same, past what the system keeps of files in memory.
    direct
  }

  /// What is computed, as it is written on the command line.
  enum Algorithm {
    /// Distances from one node.
    bfs,
    /// Weakly connected components.
    components,
    /// Ten iterations of PageRank.
    pagerank
  }

  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(index = "0", description = "${COMPLETION-CANDIDATES}")
  private Algorithm algorithm = Algorithm.bfs;

  @Parameters(index = "1", paramLabel = "DIRECTORY", description = "The database.")
  private Path directory = Path.of("");

  @Option(names = "--pages", description = "${COMPLETION-CANDIDATES}; by default mapped.")
  private Pages pages = Pages.mapped;

  @Option(names = "--plain", description = "A plain queue instead, for comparison.")
  private boolean isPlain;

  @Option(names = "--start", description = "Where bfs begins; by default ${DEFAULT-VALUE}.")
  private long start = 1;

  @Option(names = "--workers", description = "Threads; by default one for each processor.")
  private int workers;

  @Option(
      names = "--memory",
      paramLabel = "MIB",
      description = "Mebibytes for state and buffers; by default ${DEFAULT-VALUE}.")
  private long memory = 256;

  /// Made by picocli.
  RunCommand() {}

  @Override
  public Integer call() {
    LargeGraphRun run = new LargeGraphRun(spec.commandLine().getOut());
    Work work = Work.valueOf(algorithm.name().toUpperCase(Locale.ROOT));
    try {
      if (isPlain) {
        run.runPlain(directory, work, start);
      } else {
        run.run(directory, work, start, options());
      }
      return 0;
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), e.getMessage(), e);
    }
  }

  private RunOptions options() {
    RunOptions options =
        RunOptions.defaults()
            .withMemoryBytes(memory * MEBIBYTE)
            .withPages(PageAccess.valueOf(pages.name().toUpperCase(Locale.ROOT)));
    return workers == 0 ? options : options.withWorkerCount(workers);
  }
}
