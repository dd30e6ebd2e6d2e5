package dev.rookery.graph.store;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// An encoded set as tests hold it: at an odd place between other bytes.
record EncodedProperties(MemorySegment segment, int length) {
  static final long OFFSET = 13;

  private static final byte STRANGE = (byte) 0xA5;

  static EncodedProperties of(byte[] bytes) {
    MemorySegment segment = MemorySegment.ofArray(new byte[(int) OFFSET + bytes.length + 11]);
    segment.fill(STRANGE);
    MemorySegment.copy(MemorySegment.ofArray(bytes), 0, segment, OFFSET, bytes.length);
    return new EncodedProperties(segment, bytes.length);
  }

  /// Encodes a set with a new encoder.
  static EncodedProperties of(Map<String, ?> properties) {
    PropertyEncoder encoder = new PropertyEncoder();
    int length = encoder.encode(properties, RandomProperties::keyNumber);
    return of(Arrays.copyOf(encoder.buffer(), length));
  }

  /// Returns the same set in memory outside of the heap, as pages are.
  EncodedProperties outsideOfHeap() {
    MemorySegment copy = Arena.ofAuto().allocate(segment.byteSize());
    return new EncodedProperties(copy.copyFrom(segment), length);
  }

  byte[] bytes() {
    return segment.asSlice(OFFSET, length).toArray(ValueLayout.JAVA_BYTE);
  }

  int count() {
    return PropertyDecoder.count(segment, OFFSET, length);
  }

  int find(String key) {
    return PropertyDecoder.find(segment, OFFSET, length, RandomProperties.keyNumber(key));
  }

  Object valueAt(int index) {
    return PropertyDecoder.valueAt(segment, OFFSET, length, index);
  }

  Object value(String key) {
    return valueAt(find(key));
  }

  void validate() {
    PropertyDecoder.validate(segment, OFFSET, length);
  }

  Map<String, Object> decode() {
    Map<String, Object> properties = new LinkedHashMap<>();
    for (int i = 0; i < count(); i++) {
      int number = PropertyDecoder.keyAt(segment, OFFSET, length, i);
      properties.put(RandomProperties.keyName(number), valueAt(i));
    }
    return properties;
  }

  /// Returns a set in which byte arrays compare by their content.
  static Map<String, Object> comparable(Map<String, ?> properties) {
    Map<String, Object> comparable = new LinkedHashMap<>();
    properties.forEach((key, value) -> comparable.put(key, comparable(value)));
    return comparable;
  }

  private static Object comparable(Object value) {
    return switch (value) {
      case byte[] bytes -> ByteBuffer.wrap(bytes);
      case List<?> list -> list.stream().map(EncodedProperties::comparable).toList();
      default -> value;
    };
  }
}
