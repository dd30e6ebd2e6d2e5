package dev.rookery.examples;

import dev.rookery.examples.ClassFiles.Origin;
import dev.rookery.examples.ParsedClass.ParsedMember;
import dev.rookery.examples.ParsedClass.Use;
import it.unimi.dsi.fastutil.ints.IntArrayList;
import it.unimi.dsi.fastutil.ints.IntList;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A program in memory: its modules, packages, classes and members, and who uses what.
///
/// Everything has an index from 0. A class or a member that is only referred to (an array type, a
/// class that was not read, a member named through a class that inherits it) has an index too, but
/// is not declared. Of two classes with one name the first counts. Not thread-safe.
final class Program {

  /// The modifiers of a member that is not declared.
  private static final int UNDECLARED = -1;

  private final List<Origin> modules;
  private final List<CodePackage> packages = new ArrayList<>();
  private final Map<CodePackage, Integer> packageIndexes = new HashMap<>();
  private final List<String> classNames = new ArrayList<>();
  private final List<@Nullable CodeClass> classes = new ArrayList<>();
  private final Map<String, Integer> classIndexes = new HashMap<>();
  private final List<MemberName> members = new ArrayList<>();
  private final Map<MemberName, Integer> memberIndexes = new HashMap<>();
  private final IntArrayList memberOwners = new IntArrayList();
  private final IntArrayList memberModifiers = new IntArrayList();
  private final Pairs calls = new Pairs();
  private final Pairs reads = new Pairs();
  private final Pairs writes = new Pairs();
  private final Map<String, String> strings = new HashMap<>();
  private final IntArrayList declaredClasses = new IntArrayList();
  private int declaredMethods;
  private int declaredFields;

  Program(List<Origin> modules) {
    this.modules = List.copyOf(modules);
  }

  /// Adds a class with its members and what they use.
  void add(ParsedClass parsed) {
    int index = classIndex(parsed.name());
    if (classes.get(index) != null) {
      return;
    }
    var packageName = packageName(parsed.name());
    int packageIndex = packageIndex(new CodePackage(parsed.module(), packageName));
    int superclass = parsed.superclass() == null ? -1 : classIndex(parsed.superclass());
    IntList interfaces =
        IntArrayList.toList(parsed.interfaces().stream().mapToInt(this::classIndex));
    IntList declared = IntArrayList.toList(parsed.members().stream().mapToInt(this::declare));
    classes.set(
        index, new CodeClass(packageIndex, parsed.modifiers(), superclass, interfaces, declared));
    declaredClasses.add(index);
  }

  private int declare(ParsedMember member) {
    int index = memberIndex(member.name());
    memberModifiers.set(index, member.modifiers());
    if (member.name().isMethod()) {
      declaredMethods++;
    } else {
      declaredFields++;
    }
    for (Use use : member.uses()) {
      pairs(use.kind()).add(index, memberIndex(use.target()), use.count());
    }
    return index;
  }

  List<Origin> modules() {
    return modules;
  }

  List<CodePackage> packages() {
    return packages;
  }

  /// Returns how many classes have an index, declared or not.
  int classCount() {
    return classNames.size();
  }

  int declaredClassCount() {
    return declaredClasses.size();
  }

  /// Returns the index of a declared class, by its place in the order in which classes were added.
  int declaredClass(int place) {
    return declaredClasses.getInt(place);
  }

  String className(int index) {
    return classNames.get(index);
  }

  /// Returns the declaration of a class, or null if it is only referred to.
  @Nullable CodeClass findClass(int index) {
    return classes.get(index);
  }

  /// Returns the index of a class, or -1 if no class has that name.
  int findClass(String name) {
    return classIndexes.getOrDefault(name, -1);
  }

  /// Returns how many fields and methods have an index, declared or not.
  int memberCount() {
    return members.size();
  }

  int declaredMethodCount() {
    return declaredMethods;
  }

  int declaredFieldCount() {
    return declaredFields;
  }

  MemberName member(int index) {
    return members.get(index);
  }

  /// Returns the index of the class through which a member is named.
  int memberOwner(int index) {
    return memberOwners.getInt(index);
  }

  boolean isDeclared(int member) {
    return memberModifiers.getInt(member) != UNDECLARED;
  }

  /// Returns the access flags of a member that is declared.
  int memberModifiers(int member) {
    return memberModifiers.getInt(member);
  }

  /// Returns the index of a member that is declared, or -1.
  int findDeclared(MemberName name) {
    int index = memberIndexes.getOrDefault(name, -1);
    return index >= 0 && isDeclared(index) ? index : -1;
  }

  /// Returns who uses what, each pair once, in the order of the sources.
  Pairs pairs(UseKind kind) {
    return switch (kind) {
      case CALLS -> calls;
      case READS -> reads;
      case WRITES -> writes;
    };
  }

  /// Returns the package part of a binary name, empty for the unnamed package.
  static String packageName(String className) {
    return className.substring(0, Math.max(0, className.lastIndexOf('.')));
  }

  private int packageIndex(CodePackage key) {
    Integer known = packageIndexes.putIfAbsent(key, packages.size());
    if (known != null) {
      return known;
    }
    packages.add(key);
    return packages.size() - 1;
  }

  private int classIndex(String name) {
    Integer known = classIndexes.get(name);
    if (known != null) {
      return known;
    }
    String shared = shared(name);
    classIndexes.put(shared, classNames.size());
    classNames.add(shared);
    classes.add(null);
    return classNames.size() - 1;
  }

  private int memberIndex(MemberName name) {
    Integer known = memberIndexes.get(name);
    if (known != null) {
      return known;
    }
    int owner = classIndex(name.owner());
    var shared =
        new MemberName(classNames.get(owner), shared(name.name()), shared(name.descriptor()));
    memberIndexes.put(shared, members.size());
    members.add(shared);
    memberOwners.add(owner);
    memberModifiers.add(UNDECLARED);
    return members.size() - 1;
  }

  /// Returns one instance for all equal strings: names and types repeat all the time.
  private String shared(String text) {
    String known = strings.putIfAbsent(text, text);
    return known == null ? text : known;
  }

  /// A package of a module.
  ///
  /// @param module the index of the module
  /// @param name empty for the unnamed package
  record CodePackage(int module, String name) {}

  /// A declared class.
  ///
  /// @param packageIndex the index of the package
  /// @param modifiers the access flags
  /// @param superclass the index of a class, or -1 for `java.lang.Object`
  /// @param interfaces the indexes of classes
  /// @param members the indexes of the fields and methods
  record CodeClass(
      int packageIndex, int modifiers, int superclass, IntList interfaces, IntList members) {}

  /// Pairs of members: a source, a target, and how often the one has to do with the other.
  static final class Pairs {

    private final IntArrayList sources = new IntArrayList();
    private final IntArrayList targets = new IntArrayList();
    private final IntArrayList counts = new IntArrayList();
    private long total;

    void add(int source, int target, int count) {
      sources.add(source);
      targets.add(target);
      counts.add(count);
      total += count;
    }

    /// Returns how many pairs there are.
    int size() {
      return sources.size();
    }

    /// Returns the sum of the counts.
    long total() {
      return total;
    }

    int source(int index) {
      return sources.getInt(index);
    }

    int target(int index) {
      return targets.getInt(index);
    }

    /// Returns how many instructions the pair stands for.
    int count(int index) {
      return counts.getInt(index);
    }
  }
}
