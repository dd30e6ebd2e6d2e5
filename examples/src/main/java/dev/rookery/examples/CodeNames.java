package dev.rookery.examples;

import dev.rookery.graph.Direction;
import dev.rookery.graph.Node;
import dev.rookery.graph.ReadTransaction;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/// Finds the nodes of a code graph by name, and names them as people do.
///
/// Classes are found through a map that one scan of the graph fills, modules are remembered. Valid
/// until the transaction closes. Not thread-safe.
final class CodeNames {

  private final ReadTransaction tx;
  private final Map<String, Long> classes = new HashMap<>();
  private final Map<Long, String> modules = new HashMap<>();

  CodeNames(ReadTransaction tx) {
    this.tx = tx;
    for (String label : List.of(CodeSchema.CLASS, CodeSchema.CLASS_REF)) {
      for (Node node : tx.nodes(label)) {
        classes.put(node.getString(CodeSchema.NAME), node.id());
      }
    }
  }

  /// Returns a class by its binary name, read or only named.
  Optional<Node> findClass(String name) {
    return Optional.ofNullable(classes.get(name)).map(tx::node);
  }

  /// Returns all methods of a name in a class, read or only named there.
  List<Node> findMethods(String className, String name) {
    List<Node> found = new ArrayList<>();
    findClass(className)
        .ifPresent(owner -> {
          for (Node member : tx.neighbors(owner.id(), Direction.OUT, CodeSchema.CONTAINS)) {
            if (isMethod(member) && member.getString(CodeSchema.NAME).equals(name)) {
              found.add(member);
            }
          }
        });
    return found;
  }

  /// Returns all packages of a name: more than one if several jars have a part of it.
  List<Node> findPackages(String name) {
    List<Node> found = new ArrayList<>();
    for (Node node : tx.nodes(CodeSchema.PACKAGE)) {
      if (node.getString(CodeSchema.NAME).equals(name)) {
        found.add(node);
      }
    }
    return found;
  }

  /// Returns what contains a node: a member its class, a class its package, a package its module.
  Optional<Node> container(Node node) {
    for (Node container : tx.neighbors(node.id(), Direction.IN, CodeSchema.CONTAINS)) {
      return Optional.of(container);
    }
    return Optional.empty();
  }

  /// Returns the name of the package that a class or a member is in.
  String packageName(Node node) {
    return Program.packageName(className(node));
  }

  /// Returns the name of the module that a class or a member is in, or `?` for what was not read.
  String moduleName(Node node) {
    Node type = node.hasProperty(CodeSchema.DESCRIPTOR) ? container(node).orElse(node) : node;
    String known = modules.get(type.id());
    if (known == null) {
      known =
          container(type)
              .flatMap(this::container)
              .map(module -> module.getString(CodeSchema.NAME))
              .orElse("?");
      modules.put(type.id(), known);
    }
    return known;
  }

  /// Returns whether everybody may call a method: it is public, and so are its class and all
  /// classes around that, and its package is exported. It must have code, too.
  boolean isPublicApi(Node node) {
    if (!hasLabel(node, CodeSchema.METHOD) || isAbstract(node) || !isPublic(node)) {
      return false;
    }
    return container(node).map(this::isPublicType).orElse(false);
  }

  /// Returns whether everybody may name a class.
  boolean isPublicType(Node type) {
    String name = type.getString(CodeSchema.NAME);
    for (int end = name.indexOf('$', 1); end > 0; end = name.indexOf('$', end + 1)) {
      if (findClass(name.substring(0, end)).filter(outer -> !isPublic(outer)).isPresent()) {
        return false;
      }
    }
    return isPublic(type)
        && container(type)
            .map(codePackage -> codePackage.getBoolean(CodeSchema.EXPORTED))
            .orElse(false);
  }

  /// Returns a name without packages: `Map.Entry`, `String.format(String, Object[])`.
  String shortName(Node node) {
    if (!isMethod(node)) {
      return plainName(node);
    }
    String parameters =
        MethodTypeDesc.ofDescriptor(node.getString(CodeSchema.DESCRIPTOR)).parameterList().stream()
            .map(ClassDesc::displayName)
            .collect(Collectors.joining(", ", "(", ")"));
    return plainName(node) + parameters.replace('$', '.');
  }

  /// Returns a name without packages and parameters: `String.format`, `new Formatter`.
  String plainName(Node node) {
    String owner = shortClassName(className(node));
    if (!node.hasProperty(CodeSchema.DESCRIPTOR)) {
      return owner;
    }
    String name = node.getString(CodeSchema.NAME);
    return name.equals("<init>") ? "new " + owner : owner + "." + name;
  }

  static boolean hasLabel(Node node, String label) {
    return node.label().filter(label::equals).isPresent();
  }

  static boolean isMethod(Node node) {
    return hasLabel(node, CodeSchema.METHOD) || hasLabel(node, CodeSchema.METHOD_REF);
  }

  private String className(Node node) {
    return node.hasProperty(CodeSchema.DESCRIPTOR)
        ? container(node).map(owner -> owner.getString(CodeSchema.NAME)).orElse("?")
        : node.getString(CodeSchema.NAME);
  }

  private static String shortClassName(String name) {
    return name.substring(name.lastIndexOf('.') + 1).replace('$', '.');
  }

  private static boolean isPublic(Node node) {
    return Modifier.isPublic((int) node.getLong(CodeSchema.MODIFIERS, 0));
  }

  private static boolean isAbstract(Node node) {
    return Modifier.isAbstract((int) node.getLong(CodeSchema.MODIFIERS, 0));
  }
}
