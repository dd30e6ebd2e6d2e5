package dev.rookery.graph.index;

/// How far an index is.
///
/// ```
/// BUILDING --all nodes looked at--> READY
/// BUILDING --two nodes with one value, in a unique index--> FAILED
/// ```
public enum IndexState {
  /// Nodes of before are still missing. Changes are entered, and refused where they violate a
  /// unique index as far as it goes; queries do not use it.
  BUILDING,

  /// Complete, and kept so by every change.
  READY,

  /// Given up: what is stored violates the unique index. Empty, and kept no more; define it anew
  /// when the data is put right.
  FAILED
}
