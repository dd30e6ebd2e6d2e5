package dev.rookery.graph;

/// Is told how far a long operation is, now and then, on the thread that runs it. What it throws
/// ends the operation, which then has changed nothing, and is thrown to the caller.
@FunctionalInterface
public interface ProgressListener {
  /// Is called when so much of a phase is done.
  ///
  /// @param phase what is being done, for people to read
  /// @param done how many steps of it are done
  /// @param total how many there are
  void progressed(String phase, long done, long total);
}
