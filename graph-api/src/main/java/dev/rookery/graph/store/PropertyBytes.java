package dev.rookery.graph.store;

import dev.rookery.storage.table.RecordView;
import java.lang.foreign.MemorySegment;

/// Where the encoded properties of a node or an edge are: a reusable out-parameter, for one thread.
/// Valid as long as the transaction, and in a write transaction until the next change.
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

  /// Returns how many properties there are.
  public int count() {
    return length == 0 ? 0 : PropertyDecoder.count(segment, offset, length);
  }

  /// Returns the index of the property with a key number, or -1. O(properties), no allocation.
  public int find(int keyNumber) {
    return length == 0 ? -1 : PropertyDecoder.find(segment, offset, length, keyNumber);
  }

  /// Returns the key number of a property.
  public int keyAt(int index) {
    return PropertyDecoder.keyAt(segment, offset, length, index);
  }

  /// Returns the value of a property, decoded.
  public Object valueAt(int index) {
    return PropertyDecoder.valueAt(segment, offset, length, index);
  }

  /// Returns what messages call the type of a property.
  public String typeName(int index) {
    return PropertyDecoder.typeName(segment, offset, length, index);
  }

  /// Returns whether a property is a boolean.
  public boolean isBoolean(int index) {
    return PropertyDecoder.isBoolean(segment, offset, length, index);
  }

  /// Returns a boolean property.
  public boolean booleanAt(int index) {
    return PropertyDecoder.booleanAt(segment, offset, length, index);
  }

  /// Returns whether a property is integral.
  public boolean isLong(int index) {
    return PropertyDecoder.isLong(segment, offset, length, index);
  }

  /// Returns an integral property.
  public long longAt(int index) {
    return PropertyDecoder.longAt(segment, offset, length, index);
  }

  /// Returns whether a property is a number.
  public boolean isNumber(int index) {
    return PropertyDecoder.isLong(segment, offset, length, index)
        || PropertyDecoder.isDouble(segment, offset, length, index);
  }

  /// Returns a number.
  public double doubleAt(int index) {
    return PropertyDecoder.doubleAt(segment, offset, length, index);
  }

  /// Returns whether a property is a string.
  public boolean isString(int index) {
    return PropertyDecoder.isString(segment, offset, length, index);
  }

  /// Returns a string property.
  public String stringAt(int index) {
    return PropertyDecoder.stringAt(segment, offset, length, index);
  }
}
