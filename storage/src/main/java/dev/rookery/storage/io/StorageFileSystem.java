package dev.rookery.storage.io;

import java.io.IOException;
import java.util.List;

/// The one way from the store to files: everything below one database directory.
///
/// Names are relative to that directory, with `/` between a subdirectory and a file, and only ever names that the
/// store made up itself. Three implementations exist: real files, memory, and the simulated disk of the tests.
///
/// Threads: all methods may be called by any thread, but the store calls those that touch a file only on its own
/// I/O threads, because a Java interrupt closes a `FileChannel` for everybody.
public interface StorageFileSystem extends AutoCloseable {

  /// Returns what messages call this place, normally the absolute path of the directory.
  String location();

  /// Returns whether changes are impossible (opened read-only, or not writable).
  boolean isReadOnly();

  /// Returns whether content outlives the process; `false` means that journaling would be wasted work.
  boolean isPersistent();

  /// Creates the database directory and its parents where missing, private to the owner (0700).
  void createRoot() throws IOException;

  /// Creates a subdirectory, private to the owner; does nothing if it exists.
  void createDirectory(String name) throws IOException;

  /// Returns whether a file or subdirectory of that name exists; `""` asks for the database directory itself.
  boolean exists(String name) throws IOException;

  /// Returns the names (without their directory) of the entries of a subdirectory, sorted; `""` is the database
  /// directory itself. A directory that does not exist is empty.
  List<String> list(String directory) throws IOException;

  /// Opens a file.
  ///
  /// @throws java.nio.file.NoSuchFileException if the mode needs an existing file and there is none
  /// @throws java.nio.file.FileAlreadyExistsException if the mode creates a new file and there is one
  StorageFile open(String name, OpenMode mode) throws IOException;

  /// Renames a file within the database directory, replacing a file that bears the new name.
  void rename(String from, String to) throws IOException;

  /// Deletes a file; does nothing if there is none.
  void delete(String name) throws IOException;

  /// Makes the entries of a subdirectory durable (`""` is the database directory itself).
  void syncDirectory(String directory) throws IOException;

  /// Takes the lock that keeps a second opener out, in this process and others, until the returned lock is closed
  /// or the process dies.
  ///
  /// @throws dev.rookery.storage.error.DatabaseLockedException if somebody else holds it, at once
  DatabaseLock lock() throws IOException;

  /// Returns the length that [StorageFile#map] likes best, a power of two: files are mapped in pieces of this size.
  long mapChunkBytes();

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
