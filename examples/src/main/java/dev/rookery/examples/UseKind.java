package dev.rookery.examples;

/// What an instruction does to the member that it names; the constants are the types of the edges.
enum UseKind {
  /// `invokevirtual`, `invokespecial`, `invokestatic` or `invokeinterface`.
  CALLS,
  /// `getfield` or `getstatic`.
  READS,
  /// `putfield` or `putstatic`.
  WRITES
}
