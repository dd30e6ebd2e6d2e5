package dev.rookery.examples;

/// A method or a field, named as an instruction in the bytecode names it.
///
/// The owner is the class that the instruction mentions. It may have inherited the member: a call
/// of `size` on a variable of type `ArrayDeque` names `ArrayDeque.size`, wherever `size` is
/// declared.
///
/// @param owner the binary name of a class (`java.util.Map$Entry`) or an array type (`byte[]`)
/// @param name the simple name; `<init>` for constructors, `<clinit>` for class initializers
/// @param descriptor the types, as in the class file; begins with `(` for methods and only for them
record MemberName(String owner, String name, String descriptor) {

  boolean isMethod() {
    return descriptor.charAt(0) == '(';
  }
}
