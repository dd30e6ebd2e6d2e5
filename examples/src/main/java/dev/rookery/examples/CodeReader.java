package dev.rookery.examples;

import dev.rookery.examples.ClassFiles.ClassPath;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.stream.Gatherers;

/// Reads class files into a [Program].
///
/// What is counted:
///
/// - classes: every class file but `module-info.class`, so `package-info.class` too;
/// - methods and fields: everything that is declared, constructors, class initializers and what the
///   compiler made included;
/// - call instructions: `invokevirtual`, `invokespecial`, `invokestatic`, `invokeinterface`, but
///   not `invokedynamic`, which names no method;
/// - pairs of caller and callee: the callee is class, name and descriptor as the instruction has
///   them, so a method that is called through two subclasses is two callees, and `clone` of each
///   array type is one.
///
/// Files are read and parsed on all processors, each class once, and added in the order of their
/// names, so that two runs give the same program. Only a few parsed classes wait at a time.
final class CodeReader {

  private CodeReader() {}

  /// Reads everything.
  ///
  /// @throws UncheckedIOException if a file cannot be read
  /// @throws IllegalArgumentException if a file is no class file
  static Program read(ClassFiles files, ProgressBar progress) {
    var program = new Program(files.origins());
    int concurrency = 2 * Runtime.getRuntime().availableProcessors();
    files.classes().stream()
        .gather(Gatherers.mapConcurrent(concurrency, CodeReader::parse))
        .forEach(parsed -> {
          program.add(parsed);
          progress.advance(1);
        });
    progress.finish();
    return program;
  }

  private static ParsedClass parse(ClassPath path) {
    try {
      return ClassParser.parse(path.origin(), Files.readAllBytes(path.file()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("not a class file file=" + path.file(), e);
    }
  }
}
