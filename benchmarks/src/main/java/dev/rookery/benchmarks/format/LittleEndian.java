package dev.rookery.benchmarks.format;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// The value layouts of the file format: little-endian and unaligned.
final class LittleEndian {
  static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(LITTLE_ENDIAN);
  static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(LITTLE_ENDIAN);
  static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(LITTLE_ENDIAN);

  private LittleEndian() {}

  /// Returns the unsigned 16-bit value at `offset`.
  static int unsignedShort(MemorySegment segment, long offset) {
    return segment.get(SHORT, offset) & 0xFFFF;
  }
}
