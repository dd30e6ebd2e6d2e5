package dev.rookery.graph.load;

/// Looks on while a load works, from any of its threads, and may end it by an exception.
public interface LoadWatch {
  /// Is told that so many edges more were sorted into place, in one of the two directions.
  void built(long edges);

  /// Is called now and then in longer work.
  void check();
}
