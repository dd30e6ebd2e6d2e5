package dev.rookery.storage.table;

import java.lang.foreign.MemorySegment;

/// Where the bytes of a record are: a reusable out-parameter of [RecordTable#read], for one thread.
public final class RecordView {
  MemorySegment segment = MemorySegment.NULL;
  long offset;
  int length;
  long owner;

  /// Creates a view of nothing.
  public RecordView() {}

  /// Returns the segment that holds the bytes, valid as long as the transaction and until the page
  /// is modified.
  public MemorySegment segment() {
    return segment;
  }

  /// Returns the offset of the first byte.
  public long offset() {
    return offset;
  }

  /// Returns how many bytes there are.
  public int length() {
    return length;
  }

  /// Returns the owner that the record names.
  public long owner() {
    return owner;
  }
}
