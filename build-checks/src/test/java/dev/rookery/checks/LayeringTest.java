package dev.rookery.checks;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.EvaluationResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Applies the rules of [Layering] to the compiled classes of all modules, and to samples that
/// break them.
///
/// The classes are read from the output folders, so this module needs no dependency on the others,
/// and can be run alone after they have been compiled.
class LayeringTest {
  private static final List<String> MODULES =
      List.of("storage", "graph-api", "exchange", "traversal", "examples", "cli", "benchmarks");
  private static final String SAMPLES = "dev.rookery.checks.samples";

  @Test
  void modules_always_keepTheArrows() {
    Path root = SourceTree.find().root();
    List<Path> folders =
        MODULES.stream().map(module -> root.resolve(module).resolve("target/classes")).toList();
    assertThat(folders).as("modules are compiled first: mvn verify").allMatch(Files::isDirectory);
    JavaClasses classes = new ClassFileImporter().importPaths(folders);

    List<String> failures = new ArrayList<>();
    for (ArchRule rule : new Layering("dev.rookery").rules()) {
      EvaluationResult result = rule.evaluate(classes);
      if (result.hasViolation()) {
        failures.add(result.getFailureReport().toString());
      }
    }

    assertThat(failures).isEmpty();
  }

  @Test
  void samples_ofEachRule_breakThatRule() {
    Layering layering = new Layering(SAMPLES);

    assertBreaks(layering.modulesPointDown(), "StorageUsesGraph");
    assertBreaks(layering.storagePackagesPointDown(), "IoUsesPage");
    assertBreaks(layering.storagePackagesHaveAPlace(), "StrayPackage");
    assertBreaks(layering.packagesHaveNoCycles(), "Cycle");
    assertBreaks(layering.onlyIoTouchesFiles(), "PageUsesFileChannel");
    assertBreaks(layering.nothingDangerousIsUsed(), "ReadsObjects");
    assertBreaks(layering.onlySafeCompressionIsUsed(), "UsesNativeCode");
    assertBreaks(layering.graphHidesStorage(), "LeaksStorage");
    assertBreaks(layering.storageHidesItsLibraries(), "LeaksGuava");
  }

  private static void assertBreaks(ArchRule rule, String expected) {
    JavaClasses samples = new ClassFileImporter().importPackages(SAMPLES);

    assertThat(rule.evaluate(samples).getFailureReport().toString())
        .as(rule.getDescription())
        .contains(expected);
  }
}
