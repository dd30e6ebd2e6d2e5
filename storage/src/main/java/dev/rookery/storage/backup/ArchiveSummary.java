package dev.rookery.storage.backup;

import java.util.UUID;

/// What an archive holds, and what an incremental backup needs to know of its base.
///
/// @param database the UUID of the database
/// @param lineage the life of the database that the commits belong to
/// @param isFull whether the archive stands alone; else it goes on from another
/// @param baseSequence the commit of the archive it goes on from, or 0
/// @param baseState the state of that archive, or 0
/// @param sequence the commit whose state it holds
/// @param state a hash of all pages in use in that state
/// @param pageCount how many pages the database spans
/// @param storedPageCount how many pages are in the archive
/// @param archiveBytes the length of the archive
/// @param createdMillis when it was made, for people
public record ArchiveSummary(
    UUID database,
    UUID lineage,
    boolean isFull,
    long baseSequence,
    long baseState,
    long sequence,
    long state,
    long pageCount,
    long storedPageCount,
    long archiveBytes,
    long createdMillis) {}
