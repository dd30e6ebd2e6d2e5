package dev.rookery.benchmarks.report;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// A table whose cells take one value in each round and show the median. Belongs to one thread.
public final class RoundTable {
  private final String heading;
  private final List<Column> columns;
  private final Map<String, Map<Column, List<Double>>> rows = new LinkedHashMap<>();

  /// How the values of a column are shown.
  ///
  /// @param name its heading, with the unit
  /// @param isRatio whether the least and the most of all rounds are shown as well
  public record Column(String name, boolean isRatio) {
    /// Returns a column of medians.
    public static Column of(String name) {
      return new Column(name, false);
    }

    /// Returns a column of ratios, which were taken within a round.
    public static Column ratio(String name) {
      return new Column(name, true);
    }
  }

  /// Creates a table without rows.
  ///
  /// @param heading the heading of the first column, which names the rows
  public RoundTable(String heading, Column... columns) {
    this.heading = heading;
    this.columns = List.of(columns);
  }

  /// Adds the value of a round; NaN is none.
  public void add(String row, Column column, double value) {
    if (!columns.contains(column)) {
      throw new IllegalArgumentException("no such column=" + column.name);
    }
    List<Double> values =
        rows.computeIfAbsent(row, key -> new LinkedHashMap<>())
            .computeIfAbsent(column, key -> new ArrayList<>());
    if (!Double.isNaN(value)) {
      values.add(value);
    }
  }

  /// Forgets the values so far, such as those of a round that does not count.
  public void clear() {
    rows.clear();
  }

  /// Writes the table.
  public void write(Markdown text) {
    List<String> cells = new ArrayList<>(List.of(heading));
    columns.forEach(column -> cells.add(column.name));
    text.header(cells);
    rows.forEach((row, values) -> {
      cells.clear();
      cells.add(row);
      columns.forEach(column -> cells.add(cell(column, values.getOrDefault(column, List.of()))));
      text.row(cells);
    });
  }

  private static String cell(Column column, List<Double> values) {
    if (values.isEmpty()) {
      return "";
    }
    double[] sorted = values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
    if (!column.isRatio) {
      return Markdown.rounded(median(sorted));
    }
    return Markdown.format(
        "**%.2f** (%.2f – %.2f)", median(sorted), sorted[0], sorted[sorted.length - 1]);
  }

  /// Returns the middle of values in any order, or the mean of the two in the middle.
  public static double median(double... values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }
}
