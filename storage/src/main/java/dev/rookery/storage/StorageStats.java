package dev.rookery.storage;

import java.util.Optional;

/// What a store looks like at a moment. All lengths are bytes.
///
/// @param sequence the newest commit
/// @param pageCount how many pages the database spans
/// @param freePageCount how many of them are free
/// @param dataFileBytes the length of the data file
/// @param dataFileAllocatedBytes how much of the disk the data file takes: less where it has holes;
///   its length where the system does not tell
/// @param journalBytes the length of all journal files
/// @param journalWrittenBytes how much was written to the journal since the database was opened
/// @param scratchPageCount how many changed pages are held in memory
/// @param scratchBytes how much memory is set aside for changed pages
/// @param spilledPageCount how many changed pages lie in spill files instead
/// @param spillBytes how long the spill files are
/// @param activeReaderCount how many read transactions are open
/// @param oldestReader the one of them that sees the oldest commit, if there is any
/// @param commitCount how many commits were made since the database was opened
/// @param syncCount how many times the journal was synced since the database was opened
/// @param syncsPerSecond how often that happens in a second, of late
/// @param flushCount how many times changed pages were flushed since the database was opened
public record StorageStats(
    long sequence,
    long pageCount,
    long freePageCount,
    long dataFileBytes,
    long dataFileAllocatedBytes,
    long journalBytes,
    long journalWrittenBytes,
    long scratchPageCount,
    long scratchBytes,
    long spilledPageCount,
    long spillBytes,
    int activeReaderCount,
    Optional<ReaderReport> oldestReader,
    long commitCount,
    long syncCount,
    double syncsPerSecond,
    long flushCount) {

  /// Returns the commit that the oldest open read transaction sees, or -1 if there is none.
  public long oldestReaderSequence() {
    return oldestReader.map(ReaderReport::sequence).orElse(-1L);
  }
}
