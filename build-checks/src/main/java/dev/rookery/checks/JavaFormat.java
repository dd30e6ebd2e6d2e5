package dev.rookery.checks;

import com.google.googlejavaformat.java.Formatter;
import com.google.googlejavaformat.java.FormatterException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// The one format of Java sources: google-java-format, imports sorted, unused imports removed.
///
/// Run as a program (`tools/format`) it rewrites the files that differ from the last commit. With
/// `--all` it takes the whole tree, with file names only those; with `--check` it writes nothing,
/// lists what differs and exits with 1.
public final class JavaFormat {
  private static final Formatter FORMATTER = new Formatter();

  private JavaFormat() {}

  /// Runs the formatter.
  ///
  /// @param arguments options and files, as told above
  /// @throws IOException if a file cannot be written
  public static void main(String[] arguments) throws IOException {
    SourceTree tree = SourceTree.find();
    List<String> options = Arrays.asList(arguments);
    boolean check = options.contains("--check");
    int failureCount = 0;
    int changedCount = 0;
    for (String file : chooseFiles(tree, options)) {
      try {
        String source = tree.read(file);
        String formatted = format(source);
        if (!formatted.equals(source)) {
          changedCount++;
          System.out.println((check ? "differs: " : "formatted: ") + file);
          if (!check) {
            Files.writeString(tree.root().resolve(file), formatted);
          }
        }
      } catch (FormatterException e) {
        failureCount++;
        System.err.println(file + ":" + e.getMessage());
      }
    }
    if (failureCount > 0 || (check && changedCount > 0)) {
      System.exit(1);
    }
  }

  /// Returns the source in the one format.
  ///
  /// @param source a whole Java file
  /// @return the formatted file
  /// @throws FormatterException if the source does not parse
  static String format(String source) throws FormatterException {
    return FORMATTER.formatSourceAndFixImports(source);
  }

  /// Returns the files of the tree that are not in the one format.
  static List<Finding> check(SourceTree tree) {
    List<Finding> findings = new ArrayList<>();
    for (String file : tree.files()) {
      if (SourceTree.isJava(file)) {
        findings.addAll(check(file, tree.read(file)));
      }
    }
    return findings;
  }

  static List<Finding> check(String file, String source) {
    try {
      String formatted = format(source);
      if (formatted.equals(source)) {
        return List.of();
      }
      return List.of(
          new Finding(file, firstDifference(source, formatted), "not formatted: tools/format"));
    } catch (FormatterException e) {
      return List.of(new Finding(file, 0, "does not parse: " + e.getMessage()));
    }
  }

  private static long firstDifference(String source, String formatted) {
    int offset = Arrays.mismatch(source.toCharArray(), formatted.toCharArray());
    return 1 + source.substring(0, offset).chars().filter(character -> character == '\n').count();
  }

  private static List<String> chooseFiles(SourceTree tree, List<String> options) {
    List<String> named =
        options.stream()
            .filter(option -> !option.startsWith("--"))
            .map(file ->
                tree.root().relativize(Path.of(file).toAbsolutePath().normalize()).toString())
            .toList();
    if (!named.isEmpty()) {
      return named;
    }
    if (options.contains("--all")) {
      return tree.files().stream().filter(SourceTree::isJava).toList();
    }
    return tree.changedJavaFiles();
  }
}
