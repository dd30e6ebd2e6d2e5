package dev.rookery.graph.store;

/// Is told how far a long operation is, and may end it by an exception.
@FunctionalInterface
public interface Progress {
  /// How many steps lie between two calls of [#at].
  int STEPS_BETWEEN = 1 << 12;

  /// Is called when so many steps of a phase are done.
  void at(String phase, long done, long total);

  /// Calls [#at] at every 4,096th step.
  default void step(String phase, long done, long total) {
    if ((done & STEPS_BETWEEN - 1) == 0) {
      at(phase, done, total);
    }
  }
}
