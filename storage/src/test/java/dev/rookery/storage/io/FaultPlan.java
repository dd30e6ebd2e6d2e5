package dev.rookery.storage.io;

import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Which operations of a file system are to fail, and how. Understood by [FaultyFileSystem] and
/// [SimulatedDisk].
///
/// Threads: any.
public final class FaultPlan {
  private final List<Rule> rules = new ArrayList<>();
  private final Map<Operation, Long> counts = new EnumMap<>(Operation.class);
  private long hitCount;

  /// Makes one operation fail: the one after `skipped` others of its kind, counted from now.
  public void failOnce(Operation operation, long skipped, Fault fault) {
    add(EnumSet.of(operation), _ -> true, skipped, false, fault);
  }

  /// Makes all operations of a kind fail, but for the next `skipped`.
  public void failFrom(Operation operation, long skipped, Fault fault) {
    add(EnumSet.of(operation), _ -> true, skipped, true, fault);
  }

  /// Makes operations of some kinds on some files fail: after `skipped` others that match, counted
  /// from now, one of them or all.
  public synchronized void add(
      Set<Operation> operations,
      Predicate<String> files,
      long skipped,
      boolean forever,
      Fault fault) {
    rules.add(new Rule(EnumSet.copyOf(operations), files, skipped, forever, fault));
  }

  /// Forgets all faults: the disk has been mended.
  public synchronized void clear() {
    rules.clear();
  }

  /// Returns how many operations of a kind there were, those that failed included.
  public synchronized long count(Operation operation) {
    return counts.getOrDefault(operation, 0L);
  }

  /// Returns how many operations were made to fail.
  public synchronized long hitCount() {
    return hitCount;
  }

  /// Counts an operation and returns the fault it is to have.
  synchronized @Nullable Fault next(Operation operation, String name) {
    counts.merge(operation, 1L, Long::sum);
    Fault found = null;
    for (Rule rule : rules) {
      Fault fault = rule.next(operation, name);
      found = found == null ? fault : found;
    }
    if (found != null) {
      hitCount++;
    }
    return found;
  }

  /// Counts an operation and fails if it is to.
  void check(Operation operation, String name) throws IOException {
    Fault fault = next(operation, name);
    if (fault != null) {
      throw fault.exception(operation, name);
    }
  }

  /// What can fail.
  public enum Operation {
    /// [StorageFile#read].
    READ,
    /// [StorageFile#write].
    WRITE,
    /// [StorageFile#sync].
    SYNC,
    /// [StorageFile#truncate].
    TRUNCATE,
    /// [StorageFile#punch], which says that it did not instead of throwing an [IOException].
    PUNCH,
    /// [StorageFile#map].
    MAP,
    /// [StorageFileSystem#open] of a file that exists.
    OPEN,
    /// [StorageFileSystem#open] that creates a file.
    CREATE,
    /// [StorageFileSystem#rename].
    RENAME,
    /// [StorageFileSystem#delete].
    DELETE,
    /// [StorageFileSystem#list] and [StorageFileSystem#exists].
    LIST,
    /// [StorageFileSystem#createRoot] and [StorageFileSystem#createDirectory].
    CREATE_DIRECTORY,
    /// [StorageFileSystem#syncDirectory].
    SYNC_DIRECTORY,
    /// [StorageFileSystem#lock].
    LOCK;

    /// Returns whether the operation leaves something behind on the disk.
    boolean isChange() {
      return this != READ && this != MAP && this != OPEN && this != LIST && this != LOCK;
    }
  }

  /// How something fails.
  public enum Fault {
    /// An [IOException]; nothing was done.
    IO_ERROR,
    /// A write does half of its work and then throws an [IOException]; others as [#IO_ERROR].
    SHORT_WRITE,
    /// A write does half of its work and then throws a [NoSpaceException]; so do others.
    NO_SPACE,
    /// An [OutOfMemoryError], of which the disk knows nothing.
    NO_MEMORY;

    /// Those of a disk.
    public static final Set<Fault> OF_DISKS = EnumSet.range(IO_ERROR, NO_SPACE);

    IOException exception(Operation operation, String name) {
      String message = "fault of the test operation=%s file=%s".formatted(operation, name);
      if (this == NO_MEMORY) {
        throw new OutOfMemoryError(message);
      }
      return this == NO_SPACE ? new NoSpaceException(message) : new IOException(message);
    }

    int bytesWritten(int byteCount) {
      return this == IO_ERROR || this == NO_MEMORY ? 0 : byteCount / 2;
    }
  }

  private static final class Rule {
    private final Set<Operation> operations;
    private final Predicate<String> files;
    private final boolean forever;
    private final Fault fault;
    private long skipped;

    Rule(
        Set<Operation> operations,
        Predicate<String> files,
        long skipped,
        boolean forever,
        Fault fault) {
      this.operations = operations;
      this.files = files;
      this.skipped = skipped;
      this.forever = forever;
      this.fault = fault;
    }

    @Nullable Fault next(Operation operation, String name) {
      if (!operations.contains(operation) || !files.test(name)) {
        return null;
      }
      skipped--;
      return forever ? (skipped < 0 ? fault : null) : (skipped == -1 ? fault : null);
    }
  }
}
