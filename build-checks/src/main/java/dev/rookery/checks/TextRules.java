package dev.rookery.checks;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/// Rules that need nothing but the lines of a file.
final class TextRules {
  static final int LINE_LENGTH_MAX = 100;
  static final int FILE_LINES_MAX = 800;
  static final long FILE_BYTES_MAX = 256 * 1024;

  /// Rules for every text file: a pattern that must not occur, and what to do instead.
  private static final Map<Pattern, String> EVERYWHERE =
      Map.of(
          Pattern.compile("\\b(TODO|FIXME|XXX)\\b(?!\\(#\\d+\\))"),
          "an open end needs its issue: TODO(#12)",
          Pattern.compile("(?<![\\w.$}/-])/(home|root|Users|work|tmp)/\\S"),
          "path of one machine: use a relative path or a temporary directory",
          Pattern.compile("\\b[A-Z]:\\\\\\\\?(Users|Temp|Windows)\\b"),
          "path of one machine: use a relative path or a temporary directory",
          Pattern.compile("\\b192\\.168\\.\\d+\\.\\d+\\b|\\b[\\w-]+\\.(internal|lan)(?![\\w.(])"),
          "host name of one network");

  private TextRules() {}

  /// Checks one text file.
  static List<Finding> check(String file, String text) {
    List<Finding> findings = new ArrayList<>();
    List<String> lines = text.lines().toList();
    for (int index = 0; index < lines.size(); index++) {
      checkLine(file, index + 1, lines.get(index), findings);
    }
    if (!text.isEmpty() && !text.endsWith("\n")) {
      findings.add(new Finding(file, lines.size(), "no line end at the end of the file"));
    }
    if (SourceTree.isJava(file) && lines.size() > FILE_LINES_MAX) {
      findings.add(new Finding(file, 0, lines.size() + " lines, at most " + FILE_LINES_MAX));
    }
    return findings;
  }

  /// Checks the size of one file of any kind.
  static List<Finding> checkSize(String file, long sizeBytes) {
    return sizeBytes <= FILE_BYTES_MAX
        ? List.of()
        : List.of(new Finding(file, 0, sizeBytes + " bytes, at most " + FILE_BYTES_MAX));
  }

  /// Checks that each package of main sources has a `package-info.java`.
  static List<Finding> checkPackages(List<String> files) {
    Set<String> described = new HashSet<>();
    Map<String, String> packages = new HashMap<>();
    for (String file : files) {
      if (!file.contains("src/main/java/") || !SourceTree.isJava(file)) {
        continue;
      }
      String directory = file.substring(0, file.lastIndexOf('/'));
      if (file.endsWith("/package-info.java")) {
        described.add(directory);
      } else if (!file.endsWith("/module-info.java")) {
        packages.putIfAbsent(directory, file);
      }
    }
    packages.keySet().removeAll(described);
    return packages.keySet().stream()
        .sorted()
        .map(directory -> new Finding(directory, 0, "no package-info.java"))
        .toList();
  }

  private static void checkLine(String file, int line, String text, List<Finding> findings) {
    if (SourceTree.isJava(file) && text.length() > LINE_LENGTH_MAX && !isExempt(text)) {
      findings.add(new Finding(file, line, "line of " + text.length() + " characters"));
    }
    if (text.indexOf('\t') >= 0 && !file.endsWith(".tsv")) {
      findings.add(new Finding(file, line, "tab character"));
    }
    if (!text.isEmpty() && Character.isWhitespace(text.charAt(text.length() - 1))) {
      findings.add(new Finding(file, line, "white space at the end of the line"));
    }
    EVERYWHERE.forEach((pattern, advice) -> {
      if (pattern.matcher(text).find()) {
        findings.add(new Finding(file, line, advice));
      }
    });
  }

  /// A line that cannot be broken: an import, or an address in a comment.
  private static boolean isExempt(String text) {
    return text.startsWith("import ") || text.matches("\\s*//.*https?://\\S+");
  }
}
