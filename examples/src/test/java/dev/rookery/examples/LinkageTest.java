package dev.rookery.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rookery.examples.Program.Pairs;
import java.io.IOException;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The corners of resolution and dispatch: each test is a hierarchy with one surprise.
final class LinkageTest {

  @TempDir Path directory;

  @Test
  void dispatched_methodInheritedFromAClassThatKnowsNotTheInterface_isFound() {
    Program program =
        compile(
            """
            interface Runs { void run(); }
            class Engine { public void run() {} }
            class Car extends Engine implements Runs {}
            class FastCar extends Car { public void run() {} }
            """);

    assertThat(list(program, new Linkage(program).dispatched()))
        .containsExactlyInAnyOrder("Runs.run -> Engine.run", "Engine.run -> FastCar.run");
  }

  @Test
  void dispatched_staticPrivateAndConstructors_areNotOverridden() {
    Program program =
        compile(
            """
            class Base { Base() {} static void a() {} private void b() {} void c() {} }
            class Derived extends Base { Derived() {} static void a() {} void b() {} void c() {} }
            """);

    assertThat(list(program, new Linkage(program).dispatched()))
        .containsExactly("Base.c -> Derived.c");
  }

  @Test
  void resolved_twoDefaultMethods_takesTheMoreSpecific() {
    Program program =
        compile(
            """
            interface General { default void m() {} }
            interface Special extends General { default void m() {} }
            class Both implements General, Special { void call() { m(); } }
            """);

    assertThat(list(program, new Linkage(program).resolved()))
        .containsExactly("Both.m -> Special.m");
  }

  @Test
  void resolved_constantOfAnInterface_isFoundThroughTheClass() {
    Program program =
        compile(
            """
            interface Constants { Object NONE = new Object(); }
            class Base implements Constants {}
            class Derived extends Base { Object none() { return Derived.NONE; } }
            """);

    assertThat(list(program, new Linkage(program).resolved()))
        .containsExactly("Derived.NONE -> Constants.NONE");
  }

  @Test
  void resolved_arraysAndMethodHandles_areFoundInTheJdk() throws IOException {
    Program program;
    try (var files = ClassFiles.of(List.of(ClassFiles.jdkModule("java.base")))) {
      program = CodeReader.read(files, ProgressBar.silent());
    }

    List<String> resolved = list(program, new Linkage(program).resolved());

    String handle = MethodHandle.class.getName();
    assertThat(resolved)
        .contains("int[].clone -> java.lang.Object.clone")
        .contains(handle + ".invokeExact -> " + handle + ".invokeExact");
  }

  private Program compile(String source) {
    return CompiledSources.read(CompiledSources.compile(directory, source));
  }

  private static List<String> list(Program program, Pairs pairs) {
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < pairs.size(); i++) {
      MemberName source = program.member(pairs.source(i));
      MemberName target = program.member(pairs.target(i));
      lines.add(
          source.owner() + "." + source.name() + " -> " + target.owner() + "." + target.name());
    }
    return lines;
  }
}
