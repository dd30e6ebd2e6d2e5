package dev.rookery.graph;

import java.time.Instant;
import java.util.UUID;

/// What one backup archive holds. Also what a later incremental backup to a stream goes on from.
///
/// @param database the id that the database has had since it was created
/// @param lineage the id that it got when it was created or last restored
/// @param full whether the archive stands alone; else it holds what has changed since another
/// @param baseSequence the commit of the archive it goes on from, or 0
/// @param sequence the commit whose state is saved
/// @param pages how many pages are in the archive
/// @param bytes the length of the archive
/// @param created when it was made
/// @param baseState fingerprint of the state it goes on from, or 0
/// @param state fingerprint of the state that is saved
/// @param databasePages how many pages the database spans
public record BackupSummary(
    UUID database,
    UUID lineage,
    boolean full,
    long baseSequence,
    long sequence,
    long pages,
    long bytes,
    Instant created,
    long baseState,
    long state,
    long databasePages) {}
