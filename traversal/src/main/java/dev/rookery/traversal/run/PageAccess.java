package dev.rookery.traversal.run;

/// How a run reads the pages of the store.
public enum PageAccess {
  /// Through the mapping of the data file: fastest for what is in memory. Pages that are not are
  /// read by the system when they are touched.
  MAPPED,

  /// By large reads of what a region needs, sorted by place, into buffers of the run: for graphs
  /// that are larger than memory, where a touched page costs a read of its own. Not for write
  /// transactions.
  STAGED,

  /// As [#STAGED], past what the system keeps of files in memory, where it can do so: for graphs so
  /// much larger than memory that nothing is still there when it is needed again. The system then
  /// reads nothing ahead, and the run takes no memory of others. What is read twice comes from the
  /// disk twice.
  DIRECT;

  /// Returns whether pages are read into buffers of the run.
  public boolean isStaged() {
    return this != MAPPED;
  }
}
