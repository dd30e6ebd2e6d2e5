package dev.rookery.storage;

import dev.rookery.storage.schedule.InlineIoScheduler;
import dev.rookery.storage.schedule.IoScheduler;
import dev.rookery.storage.schedule.SharedIoScheduler;

/// How a store is opened. Immutable; begin with [#defaults] and change what differs.
///
/// @param createIfMissing whether a directory that is absent or empty becomes a new database
/// @param scratchBytes how much memory changed pages may take before they are flushed to the data
///   file, or spilled where they cannot be flushed yet
/// @param spillBytes how many bytes of changed pages may lie in spill files besides; when they are
///   used up writers are refused
/// @param backgroundSyncMillis how long a BACKGROUND commit may stay unsynced
/// @param journalFileBytes how long a journal file may become
/// @param checkpointMillis how long the newest commit may wait for a checkpoint while commits are
///   made
/// @param checkpointBytes how much journal asks for a checkpoint
/// @param longReaderMillis from which age on a read transaction is reported as long
/// @param expireLongReaders whether a long reader is ended when scratch is used up, instead of
///   refusing writers
/// @param recordReaderOrigins whether each read transaction remembers where it was begun; costs
///   microseconds for each
/// @param salvageJournal whether to open a database whose journal is damaged in the middle, without
///   the commits from there on
/// @param scheduler where the store's own work runs
public record StorageOptions(
    boolean createIfMissing,
    long scratchBytes,
    long spillBytes,
    long backgroundSyncMillis,
    long journalFileBytes,
    long checkpointMillis,
    long checkpointBytes,
    long longReaderMillis,
    boolean expireLongReaders,
    boolean recordReaderOrigins,
    boolean salvageJournal,
    IoScheduler scheduler) {

  /// Checks the values.
  public StorageOptions {
    requireAtLeast("scratchBytes", scratchBytes, 64 << 10);
    requireAtLeast("spillBytes", spillBytes, 0);
    requireAtLeast("backgroundSyncMillis", backgroundSyncMillis, 1);
    requireAtLeast("journalFileBytes", journalFileBytes, 64 << 10);
    requireAtLeast("checkpointMillis", checkpointMillis, 1);
    requireAtLeast("checkpointBytes", checkpointBytes, 64 << 10);
    requireAtLeast("longReaderMillis", longReaderMillis, 1);
  }

  private static void requireAtLeast(String name, long value, long least) {
    if (value < least) {
      throw new IllegalArgumentException(
          "option out of range %s=%d least=%d".formatted(name, value, least));
    }
  }

  /// Returns: created if missing, an eighth of the heap's limit as scratch (256 MiB at least, 1 GiB
  /// at most; it is not taken from the heap), 64 GiB of spill files, background sync within 100 ms,
  /// journal files of 64 MiB, a checkpoint after a minute or 2 GiB of journal, readers long after a
  /// minute and never ended, the threads of the process.
  public static StorageOptions defaults() {
    return new StorageOptions(
        true,
        Math.clamp(Runtime.getRuntime().maxMemory() / 8, 256L << 20, 1L << 30),
        64L << 30,
        100,
        64L << 20,
        60_000,
        2L << 30,
        60_000,
        false,
        false,
        false,
        SharedIoScheduler.instance());
  }

  /// Returns these options for a store that works on the calling thread alone.
  public StorageOptions inline() {
    return withScheduler(new InlineIoScheduler());
  }

  /// Returns these options, creating a missing database or not.
  public StorageOptions withCreateIfMissing(boolean createIfMissing) {
    return new StorageOptions(
        createIfMissing,
        scratchBytes,
        spillBytes,
        backgroundSyncMillis,
        journalFileBytes,
        checkpointMillis,
        checkpointBytes,
        longReaderMillis,
        expireLongReaders,
        recordReaderOrigins,
        salvageJournal,
        scheduler);
  }

  /// Returns these options with another amount of scratch memory.
  public StorageOptions withScratchBytes(long scratchBytes) {
    return new StorageOptions(
        createIfMissing,
        scratchBytes,
        spillBytes,
        backgroundSyncMillis,
        journalFileBytes,
        checkpointMillis,
        checkpointBytes,
        longReaderMillis,
        expireLongReaders,
        recordReaderOrigins,
        salvageJournal,
        scheduler);
  }

  /// Returns these options with another limit for spill files.
  public StorageOptions withSpillBytes(long spillBytes) {
    return new StorageOptions(
        createIfMissing,
        scratchBytes,
        spillBytes,
        backgroundSyncMillis,
        journalFileBytes,
        checkpointMillis,
        checkpointBytes,
        longReaderMillis,
        expireLongReaders,
        recordReaderOrigins,
        salvageJournal,
        scheduler);
  }

  /// Returns these options with another bound for unsynced BACKGROUND commits.
  public StorageOptions withBackgroundSyncMillis(long backgroundSyncMillis) {
    return new StorageOptions(
        createIfMissing,
        scratchBytes,
        spillBytes,
        backgroundSyncMillis,
        journalFileBytes,
        checkpointMillis,
        checkpointBytes,
        longReaderMillis,
        expireLongReaders,
        recordReaderOrigins,
        salvageJournal,
        scheduler);
  }

  /// Returns these options with another length of journal files.
  public StorageOptions withJournalFileBytes(long journalFileBytes) {
    return new StorageOptions(
        createIfMissing,
        scratchBytes,
        spillBytes,
        backgroundSyncMillis,
        journalFileBytes,
        checkpointMillis,
        checkpointBytes,
        longReaderMillis,
        expireLongReaders,
        recordReaderOrigins,
        salvageJournal,
        scheduler);
  }

  /// Returns these options with another age that asks for a checkpoint.
  public StorageOptions withCheckpointMillis(long checkpointMillis) {
    return new StorageOptions(
        createIfMissing,
        scratchBytes,
        spillBytes,
        backgroundSyncMillis,
        journalFileBytes,
        checkpointMillis,
        checkpointBytes,
        longReaderMillis,
        expireLongReaders,
        recordReaderOrigins,
        salvageJournal,
        scheduler);
  }

  /// Returns these options with another amount of journal that asks for a checkpoint.
  public StorageOptions withCheckpointBytes(long checkpointBytes) {
    return new StorageOptions(
        createIfMissing,
        scratchBytes,
        spillBytes,
        backgroundSyncMillis,
        journalFileBytes,
        checkpointMillis,
        checkpointBytes,
        longReaderMillis,
        expireLongReaders,
        recordReaderOrigins,
        salvageJournal,
        scheduler);
  }

  /// Returns these options with another age from which on a reader is long.
  public StorageOptions withLongReaderMillis(long longReaderMillis) {
    return new StorageOptions(
        createIfMissing,
        scratchBytes,
        spillBytes,
        backgroundSyncMillis,
        journalFileBytes,
        checkpointMillis,
        checkpointBytes,
        longReaderMillis,
        expireLongReaders,
        recordReaderOrigins,
        salvageJournal,
        scheduler);
  }

  /// Returns these options, ending long readers in need or not.
  public StorageOptions withExpireLongReaders(boolean expireLongReaders) {
    return new StorageOptions(
        createIfMissing,
        scratchBytes,
        spillBytes,
        backgroundSyncMillis,
        journalFileBytes,
        checkpointMillis,
        checkpointBytes,
        longReaderMillis,
        expireLongReaders,
        recordReaderOrigins,
        salvageJournal,
        scheduler);
  }

  /// Returns these options, remembering where readers were begun or not.
  public StorageOptions withRecordReaderOrigins(boolean recordReaderOrigins) {
    return new StorageOptions(
        createIfMissing,
        scratchBytes,
        spillBytes,
        backgroundSyncMillis,
        journalFileBytes,
        checkpointMillis,
        checkpointBytes,
        longReaderMillis,
        expireLongReaders,
        recordReaderOrigins,
        salvageJournal,
        scheduler);
  }

  /// Returns these options, salvaging a damaged journal or not.
  public StorageOptions withSalvageJournal(boolean salvageJournal) {
    return new StorageOptions(
        createIfMissing,
        scratchBytes,
        spillBytes,
        backgroundSyncMillis,
        journalFileBytes,
        checkpointMillis,
        checkpointBytes,
        longReaderMillis,
        expireLongReaders,
        recordReaderOrigins,
        salvageJournal,
        scheduler);
  }

  /// Returns these options with another scheduler.
  public StorageOptions withScheduler(IoScheduler scheduler) {
    return new StorageOptions(
        createIfMissing,
        scratchBytes,
        spillBytes,
        backgroundSyncMillis,
        journalFileBytes,
        checkpointMillis,
        checkpointBytes,
        longReaderMillis,
        expireLongReaders,
        recordReaderOrigins,
        salvageJournal,
        scheduler);
  }
}
