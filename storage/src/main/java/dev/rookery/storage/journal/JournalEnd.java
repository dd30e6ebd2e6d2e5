package dev.rookery.storage.journal;

import java.util.List;

/// What reading the journal found: where it ends, and in which files.
///
/// @param position behind the last whole record
/// @param sequence the commit of that record
/// @param pageCount how many pages the database spans after it
/// @param nextFileNumber a number larger than that of every file
/// @param files all files that exist, in order
/// @param extents where the records to be replayed are, in order
/// @param unsynced the parts of them that no sync is known to have covered
public record JournalEnd(
    JournalPosition position,
    long sequence,
    long pageCount,
    long nextFileNumber,
    List<ExistingFile> files,
    List<Extent> extents,
    List<Extent> unsynced) {

  /// A journal file.
  ///
  /// @param number its number
  /// @param bytes its length
  public record ExistingFile(long number, long bytes) {
    /// Returns the name of the file.
    public String name() {
      return JournalLayout.fileName(number);
    }
  }

  /// Whole records that follow each other in one file.
  ///
  /// @param file the number of the file
  /// @param from the offset of the first record
  /// @param to the offset behind the last one
  /// @param firstSequence the commit of the first record
  public record Extent(long file, long from, long to, long firstSequence) {}
}
