package dev.rookery.storage.io;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.security.SecureRandom;
import java.util.List;

/// The one way from the store to files: everything below one database directory.
///
/// Names are relative to that directory and only ever names that the store made up itself: `name`
/// or `directory/name`, each part of lower-case letters, digits, `-` and `.`, without `..`.
/// Anything else is an [IllegalArgumentException], and so is `lock`, which belongs to [#lock].
/// Below the database directory no symbolic link is followed; the directory itself may be one.
///
/// Methods that change something throw [dev.rookery.storage.error.ReadOnlyException] if
/// [#isReadOnly] holds.
///
/// Three implementations exist: real files, memory, and the simulated disk of the tests.
///
/// Threads: all methods may be called by any thread, but the store calls those that touch a file
/// only on its own I/O threads, because a Java interrupt closes a `FileChannel` for everybody.
public interface StorageFileSystem extends AutoCloseable {
  /// What [#openDirect] aligns to.
  int DIRECT_BYTES = 4096;

  /// Returns what messages call this place, normally the absolute path of the directory.
  String location();

  /// Returns whether changes are impossible (opened read-only, or not writable).
  boolean isReadOnly();

  /// Returns whether content outlives the process; `false` means that journaling would be wasted
  /// work.
  boolean isPersistent();

  /// Returns an id of the machine's run since it was last started, empty where there is none to
  /// have. As long as it stays the same, everything written is still there to be read, synced or
  /// not.
  String bootId();

  /// Returns random bits for an id or a salt, such that no two are alike. On a simulated disk they
  /// follow from what was done to it, so that a run can be repeated to the byte.
  default long randomBits() {
    return new SecureRandom().nextLong();
  }

  /// Returns a name of the disk that the directory lies on, or is going to; the same for all
  /// directories of one disk. Databases of one disk take turns there; where nothing better is known
  /// each has a disk of its own.
  default String device() {
    return location();
  }

  /// Creates the database directory and its parents where missing, private to the owner (0700), and
  /// makes its entry durable. Does nothing if it exists.
  void createRoot() throws IOException;

  /// Creates a subdirectory, private to the owner; does nothing if it exists.
  void createDirectory(String name) throws IOException;

  /// Returns whether a file or subdirectory of that name exists; `""` asks for the database
  /// directory itself.
  boolean exists(String name) throws IOException;

  /// Returns the names (without their directory) of the entries of a subdirectory, sorted; `""` is
  /// the database directory itself, whose lock file is left out. A directory that does not exist is
  /// empty. Names that others made up are listed too.
  List<String> list(String directory) throws IOException;

  /// Opens a file.
  ///
  /// @throws java.nio.file.NoSuchFileException if the mode needs an existing file and there is none
  /// @throws java.nio.file.FileAlreadyExistsException if the mode creates a new file and there is
  ///   one
  StorageFile open(String name, OpenMode mode) throws IOException;

  /// Opens an existing file for reading past what the system keeps of files in memory, where the
  /// system can; as [#open(String, OpenMode)] for reading else. Reads see what was written before,
  /// synced or not. Positions, lengths and the addresses of direct buffers that are read into must
  /// be multiples of [#DIRECT_BYTES].
  ///
  /// @throws java.nio.file.NoSuchFileException if there is no such file
  default StorageFile openDirect(String name) throws IOException {
    return open(name, OpenMode.READ);
  }

  /// Renames a file within the database directory, at once and entirely, replacing a file that
  /// bears the new name.
  ///
  /// @throws java.nio.file.NoSuchFileException if there is no such file
  void rename(String from, String to) throws IOException;

  /// Deletes a file; does nothing if there is none. A directory is an [IOException].
  void delete(String name) throws IOException;

  /// Makes the entries of a subdirectory durable (`""` is the database directory itself): files and
  /// subdirectories created, renamed and deleted there. The directory's own entry is its parent's
  /// matter.
  void syncDirectory(String directory) throws IOException;

  /// Takes the lock that keeps a second opener out, in this process and others, until the returned
  /// lock is closed or the process dies. The database directory must exist.
  ///
  /// A file system that is opened read-only shares the lock with others of its kind; it goes
  /// without if there is no lock file that it can open.
  ///
  /// @throws dev.rookery.storage.error.DatabaseLockedException if somebody else holds it, at once
  DatabaseLock lock() throws IOException;

  /// Returns the length that [StorageFile#map] likes best, a power of two: files are mapped in
  /// pieces of this size.
  long mapChunkBytes();

  /// Returns how long a hole must be at least to be worth a [StorageFile#punch], 0 where none is.
  default long holeBytesMin() {
    return 0;
  }

  /// Returns zeros that are readable and writable by any thread, and lie in a nameless file where
  /// there are files: for what is larger than memory and matters to nobody else. The room on the
  /// disk is taken now, so that a full disk is met here and never under the mapping. Gone when
  /// nobody refers to the segment any more.
  ///
  /// @param directory a subdirectory for the file as long as it has a name; made where missing
  /// @throws NoSpaceException if the disk is full
  default MemorySegment mapNameless(String directory, long bytes) throws IOException {
    return Arena.ofAuto().allocate(bytes, Long.BYTES);
  }

  /// Releases what the file system itself holds. Files must be closed before. Idempotent.
  @Override
  void close();

  /// How a file is opened.
  enum OpenMode {
    /// An existing file, for reading.
    READ,
    /// An existing file, for reading and writing.
    READ_WRITE,
    /// A file that must not exist yet, for reading and writing; mode 0600.
    CREATE_NEW
  }
}
