package dev.rookery.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.rookery.examples.CodeGraph.Census;
import dev.rookery.graph.Direction;
import dev.rookery.graph.Edge;
import dev.rookery.graph.Graph;
import dev.rookery.graph.Node;
import dev.rookery.graph.ReadTransaction;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Runs the code graph on one module of the JDK, and counts all of it.
final class CodeGraphTest {

  @TempDir Path directory;

  @Test
  void read_allOfJdk25_0_3_givesTheKnownCounts() throws IOException {
    assumeTrue(isJdk("25.0.3"));
    try (ClassFiles files = ClassFiles.of(ClassFiles.jdkModules())) {
      Program program = CodeReader.read(files, ProgressBar.silent());

      assertThat(program.declaredClassCount()).isEqualTo(26_976);
      assertThat(program.declaredMethodCount()).isEqualTo(234_593);
      assertThat(program.declaredFieldCount()).isEqualTo(108_599);
      assertThat(program.pairs(UseKind.CALLS).total()).isEqualTo(838_590);
      assertThat(program.pairs(UseKind.CALLS).size()).isEqualTo(597_891);
    }
  }

  @Test
  void run_oneModule_storesWhatWasRead() throws IOException {
    Program program = readLogging();

    String printed = run("--module", "java.logging", "--database", directory.toString());

    assertThat(printed).contains("nodes, the same as before").contains("The answer is the same");
    try (Graph graph = Graph.open(directory);
        ReadTransaction tx = graph.beginRead()) {
      Census census = Census.of(tx);
      assertThat(census.nodes())
          .containsEntry(CodeSchema.MODULE, 1L)
          .containsEntry(CodeSchema.CLASS, (long) program.declaredClassCount())
          .containsEntry(CodeSchema.METHOD, (long) program.declaredMethodCount())
          .containsEntry(CodeSchema.FIELD, (long) program.declaredFieldCount());
      assertThat(census.edges())
          .containsEntry(CodeSchema.CALLS, (long) program.pairs(UseKind.CALLS).size())
          .containsEntry(CodeSchema.READS, (long) program.pairs(UseKind.READS).size())
          .containsEntry(CodeSchema.WRITES, (long) program.pairs(UseKind.WRITES).size());
      long calls = 0;
      for (Edge edge : tx.edges(CodeSchema.CALLS)) {
        calls += edge.getLong(CodeSchema.COUNT);
      }
      assertThat(calls).isEqualTo(program.pairs(UseKind.CALLS).total());
    }
  }

  @Test
  void run_oneModule_keepsNamesAndNesting() throws IOException {
    run("--module", "java.logging", "--database", directory.toString());

    try (Graph graph = Graph.open(directory);
        ReadTransaction tx = graph.beginRead()) {
      var names = new CodeNames(tx);
      Node logger = names.findClass("java.util.logging.Logger").orElseThrow();

      assertThat(names.moduleName(logger)).isEqualTo("java.logging");
      assertThat(names.packageName(logger)).isEqualTo("java.util.logging");
      assertThat(names.isPublicType(logger)).isTrue();
      assertThat(names.findMethods("java.util.logging.Logger", "getLogger"))
          .extracting(names::shortName)
          .containsExactlyInAnyOrder(
              "Logger.getLogger(String)",
              "Logger.getLogger(String, String)",
              "Logger.getLogger(String, Class)",
              "Logger.getLogger(String, String, Class)");
      assertThat(tx.neighbors(logger.id(), Direction.OUT, CodeSchema.EXTENDS))
          .extracting(names::shortName)
          .containsExactly("Object");
    }
  }

  @Test
  void run_wrongArguments_explainsThem() throws IOException {
    var bytes = new ByteArrayOutputStream();

    int code = CodeGraph.run(List.of("--wrong"), new PrintStream(bytes));

    assertThat(code).isEqualTo(2);
    assertThat(bytes.toString(StandardCharsets.UTF_8)).contains("--wrong").contains("usage:");
  }

  @Test
  @Tag("long")
  void run_allOfTheJdk_findsNothingDifferent() throws IOException {
    assertThat(run()).contains("Closed and opened again").doesNotContain("DIFFERENT");
  }

  private static String run(String... args) throws IOException {
    var bytes = new ByteArrayOutputStream();
    int code = CodeGraph.run(List.of(args), new PrintStream(bytes, true, StandardCharsets.UTF_8));
    String printed = bytes.toString(StandardCharsets.UTF_8);
    assertThat(code).as(printed).isZero();
    return printed;
  }

  private static Program readLogging() throws IOException {
    try (ClassFiles files = ClassFiles.of(List.of(ClassFiles.jdkModule("java.logging")))) {
      return CodeReader.read(files, ProgressBar.silent());
    }
  }

  private static boolean isJdk(String version) {
    return System.getProperty("java.version").equals(version);
  }
}
