package dev.rookery.storage.page;

import java.lang.foreign.MemorySegment;

/// Pages as one transaction sees them.
///
/// A *location* says where the bytes of a page (or of anything inside it) are, as a primitive that
/// is never negative: it may be kept for the life of a read transaction and costs nothing to make.
/// Adding a byte count to a location moves it inside the page. In a write transaction a location is
/// valid until the page is modified for the first time.
///
/// Threads: a reader may be used by several threads at once as long as nobody writes through it.
public interface PageReader {
  /// The lowest bits of a location are an offset; the others name the segment.
  int OFFSET_BITS = 36;

  /// Returns the location of the first byte of a page. O(1), no allocation.
  ///
  /// @throws dev.rookery.storage.error.CorruptPageException if the page is damaged or lies outside
  ///   the database
  long locate(long pageNumber);

  /// Returns the segment that a location lies in; its bytes are at [#offsetAt].
  MemorySegment segmentAt(long location);

  /// Returns the offset of a location inside its segment.
  static long offsetAt(long location) {
    return location & (1L << OFFSET_BITS) - 1;
  }

  /// Returns whether two locations lie in one segment.
  static boolean areTogether(long location, long other) {
    return location >>> OFFSET_BITS == other >>> OFFSET_BITS;
  }

  /// Returns a page as a segment of its own, from offset 0 to [PageLayout#PAGE_BYTES]. Read-only by
  /// agreement, and valid as long as a location is.
  default MemorySegment page(long pageNumber) {
    long location = locate(pageNumber);
    return segmentAt(location).asSlice(offsetAt(location), PageLayout.PAGE_BYTES);
  }

  /// Returns whether a location stays valid as long as this reader, and what lies there the same:
  /// it is then enough to ask [#segmentAt], which fails when the reader was closed.
  default boolean keepsLocations() {
    return false;
  }

  /// Returns how many pages the database spans: every valid page number is smaller.
  long pageCount();

  /// Returns an exception for the structures to throw when a page contradicts itself.
  RuntimeException corrupt(long pageNumber, String expected, String found);
}
