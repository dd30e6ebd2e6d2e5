package dev.rookery.checks;

import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.IdentifierTree;
import com.sun.source.tree.MemberSelectTree;
import com.sun.source.tree.MethodInvocationTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.NewClassTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreePathScanner;
import com.sun.source.util.Trees;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.tools.JavaCompiler;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.jspecify.annotations.Nullable;

/// Rules that need the syntax tree of a Java file, so that comments and strings do not count.
final class JavaRules {
  static final int METHOD_LINES_MAX = 70;

  /// Parts of a class name that say nothing, anywhere in the name.
  private static final Set<String> EMPTY_WORDS =
      Set.of(
          "Manager",
          "Helper",
          "Helpers",
          "Util",
          "Utils",
          "Utility",
          "Impl",
          "Handler",
          "Processor",
          "Info",
          "Vertex",
          "Vertices");

  /// Modules whose programs talk to a person.
  private static final Set<String> PROGRAMS =
      Set.of("examples", "cli", "benchmarks", "build-checks");

  /// Calls by the text of their method, and what to do instead; in every source, but for
  /// [#FOREIGN_BYTES] in programs.
  private static final Map<String, String> BANNED_CALLS =
      Map.of(
          "printStackTrace", "throw, or add the cause to what is thrown",
          "Math.random", "take a seeded random source",
          "ThreadLocalRandom.current", "take a seeded random source",
          "ByteOrder.nativeOrder", "the file format is little-endian on every machine");

  /// Allowed in programs: they speak to other libraries, which have formats of their own.
  private static final Set<String> FOREIGN_BYTES = Set.of("ByteOrder.nativeOrder");

  private JavaRules() {}

  /// Checks one Java file.
  static List<Finding> check(String file, String source) {
    CompilationUnitTree unit;
    Trees trees;
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    try {
      JavacTask task =
          (JavacTask)
              compiler.getTask(
                  null, null, _ -> {}, List.of("-proc:none"), null, List.of(new Source(source)));
      trees = Trees.instance(task);
      unit = task.parse().iterator().next();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Scanner scanner = new Scanner(file, unit, trees);
    scanner.scan(unit, null);
    return scanner.findings;
  }

  private static final class Scanner extends TreePathScanner<@Nullable Void, @Nullable Void> {
    private final String file;
    private final CompilationUnitTree unit;
    private final Trees trees;
    private final boolean test;
    private final boolean program;
    private final List<Finding> findings = new ArrayList<>();

    Scanner(String file, CompilationUnitTree unit, Trees trees) {
      this.file = file;
      this.unit = unit;
      this.trees = trees;
      test = file.contains("src/test/");
      program = PROGRAMS.contains(file.substring(0, Math.max(0, file.indexOf('/'))));
    }

    @Override
    public @Nullable Void visitClass(ClassTree type, @Nullable Void unused) {
      for (String word : type.getSimpleName().toString().split("(?=[A-Z])", -1)) {
        if (EMPTY_WORDS.contains(word)) {
          add(type, "class name with `" + word + "`: name what it is");
        }
      }
      return super.visitClass(type, null);
    }

    @Override
    public @Nullable Void visitMethod(MethodTree method, @Nullable Void unused) {
      long lineCount = lineOf(endOf(method)) - lineOf(startOf(method)) + 1;
      if (lineCount > METHOD_LINES_MAX) {
        add(
            method,
            "method "
                + method.getName()
                + " of "
                + lineCount
                + " lines, at most "
                + METHOD_LINES_MAX);
      }
      return super.visitMethod(method, null);
    }

    @Override
    public @Nullable Void visitNewClass(NewClassTree creation, @Nullable Void unused) {
      String type = creation.getIdentifier().toString().replaceFirst(".*\\.", "");
      if (creation.getArguments().isEmpty()
          && Set.of("Random", "SplittableRandom").contains(type)) {
        add(creation, "random source without a seed");
      }
      return super.visitNewClass(creation, null);
    }

    @Override
    public @Nullable Void visitMethodInvocation(MethodInvocationTree call, @Nullable Void unused) {
      String method = call.getMethodSelect().toString();
      BANNED_CALLS.forEach((banned, advice) -> {
        boolean allowed = program && FOREIGN_BYTES.contains(banned);
        if (!allowed && (method.equals(banned) || method.endsWith("." + banned))) {
          add(call, banned + ": " + advice);
        }
      });
      if (test && method.equals("Thread.sleep")) {
        add(call, "Thread.sleep in a test: wait for the event itself");
      }
      return super.visitMethodInvocation(call, null);
    }

    @Override
    public @Nullable Void visitMemberSelect(MemberSelectTree select, @Nullable Void unused) {
      if (!test
          && !program
          && select.getExpression() instanceof IdentifierTree identifier
          && identifier.getName().contentEquals("System")
          && Set.of("out", "err").contains(select.getIdentifier().toString())) {
        add(select, "a library prints nothing: System." + select.getIdentifier());
      }
      return super.visitMemberSelect(select, null);
    }

    private void add(Tree tree, String message) {
      findings.add(new Finding(file, lineOf(startOf(tree)), message));
    }

    private long startOf(Tree tree) {
      return trees.getSourcePositions().getStartPosition(unit, tree);
    }

    private long endOf(Tree tree) {
      return trees.getSourcePositions().getEndPosition(unit, tree);
    }

    private long lineOf(long offset) {
      return offset < 0 ? 0 : unit.getLineMap().getLineNumber(offset);
    }
  }

  private static final class Source extends SimpleJavaFileObject {
    private final String text;

    Source(String text) {
      super(URI.create("string:///Source.java"), Kind.SOURCE);
      this.text = text;
    }

    @Override
    public CharSequence getCharContent(boolean ignoreEncodingErrors) {
      return text;
    }
  }
}
