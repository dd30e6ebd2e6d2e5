package dev.rookery.graph.store;

import dev.rookery.storage.page.PageLayout;
import java.lang.reflect.Array;
import java.lang.reflect.Field;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// The tables of `docs/FILE_FORMAT.md` that have a column *constant*, and what contradicts them.
///
/// A table begins with one of two headings: that of bytes says where fields lie, that of values
/// what numbers mean. A cell that is no number (`32 + b`) is not compared.
final class FormatTables {
  private static final List<String> BYTES_HEADING = List.of("offset", "bytes", "field", "constant");
  private static final List<String> VALUES_HEADING = List.of("value", "meaning", "constant");
  private static final String NONE = "–";

  private static final List<String> PACKAGES =
      List.of(
          "dev.rookery.graph.store",
          "dev.rookery.storage",
          "dev.rookery.storage.backup",
          "dev.rookery.storage.io",
          "dev.rookery.storage.journal",
          "dev.rookery.storage.mvcc",
          "dev.rookery.storage.page",
          "dev.rookery.storage.table",
          "dev.rookery.storage.tree",
          "dev.rookery.storage.tx");

  /// A row of a table.
  ///
  /// @param line where it is
  /// @param number the offset or the value, as written
  /// @param bytes the length, empty in a table of values
  /// @param constant the constant, [#NONE] where there is none
  record Row(int line, String number, String bytes, String constant) {
    boolean hasConstant() {
      return !constant.equals(NONE);
    }
  }

  private final List<List<Row>> tables = new ArrayList<>();
  private final Map<String, Row> byConstant = new LinkedHashMap<>();

  /// Reads the tables of a document.
  FormatTables(List<String> lines) {
    for (int i = 0; i < lines.size(); i++) {
      List<String> heading = cells(lines.get(i));
      if (!heading.equals(BYTES_HEADING) && !heading.equals(VALUES_HEADING)) {
        continue;
      }
      List<Row> table = new ArrayList<>();
      for (i += 2; i < lines.size() && lines.get(i).startsWith("|"); i++) {
        table.add(row(i + 1, cells(lines.get(i)), heading.size()));
      }
      tables.add(table);
      table.forEach(row -> byConstant.putIfAbsent(row.constant(), row));
    }
  }

  private static Row row(int line, List<String> cells, int columns) {
    if (cells.size() != columns) {
      throw new IllegalArgumentException("line " + line + ": not " + columns + " cells");
    }
    String constant = cells.getLast().replace("`", "");
    return new Row(line, cells.getFirst(), columns == 4 ? cells.get(1) : "", constant);
  }

  private static List<String> cells(String line) {
    if (!line.startsWith("|") || !line.endsWith("|")) {
      return List.of();
    }
    return Arrays.stream(line.substring(1, line.length() - 1).split("\\|"))
        .map(String::strip)
        .toList();
  }

  List<Row> rows() {
    return tables.stream().flatMap(List::stream).toList();
  }

  Set<String> constants() {
    return byConstant.keySet();
  }

  /// Returns the number that the document gives for a constant.
  long number(String constant) {
    Row row = byConstant.get(constant);
    if (row == null) {
      throw new IllegalArgumentException("not in the document: " + constant);
    }
    return (long) valueOf(row.number());
  }

  /// Returns what contradicts the code or itself.
  List<String> problems() {
    List<String> problems = new ArrayList<>();
    for (List<Row> table : tables) {
      for (int i = 0; i < table.size(); i++) {
        Row row = table.get(i);
        compare(row, problems);
        if (!row.bytes().isEmpty()) {
          checkPlace(i == 0 ? null : table.get(i - 1), row, problems);
        }
      }
      checkEnd(table, problems);
    }
    return problems;
  }

  private static void compare(Row row, List<String> problems) {
    if (!row.hasConstant()) {
      return;
    }
    try {
      Object stated = valueOf(row.number());
      Object coded = constant(row.constant());
      boolean same =
          coded instanceof Long && stated instanceof String text
              ? coded.equals(magic(text))
              : coded.equals(stated);
      if (!same) {
        problems.add(
            "line %d: %s is %s, not %s".formatted(row.line(), row.constant(), coded, stated));
      }
    } catch (ReflectiveOperationException | IllegalArgumentException e) {
      problems.add("line %d: %s: %s".formatted(row.line(), row.constant(), e));
    }
  }

  /// A field lies where the one before it ends; the first one at 0, or where its constant says.
  private static void checkPlace(Row before, Row row, List<String> problems) {
    if (before == null) {
      if (!row.number().equals("0") && !row.hasConstant()) {
        problems.add("line %d: a table begins at %s".formatted(row.line(), row.number()));
      }
      return;
    }
    boolean known = isNumber(before.number()) && isNumber(before.bytes());
    if (known != isNumber(row.number())) {
      problems.add("line %d: %s behind %s".formatted(row.line(), row.number(), before.number()));
    } else if (known
        && (long) valueOf(before.number()) + (long) valueOf(before.bytes())
            != (long) valueOf(row.number())) {
      problems.add(
          "line %d: %s, but %s + %s"
              .formatted(row.line(), row.number(), before.number(), before.bytes()));
    }
  }

  /// What begins behind the header of a page ends with the page, if it says where it ends.
  private static void checkEnd(List<Row> table, List<String> problems) {
    Row last = table.getLast();
    boolean inPage = !table.getFirst().bytes().isEmpty() && !table.getFirst().number().equals("0");
    if (inPage && isNumber(last.number()) && isNumber(last.bytes())) {
      long end = (long) valueOf(last.number()) + (long) valueOf(last.bytes());
      if (end != PageLayout.PAGE_BYTES) {
        problems.add("line %d: the page ends at %d".formatted(last.line(), end));
      }
    }
  }

  private static boolean isNumber(String text) {
    return text.matches("[0-9,]+");
  }

  /// Reads `8,192`, `-1`, `0x80`, `2^40`, `2^48 - 1` as a `Long`, and `"text"` as a `String`.
  static Object valueOf(String text) {
    if (text.matches("\".*\"")) {
      return text.substring(1, text.length() - 1);
    }
    String digits = text.replace(",", "");
    if (digits.startsWith("2^")) {
      String[] parts = digits.substring(2).split(" - ");
      return (1L << Integer.parseInt(parts[0])) - (parts.length > 1 ? Long.parseLong(parts[1]) : 0);
    }
    return Long.decode(digits);
  }

  /// Returns the number whose bytes are eight characters.
  static long magic(String text) {
    return ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII))
        .order(ByteOrder.LITTLE_ENDIAN)
        .getLong();
  }

  /// Returns a constant of the code as a `Long` or a `String`: `Class.NAME`, `Class.Nested.NAME` or
  /// `Class.NAME[index]`.
  static Object constant(String name) throws ReflectiveOperationException {
    int dot = name.lastIndexOf('.');
    String fieldName = name.substring(dot + 1).replaceFirst("\\[.*", "");
    Class<?> type = classOf(name.substring(0, dot).replace('.', '$'));
    Field field = type.getDeclaredField(fieldName);
    field.setAccessible(true);
    Object value = field.get(null);
    if (name.endsWith("]")) {
      String index = name.substring(name.indexOf('[') + 1, name.length() - 1);
      value = Array.get(value, Integer.parseInt(index));
    }
    return switch (value) {
      case Number number -> number.longValue();
      case Symbols.Kind kind -> (long) kind.code;
      default -> value;
    };
  }

  private static Class<?> classOf(String name) throws ClassNotFoundException {
    for (String packageName : PACKAGES) {
      try {
        return Class.forName(packageName + "." + name);
      } catch (ClassNotFoundException e) {
        // It may be in the next package.
      }
    }
    throw new ClassNotFoundException(name);
  }
}
