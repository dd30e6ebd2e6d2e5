package dev.rookery.traversal;

import dev.rookery.graph.Graph;
import dev.rookery.graph.WriteTransaction;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The air-routes data, read from `nodes.csv` and `edges.csv`, and the answers that were computed
/// elsewhere.
final class AirRoutes {
  private final Path directory;

  AirRoutes(Path directory) {
    this.directory = directory;
  }

  /// Returns where the data should lie: the property `rookery.data`, else beside the project.
  static Path directory() {
    return Path.of(System.getProperty("rookery.data", "../../shared/data/air-routes"));
  }

  /// Loads the data in one transaction and returns the ids of the nodes by their ids in the file.
  Map<String, Long> load(Graph graph) throws IOException {
    List<Map<String, Object>> nodes = read("nodes.csv");
    List<Map<String, Object>> edges = read("edges.csv");
    return graph.write(tx -> {
      Map<String, Long> ids = new HashMap<>();
      for (Map<String, Object> row : nodes) {
        Map<String, Object> properties = new HashMap<>(row);
        String label = (String) properties.remove("~label");
        ids.put((String) properties.remove("~id"), tx.addNode(label, properties));
      }
      edges.forEach(row -> addEdge(tx, ids, row));
      return ids;
    });
  }

  private static void addEdge(WriteTransaction tx, Map<String, Long> ids, Map<String, Object> row) {
    Map<String, Object> properties = new HashMap<>(row);
    properties.remove("~id");
    Long source = ids.get((String) properties.remove("~from"));
    Long target = ids.get((String) properties.remove("~to"));
    tx.addEdge((String) properties.remove("~label"), source, target, properties);
  }

  /// Returns the numbers behind a key of `ANSWERS.json`: one, or those of a list.
  List<Long> answer(String key) throws IOException {
    return numbers(Files.readString(directory.resolve("ANSWERS.json")), key);
  }

  /// Returns how many routes lead from one airport to another, by the answers.
  int hops(String pair) throws IOException {
    String text = Files.readString(directory.resolve("ANSWERS.json"));
    return Math.toIntExact(numbers(text.substring(text.indexOf("\"hops\"")), pair).getFirst());
  }

  private static List<Long> numbers(String text, String key) {
    Matcher value =
        Pattern.compile(Pattern.quote('"' + key + '"') + "\\s*:\\s*(\\[[^]]*]|\\d+)").matcher(text);
    if (!value.find()) {
      throw new IllegalArgumentException("no such answer key=" + key);
    }
    return Pattern.compile("\\d+")
        .matcher(value.group(1))
        .results()
        .map(number -> Long.parseLong(number.group()))
        .toList();
  }

  /// Reads rows as maps by column name; empty fields are left out.
  private List<Map<String, Object>> read(String file) throws IOException {
    List<List<String>> rows = split(Files.readString(directory.resolve(file)));
    List<String> header = rows.getFirst();
    List<Map<String, Object>> result = new ArrayList<>();
    for (List<String> row : rows.subList(1, rows.size())) {
      Map<String, Object> fields = new HashMap<>();
      for (int i = 0; i < row.size(); i++) {
        if (!row.get(i).isEmpty()) {
          String[] nameAndType = header.get(i).split(":");
          fields.put(nameAndType[0], value(header.get(i), row.get(i)));
        }
      }
      result.add(fields);
    }
    return result;
  }

  private static Object value(String column, String text) {
    if (column.endsWith(":int")) {
      return Long.valueOf(text);
    }
    return column.endsWith(":double") ? Double.valueOf(text) : text;
  }

  /// Splits CSV: fields may be quoted, quotes inside are doubled, and quoted fields may hold commas
  /// and line ends.
  static List<List<String>> split(String text) {
    List<List<String>> rows = new ArrayList<>();
    List<String> row = new ArrayList<>();
    StringBuilder field = new StringBuilder();
    boolean quoted = false;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"') {
        if (quoted && i + 1 < text.length() && text.charAt(i + 1) == '"') {
          field.append('"');
          i++;
        } else {
          quoted = !quoted;
        }
      } else if (quoted || (c != ',' && c != '\n' && c != '\r')) {
        field.append(c);
      } else if (c != '\r') {
        row.add(field.toString());
        field.setLength(0);
        if (c == '\n') {
          rows.add(row);
          row = new ArrayList<>();
        }
      }
    }
    if (!row.isEmpty() || !field.isEmpty()) {
      row.add(field.toString());
      rows.add(row);
    }
    return rows;
  }
}
