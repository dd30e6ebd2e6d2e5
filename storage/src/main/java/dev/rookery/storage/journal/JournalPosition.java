package dev.rookery.storage.journal;

/// A place in the journal: behind one record, before the next.
///
/// @param file the number of the file
/// @param offset the offset behind the record
/// @param chain the hash of the record, which the next one names as its predecessor's
public record JournalPosition(long file, long offset, long chain) {}
