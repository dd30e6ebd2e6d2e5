package dev.rookery.checks;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JavaRulesTest {
  private static final String MAIN = "storage/src/main/java/A.java";
  private static final String TEST = "storage/src/test/java/A.java";

  @ParameterizedTest
  @ValueSource(
      strings = {
        "System.out.println(1);",
        "System.err.println(1);",
        "new RuntimeException().printStackTrace();",
        "new Random();",
        "new java.util.Random();",
        "new SplittableRandom();",
        "double d = Math.random();",
        "ThreadLocalRandom.current().nextInt();",
        "Object o = java.nio.ByteOrder.nativeOrder();"
      })
  void check_bannedCall_isFoundInMainSources(String statement) {
    assertThat(JavaRules.check(MAIN, inMethod(statement)))
        .extracting(Finding::line)
        .containsExactly(3L);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"new Random(7);", "String s = \"System.out\"; // System.out", "a.sleep(1);"})
  void check_harmless_findsNothing(String statement) {
    assertThat(JavaRules.check(MAIN, inMethod(statement))).isEmpty();
    assertThat(JavaRules.check(TEST, inMethod(statement))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"Thread.sleep(1);", "new Random();"})
  void check_bannedInTests_isFound(String statement) {
    assertThat(JavaRules.check(TEST, inMethod(statement))).hasSize(1);
  }

  @Test
  void check_systemOut_isFineInPrograms() {
    String source = inMethod("System.out.println(1);");

    assertThat(JavaRules.check("examples/src/main/java/A.java", source)).isEmpty();
    assertThat(JavaRules.check("cli/src/main/java/A.java", source)).isEmpty();
    assertThat(JavaRules.check("benchmarks/src/main/java/A.java", source)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"PageManager", "HelperPage", "TreeUtils", "StoreImpl", "ManagerOfPages"})
  void check_emptyWordInName_isFound(String name) {
    assertThat(JavaRules.check(MAIN, "final class " + name + " {}\n")).hasSize(1);
    assertThat(JavaRules.check(MAIN, "class A {\n  record " + name + "() {}\n}\n")).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"Simple", "Utilisation", "Information", "MethodHandles"})
  void check_wordInsideAnother_isFine(String name) {
    assertThat(JavaRules.check(MAIN, "final class " + name + " {}\n")).isEmpty();
  }

  @Test
  void check_longMethod_isFound() {
    assertThat(JavaRules.check(MAIN, methodOfLines(70))).isEmpty();
    assertThat(JavaRules.check(MAIN, methodOfLines(71))).hasSize(1);
  }

  private static String inMethod(String statement) {
    return "class A {\n  void a() {\n    " + statement + "\n  }\n}\n";
  }

  private static String methodOfLines(int lineCount) {
    return "class A {\n/// Doc.\nvoid a() {\n" + ";\n".repeat(lineCount - 2) + "}\n}\n";
  }
}
