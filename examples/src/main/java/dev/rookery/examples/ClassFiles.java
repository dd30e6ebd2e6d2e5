package dev.rookery.examples;

import java.io.IOException;
import java.io.InputStream;
import java.lang.module.ModuleDescriptor;
import java.net.URI;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The class files that are to be read: modules of the running JDK, jars, directories of classes.
///
/// `module-info.class` describes a module and is no class. What lies below `META-INF` is left out,
/// so of a jar for several versions of Java the oldest classes are read. Close it after reading.
final class ClassFiles implements AutoCloseable {

  private static final String MODULE_INFO = "module-info.class";

  private final List<Origin> origins = new ArrayList<>();
  private final List<ClassPath> classes = new ArrayList<>();
  private final List<FileSystem> jars = new ArrayList<>();

  private ClassFiles() {}

  /// Returns the places of all modules of the running JDK.
  static List<Path> jdkModules() throws IOException {
    try (Stream<Path> modules = Files.list(jdk().getPath("/modules"))) {
      return modules.sorted().toList();
    }
  }

  /// Returns the place of one module of the running JDK.
  ///
  /// @throws NoSuchFileException if there is no such module
  static Path jdkModule(String name) throws NoSuchFileException {
    Path path = jdk().getPath("/modules", name);
    if (!Files.isDirectory(path)) {
      throw new NoSuchFileException("module " + name);
    }
    return path;
  }

  /// Returns the classes of modules, of jars and of directories that hold the root package.
  static ClassFiles of(List<Path> places) throws IOException {
    var files = new ClassFiles();
    try {
      for (Path place : places) {
        files.add(place);
      }
    } catch (IOException | RuntimeException e) {
      files.close();
      throw e;
    }
    return files;
  }

  /// Returns the modules, jars and directories, in the order in which they were named.
  List<Origin> origins() {
    return List.copyOf(origins);
  }

  /// Returns the class files, sorted by origin and name.
  List<ClassPath> classes() {
    return List.copyOf(classes);
  }

  /// Closes the jars.
  @Override
  public void close() throws IOException {
    for (FileSystem jar : jars) {
      jar.close();
    }
  }

  private static FileSystem jdk() {
    return FileSystems.getFileSystem(URI.create("jrt:/"));
  }

  private void add(Path path) throws IOException {
    if (Files.isDirectory(path)) {
      addRoot(path, path);
    } else {
      FileSystem jar = FileSystems.newFileSystem(path);
      jars.add(jar);
      addRoot(path, jar.getPath("/"));
    }
  }

  private void addRoot(Path path, Path root) throws IOException {
    Path fileName = path.toAbsolutePath().normalize().getFileName();
    origins.add(originOf(fileName == null ? path.toString() : fileName.toString(), root));
    int index = origins.size() - 1;
    try (Stream<Path> files = Files.walk(root)) {
      files
          .filter(ClassFiles::isClass)
          .filter(file -> !root.relativize(file).startsWith("META-INF"))
          .sorted()
          .forEach(file -> classes.add(new ClassPath(index, file)));
    }
  }

  private static boolean isClass(Path file) {
    String name = file.toString();
    return name.endsWith(".class") && !name.endsWith(MODULE_INFO);
  }

  private static Origin originOf(String name, Path root) throws IOException {
    Path moduleInfo = root.resolve(MODULE_INFO);
    if (!Files.exists(moduleInfo)) {
      return new Origin(name, null);
    }
    try (InputStream in = Files.newInputStream(moduleInfo)) {
      ModuleDescriptor descriptor = ModuleDescriptor.read(in);
      Set<String> exports =
          descriptor.exports().stream()
              .filter(export -> !export.isQualified())
              .map(ModuleDescriptor.Exports::source)
              .collect(Collectors.toUnmodifiableSet());
      return new Origin(descriptor.name(), exports);
    }
  }

  /// A module, or a jar or directory without a module descriptor.
  ///
  /// @param name the name of the module, or of the file
  /// @param exports the packages that are exported to everybody, or null if all of them are
  record Origin(String name, @Nullable Set<String> exports) {

    boolean isExported(String packageName) {
      return exports == null || exports.contains(packageName);
    }
  }

  /// A class file.
  ///
  /// @param origin the index in [#origins]
  /// @param file the place of the file
  record ClassPath(int origin, Path file) {}
}
