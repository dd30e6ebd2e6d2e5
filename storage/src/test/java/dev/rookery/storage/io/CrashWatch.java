package dev.rookery.storage.io;

import dev.rookery.storage.io.FaultPlan.Operation;
import java.util.HashSet;
import java.util.Set;

/// Says of each change that one life of a process makes to a [SimulatedDisk] which [CrashWindow] it
/// is. Told by the test what the process is doing; belongs to its thread.
public final class CrashWatch {
  private static final int BLOCK_BYTES = 4096;

  private static final int RECORD_ALIGNMENT = 64;
  private static final int RECORD_HEADER_BYTES = 128;

  private final Set<String> made = new HashSet<>();
  private final Set<String> begun = new HashSet<>();
  private Phase phase = Phase.OPENING;
  private boolean entryIsLast;
  private long recordEnd = -1;
  private boolean recordIsHeader;
  private CrashWindow last = CrashWindow.OTHER;

  /// What a process does.
  public enum Phase {
    OPENING,
    WORKING,
    CLOSING
  }

  /// Tells what the process does from now on.
  public void enter(Phase next) {
    phase = next;
  }

  /// Returns what the process does.
  public Phase phase() {
    return phase;
  }

  /// Returns the window of the newest change.
  public CrashWindow last() {
    return last;
  }

  /// Takes notice of a change that is about to be made.
  public void see(DiskChange change) {
    last = windowOf(change);
  }

  private CrashWindow windowOf(DiskChange change) {
    String file = change.file();
    if (file.equals("data.new")) {
      return ofCreation(change);
    }
    if (file.equals("data.rkd")) {
      return ofDataFile(change);
    }
    if (file.startsWith("journal/")) {
      return ofJournalFile(change);
    }
    if (file.startsWith("scratch")) {
      return change.operation() == Operation.WRITE
          ? CrashWindow.SPILL_WRITE
          : CrashWindow.SPILL_FILE;
    }
    return ofDirectory(change);
  }

  private static CrashWindow ofCreation(DiskChange change) {
    return switch (change.operation()) {
      case DELETE -> CrashWindow.CREATE_LEFTOVERS;
      case CREATE -> CrashWindow.CREATE_FILE;
      case SYNC -> CrashWindow.CREATE_SYNC;
      case RENAME -> CrashWindow.CREATE_RENAME;
      case WRITE -> {
        if (change.byteCount() != BLOCK_BYTES || change.position() >= 3 * BLOCK_BYTES) {
          yield CrashWindow.CREATE_PAGES;
        }
        yield change.position() == 0
            ? CrashWindow.CREATE_IDENTITY
            : CrashWindow.CREATE_DURABLE_ENTRIES;
      }
      default -> CrashWindow.OTHER;
    };
  }

  private CrashWindow ofDataFile(DiskChange change) {
    boolean opening = phase == Phase.OPENING;
    switch (change.operation()) {
      case TRUNCATE -> {
        return CrashWindow.CLOSE_CUT;
      }
      case PUNCH -> {
        return CrashWindow.HOLE;
      }
      case SYNC -> {
        return entryIsLast ? CrashWindow.DURABLE_ENTRY_SYNC : CrashWindow.CHECKPOINT_SYNC;
      }
      case WRITE -> {
        if (change.position() == 3 * BLOCK_BYTES && change.byteCount() == BLOCK_BYTES) {
          entryIsLast = false;
          return CrashWindow.TRANSIENT_ENTRY;
        }
        entryIsLast = change.position() < 3 * BLOCK_BYTES;
        if (entryIsLast) {
          return change.position() == BLOCK_BYTES
              ? CrashWindow.DURABLE_ENTRY_A
              : CrashWindow.DURABLE_ENTRY_B;
        }
        if (change.position() >= change.fileBytes()) {
          return opening ? CrashWindow.RECOVERY_GROWTH : CrashWindow.DATA_GROWTH;
        }
        if (opening) {
          return CrashWindow.RECOVERY_FLUSH;
        }
        return change.byteCount() > 2 * BLOCK_BYTES
            ? CrashWindow.DATA_PAGE_RUN
            : CrashWindow.DATA_PAGE;
      }
      default -> {
        return CrashWindow.OTHER;
      }
    }
  }

  private CrashWindow ofJournalFile(DiskChange change) {
    String file = change.file();
    if (phase == Phase.OPENING) {
      return change.operation() == Operation.WRITE
          ? CrashWindow.RECOVERY_ADOPT
          : CrashWindow.RECOVERY_ADOPT_SYNC;
    }
    return switch (change.operation()) {
      case CREATE -> {
        made.add(file);
        yield CrashWindow.JOURNAL_FILE;
      }
      case RENAME -> CrashWindow.JOURNAL_RECYCLE;
      case DELETE ->
          phase == Phase.CLOSING ? CrashWindow.CLOSE_JOURNAL_DELETE : CrashWindow.JOURNAL_RELEASE;
      case SYNC -> begun.contains(file) ? CrashWindow.RECORD_SYNC : CrashWindow.JOURNAL_ROOM_SYNC;
      case WRITE -> ofJournalWrite(change);
      default -> CrashWindow.OTHER;
    };
  }

  private CrashWindow ofJournalWrite(DiskChange change) {
    if (change.position() >= change.fileBytes()) {
      return CrashWindow.JOURNAL_ROOM;
    }
    if (change.position() > 0) {
      return ofRecord(change);
    }
    boolean first = begun.isEmpty();
    begun.add(change.file());
    if (!made.contains(change.file())) {
      return CrashWindow.JOURNAL_RECYCLED_HEADER;
    }
    return first ? CrashWindow.JOURNAL_FIRST_HEADER : CrashWindow.JOURNAL_ROLL_HEADER;
  }

  private CrashWindow ofRecord(DiskChange change) {
    // A record begins at a multiple of 64; what follows a header alone is its content.
    boolean goesOn =
        change.position() == recordEnd && (recordEnd % RECORD_ALIGNMENT != 0 || recordIsHeader);
    recordIsHeader = change.byteCount() == RECORD_HEADER_BYTES;
    recordEnd = change.position() + change.byteCount();
    if (goesOn) {
      return CrashWindow.RECORD_REST;
    }
    return change.byteCount() > BLOCK_BYTES ? CrashWindow.RECORD_LONG : CrashWindow.RECORD_SHORT;
  }

  private CrashWindow ofDirectory(DiskChange change) {
    if (change.operation() == Operation.CREATE_DIRECTORY) {
      return CrashWindow.CREATE_DIRECTORY;
    }
    if (change.operation() != Operation.SYNC_DIRECTORY) {
      return CrashWindow.OTHER;
    }
    if (change.file().isEmpty()) {
      return last == CrashWindow.CREATE_RENAME || last == CrashWindow.CREATE_DIRECTORY
          ? CrashWindow.CREATE_DIRECTORY_SYNC
          : CrashWindow.OPEN_DIRECTORY_SYNC;
    }
    return switch (phase) {
      case OPENING -> CrashWindow.RECOVERY_DIRECTORY_SYNC;
      case CLOSING -> CrashWindow.CLOSE_DIRECTORY_SYNC;
      case WORKING ->
          last == CrashWindow.JOURNAL_RELEASE
              ? CrashWindow.JOURNAL_RELEASE_SYNC
              : CrashWindow.JOURNAL_DIRECTORY_SYNC;
    };
  }
}
