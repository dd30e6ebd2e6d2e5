package dev.rookery.traversal.pattern.text;

import java.util.Locale;
import java.util.Set;

/// Words that name no variable, unless between backticks. Labels, types and properties may have any
/// name.
final class Keywords {
  private static final Set<String> RESERVED =
      Set.of(
          "MATCH",
          "OPTIONAL",
          "WHERE",
          "RETURN",
          "DISTINCT",
          "AS",
          "ORDER",
          "BY",
          "ASC",
          "ASCENDING",
          "DESC",
          "DESCENDING",
          "SKIP",
          "OFFSET",
          "LIMIT",
          "AND",
          "OR",
          "XOR",
          "NOT",
          "IN",
          "IS",
          "NULL",
          "STARTS",
          "ENDS",
          "WITH",
          "CONTAINS",
          "TRUE",
          "FALSE",
          "EXISTS");

  private static final int LENGTH_MAX = 10;

  private Keywords() {}

  static boolean isReserved(String word) {
    return word.length() <= LENGTH_MAX && RESERVED.contains(word.toUpperCase(Locale.ROOT));
  }
}
