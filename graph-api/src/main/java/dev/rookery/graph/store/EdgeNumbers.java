package dev.rookery.graph.store;

/// Reads a property of edges as a number, record by record, without an object for any of them: for
/// algorithms over weights. Belongs to one thread; valid as long as the transaction.
public final class EdgeNumbers {
  private final GraphView graph;
  private final int keyNumber;
  private final PropertyBytes properties = new PropertyBytes();

  EdgeNumbers(GraphView graph, int keyNumber) {
    this.graph = graph;
    this.keyNumber = keyNumber;
  }

  /// Returns the number, or NaN if the edge has no such property. O(log properties).
  ///
  /// @param recordId what the adjacency says of the edge, 0 if it has no properties
  /// @throws dev.rookery.graph.error.PropertyException if the property is no number
  public double at(long recordId) {
    if (recordId == 0 || keyNumber < 0) {
      return Double.NaN;
    }
    graph.edgeProperties(recordId, properties);
    int index = properties.find(keyNumber);
    return index < 0 ? Double.NaN : properties.doubleAt(index);
  }
}
