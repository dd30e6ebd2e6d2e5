package dev.rookery.storage.mvcc;

import dev.rookery.storage.journal.JournalPosition;
import dev.rookery.storage.page.PageMapping;
import dev.rookery.storage.page.PageReader;
import java.lang.foreign.MemorySegment;

/// One state of the database, complete and immutable: the whole world of a reader.
public final class Snapshot {
  private final long version;
  private final long sequence;
  private final PageTranslationTable table;
  private final PageMapping mapping;
  private final MemorySegment[] slabs;
  private final long pageCount;
  private final JournalPosition journalEnd;

  /// Creates a snapshot.
  ///
  /// @param version counts publications: each commit makes one, and so does each flush, which
  ///   changes where pages are read from but not what they hold
  /// @param sequence the newest commit contained
  /// @param table where changed pages are in scratch
  /// @param mapping where all others are
  /// @param slabs the scratch memory that the table's locations lie in
  /// @param pageCount how many pages the database spans
  /// @param journalEnd where the journal stands behind the newest commit contained; what it was
  ///   before as long as the commit is queued
  public Snapshot(
      long version,
      long sequence,
      PageTranslationTable table,
      PageMapping mapping,
      MemorySegment[] slabs,
      long pageCount,
      JournalPosition journalEnd) {
    this.version = version;
    this.sequence = sequence;
    this.table = table;
    this.mapping = mapping;
    this.slabs = slabs;
    this.pageCount = pageCount;
    this.journalEnd = journalEnd;
  }

  /// Returns this snapshot with the journal position that its commit has got.
  public Snapshot at(JournalPosition position) {
    return new Snapshot(version, sequence, table, mapping, slabs, pageCount, position);
  }

  /// Returns the number of the publication.
  public long version() {
    return version;
  }

  /// Returns the newest commit contained.
  public long sequence() {
    return sequence;
  }

  /// Returns where changed pages are in scratch.
  public PageTranslationTable table() {
    return table;
  }

  /// Returns where all other pages are.
  public PageMapping mapping() {
    return mapping;
  }

  /// Returns how many pages the database spans.
  public long pageCount() {
    return pageCount;
  }

  /// Returns where the journal stands behind the newest commit contained.
  public JournalPosition journalEnd() {
    return journalEnd;
  }

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
