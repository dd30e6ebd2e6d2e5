package dev.rookery.exchange;

import dev.rookery.exchange.value.ValueType;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// The first record of a CSV file: what its columns are.
///
/// | means | as `neo4j-admin` has it | as Neptune and air-routes have it |
/// | --- | --- | --- |
/// | key of a node | `:ID`, `name:ID`, `:ID(Space)` | `~id` |
/// | label of a node | `:LABEL` | `~label` |
/// | ends of an edge | `:START_ID`, `:END_ID`, with a space | `~from`, `~to` |
/// | type of an edge | `:TYPE` | `~label` |
/// | a property | `name`, `name:type`, `name:type[]` | the same |
/// | nothing | `:IGNORE`, `name:IGNORE` | `~id` of an edge |
final class CsvHeader {
  private static final int NONE = -1;

  /// A column that holds a property.
  ///
  /// @param index of the field
  record Property(int index, String name, ValueType type) {}

  private final List<Property> properties = new ArrayList<>();
  private int id = NONE;
  private int label = NONE;
  private int source = NONE;
  private int target = NONE;
  private String idSpace = "";
  private String sourceSpace = "";
  private String targetSpace = "";
  private String idProperty = "";

  private CsvHeader() {}

  /// Reads the header of a file of nodes.
  ///
  /// @throws ImportException if it is none
  static CsvHeader ofNodes(CsvReader csv) {
    CsvHeader header = read(csv);
    if (header.id == NONE) {
      throw csv.wrong("header of nodes has no :ID or ~id");
    }
    if (header.source != NONE || header.target != NONE) {
      throw csv.wrong("header of nodes has ends of edges");
    }
    return header;
  }

  /// Reads the header of a file of edges.
  ///
  /// @throws ImportException if it is none
  static CsvHeader ofEdges(CsvReader csv) {
    CsvHeader header = read(csv);
    if (header.source == NONE || header.target == NONE) {
      throw csv.wrong("header of edges has no :START_ID and :END_ID, or ~from and ~to");
    }
    return header;
  }

  private static CsvHeader read(CsvReader csv) {
    CsvHeader header = new CsvHeader();
    for (int i = 0; i < csv.count(); i++) {
      try {
        header.add(i, csv.field(i).strip());
      } catch (IllegalArgumentException e) {
        throw csv.wrong(e);
      }
    }
    return header;
  }

  private void add(int index, String text) {
    switch (text.toLowerCase(Locale.ROOT)) {
      case "~id" -> id = once(id, index, text);
      case "~label" -> label = once(label, index, text);
      case "~from" -> source = once(source, index, text);
      case "~to" -> target = once(target, index, text);
      default -> addTyped(index, text);
    }
  }

  private static int once(int before, int index, String text) {
    if (before != NONE) {
      throw new IllegalArgumentException("header has a column twice column=" + text);
    }
    return index;
  }

  private void addTyped(int index, String text) {
    int colon = text.lastIndexOf(':');
    String name = colon < 0 ? text : text.substring(0, colon);
    String type = colon < 0 ? "" : text.substring(colon + 1);
    int space = type.indexOf('(');
    String role = (space < 0 ? type : type.substring(0, space)).toUpperCase(Locale.ROOT);
    String spaceName = space < 0 ? "" : type.substring(space + 1, type.length() - 1);
    switch (role) {
      case "ID" -> {
        id = once(id, index, text);
        idSpace = spaceName;
        idProperty = name;
      }
      case "START_ID" -> {
        source = once(source, index, text);
        sourceSpace = spaceName;
      }
      case "END_ID" -> {
        target = once(target, index, text);
        targetSpace = spaceName;
      }
      case "LABEL", "TYPE" -> label = once(label, index, text);
      case "IGNORE" -> {
        // As it says.
      }
      default -> addProperty(index, name, type);
    }
  }

  private void addProperty(int index, String name, String type) {
    if (name.isEmpty()) {
      throw new IllegalArgumentException("column has no name column=" + (index + 1));
    }
    properties.add(new Property(index, name, ValueType.of(type)));
  }

  List<Property> properties() {
    return properties;
  }

  /// Returns the name of the property that the key of a node is kept as besides, or an empty one.
  String idProperty() {
    return idProperty;
  }

  String id(CsvReader csv) {
    return key(csv, id, idSpace, ":ID");
  }

  String source(CsvReader csv) {
    return key(csv, source, sourceSpace, ":START_ID");
  }

  String target(CsvReader csv) {
    return key(csv, target, targetSpace, ":END_ID");
  }

  /// Returns the key itself, without its space.
  String rawId(CsvReader csv) {
    return csv.field(id);
  }

  private static String key(CsvReader csv, int index, String space, String column) {
    if (!csv.isPresent(index)) {
      throw csv.wrong("record has no " + column);
    }
    return space.isEmpty() ? csv.field(index) : space + '\0' + csv.field(index);
  }

  /// Returns the label of a node or the type of an edge, empty if it has none.
  String label(CsvReader csv) {
    return label == NONE || !csv.isPresent(label) ? "" : csv.field(label).strip();
  }
}
