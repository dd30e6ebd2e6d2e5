package dev.rookery.storage.journal;

/// Tells tests of other packages whether records are the same.
public final class RecordHashes {
  private RecordHashes() {}

  /// Returns the hash of what a record says of pages, byte by byte and in order.
  public static long of(JournalRecord record) {
    return record.hash();
  }
}
