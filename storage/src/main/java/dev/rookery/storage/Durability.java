package dev.rookery.storage;

/// What a commit has survived by the time it returns.
///
/// All three write a journal record, so no choice can corrupt the database: a power cut after an
/// unsynced commit loses the newest commits, in order, and never one in the middle.
public enum Durability {
  /// The record is on the disk: the commit survives a killed process, a kernel panic and a power
  /// cut.
  SYNC,
  /// The operating system has the record: the commit survives a killed process. A background sync
  /// follows within a bound.
  BACKGROUND,
  /// As [#BACKGROUND], but nothing syncs it before the next SYNC commit, checkpoint or close. For
  /// bulk loads.
  NONE
}
