package dev.rookery.storage.journal;

/// Promised commits that a journal does not give back.
///
/// @param message what is wrong, and where
/// @param fileNumber the number of the file in which they should be
/// @param file its name
/// @param offset where in that file the first of them should be
/// @param firstLostSequence the first of them
/// @param newestSequence the newest commit of which anything was found behind, or the one before
///   the first lost one if there is none
/// @param laterRecordCount how many records were found behind, whole or not
public record JournalDamage(
    String message,
    long fileNumber,
    String file,
    long offset,
    long firstLostSequence,
    long newestSequence,
    long laterRecordCount) {}
