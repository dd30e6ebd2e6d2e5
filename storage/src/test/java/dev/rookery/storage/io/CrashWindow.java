package dev.rookery.storage.io;

/// The moments of a store's life at which a crash is a case of its own: before or within such a
/// change of the disk.
public enum CrashWindow {
  /// The database directory or the journal's, not made yet.
  CREATE_DIRECTORY,
  /// What an earlier creation left, not removed yet.
  CREATE_LEFTOVERS,
  /// The data file under its provisional name: made, then its pages, identity and durable entries.
  CREATE_FILE,
  CREATE_PAGES,
  CREATE_IDENTITY,
  CREATE_DURABLE_ENTRIES,
  CREATE_SYNC,
  CREATE_RENAME,
  CREATE_DIRECTORY_SYNC,

  /// A journal file in the making: its name, its room, its sync, its directory's.
  JOURNAL_FILE,
  JOURNAL_ROOM,
  JOURNAL_ROOM_SYNC,
  JOURNAL_DIRECTORY_SYNC,
  /// The header of a journal file: the first one, one behind another file (a roll), and one over
  /// the records of an earlier use.
  JOURNAL_FIRST_HEADER,
  JOURNAL_ROLL_HEADER,
  JOURNAL_RECYCLED_HEADER,
  /// A record within one block, one of several blocks, and a further part of a long one.
  RECORD_SHORT,
  RECORD_LONG,
  RECORD_REST,
  /// The sync that promises commits.
  RECORD_SYNC,

  /// A flush: the file grows, pages are written one by one or in runs.
  DATA_GROWTH,
  DATA_PAGE,
  DATA_PAGE_RUN,
  /// The transient entry behind a flush, or taken back before a sync.
  TRANSIENT_ENTRY,
  /// A checkpoint: the data file's sync, either durable entry, the sync of that.
  CHECKPOINT_SYNC,
  DURABLE_ENTRY_A,
  DURABLE_ENTRY_B,
  DURABLE_ENTRY_SYNC,
  /// Journal files given back: deleted, made known to the directory, taken into use again.
  JOURNAL_RELEASE,
  JOURNAL_RELEASE_SYNC,
  JOURNAL_RECYCLE,
  /// A hole punched into the data file, behind a checkpoint.
  HOLE,

  /// A spill file in the making, nameless as soon as it is open; pages written to it.
  SPILL_FILE,
  SPILL_WRITE,

  /// A clean end: the journal goes, the file is cut.
  CLOSE_JOURNAL_DELETE,
  CLOSE_DIRECTORY_SYNC,
  CLOSE_CUT,

  /// Opening what exists: the directory is made durable first.
  OPEN_DIRECTORY_SYNC,
  /// Recovery: found records written again and synced, their directory synced, pages flushed where
  /// scratch is too small for the replay.
  RECOVERY_ADOPT,
  RECOVERY_ADOPT_SYNC,
  RECOVERY_DIRECTORY_SYNC,
  RECOVERY_GROWTH,
  RECOVERY_FLUSH,

  /// None of these.
  OTHER
}
