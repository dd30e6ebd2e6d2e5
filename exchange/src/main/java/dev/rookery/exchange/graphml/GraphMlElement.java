package dev.rookery.exchange.graphml;

import dev.rookery.exchange.graphml.GraphMlKeys.Domain;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The node or edge of a GraphML file that is being read: its data as properties and a label.
final class GraphMlElement {
  private static final String LABELS = "labels";

  private final Domain domain;
  private final String labelKey;
  private final String attributeName;
  private final @Nullable String attribute;
  private final Map<String, Object> properties = new HashMap<>();
  private final Set<String> seenKeys = new HashSet<>();
  private @Nullable String label;

  /// @param attribute what the file has as `labels` of a node or `label` of an edge, as Neo4j does
  GraphMlElement(Domain domain, @Nullable String attribute) {
    this.domain = domain;
    this.labelKey = domain == Domain.NODE ? GraphMlNames.NODE_LABEL : GraphMlNames.EDGE_LABEL;
    this.attributeName = domain == Domain.NODE ? LABELS : "label";
    this.attribute = attribute;
  }

  /// Takes a `data`.
  ///
  /// @throws IllegalArgumentException if it is none of its type, or here already
  void add(GraphMlKey key, String text) {
    if (!seenKeys.add(key.id())) {
      throw new IllegalArgumentException("element has a data twice key=" + key.id());
    }
    if (key.id().equals(labelKey)) {
      label = text;
    } else if (!(key.id().equals(attributeName) && text.equals(attribute))) {
      put(key.name(), GraphMlKey.parse(key.type(), key.name(), text));
    }
  }

  private void put(String name, Object value) {
    if (properties.put(name, value) != null) {
      throw new IllegalArgumentException("element has a property twice key=" + name);
    }
  }

  /// Takes the default values of the data that the element does not have.
  void addDefaults(GraphMlKeys keys) {
    for (GraphMlKey key : keys.withDefault(domain)) {
      Object value = key.value();
      if (value == null || seenKeys.contains(key.id())) {
        continue;
      }
      if (key.id().equals(labelKey)) {
        label = String.valueOf(value);
      } else {
        properties.putIfAbsent(key.name(), value);
      }
    }
  }

  /// Returns the label of the node or the type of the edge, empty if the file has none. Of several
  /// labels the first one; then all of them become the property `labels`.
  String takeLabel() {
    String given = label;
    if (given != null) {
      return given;
    }
    String other = attribute == null ? "" : attribute;
    if (domain == Domain.EDGE || !other.startsWith(":")) {
      return other;
    }
    List<String> labels = List.of(other.substring(1).split(":"));
    if (labels.size() > 1) {
      put(LABELS, labels);
    }
    return labels.getFirst();
  }

  Map<String, Object> properties() {
    return properties;
  }
}
