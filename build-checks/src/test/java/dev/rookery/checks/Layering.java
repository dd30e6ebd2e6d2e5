package dev.rookery.checks;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaMember;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The arrows of the architecture, as rules about the classes below one base package.
///
/// The base package is a parameter, so that a test can show each rule fail on bad samples.
final class Layering {
  /// Modules by their package, each with the modules it may use.
  private static final Map<String, Set<String>> MODULES =
      Map.of(
          "storage", Set.of(),
          "graph", Set.of("storage"),
          "exchange", Set.of("graph", "storage"),
          "traversal", Set.of("graph", "storage"),
          "examples", Set.of("traversal", "graph", "storage"),
          "cli", Set.of("examples", "exchange", "traversal", "graph", "storage"),
          "benchmarks", Set.of("traversal", "graph", "storage"));

  /// Packages of storage by height: one may use those of its own height and below.
  private static final Map<String, Integer> STORAGE_HEIGHTS =
      Map.ofEntries(
          Map.entry(".error", 0),
          Map.entry(".check", 1),
          Map.entry(".event", 1),
          Map.entry(".schedule", 0),
          Map.entry(".system", 0),
          Map.entry(".io", 1),
          Map.entry(".page", 2),
          Map.entry(".journal", 3),
          Map.entry(".mvcc", 3),
          Map.entry(".tx", 4),
          Map.entry(".backup", 5),
          Map.entry(".tree", 5),
          Map.entry(".table", 5),
          Map.entry("", 6));

  /// Plain values of the public face of storage. They use nothing, so any room may speak of them,
  /// and so may the graph.
  private static final Set<String> STORAGE_VALUES =
      Set.of(
          "Commit",
          "Durability",
          "LongReaderListener",
          "ReaderReport",
          "SalvageReport",
          "StorageOptions",
          "StorageStats");

  private final String base;

  Layering(String base) {
    this.base = base;
  }

  List<ArchRule> rules() {
    return List.of(
        modulesPointDown(),
        storagePackagesHaveAPlace(),
        storagePackagesPointDown(),
        packagesHaveNoCycles(),
        onlyIoTouchesFiles(),
        nothingDangerousIsUsed(),
        onlySafeCompressionIsUsed(),
        graphHidesStorage(),
        storageHidesItsLibraries());
  }

  ArchRule modulesPointDown() {
    return classes()
        .should(
            condition(
                "use only the modules below their own",
                (origin, target) -> {
                  String from = moduleOf(origin);
                  String to = moduleOf(target);
                  return from.isEmpty()
                      || to.isEmpty()
                      || from.equals(to)
                      || MODULES.getOrDefault(from, Set.of()).contains(to);
                }));
  }

  ArchRule storagePackagesHaveAPlace() {
    String storage = base + ".storage";
    String[] placed =
        STORAGE_HEIGHTS.keySet().stream().map(suffix -> storage + suffix).toArray(String[]::new);
    return classes()
        .that()
        .resideInAPackage(storage + "..")
        .should()
        .resideInAnyPackage(placed)
        .because("a package gets its place in STORAGE_HEIGHTS before its first class")
        .allowEmptyShould(true);
  }

  ArchRule storagePackagesPointDown() {
    String storage = base + ".storage";
    return classes()
        .that()
        .resideInAPackage(storage + "..")
        .should(
            condition(
                "use only the packages below their own: io <- page <- journal, mvcc <- tx"
                    + " <- tree, table <- the root",
                (origin, target) -> {
                  if (!target.getPackageName().startsWith(storage)) {
                    return true;
                  }
                  Integer from = heightOf(origin);
                  Integer to = heightOf(target);
                  return from == null || to == null || to <= from;
                }))
        .allowEmptyShould(true);
  }

  ArchRule packagesHaveNoCycles() {
    return slices()
        .matching(base + ".(**)")
        .should()
        .beFreeOfCycles()
        .ignoreDependency(
            DescribedPredicate.alwaysTrue(),
            DescribedPredicate.describe("a value of storage", this::isStorageValue))
        .allowEmptyShould(true);
  }

  ArchRule onlyIoTouchesFiles() {
    return noClasses()
        .that()
        .resideInAnyPackage(base + ".storage..", base + ".graph..", base + ".traversal..")
        .and()
        .resideOutsideOfPackage(base + ".storage.io..")
        .should()
        .dependOnClassesThat()
        .haveFullyQualifiedName("java.nio.channels.FileChannel")
        .orShould()
        .dependOnClassesThat()
        .haveFullyQualifiedName("java.io.RandomAccessFile")
        .because("one room owns writes, syncs and their failures")
        .allowEmptyShould(true);
  }

  ArchRule nothingDangerousIsUsed() {
    return noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("sun.misc..", "jdk.internal..")
        .orShould()
        .dependOnClassesThat()
        .haveFullyQualifiedName("java.io.ObjectInputStream")
        .orShould()
        .dependOnClassesThat()
        .haveFullyQualifiedName("java.io.ObjectOutputStream")
        .because("a damaged file must never give more than an exception");
  }

  ArchRule onlySafeCompressionIsUsed() {
    return noClasses()
        .should()
        .callMethodWhere(
            DescribedPredicate.describe(
                "the compressor comes from native or unsafe code",
                call ->
                    call.getTargetOwner().getPackageName().startsWith("net.jpountz")
                        && Set.of(
                                "fastestInstance",
                                "fastestJavaInstance",
                                "nativeInstance",
                                "unsafeInstance")
                            .contains(call.getName())))
        .because("safeInstance() alone checks its bounds");
  }

  /// Public signatures of the graph speak of the graph; of storage only its errors.
  ArchRule graphHidesStorage() {
    return classes()
        .that()
        .resideInAPackage(base + ".graph")
        .and()
        .arePublic()
        .should(
            signatureCondition(
                "not show storage",
                type ->
                    type.getPackageName().startsWith(base + ".storage")
                        && !isStorageValue(type)
                        && !type.getPackageName().startsWith(base + ".storage.error")))
        .allowEmptyShould(true);
  }

  ArchRule storageHidesItsLibraries() {
    return classes()
        .that()
        .resideInAPackage(base + ".storage..")
        .and()
        .arePublic()
        .should(
            signatureCondition(
                "not show Guava or the compressor",
                type ->
                    type.getPackageName().startsWith("com.google.common")
                        || type.getPackageName().startsWith("net.jpountz")))
        .allowEmptyShould(true);
  }

  private String moduleOf(JavaClass type) {
    String name = type.getPackageName();
    if (!name.startsWith(base + ".")) {
      return "";
    }
    String module = name.substring(base.length() + 1).replaceFirst("\\..*", "");
    return MODULES.containsKey(module) ? module : "";
  }

  private @Nullable Integer heightOf(JavaClass type) {
    String suffix = type.getPackageName().substring((base + ".storage").length());
    return isStorageValue(type) ? Integer.valueOf(0) : STORAGE_HEIGHTS.get(suffix);
  }

  private boolean isStorageValue(JavaClass type) {
    JavaClass element = type.getBaseComponentType();
    return element.getPackageName().equals(base + ".storage")
        && STORAGE_VALUES.contains(element.getSimpleName());
  }

  private interface Arrow {
    boolean isAllowed(JavaClass origin, JavaClass target);
  }

  private interface Forbidden {
    boolean matches(JavaClass type);
  }

  private static ArchCondition<JavaClass> condition(String description, Arrow arrow) {
    return new ArchCondition<>(description) {
      @Override
      public void check(JavaClass type, ConditionEvents events) {
        type.getDirectDependenciesFromSelf().stream()
            .filter(use -> !arrow.isAllowed(use.getOriginClass(), use.getTargetClass()))
            .forEach(use -> events.add(SimpleConditionEvent.violated(use, use.getDescription())));
      }
    };
  }

  private static ArchCondition<JavaClass> signatureCondition(
      String description, Forbidden forbidden) {
    return new ArchCondition<>(description) {
      @Override
      public void check(JavaClass type, ConditionEvents events) {
        type.getMembers().stream()
            .filter(Layering::isVisible)
            .forEach(member ->
                shownTypes(member)
                    .filter(forbidden::matches)
                    .map(shown -> member.getFullName() + " shows " + shown.getName())
                    .forEach(
                        message -> events.add(SimpleConditionEvent.violated(member, message))));
      }
    };
  }

  private static boolean isVisible(JavaMember member) {
    Set<JavaModifier> modifiers = member.getModifiers();
    return modifiers.contains(JavaModifier.PUBLIC) || modifiers.contains(JavaModifier.PROTECTED);
  }

  private static Stream<JavaClass> shownTypes(JavaMember member) {
    Stream<JavaClass> own =
        member instanceof JavaCodeUnit unit
            ? Stream.concat(
                unit.getReturnType().getAllInvolvedRawTypes().stream(),
                unit.getParameterTypes().stream()
                    .flatMap(parameter -> parameter.getAllInvolvedRawTypes().stream()))
            : Stream.of(((JavaField) member).getRawType());
    return own.filter(Objects::nonNull).collect(Collectors.toSet()).stream();
  }
}
