package dev.rookery.examples;

import dev.rookery.graph.Direction;
import dev.rookery.graph.NeighborCursor;
import dev.rookery.graph.Node;
import dev.rookery.graph.ReadTransaction;
import dev.rookery.traversal.Path;
import dev.rookery.traversal.Subgraph;
import dev.rookery.traversal.Traversal;
import dev.rookery.traversal.Uniqueness;
import dev.rookery.traversal.Verdict;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PrimitiveIterator;
import java.util.Set;
import java.util.stream.LongStream;

/// Four questions that people ask about code, each a traversal of the graph.
///
/// Answers are values; names and paths in them are read from the transaction, so use them before it
/// closes. Not thread-safe.
final class CodeQuestions {

  private final ReadTransaction tx;
  private final CodeNames names;

  CodeQuestions(ReadTransaction tx, CodeNames names) {
    this.tx = tx;
    this.names = names;
  }

  /// What can reach a method (all overloads): against the direction of the calls, as far as it
  /// goes.
  ///
  /// @param dispatch whether a call may also run each method that overrides the one it names; if
  ///   not, calls are taken as they are written
  /// @param apiModule the module whose public methods may begin the chain of the answer
  Reach whatReaches(String className, String method, boolean dispatch, String apiModule) {
    Set<Long> targets = idsOf(names.findMethods(className, method));
    Traversal callers =
        Traversal.from(targets).in(CodeSchema.CALLS, CodeSchema.RESOLVES_TO).breadthFirst();
    if (dispatch) {
      callers = callers.in(CodeSchema.DISPATCHES_TO);
    }
    Map<String, Long> byModule = new HashMap<>();
    List<Path> chains = new ArrayList<>();
    callers.forEach(
        tx,
        position -> {
          Node node = position.node();
          if (CodeNames.hasLabel(node, CodeSchema.METHOD) && !targets.contains(node.id())) {
            String module = names.moduleName(node);
            byModule.merge(module, 1L, Long::sum);
            if (chains.isEmpty() && module.equals(apiModule) && names.isPublicApi(node)) {
              chains.add(position.path());
            }
          }
        });
    return new Reach(ranked(byModule), chains.stream().findFirst());
  }

  /// All classes and interfaces below a type, and some of them as a tree.
  ///
  /// @param treePackage of this package the public types are in the tree
  Subtypes below(String className, String treePackage) {
    Traversal below =
        Traversal.from(idsOf(names.findClass(className).stream().toList()))
            .in(CodeSchema.EXTENDS, CodeSchema.IMPLEMENTS);
    Map<String, Long> byModule = new HashMap<>();
    below.minDepth(1).forEach(tx, p -> byModule.merge(names.moduleName(p.node()), 1L, Long::sum));
    List<TreeEntry> tree = new ArrayList<>();
    below
        .depthFirst()
        .nodeFilter(type -> names.packageName(type).equals(treePackage) && names.isPublicType(type))
        .forEach(tx, p -> tree.add(new TreeEntry(p.depth(), p.id())));
    return new Subtypes(ranked(byModule), tree);
  }

  /// All call paths from a method (all overloads) that are no longer than a limit and meet no
  /// method twice. A path ends where it leaves the given packages: the first method outside is its
  /// last.
  ///
  /// @param keep how many paths the answer shall hold; all are counted
  CallPaths callPaths(
      String className, String method, int maxLength, Set<String> packages, int keep) {
    Traversal paths =
        Traversal.from(idsOf(names.findMethods(className, method)))
            .out(CodeSchema.CALLS)
            .depthFirst()
            .uniqueness(Uniqueness.PATH)
            .maxDepth(maxLength)
            .evaluate(position ->
                Verdict.of(
                    position.depth() > 0, packages.contains(names.packageName(position.node()))));
    List<Path> first = new ArrayList<>();
    long[] byLength = new long[maxLength + 1];
    paths.forEach(
        tx,
        position -> {
          byLength[position.depth()]++;
          if (first.size() < keep) {
            first.add(position.path());
          }
        });
    return new CallPaths(LongStream.of(byLength).boxed().toList(), first);
  }

  /// A package with its classes and members and all edges between them, and who calls it from
  /// outside.
  PackageView inside(String packageName) {
    Set<Long> contents = new LinkedHashSet<>();
    PrimitiveIterator.OfLong ids =
        Traversal.from(idsOf(names.findPackages(packageName)))
            .out(CodeSchema.CONTAINS)
            .minDepth(1)
            .maxDepth(2)
            .ids(tx);
    ids.forEachRemaining((long id) -> contents.add(id));
    Subgraph subgraph = Traversal.from(contents).out().maxDepth(0).subgraph(tx);
    Map<String, Long> edges = new HashMap<>();
    subgraph.edges().forEach(edge -> edges.merge(edge.type(), 1L, Long::sum));
    Map<String, Long> labels = new HashMap<>();
    subgraph.nodes().forEach(node -> labels.merge(node.label().orElse("?"), 1L, Long::sum));
    return new PackageView(ranked(labels), ranked(edges), ranked(outsideCallers(subgraph)));
  }

  /// Returns the packages that call into a subgraph, with the number of call instructions.
  private Map<String, Long> outsideCallers(Subgraph subgraph) {
    Map<String, Long> calls = new HashMap<>();
    NeighborCursor callers = tx.neighborCursor(Direction.IN, CodeSchema.CALLS);
    PrimitiveIterator.OfLong ids = subgraph.ids();
    while (ids.hasNext()) {
      callers.of(ids.nextLong());
      while (callers.next()) {
        long caller = callers.neighbor();
        if (!subgraph.contains(caller)) {
          String packageName = names.packageName(tx.node(caller));
          calls.merge(packageName, callers.edge().getLong(CodeSchema.COUNT), Long::sum);
        }
      }
    }
    return calls;
  }

  private static Set<Long> idsOf(Collection<Node> nodes) {
    Set<Long> ids = new LinkedHashSet<>();
    nodes.forEach(node -> ids.add(node.id()));
    return ids;
  }

  private static List<Tally> ranked(Map<String, Long> counts) {
    return counts.entrySet().stream()
        .map(entry -> new Tally(entry.getKey(), entry.getValue()))
        .sorted(Comparator.comparingLong(Tally::count).reversed().thenComparing(Tally::name))
        .toList();
  }

  /// How many of something belong to a name.
  record Tally(String name, long count) {

    static long total(List<Tally> tallies) {
      return tallies.stream().mapToLong(Tally::count).sum();
    }
  }

  /// What reaches a method.
  ///
  /// @param byModule how many methods of each module, without the method itself, most first
  /// @param chain a shortest path to a public method, from the called to the caller
  record Reach(List<Tally> byModule, Optional<Path> chain) {}

  /// What is below a type.
  ///
  /// @param byModule how many types of each module, most first
  /// @param tree types in depth-first order, beginning with the one asked for
  record Subtypes(List<Tally> byModule, List<TreeEntry> tree) {}

  /// A type at its place in a tree.
  record TreeEntry(int depth, long node) {}

  /// Paths along calls.
  ///
  /// @param byLength how many paths there are of each length
  /// @param first the first of them, in depth-first order
  record CallPaths(List<Long> byLength, List<Path> first) {}

  /// A package and its callers.
  ///
  /// @param labels how many nodes of each label
  /// @param edges how many edges of each type
  /// @param callers how many call instructions other packages have, most first
  record PackageView(List<Tally> labels, List<Tally> edges, List<Tally> callers) {}
}
