package dev.rookery.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rookery.examples.Program.CodeClass;
import dev.rookery.examples.Program.Pairs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Reads a few small classes whose calls can be counted by hand.
final class CodeReaderTest {

  private static final String SHAPES =
      """
      package shapes;

      interface Shape {
        double area();

        default double twice() {
          return area() + area();
        }
      }

      class Square implements Shape {
        static int created;
        final double side;

        Square(double side) {
          this.side = side;
          created++;
        }

        public double area() {
          return side * side;
        }
      }

      class Sheet extends Square {
        Sheet() {
          super(1);
        }

        static double total(Sheet sheet, int[] numbers) {
          int[] copy = numbers.clone();
          Runnable later = () -> sheet.twice();
          return sheet.area() + sheet.area() + sheet.twice() + sheet.side;
        }
      }
      """;

  @TempDir Path directory;
  private Program program;

  @BeforeEach
  void read() {
    program = CompiledSources.read(CompiledSources.compile(directory.resolve("classes"), SHAPES));
  }

  @Test
  void read_threeClasses_countsDeclarations() {
    assertThat(program.declaredClassCount()).isEqualTo(3);
    // area, twice; <init>, area; <init>, total and the body of the lambda.
    assertThat(program.declaredMethodCount()).isEqualTo(7);
    assertThat(program.declaredFieldCount()).isEqualTo(2);
    assertThat(program.packages()).extracting(Program.CodePackage::name).containsExactly("shapes");
    assertThat(program.modules()).extracting(ClassFiles.Origin::name).containsExactly("classes");
  }

  @Test
  void read_threeClasses_countsCallsAsWritten() {
    assertThat(list(UseKind.CALLS))
        .containsExactlyInAnyOrder(
            "shapes.Shape.twice 2 shapes.Shape.area",
            "shapes.Square.<init> 1 java.lang.Object.<init>",
            "shapes.Sheet.<init> 1 shapes.Square.<init>",
            "shapes.Sheet.total 1 int[].clone",
            "shapes.Sheet.total 2 shapes.Sheet.area",
            "shapes.Sheet.total 1 shapes.Sheet.twice",
            "shapes.Sheet.lambda$total$0 1 shapes.Sheet.twice");
    assertThat(program.pairs(UseKind.CALLS).total()).isEqualTo(9);
  }

  @Test
  void read_threeClasses_countsAccessesToFields() {
    assertThat(list(UseKind.READS))
        .containsExactlyInAnyOrder(
            "shapes.Square.<init> 1 shapes.Square.created",
            "shapes.Square.area 2 shapes.Square.side",
            "shapes.Sheet.total 1 shapes.Sheet.side");
    assertThat(list(UseKind.WRITES))
        .containsExactlyInAnyOrder(
            "shapes.Square.<init> 1 shapes.Square.side",
            "shapes.Square.<init> 1 shapes.Square.created");
  }

  @Test
  void read_threeClasses_knowsSupertypes() {
    CodeClass sheet = program.findClass(program.findClass("shapes.Sheet"));
    CodeClass square = program.findClass(program.findClass("shapes.Square"));

    assertThat(program.className(sheet.superclass())).isEqualTo("shapes.Square");
    assertThat(program.className(square.superclass())).isEqualTo("java.lang.Object");
    assertThat(square.interfaces().toIntArray()).containsExactly(program.findClass("shapes.Shape"));
    assertThat(program.findClass(square.superclass())).isNull();
  }

  @Test
  void read_jar_givesTheSameAsItsDirectory() {
    Path jar = CompiledSources.jar(directory.resolve("classes"), directory.resolve("shapes.jar"));

    Program fromJar = CompiledSources.read(jar);

    assertThat(fromJar.modules()).extracting(ClassFiles.Origin::name).containsExactly("shapes.jar");
    assertThat(fromJar.declaredClassCount()).isEqualTo(3);
    assertThat(fromJar.memberCount()).isEqualTo(program.memberCount());
    assertThat(fromJar.pairs(UseKind.CALLS).total()).isEqualTo(9);
  }

  @Test
  void read_sameClassTwice_countsTheFirst() throws IOException {
    Path classes = directory.resolve("classes");
    try (var files = ClassFiles.of(List.of(classes, classes))) {
      Program twice = CodeReader.read(files, ProgressBar.silent());

      assertThat(twice.declaredClassCount()).isEqualTo(3);
      assertThat(twice.pairs(UseKind.CALLS).total()).isEqualTo(9);
    }
  }

  @Test
  void read_notAClassFile_namesTheFile() throws IOException {
    Files.writeString(directory.resolve("classes").resolve("Broken.class"), "not a class");

    assertThatThrownBy(() -> CompiledSources.read(directory.resolve("classes")))
        .hasStackTraceContaining("not a class file")
        .hasStackTraceContaining("Broken.class");
  }

  @Test
  void resolved_inheritedMembers_leadToTheirDeclarations() {
    assertThat(list(new Linkage(program).resolved()))
        .containsExactlyInAnyOrder(
            "shapes.Sheet.area 1 shapes.Square.area",
            "shapes.Sheet.twice 1 shapes.Shape.twice",
            "shapes.Sheet.side 1 shapes.Square.side");
  }

  @Test
  void dispatched_implementation_isReachedFromTheInterface() {
    assertThat(list(new Linkage(program).dispatched()))
        .containsExactly("shapes.Shape.area 1 shapes.Square.area");
  }

  private List<String> list(UseKind kind) {
    return list(program.pairs(kind));
  }

  private List<String> list(Pairs pairs) {
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < pairs.size(); i++) {
      lines.add(nameOf(pairs.source(i)) + " " + pairs.count(i) + " " + nameOf(pairs.target(i)));
    }
    return lines;
  }

  private String nameOf(int member) {
    MemberName name = program.member(member);
    return name.owner() + "." + name.name();
  }
}
