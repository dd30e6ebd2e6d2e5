package dev.rookery.graph;

import dev.rookery.graph.change.ChangeBatch;

/// Is told about commits, before or after they happen: see [Graph#addCommitListener]. Bulk loads
/// are not told of, nor reorganisations, which change nothing.
///
/// While a graph has listeners, each change is noted down in memory, up to
/// [ChangeFeed#CHANGE_BYTES_MAX] for a transaction.
public interface CommitListener {

  /// Is called in the transaction's thread before a transaction that changed something is
  /// committed, or before a function of [Graph#write] has ended. An exception refuses it: it is
  /// rolled back (or the function is cut out of the common transaction), and whoever wanted to
  /// commit gets the exception. Other transactions wait meanwhile.
  ///
  /// @param tx shows the graph with the changes; valid during the call
  /// @param changes what is to be committed; its sequence is the one that it is going to have
  default void beforeCommit(ReadTransaction tx, ChangeBatch changes) {}

  /// Is called after a commit is visible to new readers, for one commit after the other in their
  /// order, never for two at once, by a thread that commits (perhaps not the same commit, whose own
  /// thread may have gone on already) or by one of the engine; it may write to the graph itself. A
  /// transaction of several functions is one commit. It is not called for commits of other
  /// processes, nor again after a crash: [ChangeFeed] is for that. An exception goes to the
  /// thread's handler for uncaught ones, and hurts nobody else.
  ///
  /// @param changes what was committed
  default void afterCommit(ChangeBatch changes) {}
}
