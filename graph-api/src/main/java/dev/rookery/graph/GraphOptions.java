package dev.rookery.graph;

import dev.rookery.storage.Durability;

/// How a graph is opened. Immutable; begin with [#defaults] and change what differs.
///
/// @param durability what `commit()` and `write(…)` wait for; SYNC, because losing data must be
///   chosen
/// @param readOnly whether changes are refused; the directory need not be writable then
/// @param createIfMissing whether a directory that is absent or empty becomes a new database
/// @param scratchBytes how much memory changed pages may take before they are flushed to the data
///   file
/// @param backgroundSyncMillis how long a BACKGROUND commit may stay unsynced
public record GraphOptions(
    Durability durability,
    boolean readOnly,
    boolean createIfMissing,
    long scratchBytes,
    long backgroundSyncMillis) {

  /// Checks the values.
  public GraphOptions {
    if (scratchBytes < 1 << 20) {
      throw new IllegalArgumentException(
          "scratchBytes is below 1 MiB scratchBytes=" + scratchBytes);
    }
    if (backgroundSyncMillis < 1) {
      throw new IllegalArgumentException(
          "backgroundSyncMillis must be positive backgroundSyncMillis=" + backgroundSyncMillis);
    }
  }

  /// Returns SYNC commits, writable, created if missing, 256 MiB of scratch, background sync within
  /// 100 ms.
  public static GraphOptions defaults() {
    return new GraphOptions(Durability.SYNC, false, true, 256L << 20, 100);
  }

  /// Returns these options with another durability.
  public GraphOptions withDurability(Durability durability) {
    return new GraphOptions(
        durability, readOnly, createIfMissing, scratchBytes, backgroundSyncMillis);
  }

  /// Returns these options, read-only or not.
  public GraphOptions withReadOnly(boolean readOnly) {
    return new GraphOptions(
        durability, readOnly, createIfMissing, scratchBytes, backgroundSyncMillis);
  }

  /// Returns these options, creating a missing database or not.
  public GraphOptions withCreateIfMissing(boolean createIfMissing) {
    return new GraphOptions(
        durability, readOnly, createIfMissing, scratchBytes, backgroundSyncMillis);
  }

  /// Returns these options with another amount of scratch memory.
  public GraphOptions withScratchBytes(long scratchBytes) {
    return new GraphOptions(
        durability, readOnly, createIfMissing, scratchBytes, backgroundSyncMillis);
  }

  /// Returns these options with another bound for unsynced BACKGROUND commits.
  public GraphOptions withBackgroundSyncMillis(long backgroundSyncMillis) {
    return new GraphOptions(
        durability, readOnly, createIfMissing, scratchBytes, backgroundSyncMillis);
  }
}
