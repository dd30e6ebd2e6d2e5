package dev.rookery.exchange.graphml;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The keys that a GraphML file has declared so far. Nodes, edges and graphs have keys of their
/// own: some writers use one id for a key of nodes and another one of edges.
final class GraphMlKeys {
  private static final int COUNT_MAX = 65_535;

  /// What a key is for.
  enum Domain {
    NODE,
    EDGE,
    GRAPH
  }

  /// Keys of one domain, by their ids and those with a default value.
  private record Declared(Map<String, GraphMlKey> byId, List<GraphMlKey> withDefault) {}

  private final Map<Domain, Declared> declared = new EnumMap<>(Domain.class);

  private Declared of(Domain domain) {
    return declared.computeIfAbsent(domain, _ -> new Declared(new HashMap<>(), new ArrayList<>()));
  }

  /// Adds a key.
  ///
  /// @param domain as the attribute `for` has it
  /// @throws IllegalArgumentException if there is such a key, or too many
  void add(String domain, GraphMlKey key) {
    switch (domain) {
      case "node" -> add(Domain.NODE, key);
      case "edge" -> add(Domain.EDGE, key);
      case "graph" -> add(Domain.GRAPH, key);
      case "all" -> {
        for (Domain each : Domain.values()) {
          add(each, key);
        }
      }
      case "graphml", "port", "hyperedge", "endpoint" -> {
        // Their data are passed over.
      }
      default -> throw new IllegalArgumentException("key is for nothing known for=" + domain);
    }
  }

  private void add(Domain domain, GraphMlKey key) {
    Map<String, GraphMlKey> keys = of(domain).byId();
    if (keys.putIfAbsent(key.id(), key) != null) {
      throw new IllegalArgumentException("key is declared twice id=" + key.id());
    }
    if (keys.size() > COUNT_MAX) {
      throw new IllegalArgumentException("file has too many keys keyCountMax=" + COUNT_MAX);
    }
    if (key.value() != null && !key.name().isEmpty()) {
      of(domain).withDefault().add(key);
    }
  }

  /// Returns the key of an id.
  ///
  /// @throws IllegalArgumentException if there is none
  GraphMlKey get(Domain domain, String id) {
    GraphMlKey key = of(domain).byId().get(id);
    if (key == null) {
      throw new IllegalArgumentException("data names a key that there is not key=" + id);
    }
    return key;
  }

  /// Returns the keys with a default value.
  List<GraphMlKey> withDefault(Domain domain) {
    return of(domain).withDefault();
  }
}
