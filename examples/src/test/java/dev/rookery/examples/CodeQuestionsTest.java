package dev.rookery.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rookery.examples.CodeQuestions.CallPaths;
import dev.rookery.examples.CodeQuestions.PackageView;
import dev.rookery.examples.CodeQuestions.Reach;
import dev.rookery.examples.CodeQuestions.Subtypes;
import dev.rookery.examples.CodeQuestions.Tally;
import dev.rookery.graph.Graph;
import dev.rookery.graph.ReadTransaction;
import dev.rookery.traversal.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Asks the questions about a program so small that the answers can be seen.
final class CodeQuestionsTest {

  /// `Shop.buy` reaches `Bank.pay` by what is written, `Street.walk` by what overrides.
  private static final String TOWN =
      """
      package town;

      class Bank {
        void pay() {}
        void pay(int times) { pay(); pay(); }
      }
      class Branch extends Bank {}
      interface Errand { void run(); }
      class Shopping implements Errand {
        public void run() { new Shop().buy(); }
      }
      class Shop {
        void buy() { new Branch().pay(2); }
      }
      class Street {
        void walk(Errand errand) { errand.run(); errand.run(); errand.toString(); }
      }
      """;

  @TempDir java.nio.file.Path directory;
  private Graph graph;
  private ReadTransaction tx;
  private CodeNames names;
  private CodeQuestions questions;

  @BeforeEach
  void load() {
    Program program = CompiledSources.read(CompiledSources.compile(directory, TOWN));
    var linkage = new Linkage(program);
    graph = Graph.inMemory();
    CodeLoader.load(graph, program, linkage.resolved(), linkage.dispatched(), ProgressBar.silent());
    tx = graph.beginRead();
    names = new CodeNames(tx);
    questions = new CodeQuestions(tx, names);
  }

  @AfterEach
  void close() {
    tx.close();
    graph.close();
  }

  @Test
  void whatReaches_writtenCalls_goThroughInheritedNames() {
    Reach reach = questions.whatReaches("town.Bank", "pay", false, "none");

    // Shop.buy names Branch.pay, which is Bank.pay; Shopping.run calls Shop.buy.
    assertThat(Tally.total(reach.byModule())).isEqualTo(2);
    assertThat(reach.chain()).isEmpty();
  }

  @Test
  void whatReaches_withDispatch_goesThroughOverriddenMethods() {
    Reach reach = questions.whatReaches("town.Bank", "pay", true, "none");

    // And so do Errand.run, which Shopping.run overrides, and Street.walk, which calls it.
    assertThat(Tally.total(reach.byModule())).isEqualTo(4);
  }

  @Test
  void whatReaches_unknownMethod_isNothing() {
    assertThat(questions.whatReaches("town.Bank", "rob", true, "none").byModule()).isEmpty();
  }

  @Test
  void below_interface_findsImplementations() {
    Subtypes subtypes = questions.below("town.Errand", "town");

    assertThat(Tally.total(subtypes.byModule())).isEqualTo(1);
  }

  @Test
  void callPaths_fromWalk_endOutsideOfThePackages() {
    CallPaths paths = questions.callPaths("town.Shopping", "run", 3, Set.of("town"), 10);

    assertThat(paths.first())
        .extracting(this::nameOf)
        .containsExactlyInAnyOrder(
            "Shopping.run new Shop",
            "Shopping.run new Shop new Object",
            "Shopping.run Shop.buy",
            "Shopping.run Shop.buy new Branch",
            "Shopping.run Shop.buy new Branch new Bank",
            "Shopping.run Shop.buy Branch.pay");
    assertThat(paths.byLength()).containsExactly(0L, 2L, 3L, 1L);
  }

  @Test
  void callPaths_longerThanKept_areCounted() {
    CallPaths paths = questions.callPaths("town.Shopping", "run", 3, Set.of("town"), 1);

    assertThat(paths.first()).hasSize(1);
    assertThat(paths.byLength()).containsExactly(0L, 2L, 3L, 1L);
  }

  @Test
  void inside_package_countsItsEdges() {
    PackageView view = questions.inside("town");

    assertThat(view.labels()).contains(new Tally("Class", 6));
    assertThat(view.edges())
        .contains(new Tally("EXTENDS", 1), new Tally("IMPLEMENTS", 1))
        .contains(new Tally("RESOLVES_TO", 1), new Tally("DISPATCHES_TO", 1));
    assertThat(view.callers()).isEmpty();
  }

  @Test
  void inside_calledPackage_ranksItsCallers() {
    // java.lang is not read, so it has no package node; nobody can be inside.
    PackageView view = questions.inside("java.lang");

    assertThat(view).isEqualTo(new PackageView(List.of(), List.of(), List.of()));
  }

  private String nameOf(Path path) {
    return path.nodes().stream().map(names::plainName).collect(Collectors.joining(" "));
  }
}
