package dev.rookery.exchange;

import dev.rookery.graph.BulkLoader;
import dev.rookery.graph.Graph;
import dev.rookery.graph.Multiplicity;
import dev.rookery.graph.ReadTransaction;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/// Declares the edge types of one import as they are met: a type that the graph has stays what it
/// is, others become what the caller or the file says, or else what is said for all.
final class EdgeTypesInFile {
  private final BulkLoader load;
  private final Map<String, Multiplicity> told;
  private final Multiplicity otherwise;
  private final Set<String> known;
  private String last = "";

  /// @param load has begun, so that nobody else declares types
  /// @param told types whose multiplicity the caller knows
  EdgeTypesInFile(
      Graph graph, BulkLoader load, Map<String, Multiplicity> told, Multiplicity otherwise) {
    this.load = load;
    this.told = new HashMap<>(told);
    this.otherwise = otherwise;
    this.known = new HashSet<>(graph.read(ReadTransaction::edgeTypes));
    for (Map.Entry<String, Multiplicity> type : told.entrySet()) {
      load.declareEdgeType(type.getKey(), type.getValue());
      known.add(type.getKey());
    }
  }

  /// Takes what the file says of a type; the caller's word is stronger.
  ///
  /// @throws IllegalArgumentException if it exists with another multiplicity
  void declare(String type, Multiplicity multiplicity) {
    if (!told.containsKey(type)) {
      load.declareEdgeType(type, multiplicity);
      known.add(type);
    }
  }

  /// Has a type be there before its first edge.
  void meet(String type) {
    if (!type.equals(last)) {
      if (known.add(type)) {
        load.declareEdgeType(type, otherwise);
      }
      last = type;
    }
  }
}
