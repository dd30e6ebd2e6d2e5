package dev.rookery.examples;

import dev.rookery.examples.CodeQuestions.Reach;
import dev.rookery.examples.Program.Pairs;
import dev.rookery.graph.Graph;
import dev.rookery.graph.GraphOptions;
import dev.rookery.graph.Node;
import dev.rookery.graph.ReadTransaction;
import dev.rookery.storage.Durability;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Reads the running JDK into a graph and asks questions about it.
///
/// Every class of every module is read with the class-file API; classes, methods and fields become
/// nodes, calls and accesses become edges (see [CodeSchema]). Four questions are answered from the
/// graph by traversals and four by pattern queries ([CodePatterns]), the database is closed and
/// opened again, and one of them is asked once more.
///
/// Reading comes first: [CodeReader] and [Program] know nothing of the database, [CodeLoader] and
/// [CodeQuestions] are how one uses it.
public final class CodeGraph {

  private static final String USAGE =
      """
      usage: [--database DIR] [--keep] [--module NAME]... [JAR or DIRECTORY]...

        --help          print this
        --database DIR  where to put the graph: a directory that is absent or empty, and kept;
                        otherwise a temporary one
        --keep          keep the temporary directory
        --module NAME   read this module of the JDK only; may be given more than once
        JAR, DIRECTORY  read these classes as well
      """;

  /// A call path ends where it leaves these packages: those of `String` and of `Formatter`.
  private static final Set<String> PATH_PACKAGES = Set.of("java.lang", "java.util");

  /// How many rows of a pattern query are shown.
  private static final int PATTERN_ROWS = 8;

  /// A method that more packages call is one that everything depends on.
  private static final int GOD_PACKAGES = 200;

  private final PrintStream out;
  private final CodeReport report;

  private CodeGraph(PrintStream out) {
    this.out = out;
    this.report = new CodeReport(out);
  }

  /// Runs as a program of its own.
  public static void main(String[] args) throws IOException {
    System.exit(run(List.of(args)));
  }

  /// Runs, prints to the standard output, and returns the exit code: 0, or 2 for wrong arguments.
  public static int run(List<String> args) throws IOException {
    return run(args, System.out);
  }

  /// Runs and prints to a stream.
  static int run(List<String> args, PrintStream out) throws IOException {
    if (args.contains("--help")) {
      out.print(USAGE);
      return 0;
    }
    Options options;
    try {
      options = Options.parse(args);
    } catch (IllegalArgumentException e) {
      out.println(e.getMessage());
      out.print(USAGE);
      return 2;
    }
    Path database = options.database();
    if (database != null) {
      if (Files.exists(database) && !isEmpty(database)) {
        out.println("the directory is not empty: " + database);
        return 2;
      }
      new CodeGraph(out).run(options, database);
      return 0;
    }
    Path temporary = Files.createTempDirectory("rookery-code-graph");
    try {
      new CodeGraph(out).run(options, temporary);
    } finally {
      if (!options.keep()) {
        deleteAll(temporary);
      }
    }
    return 0;
  }

  private void run(Options options, Path database) throws IOException {
    long start = System.nanoTime();
    Program program = read(options);
    Census loaded;
    Reach answer;
    long closing;
    try (Graph graph = Graph.open(database, forLoad())) {
      load(graph, program);
      try (ReadTransaction tx = graph.beginRead()) {
        loaded = Census.of(tx);
        answer = ask(tx);
      }
      closing = System.nanoTime();
    }
    report.heading("Closed and opened again");
    report.seconds("closed", System.nanoTime() - closing);
    reopen(database, loaded, answer);
    out.println();
    report.seconds("all of it", System.nanoTime() - start);
  }

  private static GraphOptions forLoad() {
    return GraphOptions.defaults().withDurability(Durability.NONE);
  }

  private Program read(Options options) throws IOException {
    report.heading("Reading classes of JDK " + Runtime.version());
    long start = System.nanoTime();
    try (ClassFiles files = ClassFiles.of(options.places())) {
      var progress = ProgressBar.start(out, "  reading", "classes", files.classes().size());
      Program program = CodeReader.read(files, progress);
      report.counts(program, System.nanoTime() - start);
      return program;
    }
  }

  private void load(Graph graph, Program program) {
    report.heading("Writing them to a graph");
    long start = System.nanoTime();
    var linkage = new Linkage(program);
    Pairs resolved = linkage.resolved();
    Pairs dispatched = linkage.dispatched();
    report.linkage(resolved, dispatched, System.nanoTime() - start);
    long size = CodeLoader.size(program, resolved, dispatched);
    var progress = ProgressBar.start(out, "  writing", "nodes and edges", size);
    report.load(CodeLoader.load(graph, program, resolved, dispatched, progress));
    report.line("Durability NONE: no commit waits for the disk; the sync at the end makes all of");
    report.line("them durable. A load that is interrupted is thrown away and begun again.");
  }

  /// Asks the questions and returns the answer of the first.
  private Reach ask(ReadTransaction tx) {
    var names = new CodeNames(tx);
    var questions = new CodeQuestions(tx, names);
    Reach answer = askReach(questions, names);
    var below = Timed.of(() -> questions.below("java.util.Collection", "java.util"));
    report.question("What is below java.util.Collection?", below.nanos());
    report.subtypes(below.value(), tx, names);
    var paths =
        Timed.of(() -> questions.callPaths("java.lang.String", "format", 4, PATH_PACKAGES, 10));
    report.question("Which calls follow from String.format, up to 4 deep?", paths.nanos());
    report.line("A path ends at the first method outside of java.lang and java.util.");
    report.callPaths(paths.value(), names);
    var inside = Timed.of(() -> questions.inside("java.util.concurrent"));
    report.question("What is in java.util.concurrent, and who calls it?", inside.nanos());
    report.packageView(inside.value());
    askPatterns(new CodePatterns(tx, names));
    return answer;
  }

  private void askPatterns(CodePatterns patterns) {
    report.pattern(patterns.equalsWithoutHashCode(PATTERN_ROWS));
    report.pattern(patterns.mutualRecursion(PATTERN_ROWS));
    report.pattern(patterns.diamonds(PATTERN_ROWS));
    report.pattern(patterns.godMethods(GOD_PACKAGES, PATTERN_ROWS));
    report.line("These are the methods that more than " + GOD_PACKAGES + " packages call.");
  }

  private Reach askReach(CodeQuestions questions, CodeNames names) {
    var written = Timed.of(() -> reach(questions, false));
    var dispatched = Timed.of(() -> reach(questions, true));
    report.question("What can reach java.lang.Runtime.exec?", written.nanos() + dispatched.nanos());
    report.reach(written.value(), dispatched.value(), names);
    return written.value();
  }

  private static Reach reach(CodeQuestions questions, boolean dispatch) {
    return questions.whatReaches("java.lang.Runtime", "exec", dispatch, "java.base");
  }

  private void reopen(Path database, Census loaded, Reach answer) {
    var opened = Timed.of(() -> Graph.open(database));
    try (Graph graph = opened.value();
        ReadTransaction tx = graph.beginRead()) {
      report.seconds("opened", opened.nanos());
      report.database(graph.stats());
      var names = new CodeNames(tx);
      Reach again = reach(new CodeQuestions(tx, names), false);
      report.same(loaded, Census.of(tx), again.equals(answer));
    }
  }

  private static boolean isEmpty(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.findAny().isEmpty();
    }
  }

  private static void deleteAll(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  /// What the command line says.
  ///
  /// @param database where the graph is to be, or null for a temporary directory
  /// @param keep whether a temporary directory is kept
  /// @param modules the modules of the JDK to read; all if there is none
  /// @param classes jars and directories to read as well
  private record Options(
      @Nullable Path database, boolean keep, List<String> modules, List<Path> classes) {

    static Options parse(List<String> args) {
      Path database = null;
      boolean keep = false;
      List<String> modules = new ArrayList<>();
      List<Path> classes = new ArrayList<>();
      for (var rest = args.iterator(); rest.hasNext(); ) {
        String arg = rest.next();
        switch (arg) {
          case "--database" -> database = Path.of(valueOf(arg, rest));
          case "--keep" -> keep = true;
          case "--module" -> modules.add(valueOf(arg, rest));
          default -> classes.add(existing(arg));
        }
      }
      return new Options(database, keep, modules, classes);
    }

    private static String valueOf(String option, Iterator<String> rest) {
      if (!rest.hasNext()) {
        throw new IllegalArgumentException(option + " needs a value");
      }
      return rest.next();
    }

    private static Path existing(String arg) {
      if (arg.startsWith("-") || !Files.exists(Path.of(arg))) {
        throw new IllegalArgumentException("neither an option nor a file: " + arg);
      }
      return Path.of(arg);
    }

    /// Returns what to read.
    List<Path> places() throws IOException {
      List<Path> places = new ArrayList<>();
      for (String module : modules) {
        places.add(ClassFiles.jdkModule(module));
      }
      if (modules.isEmpty()) {
        places.addAll(ClassFiles.jdkModules());
      }
      places.addAll(classes);
      return places;
    }
  }

  /// How many nodes of each label and edges of each type there are.
  record Census(Map<String, Long> nodes, Map<String, Long> edges) {

    static Census of(ReadTransaction tx) {
      Map<String, Long> nodes = new TreeMap<>();
      for (Node node : tx.nodes()) {
        nodes.merge(node.label().orElse(""), 1L, Long::sum);
      }
      Map<String, Long> edges = new TreeMap<>();
      for (String type : tx.edgeTypes()) {
        edges.put(type, tx.edgeCount(type));
      }
      return new Census(nodes, edges);
    }
  }

  /// A value, and how long it took to find it.
  private record Timed<T>(T value, long nanos) {

    static <T> Timed<T> of(Supplier<T> work) {
      long start = System.nanoTime();
      T value = work.get();
      return new Timed<>(value, System.nanoTime() - start);
    }
  }
}
