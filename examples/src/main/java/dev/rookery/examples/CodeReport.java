package dev.rookery.examples;

import dev.rookery.examples.CodeGraph.Census;
import dev.rookery.examples.CodeLoader.LoadReport;
import dev.rookery.examples.CodePatterns.Answer;
import dev.rookery.examples.CodeQuestions.CallPaths;
import dev.rookery.examples.CodeQuestions.PackageView;
import dev.rookery.examples.CodeQuestions.Reach;
import dev.rookery.examples.CodeQuestions.Subtypes;
import dev.rookery.examples.CodeQuestions.Tally;
import dev.rookery.examples.CodeQuestions.TreeEntry;
import dev.rookery.examples.Program.Pairs;
import dev.rookery.graph.Edge;
import dev.rookery.graph.GraphStats;
import dev.rookery.graph.Node;
import dev.rookery.graph.ReadTransaction;
import dev.rookery.traversal.Path;
import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/// Prints what the code graph knows: aligned, with short names and grouped numbers.
final class CodeReport {

  private static final int TREE_LINES = 24;
  private static final int RANKING_LINES = 10;

  private final PrintStream out;

  CodeReport(PrintStream out) {
    this.out = out;
  }

  void heading(String text) {
    out.printf("%n%s%n%s%n", text, "-".repeat(text.length()));
  }

  /// Prints a heading with the time that the answer took.
  void question(String text, long nanos) {
    heading(String.format(Locale.ROOT, "%s  (%,.0f ms)", text, nanos / 1e6));
  }

  /// Prints one line of text.
  void line(String text) {
    out.printf("  %s%n", text);
  }

  void counts(Program program, long nanos) {
    row(program.modules().size(), "modules");
    row(program.declaredClassCount(), "classes");
    row(program.declaredMethodCount(), "declared methods");
    row(program.declaredFieldCount(), "fields");
    row(program.pairs(UseKind.CALLS).total(), "call instructions");
    row(program.pairs(UseKind.CALLS).size(), "pairs of a caller and a callee");
    row(program.pairs(UseKind.READS).size(), "pairs of a method and a field that it reads");
    row(program.pairs(UseKind.WRITES).size(), "pairs of a method and a field that it writes");
    out.printf(
        Locale.ROOT,
        "  read in %.1f s, %,.0f classes/s%n",
        nanos / 1e9,
        program.declaredClassCount() * 1e9 / nanos);
  }

  void linkage(Pairs resolved, Pairs dispatched, long nanos) {
    row(resolved.size(), "inherited names with their declarations");
    row(dispatched.size(), "pairs of a method and one that overrides it");
    seconds("found", nanos);
  }

  void load(LoadReport report) {
    rate(report.nodes(), "nodes", report.nodeNanos());
    rate(report.edges(), "edges", report.edgeNanos() + report.syncNanos());
    out.printf(
        Locale.ROOT,
        "  storage time %.1f s in all; the edges' includes %.2f s for the sync at the end%n",
        report.nanos() / 1e9,
        report.syncNanos() / 1e9);
  }

  private void rate(long count, String what, long nanos) {
    out.printf(
        Locale.ROOT,
        "  %,12d  %s in %5.2f s of storage time, %,.0f %s/s%n",
        count,
        what,
        nanos / 1e9,
        count * 1e9 / nanos,
        what);
  }

  void reach(Reach written, Reach dispatched, CodeNames names) {
    out.println("  By calls as they are written in the bytecode, without exec itself:");
    total(written.byModule(), "methods in %d modules");
    ranking(written.byModule());
    out.println("  Where a call may run any method of the graph that overrides the one it names:");
    total(dispatched.byModule(), "methods in %d modules");
    ranking(dispatched.byModule());
    if (written.chain().isPresent()) {
      out.println("  Shortest chain of written calls from a public method of java.base:");
      chain(written.chain().get(), names);
    } else if (dispatched.chain().isPresent()) {
      out.println("  No chain of written calls begins at a public method of java.base (in an");
      out.println("  exported package). The shortest one that overriding makes possible:");
      chain(dispatched.chain().get(), names);
    }
    out.println("  What lambda expressions, reflection and native code run is in no edge.");
  }

  /// Prints a path that was walked against its edges, the other way round.
  private void chain(Path path, CodeNames names) {
    List<Node> nodes = path.nodes();
    List<Edge> edges = path.edges();
    link("", nodes.getLast(), names);
    for (int i = edges.size() - 1; i >= 0; i--) {
      link(verb(edges.get(i).type()), nodes.get(i), names);
    }
  }

  private void link(String verb, Node node, CodeNames names) {
    out.printf("    %-7s  %s  [%s]%n", verb, names.shortName(node), names.moduleName(node));
  }

  private static String verb(String edgeType) {
    return switch (edgeType) {
      case CodeSchema.RESOLVES_TO -> "means";
      case CodeSchema.DISPATCHES_TO -> "may run";
      default -> "calls";
    };
  }

  void subtypes(Subtypes subtypes, ReadTransaction tx, CodeNames names) {
    total(subtypes.byModule(), "classes and interfaces in %d modules");
    ranking(subtypes.byModule());
    out.println("  Of these the public ones of the same package, as a tree:");
    List<TreeEntry> tree = subtypes.tree();
    for (TreeEntry entry : tree.subList(0, Math.min(TREE_LINES, tree.size()))) {
      String name = names.shortName(tx.node(entry.node()));
      out.printf("    %s%s%n", "  ".repeat(entry.depth()), name);
    }
    if (tree.size() > TREE_LINES) {
      out.printf("    ... and %d more%n", tree.size() - TREE_LINES);
    }
  }

  void callPaths(CallPaths paths, CodeNames names) {
    long total = paths.byLength().stream().mapToLong(Long::longValue).sum();
    row(total, "call paths");
    for (int length = 1; length < paths.byLength().size(); length++) {
      row(paths.byLength().get(length), "of length " + length);
    }
    out.println("  The first ones:");
    for (Path path : paths.first()) {
      out.printf(
          "    %s%n",
          path.nodes().stream().map(names::plainName).collect(Collectors.joining(" -> ")));
    }
  }

  void packageView(PackageView view) {
    out.println("  Nodes:");
    ranking(view.labels());
    out.println("  Edges between them:");
    ranking(view.edges());
    out.println("  Packages that call it, by call instructions:");
    total(view.callers(), "calls from %d packages");
    ranking(view.callers());
  }

  /// Prints a pattern query, its plan and its first rows.
  void pattern(Answer answer) {
    question(answer.question().title(), answer.nanos());
    answer.question().text().lines().forEach(this::line);
    line("");
    answer.plan().lines().forEach(this::line);
    row(answer.count(), answer.count() == 1 ? "row" : "rows");
    answer.first().forEach(text -> line("  " + text));
    if (answer.count() > answer.first().size()) {
      line("  ... and %,d more".formatted(answer.count() - answer.first().size()));
    }
  }

  /// Prints how large the database is.
  void database(GraphStats stats) {
    out.printf(
        Locale.ROOT,
        "  database: data file %,d MiB, journal %,d MiB%n",
        stats.dataFileBytes() >> 20,
        stats.journalBytes() >> 20);
  }

  void seconds(String what, long nanos) {
    out.printf(Locale.ROOT, "  %s in %.3f s%n", what, nanos / 1e9);
  }

  /// Prints whether a graph is the same as before.
  void same(Census before, Census now, boolean sameAnswer) {
    row(total(now.nodes()), "nodes, " + verdict(now.nodes().equals(before.nodes())));
    row(total(now.edges()), "edges, " + verdict(now.edges().equals(before.edges())));
    out.printf("  What can reach Runtime.exec? The answer is %s.%n", verdict(sameAnswer));
  }

  private static long total(Map<String, Long> counts) {
    return counts.values().stream().mapToLong(Long::longValue).sum();
  }

  private static String verdict(boolean same) {
    return same ? "the same as before" : "DIFFERENT";
  }

  private void total(List<Tally> tallies, String text) {
    row(Tally.total(tallies), text.replace("%d", Integer.toString(tallies.size())));
  }

  private void ranking(List<Tally> tallies) {
    for (Tally tally : tallies.subList(0, Math.min(RANKING_LINES, tallies.size()))) {
      out.printf(Locale.ROOT, "    %,10d  %s%n", tally.count(), tally.name());
    }
    if (tallies.size() > RANKING_LINES) {
      List<Tally> rest = tallies.subList(RANKING_LINES, tallies.size());
      out.printf(Locale.ROOT, "    %,10d  in %d more%n", Tally.total(rest), rest.size());
    }
  }

  private void row(long count, String what) {
    out.printf(Locale.ROOT, "  %,12d  %s%n", count, what);
  }
}
