package dev.rookery.traversal.run;

/// How a run reads the pages of the store.
public enum PageAccess {
  /// Through the mapping of the data file: fastest for what is in memory. Pages that are not are
  /// read by the system when they are touched.
  MAPPED,

  /// By large reads of what a region needs, sorted by place, into buffers of the run: for graphs
  /// that are larger than memory, where a touched page costs a read of its own. Not for write
  /// transactions.
  STAGED
}
