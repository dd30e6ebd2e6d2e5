package dev.rookery.examples;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// What one class file says, as far as the graph is interested: produced by [ClassParser],
/// swallowed by [Program].
///
/// @param module the index of the module that holds the class
/// @param name the binary name
/// @param modifiers the access flags
/// @param superclass the binary name, or null for `java.lang.Object`
/// @param interfaces the binary names
/// @param members fields and methods in the order of the file
record ParsedClass(
    int module,
    String name,
    int modifiers,
    @Nullable String superclass,
    List<String> interfaces,
    List<ParsedMember> members) {

  /// A declared field or method.
  ///
  /// @param name the full name
  /// @param modifiers the access flags
  /// @param uses what the instructions of the method refer to, each target once for each kind
  record ParsedMember(MemberName name, int modifiers, List<Use> uses) {}

  /// Instructions of one method that do the same to the same member.
  ///
  /// @param kind what is done
  /// @param target to which member
  /// @param count by how many instructions
  record Use(UseKind kind, MemberName target, int count) {}
}
