package dev.rookery.storage.mvcc;

import dev.rookery.storage.journal.JournalPosition;
import dev.rookery.storage.page.PageMapping;
import dev.rookery.storage.page.PageReader;
import java.lang.foreign.MemorySegment;

/// One state of the database, complete and immutable: the whole world of a reader.
///
/// @param version counts publications: each commit makes one, and so does each flush, which changes
///   where pages are read from but not what they hold
/// @param sequence the newest commit contained
/// @param table where changed pages are in scratch
/// @param mapping where all others are
/// @param slabs the scratch memory that the table's locations lie in
/// @param pageCount how many pages the database spans
/// @param journalEnd where the journal stands behind the newest commit contained
public record Snapshot(
    long version,
    long sequence,
    PageTranslationTable table,
    PageMapping mapping,
    MemorySegment[] slabs,
    long pageCount,
    JournalPosition journalEnd) {

  /// Returns the location of a page. O(1), no allocation.
  public long locate(long pageNumber) {
    long location = table.lookup(pageNumber);
    return location != 0 ? location : mapping.locate(pageNumber);
  }

  /// Returns the segment that a location lies in.
  public MemorySegment segmentAt(long location) {
    return ScratchPool.isScratch(location)
        ? slabs[ScratchPool.slab(location)]
        : mapping.segmentAt(location);
  }

  /// Returns the offset of a location in its segment.
  public static long offsetAt(long location) {
    return PageReader.offsetAt(location);
  }
}
