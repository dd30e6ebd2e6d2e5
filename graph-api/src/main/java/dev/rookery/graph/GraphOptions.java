package dev.rookery.graph;

import dev.rookery.storage.Durability;
import dev.rookery.storage.StorageOptions;

/// How a graph is opened. Immutable; begin with [#defaults] and change what differs.
///
/// @param durability what `commit()` and `write(…)` wait for; SYNC, because losing data must be
///   chosen
/// @param readOnly whether changes are refused; the directory need not be writable then
/// @param createIfMissing whether a directory that is absent or empty becomes a new database
/// @param scratchBytes how much memory changed pages may take before they are flushed to the data
///   file, or spilled where they cannot be flushed yet; at least 1 MiB
/// @param spillBytes how many bytes of changed pages may lie in spill files besides; when they are
///   used up, writers are refused
/// @param backgroundSyncMillis how long a BACKGROUND commit may stay unsynced
/// @param checkpointMillis how long the newest commit may wait for a checkpoint while commits are
///   made
/// @param checkpointBytes how much journal asks for a checkpoint
/// @param longReaderMillis from which age on a read transaction is reported as long
/// @param expireLongReaders whether a long reader is ended when scratch is used up, instead of
///   refusing writers
/// @param recordReaderOrigins whether each read transaction remembers where it was begun, for
///   [Graph#stats]; costs microseconds for each
/// @param salvageJournal whether to open a database whose journal is damaged in the middle, without
///   the commits from there on
public record GraphOptions(
    Durability durability,
    boolean readOnly,
    boolean createIfMissing,
    long scratchBytes,
    long spillBytes,
    long backgroundSyncMillis,
    long checkpointMillis,
    long checkpointBytes,
    long longReaderMillis,
    boolean expireLongReaders,
    boolean recordReaderOrigins,
    boolean salvageJournal) {

  /// Checks the values.
  public GraphOptions {
    if (scratchBytes < 1 << 20) {
      throw new IllegalArgumentException(
          "scratchBytes is below 1 MiB scratchBytes=" + scratchBytes);
    }
    // The store judges the rest.
    StorageOptions _ =
        storage(
            createIfMissing,
            scratchBytes,
            spillBytes,
            backgroundSyncMillis,
            checkpointMillis,
            checkpointBytes,
            longReaderMillis);
  }

  private static StorageOptions storage(
      boolean createIfMissing,
      long scratchBytes,
      long spillBytes,
      long backgroundSyncMillis,
      long checkpointMillis,
      long checkpointBytes,
      long longReaderMillis) {
    return StorageOptions.defaults()
        .withCreateIfMissing(createIfMissing)
        .withScratchBytes(scratchBytes)
        .withSpillBytes(spillBytes)
        .withBackgroundSyncMillis(backgroundSyncMillis)
        .withCheckpointMillis(checkpointMillis)
        .withCheckpointBytes(checkpointBytes)
        .withLongReaderMillis(longReaderMillis);
  }

  /// Returns SYNC commits, writable, created if missing, an eighth of the heap's limit as scratch
  /// (256 MiB at least, 1 GiB at most; it is not taken from the heap) and 64 GiB of spill files,
  /// background sync within 100 ms, a checkpoint after a minute or 2 GiB of journal, readers long
  /// after a minute and never ended.
  public static GraphOptions defaults() {
    StorageOptions store = StorageOptions.defaults();
    return new GraphOptions(
        Durability.SYNC,
        false,
        store.createIfMissing(),
        store.scratchBytes(),
        store.spillBytes(),
        store.backgroundSyncMillis(),
        store.checkpointMillis(),
        store.checkpointBytes(),
        store.longReaderMillis(),
        store.expireLongReaders(),
        store.recordReaderOrigins(),
        store.salvageJournal());
  }

  /// Returns what of these options concerns the store.
  StorageOptions storage() {
    return storage(
            createIfMissing,
            scratchBytes,
            spillBytes,
            backgroundSyncMillis,
            checkpointMillis,
            checkpointBytes,
            longReaderMillis)
        .withExpireLongReaders(expireLongReaders)
        .withRecordReaderOrigins(recordReaderOrigins)
        .withSalvageJournal(salvageJournal);
  }

  /// Returns these options with another durability.
  public GraphOptions withDurability(Durability durability) {
    return new GraphOptions(
        durability,
        readOnly,
        createIfMissing,
        scratchBytes,
        spillBytes,
        backgroundSyncMillis,
        checkpointMillis,
        checkpointBytes,
        longReaderMillis,
        expireLongReaders,
        recordReaderOrigins,
        salvageJournal);
  }

  /// Returns these options, read-only or not.
  public GraphOptions withReadOnly(boolean readOnly) {
    return new GraphOptions(
        durability,
        readOnly,
        createIfMissing,
        scratchBytes,
        spillBytes,
        backgroundSyncMillis,
        checkpointMillis,
        checkpointBytes,
        longReaderMillis,
        expireLongReaders,
        recordReaderOrigins,
        salvageJournal);
  }

  /// Returns these options, creating a missing database or not.
  public GraphOptions withCreateIfMissing(boolean createIfMissing) {
    return new GraphOptions(
        durability,
        readOnly,
        createIfMissing,
        scratchBytes,
        spillBytes,
        backgroundSyncMillis,
        checkpointMillis,
        checkpointBytes,
        longReaderMillis,
        expireLongReaders,
        recordReaderOrigins,
        salvageJournal);
  }

  /// Returns these options with another amount of scratch memory.
  public GraphOptions withScratchBytes(long scratchBytes) {
    return new GraphOptions(
        durability,
        readOnly,
        createIfMissing,
        scratchBytes,
        spillBytes,
        backgroundSyncMillis,
        checkpointMillis,
        checkpointBytes,
        longReaderMillis,
        expireLongReaders,
        recordReaderOrigins,
        salvageJournal);
  }

  /// Returns these options with another limit for spill files.
  public GraphOptions withSpillBytes(long spillBytes) {
    return new GraphOptions(
        durability,
        readOnly,
        createIfMissing,
        scratchBytes,
        spillBytes,
        backgroundSyncMillis,
        checkpointMillis,
        checkpointBytes,
        longReaderMillis,
        expireLongReaders,
        recordReaderOrigins,
        salvageJournal);
  }

  /// Returns these options with another bound for unsynced BACKGROUND commits.
  public GraphOptions withBackgroundSyncMillis(long backgroundSyncMillis) {
    return new GraphOptions(
        durability,
        readOnly,
        createIfMissing,
        scratchBytes,
        spillBytes,
        backgroundSyncMillis,
        checkpointMillis,
        checkpointBytes,
        longReaderMillis,
        expireLongReaders,
        recordReaderOrigins,
        salvageJournal);
  }

  /// Returns these options with another age that asks for a checkpoint.
  public GraphOptions withCheckpointMillis(long checkpointMillis) {
    return new GraphOptions(
        durability,
        readOnly,
        createIfMissing,
        scratchBytes,
        spillBytes,
        backgroundSyncMillis,
        checkpointMillis,
        checkpointBytes,
        longReaderMillis,
        expireLongReaders,
        recordReaderOrigins,
        salvageJournal);
  }

  /// Returns these options with another amount of journal that asks for a checkpoint.
  public GraphOptions withCheckpointBytes(long checkpointBytes) {
    return new GraphOptions(
        durability,
        readOnly,
        createIfMissing,
        scratchBytes,
        spillBytes,
        backgroundSyncMillis,
        checkpointMillis,
        checkpointBytes,
        longReaderMillis,
        expireLongReaders,
        recordReaderOrigins,
        salvageJournal);
  }

  /// Returns these options with another age from which on a reader is long.
  public GraphOptions withLongReaderMillis(long longReaderMillis) {
    return new GraphOptions(
        durability,
        readOnly,
        createIfMissing,
        scratchBytes,
        spillBytes,
        backgroundSyncMillis,
        checkpointMillis,
        checkpointBytes,
        longReaderMillis,
        expireLongReaders,
        recordReaderOrigins,
        salvageJournal);
  }

  /// Returns these options, ending long readers in need or not.
  public GraphOptions withExpireLongReaders(boolean expireLongReaders) {
    return new GraphOptions(
        durability,
        readOnly,
        createIfMissing,
        scratchBytes,
        spillBytes,
        backgroundSyncMillis,
        checkpointMillis,
        checkpointBytes,
        longReaderMillis,
        expireLongReaders,
        recordReaderOrigins,
        salvageJournal);
  }

  /// Returns these options, remembering where readers were begun or not.
  public GraphOptions withRecordReaderOrigins(boolean recordReaderOrigins) {
    return new GraphOptions(
        durability,
        readOnly,
        createIfMissing,
        scratchBytes,
        spillBytes,
        backgroundSyncMillis,
        checkpointMillis,
        checkpointBytes,
        longReaderMillis,
        expireLongReaders,
        recordReaderOrigins,
        salvageJournal);
  }

  /// Returns these options, salvaging a damaged journal or not.
  public GraphOptions withSalvageJournal(boolean salvageJournal) {
    return new GraphOptions(
        durability,
        readOnly,
        createIfMissing,
        scratchBytes,
        spillBytes,
        backgroundSyncMillis,
        checkpointMillis,
        checkpointBytes,
        longReaderMillis,
        expireLongReaders,
        recordReaderOrigins,
        salvageJournal);
  }
}
