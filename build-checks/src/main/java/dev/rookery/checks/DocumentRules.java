package dev.rookery.checks;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Rules for the Markdown documents: what they name must exist.
final class DocumentRules {
  private static final Pattern LINK = Pattern.compile("\\[[^\\]]*]\\(([^)\\s]+)\\)");
  private static final Pattern FILE_NAME =
      Pattern.compile("`([\\w./-]+\\.(?:java|md|xml|sh|yml|properties))`");
  private static final Pattern FENCE = Pattern.compile("^\\s*(```|~~~)");
  private static final Pattern CHANGELOG_HEADING =
      Pattern.compile(
          "# Changelog|## (Unreleased|\\d+\\.\\d+\\.\\d+ \\(\\d{4}-\\d\\d-\\d\\d\\))"
              + "|### (Added|Changed|Fixed|Removed|File format)");

  private DocumentRules() {}

  /// Checks one document.
  ///
  /// @param file the document
  /// @param text its text
  /// @param files all files of the tree
  /// @return links to absent files and absent headings, and names of absent files
  static List<Finding> check(String file, String text, List<String> files) {
    Set<String> paths = pathsOf(files);
    List<Finding> findings = new ArrayList<>();
    List<String> lines = text.lines().toList();
    boolean fenced = false;
    for (int index = 0; index < lines.size(); index++) {
      String line = lines.get(index);
      if (FENCE.matcher(line).find()) {
        fenced = !fenced;
      } else if (!fenced) {
        int number = index + 1;
        checkLinks(file, number, line, paths, anchorsOf(text), findings);
        checkFileNames(file, number, line, paths, findings);
      }
    }
    return findings;
  }

  /// Checks the form of the change log: its headings are versions and kinds of change.
  static List<Finding> checkChangelog(String file, String text) {
    List<Finding> findings = new ArrayList<>();
    List<String> lines = text.lines().toList();
    for (int index = 0; index < lines.size(); index++) {
      String line = lines.get(index);
      if (line.startsWith("#") && !CHANGELOG_HEADING.matcher(line).matches()) {
        findings.add(new Finding(file, index + 1, "not a heading of a change log: " + line));
      }
    }
    return findings;
  }

  private static void checkLinks(
      String file,
      int number,
      String line,
      Set<String> paths,
      Set<String> anchors,
      List<Finding> findings) {
    Matcher link = LINK.matcher(line);
    while (link.find()) {
      String target = link.group(1);
      if (target.matches("(https?|mailto):.*")) {
        continue;
      }
      if (target.startsWith("#")) {
        if (!anchors.contains(target.substring(1))) {
          findings.add(new Finding(file, number, "no heading for " + target));
        }
        continue;
      }
      String path = resolve(file, target.replaceFirst("#.*", ""));
      if (!paths.contains(path)) {
        findings.add(new Finding(file, number, "broken link: " + target));
      }
    }
  }

  /// A name with a folder is a path from the root or from the document; a bare name may lie
  /// anywhere.
  private static void checkFileNames(
      String file, int number, String line, Set<String> paths, List<Finding> findings) {
    Matcher name = FILE_NAME.matcher(line);
    while (name.find()) {
      String target = name.group(1);
      boolean exists =
          target.contains("/")
              ? paths.contains(target) || paths.contains(resolve(file, target))
              : paths.stream().anyMatch(path -> path.equals(target) || path.endsWith("/" + target));
      if (!exists) {
        findings.add(new Finding(file, number, "no such file: " + target));
      }
    }
  }

  private static String resolve(String file, String target) {
    Path parent = Path.of("/" + file).resolveSibling(target).normalize();
    return parent.toString().replace('\\', '/').replaceFirst("^/", "");
  }

  /// Returns all files and their folders.
  private static Set<String> pathsOf(List<String> files) {
    Set<String> paths = new HashSet<>(files);
    for (String file : files) {
      for (int end = file.lastIndexOf('/'); end > 0; end = file.lastIndexOf('/', end - 1)) {
        paths.add(file.substring(0, end));
      }
    }
    return paths;
  }

  /// Returns the anchors that the usual renderers make of the headings.
  private static Set<String> anchorsOf(String text) {
    Set<String> anchors = new HashSet<>();
    text.lines()
        .filter(line -> line.startsWith("#"))
        .map(line -> line.replaceFirst("#+\\s*", "").toLowerCase(Locale.ROOT))
        .map(line -> line.replaceAll("[^\\p{L}\\p{N}\\s_-]", "").replace(' ', '-'))
        .forEach(anchors::add);
    return anchors;
  }
}
