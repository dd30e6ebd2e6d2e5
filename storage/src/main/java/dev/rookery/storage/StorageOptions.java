package dev.rookery.storage;

/// How a store is opened. Immutable; begin with [#defaults].
///
/// @param createIfMissing whether a directory that is absent or empty becomes a new database
/// @param scratchBytes how much memory changed pages may take before they are flushed to the data
///   file
/// @param backgroundSyncMillis how long a BACKGROUND commit may stay unsynced
/// @param journalFileBytes how long a journal file may become
/// @param background whether I/O happens on threads of the engine; `false` runs everything on the
///   calling thread, in an order that repeats, for stores that touch no channel
public record StorageOptions(
    boolean createIfMissing,
    long scratchBytes,
    long backgroundSyncMillis,
    long journalFileBytes,
    boolean background) {

  /// Checks the values.
  public StorageOptions {
    if (scratchBytes < 64 << 10 || backgroundSyncMillis < 1 || journalFileBytes < 64 << 10) {
      throw new IllegalArgumentException(
          "option out of range scratchBytes=%d backgroundSyncMillis=%d journalFileBytes=%d"
              .formatted(scratchBytes, backgroundSyncMillis, journalFileBytes));
    }
  }

  /// Returns: created if missing, 256 MiB of scratch, sync within 100 ms, journal files of 64 MiB,
  /// own threads.
  public static StorageOptions defaults() {
    return new StorageOptions(true, 256L << 20, 100, 64L << 20, true);
  }
}
