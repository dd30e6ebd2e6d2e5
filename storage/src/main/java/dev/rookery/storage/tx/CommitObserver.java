package dev.rookery.storage.tx;

/// Is told how far a commit has come, on the thread that commits.
public interface CommitObserver {

  /// The commit will happen, unless the store fails: nothing can be refused any more. Nobody sees
  /// it yet, and no other writer has begun. Must not throw.
  default void sealed() {}

  /// The commit is queued and the next writer may begin; its durability is not reached yet. Must
  /// not throw.
  default void queued() {}
}
