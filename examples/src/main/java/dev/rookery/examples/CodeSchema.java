package dev.rookery.examples;

/// The names of the code graph.
///
/// | label | properties | is |
/// |---|---|---|
/// | `Module` | `name` | a module; a jar or directory without a descriptor |
/// | `Package` | `name`, `exported` | a package of a module; exported to all or not |
/// | `Class` | `name`, `modifiers` | a class, interface, enum or record |
/// | `Method` | `name`, `descriptor`, `modifiers` | a declared method or constructor |
/// | `Field` | `name`, `descriptor`, `modifiers` | a declared field |
/// | `ClassRef` | `name` | a class that was named but not read; an array type |
/// | `MethodRef` | `name`, `descriptor` | named through a class that does not declare it |
/// | `FieldRef` | `name`, `descriptor` | named through a class that does not declare it |
///
/// | edge | from, to | is |
/// |---|---|---|
/// | `CONTAINS` | module, package, class, member | nesting; a ref lies in the class it names |
/// | `EXTENDS` | class, class | the superclass; of an interface, its superinterfaces |
/// | `IMPLEMENTS` | class, interface | what the class itself says that it implements |
/// | `CALLS` | method, method | as in the bytecode; `count` says how many times |
/// | `READS`, `WRITES` | method, field | as in the bytecode |
/// | `RESOLVES_TO` | ref, method or field | the declaration that the name means |
/// | `DISPATCHES_TO` | method, method | a call of the first may run the second |
///
/// `CALLS` are the four invoke instructions with a method name. What a lambda expression or a
/// reflective call will run is in no edge.
final class CodeSchema {

  static final String MODULE = "Module";
  static final String PACKAGE = "Package";
  static final String CLASS = "Class";
  static final String METHOD = "Method";
  static final String FIELD = "Field";
  static final String CLASS_REF = "ClassRef";
  static final String METHOD_REF = "MethodRef";
  static final String FIELD_REF = "FieldRef";

  static final String NAME = "name";
  static final String DESCRIPTOR = "descriptor";
  static final String MODIFIERS = "modifiers";
  static final String EXPORTED = "exported";
  static final String COUNT = "count";

  static final String CONTAINS = "CONTAINS";
  static final String EXTENDS = "EXTENDS";
  static final String IMPLEMENTS = "IMPLEMENTS";
  static final String CALLS = "CALLS";
  static final String READS = "READS";
  static final String WRITES = "WRITES";
  static final String RESOLVES_TO = "RESOLVES_TO";
  static final String DISPATCHES_TO = "DISPATCHES_TO";

  private CodeSchema() {}
}
