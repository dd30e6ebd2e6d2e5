package dev.rookery.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rookery.examples.CodePatterns.Answer;
import dev.rookery.graph.Direction;
import dev.rookery.graph.Graph;
import dev.rookery.graph.Node;
import dev.rookery.graph.ReadTransaction;
import java.io.IOException;
import java.lang.reflect.Modifier;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Asks the pattern queries about a program so small that the answers can be seen, and about a
/// module of the JDK, where plain loops over the graph count again.
final class CodePatternsTest {
  private static final String EAST =
      """
      package east;

      public class Ping {
        public void ping(int n) { if (n > 0) { new west.Pong().pong(n - 1); self(n); } }
        void self(int n) { if (n > 0) { self(n - 1); other(n); } }
        void other(int n) { if (n > 0) { self(n - 1); } }
        @Override public boolean equals(Object other) { return other == this; }
      }
      class Both {
        @Override public boolean equals(Object other) { return other == this; }
        @Override public int hashCode() { return 1; }
      }
      class Overload {
        public boolean equals(Overload other) { return other == this; }
        public boolean equals(Object one, Object other) { return one == other; }
      }
      interface Abstract { boolean equals(Object other); }
      record Generated(int value) {}
      class OtherHash {
        @Override public boolean equals(Object other) { return other == this; }
        public int hashCode(int seed) { return seed; }
      }
      """;

  private static final String WEST =
      """
      package west;

      public class Pong {
        public void pong(int n) { if (n > 0) { new east.Ping().ping(n - 1); } oneWay(); }
        void oneWay() {}
      }
      interface Top {}
      interface Left extends Top {}
      interface Right extends Top {}
      interface Third extends Top {}
      class Diamond implements Left, Right {}
      class Triple implements Left, Right, Third {}
      class Straight implements Left {}
      class Base implements Left {}
      class NoDiamond extends Base implements Right {}
      class Mixed extends Straight2 implements Right {}
      class Straight2 implements Top {}
      """;

  @TempDir Path directory;
  private Graph graph;
  private ReadTransaction tx;
  private CodePatterns patterns;

  @BeforeEach
  void load() {
    load(CompiledSources.read(CompiledSources.compile(directory, EAST, WEST)));
  }

  private void load(Program program) {
    var linkage = new Linkage(program);
    graph = Graph.inMemory();
    CodeLoader.load(graph, program, linkage.resolved(), linkage.dispatched(), ProgressBar.silent());
    tx = graph.beginRead();
    patterns = new CodePatterns(tx, new CodeNames(tx));
  }

  @AfterEach
  void close() {
    tx.close();
    graph.close();
  }

  @Test
  void equalsWithoutHashCode_looksAtDescriptorsAndCode() {
    Answer answer = patterns.equalsWithoutHashCode(10);

    assertThat(answer.first()).containsExactly("east.OtherHash", "east.Ping");
    assertThat(answer.count()).isEqualTo(2);
    assertThat(answer.plan()).contains("found=");
  }

  @Test
  void mutualRecursion_isBetweenPackages() {
    Answer answer = patterns.mutualRecursion(10);

    assertThat(answer.first()).containsExactly("Ping.ping(int)  Pong.pong(int)");
  }

  @Test
  void diamonds_countPairsOfSides() {
    Answer answer = patterns.diamonds(10);

    // One of Diamond, three of Triple, one of Mixed; the sides of NoDiamond are of unequal length.
    assertThat(answer.first()).containsExactly("west.Top  5  3");
  }

  @Test
  void godMethods_areCalledFromMorePackages() {
    assertThat(patterns.godMethods(1, 10).count()).isZero();
    Answer answer = patterns.godMethods(0, 3);

    assertThat(answer.count()).isEqualTo(5); // pong, ping, self, other, oneWay
    assertThat(answer.first()).hasSize(3);
  }

  @Test
  void answers_aboutAModule_agreeWithPlainLoops() throws IOException {
    close();
    try (var files = ClassFiles.of(List.of(ClassFiles.jdkModule("java.xml")))) {
      load(CodeReader.read(files, ProgressBar.silent()));
    }
    assertThat(tx.nodeCount(CodeSchema.CLASS)).isGreaterThan(1_000);

    assertThat(new HashSet<>(patterns.equalsWithoutHashCode(1_000).first()))
        .isEqualTo(plainEqualsWithoutHashCode());
    assertThat(patterns.diamonds(1_000).count()).isEqualTo(plainDiamondTops());
    Map<Long, Integer> callers = plainCallingPackages();
    for (int more : List.of(0, 5)) {
      assertThat(patterns.godMethods(more, 1).count())
          .isEqualTo(callers.values().stream().filter(count -> count > more).count());
    }
    assertThat(callers.values()).anyMatch(count -> count > 5);
    assertThat(patterns.mutualRecursion(1_000).count()).isEqualTo(plainMutualRecursion());
  }

  private long plainMutualRecursion() {
    var names = new CodeNames(tx);
    long count = 0;
    for (Node one : tx.nodes(CodeSchema.METHOD)) {
      for (Node other : tx.neighbors(one.id(), Direction.OUT, CodeSchema.CALLS)) {
        if (CodeNames.hasLabel(other, CodeSchema.METHOD)
            && tx.hasEdge(CodeSchema.CALLS, other.id(), one.id())
            && names.packageName(one).compareTo(names.packageName(other)) < 0) {
          count++;
        }
      }
    }
    return count;
  }

  private Set<String> plainEqualsWithoutHashCode() {
    Set<String> found = new TreeSet<>();
    for (Node type : tx.nodes(CodeSchema.CLASS)) {
      Set<String> methods = new HashSet<>();
      for (Node member : tx.neighbors(type.id(), Direction.OUT, CodeSchema.CONTAINS)) {
        if (CodeNames.hasLabel(member, CodeSchema.METHOD)
            && (!Modifier.isAbstract((int) member.getLong(CodeSchema.MODIFIERS, 0))
                || !member.getString(CodeSchema.NAME).equals("equals"))) {
          methods.add(member.getString(CodeSchema.NAME) + member.getString(CodeSchema.DESCRIPTOR));
        }
      }
      if (methods.contains("equals(Ljava/lang/Object;)Z") && !methods.contains("hashCode()I")) {
        found.add(type.getString(CodeSchema.NAME));
      }
    }
    return found;
  }

  private long plainDiamondTops() {
    Set<Long> tops = new HashSet<>();
    for (Node type : tx.nodes(CodeSchema.CLASS)) {
      Set<Long> met = new HashSet<>();
      for (long side : supertypes(type.id())) {
        for (long top : supertypes(side)) {
          if (!met.add(top)
              && Modifier.isInterface((int) tx.node(top).getLong(CodeSchema.MODIFIERS, 0))) {
            tops.add(top);
          }
        }
      }
    }
    return tops.size();
  }

  private Set<Long> supertypes(long type) {
    Set<Long> found = new HashSet<>();
    for (String edge : new String[] {CodeSchema.EXTENDS, CodeSchema.IMPLEMENTS}) {
      for (Node above : tx.neighbors(type, Direction.OUT, edge)) {
        if (CodeNames.hasLabel(above, CodeSchema.CLASS)) {
          found.add(above.id());
        }
      }
    }
    return found;
  }

  private Map<Long, Integer> plainCallingPackages() {
    var names = new CodeNames(tx);
    Map<Long, Set<String>> packages = new HashMap<>();
    for (Node method : tx.nodes(CodeSchema.METHOD)) {
      for (Node called : tx.neighbors(method.id(), Direction.OUT, CodeSchema.CALLS)) {
        if (CodeNames.hasLabel(called, CodeSchema.METHOD)
            && !called.getString(CodeSchema.NAME).equals("<init>")) {
          packages
              .computeIfAbsent(called.id(), _ -> new HashSet<>())
              .add(names.packageName(method));
        }
      }
    }
    return packages.entrySet().stream()
        .collect(Collectors.toMap(Map.Entry::getKey, entry -> entry.getValue().size()));
  }
}
