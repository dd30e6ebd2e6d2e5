package dev.rookery.graph;

import dev.rookery.storage.ReaderReport;
import java.util.Optional;

/// What a graph and its store look like at a moment. All lengths are bytes.
///
/// @param nodes how many nodes there are
/// @param edges how many edges there are
/// @param sequence the newest commit
/// @param pageBytes the length of a page
/// @param pages how many pages the database spans
/// @param freePages how many of them are free
/// @param dataFileBytes the length of the data file
/// @param dataFileAllocatedBytes how much of the disk the data file takes: less where it has holes;
///   its length where the system does not tell
/// @param journalBytes the length of all journal files
/// @param journalWrittenBytes how much was written to the journal since the database was opened
/// @param scratchPages how many changed pages are held in memory
/// @param scratchBytes how much memory is set aside for changed pages
/// @param spilledPages how many changed pages lie in spill files instead
/// @param spillBytes how long the spill files are
/// @param activeReaders how many read transactions are open
/// @param oldestReader the one of them that sees the oldest commit, if there is any
/// @param commits how many commits were made since the database was opened
/// @param syncs how many times the journal was synced since the database was opened
/// @param syncsPerSecond how often that happens in a second, of late
/// @param flushes how many times changed pages were flushed to the data file since the database was
///   opened
public record GraphStats(
    long nodes,
    long edges,
    long sequence,
    int pageBytes,
    long pages,
    long freePages,
    long dataFileBytes,
    long dataFileAllocatedBytes,
    long journalBytes,
    long journalWrittenBytes,
    long scratchPages,
    long scratchBytes,
    long spilledPages,
    long spillBytes,
    int activeReaders,
    Optional<ReaderReport> oldestReader,
    long commits,
    long syncs,
    double syncsPerSecond,
    long flushes) {}
