package dev.rookery.storage;

import java.util.List;

/// What was lost when a database was opened without the damaged part of its journal.
///
/// @param message what was damaged, and where
/// @param firstLostSequence the first commit that is lost; the database is as it was before it
/// @param newestLostSequence the newest commit of which anything was found behind the damage; the
///   one before the first lost one if nothing was
/// @param laterRecordCount how many records of commits were found behind the damage
/// @param file the journal file in which the first lost commit should be
/// @param offset where in that file
/// @param keptFiles the journal files that were put aside, under their present names
public record SalvageReport(
    String message,
    long firstLostSequence,
    long newestLostSequence,
    long laterRecordCount,
    String file,
    long offset,
    List<String> keptFiles) {

  /// Copies the list.
  public SalvageReport {
    keptFiles = List.copyOf(keptFiles);
  }
}
