package dev.rookery.traversal.engine;

import dev.rookery.graph.error.PropertyException;
import dev.rookery.graph.store.EdgeNumbers;

/// Reads the weights of edges: a property that must be there, a number, and not negative.
///
/// Belongs to one thread; valid as long as the transaction.
public final class EdgeWeights {
  private final Steps steps;
  private final String key;
  private final EdgeNumbers numbers;

  /// @param key name of the property
  public EdgeWeights(Steps steps, String key) {
    this.steps = steps;
    this.key = key;
    numbers = steps.graph().edgeNumbers(key);
  }

  /// Returns the weight of an edge.
  ///
  /// @param recordId what the adjacency says of the edge
  /// @param from the slot that a step leads from, for the message
  /// @param to the slot that it leads to
  /// @throws PropertyException if it is missing, negative or not a number
  public double at(long recordId, int step, long from, long to) {
    double weight = numbers.at(recordId);
    if (weight >= 0) {
      return weight;
    }
    boolean isOut = steps.isOut(step);
    throw new PropertyException(
        "edge has %s key=%s value=%s type=%s source=%d target=%d"
            .formatted(
                Double.isNaN(weight) ? "no weight" : "a negative weight",
                key,
                weight,
                steps.typeName(step),
                steps.graph().nodeOf(isOut ? from : to),
                steps.graph().nodeOf(isOut ? to : from)));
  }
}
