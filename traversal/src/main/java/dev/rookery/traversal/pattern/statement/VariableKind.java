package dev.rookery.traversal.pattern.statement;

/// What a variable stands for.
enum VariableKind {
  NODE("a node"),
  EDGE("an edge"),
  PATH("a path");

  private final String phrase;

  VariableKind(String phrase) {
    this.phrase = phrase;
  }

  String phrase() {
    return phrase;
  }
}
