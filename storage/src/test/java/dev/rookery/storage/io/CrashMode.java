package dev.rookery.storage.io;

/// What a crash leaves on a [SimulatedDisk].
public enum CrashMode {
  /// The power failed and nothing had reached the disk but what was synced.
  LOSE_ALL_UNSYNCED,

  /// Only the process was killed: all it wrote is there, though what was not synced can still be
  /// lost in a later power failure. The boot id stays the same.
  KEEP_ALL,

  /// The power failed, and any of the unsynced 512-byte sectors, lengths of files and changes of
  /// directories had reached the disk, in any order.
  REORDER,

  /// The power failed, and all that was done up to some moment had reached the disk, the last of it
  /// in parts.
  PREFIX
}
