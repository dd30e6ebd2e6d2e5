package dev.rookery.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.tools.JavaFileObject.Kind;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

/// Compiles source text to class files, to read them again.
final class CompiledSources {

  private CompiledSources() {}

  /// Compiles source texts and returns the directory of the classes.
  static Path compile(Path directory, String... sources) {
    var messages = new StringWriter();
    boolean compiled =
        ToolProvider.getSystemJavaCompiler()
            .getTask(
                messages,
                null,
                null,
                List.of("-d", directory.toString(), "-proc:none"),
                null,
                IntStream.range(0, sources.length)
                    .mapToObj(i -> new Source(i, sources[i]))
                    .toList())
            .call();
    assertThat(compiled).as(messages.toString()).isTrue();
    return directory;
  }

  /// Puts a directory of classes into a jar.
  static Path jar(Path classes, Path jar) {
    try (var out = new JarOutputStream(Files.newOutputStream(jar));
        Stream<Path> files = Files.walk(classes)) {
      for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
        out.putNextEntry(new JarEntry(classes.relativize(file).toString()));
        Files.copy(file, out);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return jar;
  }

  /// Reads classes, without showing progress.
  static Program read(Path jarOrDirectory) {
    try (var files = ClassFiles.of(List.of(jarOrDirectory))) {
      return CodeReader.read(files, ProgressBar.silent());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static final class Source extends SimpleJavaFileObject {

    private final String text;

    Source(int number, String text) {
      super(URI.create("string:///Source" + number + ".java"), Kind.SOURCE);
      this.text = text;
    }

    @Override
    public boolean isNameCompatible(String simpleName, Kind kind) {
      return true;
    }

    @Override
    public CharSequence getCharContent(boolean ignoreEncodingErrors) {
      return text;
    }

    @Override
    public Writer openWriter() {
      throw new UnsupportedOperationException();
    }
  }
}
