package dev.rookery.cli;

import dev.rookery.graph.Edge;
import dev.rookery.graph.Node;
import dev.rookery.graph.PropertyReader;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Prints rows of values, as a table or as comma-separated values.
///
/// The columns of a table are as wide as its first rows need; what is wider later on pushes the
/// rest of its line. So any number of rows goes through a bounded buffer. Belongs to one thread.
final class RowPrinter {
  /// Rows that decide how wide columns are.
  private static final int MEASURED_ROWS = 200;

  /// No column is made wider than this.
  private static final int WIDTH_MAX = 60;

  private final PrintWriter out;
  private final boolean isTable;
  private final int[] widths;
  private final List<List<String>> measured = new ArrayList<>();
  private boolean isMeasured;
  private long count;

  RowPrinter(PrintWriter out, QueryCommand.Format format, List<String> columns) {
    this.out = out;
    isTable = format == QueryCommand.Format.table;
    widths = new int[columns.size()];
    if (isTable) {
      measured.add(columns.stream().map(RowPrinter::visible).toList());
    } else {
      printCsv(columns);
    }
  }

  /// Prints one row.
  void print(List<@Nullable Object> values) {
    count++;
    if (!isTable) {
      printCsv(values.stream().map(value -> value == null ? "" : text(value)).toList());
      return;
    }
    List<String> line = values.stream().map(value -> visible(text(value))).toList();
    if (isMeasured) {
      printLine(line);
      return;
    }
    measured.add(line);
    if (measured.size() > MEASURED_ROWS) {
      printMeasured();
    }
  }

  /// Prints what is left.
  void end() {
    if (isTable && !isMeasured) {
      printMeasured();
    }
    out.flush();
  }

  /// Returns how many rows were printed.
  long count() {
    return count;
  }

  private void printMeasured() {
    isMeasured = true;
    for (List<String> line : measured) {
      for (int column = 0; column < widths.length; column++) {
        int width = line.get(column).codePointCount(0, line.get(column).length());
        widths[column] = Math.min(WIDTH_MAX, Math.max(widths[column], width));
      }
    }
    printLine(measured.getFirst());
    List<String> rule = new ArrayList<>();
    for (int width : widths) {
      rule.add("-".repeat(width));
    }
    printLine(rule);
    measured.subList(1, measured.size()).forEach(this::printLine);
    measured.clear();
  }

  private void printLine(List<String> fields) {
    StringBuilder line = new StringBuilder();
    for (int column = 0; column < fields.size(); column++) {
      String field = fields.get(column);
      line.append(column == 0 ? "" : "  ").append(field);
      int missing = widths[column] - field.codePointCount(0, field.length());
      line.repeat(' ', Math.max(0, missing));
    }
    out.println(line.toString().stripTrailing());
  }

  private void printCsv(List<String> fields) {
    out.println(fields.stream().map(RowPrinter::quoted).collect(Collectors.joining(",")));
  }

  private static String quoted(String field) {
    boolean isPlain =
        field.chars().noneMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r')
            && field.equals(field.strip());
    return isPlain ? field : '"' + field.replace("\"", "\"\"") + '"';
  }

  /// Returns a value as text: `(1:Person {name: "Ada"})`, `[1-KNOWS->2 {since: 1833}]`.
  private static String text(@Nullable Object value) {
    return switch (value) {
      case null -> "null";
      case Node node ->
          "(%d%s%s)"
              .formatted(
                  node.id(), node.label().map(label -> ":" + label).orElse(""), properties(node));
      case Edge edge ->
          "[%d-%s->%d%s]".formatted(edge.source(), edge.type(), edge.target(), properties(edge));
      case List<?> list ->
          list.stream().map(RowPrinter::inner).collect(Collectors.joining(", ", "[", "]"));
      case byte[] bytes -> "0x" + HexFormat.of().formatHex(bytes);
      default -> value.toString();
    };
  }

  private static String properties(PropertyReader reader) {
    Map<String, Object> properties = new TreeMap<>(reader.properties());
    if (properties.isEmpty()) {
      return "";
    }
    return properties.entrySet().stream()
        .map(property -> property.getKey() + ": " + inner(property.getValue()))
        .collect(Collectors.joining(", ", " {", "}"));
  }

  /// Returns a value inside of another: texts in quotes.
  private static String inner(@Nullable Object value) {
    return value instanceof String text
        ? '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"'
        : text(value);
  }

  /// Replaces what would move the cursor of a terminal.
  private static String visible(String text) {
    if (text.codePoints().noneMatch(RowPrinter::isHidden)) {
      return text;
    }
    StringBuilder shown = new StringBuilder();
    text.codePoints()
        .forEach(c -> {
          if (isHidden(c)) {
            shown.append("\\u{").append(Integer.toHexString(c)).append('}');
          } else {
            shown.appendCodePoint(c);
          }
        });
    return shown.toString();
  }

  private static boolean isHidden(int c) {
    return Character.isISOControl(c) || Character.getType(c) == Character.FORMAT;
  }
}
