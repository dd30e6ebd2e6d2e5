package dev.rookery.graph.store;

import dev.rookery.storage.table.RecordView;
import java.lang.foreign.MemorySegment;

/// Where the encoded properties of a node or an edge are: a reusable out-parameter, for one thread. Valid as long as
/// the transaction, and in a write transaction until the next change.
public final class PropertyBytes {
  private final RecordView record = new RecordView();
  private MemorySegment segment = MemorySegment.NULL;
  private long offset;
  private int length;

  /// Creates a view of no properties.
  public PropertyBytes() {}

  void set(MemorySegment segment, long offset, int length) {
    this.segment = segment;
    this.offset = offset;
    this.length = length;
  }

  RecordView record() {
    return record;
  }

  void setToRecord() {
    set(record.segment(), record.offset(), record.length());
  }

  /// Returns the segment that holds the bytes.
  public MemorySegment segment() {
    return segment;
  }

  /// Returns the offset of the first byte.
  public long offset() {
    return offset;
  }

  /// Returns how many bytes there are; 0 means no properties.
  public int length() {
    return length;
  }
}
