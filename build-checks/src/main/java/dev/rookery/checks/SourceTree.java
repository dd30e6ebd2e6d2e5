package dev.rookery.checks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/// The files of this repository, as they lie on the disk.
///
/// Where there is a git work tree, these are the files that git tracks or would track; elsewhere
/// (an unpacked source archive) all but what the build makes.
final class SourceTree {
  private static final Set<String> BUILT = Set.of("target", ".git", ".idea", ".settings");
  private static final Set<String> BINARY =
      Set.of("png", "jpg", "gif", "ico", "gz", "zip", "jar", "bin", "rook", "lz4");

  private final Path root;

  private SourceTree(Path root) {
    this.root = root;
  }

  /// Finds the tree that the working directory belongs to.
  static SourceTree find() {
    Path directory = Path.of("").toAbsolutePath();
    while (!Files.exists(directory.resolve("build-checks/pom.xml"))) {
      Path parent = directory.getParent();
      if (parent == null) {
        throw new IllegalStateException("no source tree above " + Path.of("").toAbsolutePath());
      }
      directory = parent;
    }
    return new SourceTree(directory);
  }

  Path root() {
    return root;
  }

  /// Returns all files, relative to the root, with forward slashes, sorted.
  List<String> files() {
    List<String> files = git("ls-files", "--cached", "--others", "--exclude-standard");
    if (files.isEmpty()) {
      files = walk();
    }
    return files.stream().filter(file -> Files.isRegularFile(root.resolve(file))).sorted().toList();
  }

  /// Returns the Java files that differ from the last commit, and those that git does not know yet.
  List<String> changedJavaFiles() {
    List<String> files = new ArrayList<>(git("diff", "--name-only", "--relative", "HEAD"));
    files.addAll(git("ls-files", "--others", "--exclude-standard"));
    return files.stream()
        .filter(SourceTree::isJava)
        .filter(file -> Files.isRegularFile(root.resolve(file)))
        .distinct()
        .sorted()
        .toList();
  }

  String read(String file) {
    try {
      return Files.readString(root.resolve(file));
    } catch (IOException e) {
      throw new UncheckedIOException(file, e);
    }
  }

  long sizeBytes(String file) {
    try {
      return Files.size(root.resolve(file));
    } catch (IOException e) {
      throw new UncheckedIOException(file, e);
    }
  }

  static boolean isJava(String file) {
    return file.endsWith(".java");
  }

  /// Tells whether the rules about lines hold for a file: for all we write ourselves.
  static boolean isText(String file) {
    return !Set.of("mvnw", "mvnw.cmd", "LICENSE").contains(file)
        && !BINARY.contains(file.substring(file.lastIndexOf('.') + 1))
        && !file.contains("/src/test/resources/")
        && !file.contains("/src/main/resources/");
  }

  private List<String> walk() {
    try (Stream<Path> paths = Files.walk(root)) {
      return paths
          .filter(Files::isRegularFile)
          .map(root::relativize)
          .filter(SourceTree::isSource)
          .map(path -> path.toString().replace('\\', '/'))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean isSource(Path path) {
    for (Path part : path) {
      if (BUILT.contains(part.toString())) {
        return false;
      }
    }
    return true;
  }

  /// Runs git in the root and returns its lines; none if there is no git or no work tree.
  private List<String> git(String... arguments) {
    List<String> command = new ArrayList<>(List.of("git", "-c", "core.quotePath=false"));
    command.addAll(List.of(arguments));
    try {
      Process process =
          new ProcessBuilder(command)
              .directory(root.toFile())
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      return process.waitFor() == 0 ? output.lines().toList() : List.of();
    } catch (IOException e) {
      return List.of();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
