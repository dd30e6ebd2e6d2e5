package dev.rookery.storage.io;

import dev.rookery.storage.error.DatabaseLockedException;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// The files of a database in native memory, never on the heap, until the file system is closed.
///
/// Memory is taken in blocks of [#mapChunkBytes()] where something is written or mapped; places
/// never written cost nothing. Blocks of deleted and cut files serve again, unless they were
/// mapped: somebody may still read there.
///
/// Threads: any; the names are guarded by this object, each file by its content.
public final class MemoryFileSystem implements StorageFileSystem {
  private final MemoryBlocks blocks = new MemoryBlocks();
  private final Map<String, MemoryContent> files = new TreeMap<>();
  private final TreeSet<String> directories = new TreeSet<>();
  private boolean hasRoot;
  private @Nullable MemoryLock lock;

  private MemoryFileSystem() {}

  /// Returns an empty file system.
  public static MemoryFileSystem create() {
    return new MemoryFileSystem();
  }

  @Override
  public String location() {
    return "memory";
  }

  @Override
  public boolean isReadOnly() {
    return false;
  }

  @Override
  public boolean isPersistent() {
    return false;
  }

  @Override
  public String device() {
    return "memory";
  }

  @Override
  public String bootId() {
    return "";
  }

  @Override
  public synchronized void createRoot() {
    hasRoot = true;
  }

  @Override
  public synchronized void createDirectory(String name) throws IOException {
    FileNames.requireDirectory(name);
    requireRoot();
    if (files.containsKey(name)) {
      throw new NotDirectoryException(name);
    }
    directories.add(name);
  }

  @Override
  public synchronized boolean exists(String name) {
    if (name.isEmpty()) {
      return hasRoot;
    }
    FileNames.requireFile(name);
    return files.containsKey(name) || directories.contains(name);
  }

  @Override
  public synchronized List<String> list(String directory) throws IOException {
    FileNames.requireDirectoryOrRoot(directory);
    if (files.containsKey(directory)) {
      throw new NotDirectoryException(directory);
    }
    TreeSet<String> names = new TreeSet<>();
    for (String file : files.keySet()) {
      if (FileNames.directoryOf(file).equals(directory)) {
        names.add(file.substring(file.indexOf('/') + 1));
      }
    }
    if (directory.isEmpty()) {
      names.addAll(directories);
    }
    return new ArrayList<>(names);
  }

  @Override
  public synchronized StorageFile open(String name, OpenMode mode) throws IOException {
    FileNames.requireFile(name);
    requireParent(name);
    requireNoDirectory(name);
    MemoryContent content = files.get(name);
    if (mode == OpenMode.CREATE_NEW) {
      if (content != null) {
        throw new FileAlreadyExistsException(name);
      }
      content = new MemoryContent(blocks);
      files.put(name, content);
    }
    if (content == null) {
      throw new NoSuchFileException(name);
    }
    return new MemoryFile(name, content, mode != OpenMode.READ);
  }

  @Override
  public synchronized void rename(String from, String to) throws IOException {
    FileNames.requireFile(from);
    FileNames.requireFile(to);
    requireParent(to);
    requireNoDirectory(from);
    requireNoDirectory(to);
    MemoryContent moved = files.remove(from);
    if (moved == null) {
      throw new NoSuchFileException(from);
    }
    MemoryContent replaced = files.put(to, moved);
    if (replaced != null) {
      replaced.unlink();
    }
  }

  @Override
  public synchronized void delete(String name) throws IOException {
    FileNames.requireFile(name);
    requireNoDirectory(name);
    MemoryContent content = files.remove(name);
    if (content != null) {
      content.unlink();
    }
  }

  @Override
  public synchronized void syncDirectory(String directory) throws IOException {
    FileNames.requireDirectoryOrRoot(directory);
    if (directory.isEmpty() ? !hasRoot : !directories.contains(directory)) {
      throw new NotDirectoryException(directory);
    }
  }

  @Override
  public synchronized DatabaseLock lock() throws IOException {
    requireRoot();
    if (lock != null) {
      throw new DatabaseLockedException("database is open already location=" + location());
    }
    MemoryLock taken = new MemoryLock();
    lock = taken;
    return taken;
  }

  @Override
  public long mapChunkBytes() {
    return MemoryBlocks.BLOCK_BYTES;
  }

  @Override
  public synchronized void close() {
    files.clear();
    blocks.close();
  }

  private void requireRoot() throws IOException {
    if (!hasRoot) {
      throw new NoSuchFileException(location());
    }
  }

  private void requireParent(String name) throws IOException {
    requireRoot();
    String directory = FileNames.directoryOf(name);
    if (!directory.isEmpty() && !directories.contains(directory)) {
      throw new NoSuchFileException(name);
    }
  }

  private void requireNoDirectory(String name) throws IOException {
    if (directories.contains(name)) {
      throw new FileSystemException(name, null, "not a regular file");
    }
  }

  private final class MemoryLock implements DatabaseLock {
    @Override
    public void close() {
      synchronized (MemoryFileSystem.this) {
        if (lock == this) {
          lock = null;
        }
      }
    }
  }
}
