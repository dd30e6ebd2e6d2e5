package dev.rookery.storage.io;

import dev.rookery.storage.error.ReadOnlyException;
import dev.rookery.storage.system.SystemFile;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The files of a database in a directory of a real file system.
///
/// Files are created with mode 0600, directories with 0700, where the system knows such modes. What
/// is below the directory must be regular files and directories: links, pipes and devices are
/// refused, so that a planted one is neither written through nor waited for.
///
/// Threads: any. Holds nothing open itself.
public final class DirectoryFileSystem implements StorageFileSystem {
  /// Large, because mappings are for ever and each costs a lookup; 2^30 stays clear of any limit.
  static final long MAP_CHUNK_BYTES = 1L << 30;

  /// A shorter hole would take more of the file system's notes than it is worth.
  private static final long HOLE_BYTES_MIN = 128L << 10;

  private static final FileAttribute<?>[] NO_ATTRIBUTES = {};

  /// Null where this JVM has no such option.
  private static final @Nullable OpenOption DIRECT = directOption();

  /// File systems whose content lies on this machine.
  private static final Set<String> LOCAL_TYPES =
      Set.of("ext2", "ext3", "ext4", "xfs", "btrfs", "zfs", "f2fs", "tmpfs", "overlay");

  private final Path directory;
  private final boolean readOnly;
  private final boolean hasPosixModes;

  private DirectoryFileSystem(Path directory, boolean readOnly) {
    this.directory = directory;
    this.readOnly = readOnly;
    this.hasPosixModes = directory.getFileSystem().supportedFileAttributeViews().contains("posix");
  }

  /// Returns the file system of a directory, which need not exist. Touches nothing.
  ///
  /// @param readOnly whether to refuse changes; a directory that exists and is not writable is
  ///   always read-only
  public static DirectoryFileSystem open(Path directory, boolean readOnly) {
    Path absolute = directory.toAbsolutePath();
    boolean unwritable = Files.exists(absolute) && !Files.isWritable(absolute);
    return new DirectoryFileSystem(absolute, readOnly || unwritable);
  }

  @Override
  public String location() {
    return directory.toString();
  }

  @Override
  public boolean isReadOnly() {
    return readOnly;
  }

  @Override
  public boolean isPersistent() {
    return true;
  }

  /// What another machine serves may be lost when that machine starts anew, and ours does not
  /// notice: such a place has no boot id.
  @Override
  public String bootId() {
    try {
      String type = Files.getFileStore(directory).type().toLowerCase(Locale.ROOT);
      return LOCAL_TYPES.contains(type) ? BootId.read() : "";
    } catch (IOException e) {
      return ""; // The id is never needed to be right.
    }
  }

  @Override
  public String device() {
    for (Path path = directory; path != null; path = path.getParent()) {
      try {
        return Files.getFileStore(path).name();
      } catch (IOException e) {
        // Not made yet, or out of bounds: what lies above is on the same disk, most often.
      }
    }
    return "";
  }

  @Override
  public void createRoot() throws IOException {
    if (Files.isDirectory(directory)) {
      return;
    }
    requireWritable();
    List<Path> parents = new ArrayList<>();
    for (Path path = directory;
        path != null && Files.notExists(path, LinkOption.NOFOLLOW_LINKS);
        path = path.getParent()) {
      Path parent = path.getParent();
      if (parent != null) {
        parents.add(parent);
      }
    }
    Files.createDirectories(directory, attributes("rwx------"));
    for (Path parent : parents) {
      try {
        sync(parent);
      } catch (AccessDeniedException e) {
        // A directory above may let us create entries and yet not be readable; nothing can be done.
      }
    }
  }

  @Override
  public void createDirectory(String name) throws IOException {
    FileNames.requireDirectory(name);
    requireWritable();
    try {
      Files.createDirectory(directory.resolve(name), attributes("rwx------"));
    } catch (FileAlreadyExistsException e) {
      requireRealDirectory(name);
    } catch (IOException e) {
      throw FullDisk.translated(e, "disk is full directory=" + name);
    }
  }

  @Override
  public boolean exists(String name) throws IOException {
    if (name.isEmpty()) {
      return exists(directory);
    }
    Path path = resolve(name);
    return exists(path, LinkOption.NOFOLLOW_LINKS);
  }

  @Override
  public List<String> list(String name) throws IOException {
    FileNames.requireDirectoryOrRoot(name);
    List<String> names = new ArrayList<>();
    if (!exists(name)) {
      return names;
    }
    requireRealDirectory(name);
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory.resolve(name))) {
      for (Path entry : entries) {
        Path fileName = entry.getFileName();
        if (fileName != null) {
          names.add(fileName.toString());
        }
      }
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    if (name.isEmpty()) {
      names.remove(FileNames.LOCK);
    }
    Collections.sort(names);
    return names;
  }

  @Override
  public StorageFile open(String name, OpenMode mode) throws IOException {
    Path path = resolve(name);
    if (mode == OpenMode.READ) {
      FileChannel channel = openForReading(path);
      return new DirectoryFile(name, path, channel, channel);
    }
    requireWritable();
    FileChannel channel = mode == OpenMode.CREATE_NEW ? create(path) : openForWriting(path);
    try {
      return new DirectoryFile(name, path, channel, openForReading(path));
    } catch (IOException e) {
      try (channel) {
        throw e;
      }
    }
  }

  /// Pages that were written and not yet synced are written out by the system before it reads them
  /// past its memory.
  @Override
  public StorageFile openDirect(String name) throws IOException {
    Path path = resolve(name);
    requireRegular(path);
    OpenOption direct = DIRECT;
    if (direct == null || Files.getFileStore(path).getBlockSize() > DIRECT_BYTES) {
      return open(name, OpenMode.READ);
    }
    FileChannel channel;
    try {
      channel = FileChannel.open(path, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS, direct);
    } catch (UnsupportedOperationException | FileSystemException e) {
      // A system, or a file system, that has no such reads.
      return open(name, OpenMode.READ);
    }
    if (readsDirectly(channel)) {
      return new DirectoryFile(name, path, channel, channel);
    }
    channel.close();
    return open(name, OpenMode.READ);
  }

  /// Some file systems open a file that way and refuse the reads.
  private static boolean readsDirectly(FileChannel channel) {
    try (Arena arena = Arena.ofConfined()) {
      channel.read(arena.allocate(DIRECT_BYTES, DIRECT_BYTES).asByteBuffer(), 0);
      return true;
    } catch (IOException e) {
      return false; // If it is the disk that fails, so will other reads.
    }
  }

  @Override
  public void rename(String from, String to) throws IOException {
    Path source = resolve(from);
    Path target = resolve(to);
    requireWritable();
    requireRegular(source);
    if (exists(target, LinkOption.NOFOLLOW_LINKS)) {
      requireRegular(target);
    }
    try {
      Files.move(source, target, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw FullDisk.translated(e, "disk is full file=" + to);
    }
  }

  @Override
  public void delete(String name) throws IOException {
    Path path = resolve(name);
    requireWritable();
    if (!exists(path, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    requireRegular(path);
    Files.deleteIfExists(path);
  }

  @Override
  public void syncDirectory(String name) throws IOException {
    FileNames.requireDirectoryOrRoot(name);
    requireRealDirectory(name);
    sync(directory.resolve(name));
  }

  @Override
  public DatabaseLock lock() throws IOException {
    return DirectoryLock.acquire(directory, readOnly, attributes("rw-------"));
  }

  @Override
  public long mapChunkBytes() {
    return MAP_CHUNK_BYTES;
  }

  @Override
  public long holeBytesMin() {
    return SystemFile.isAvailable() ? HOLE_BYTES_MIN : 0;
  }

  /// Lies in the directory where that can be written to, else where the system keeps temporary
  /// files.
  @Override
  public MemorySegment mapNameless(String name, long bytes) throws IOException {
    FileAttribute<?>[] owner = attributes("rw-------");
    if (readOnly) {
      return NamelessMapping.of(Files.createTempFile("rookery", ".map", owner), bytes);
    }
    createDirectory(name);
    Path path = Files.createTempFile(directory.resolve(name), "", ".map", owner);
    return NamelessMapping.of(path, bytes);
  }

  @Override
  public void close() {
    // Nothing is held between calls.
  }

  /// Refuses anything but a regular file; what is behind a link does not count.
  static void requireRegular(Path path) throws IOException {
    BasicFileAttributes attributes =
        Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    if (!attributes.isRegularFile()) {
      throw new FileSystemException(path.toString(), null, "not a regular file");
    }
  }

  private Path resolve(String name) throws IOException {
    FileNames.requireFile(name);
    String parent = FileNames.directoryOf(name);
    if (!parent.isEmpty() && exists(directory.resolve(parent), LinkOption.NOFOLLOW_LINKS)) {
      requireRealDirectory(parent);
    }
    return directory.resolve(name);
  }

  private void requireRealDirectory(String name) throws IOException {
    if (!name.isEmpty() && !Files.isDirectory(directory.resolve(name), LinkOption.NOFOLLOW_LINKS)) {
      throw new NotDirectoryException(directory.resolve(name).toString());
    }
  }

  private void requireWritable() {
    if (readOnly) {
      throw new ReadOnlyException("database cannot be written to location=" + directory);
    }
  }

  /// Unlike `Files.exists`, which answers `false` when it cannot know: a database that is there but
  /// out of reach must not be taken for a place to create one.
  private static boolean exists(Path path, LinkOption... options) throws IOException {
    try {
      Files.readAttributes(path, BasicFileAttributes.class, options);
      return true;
    } catch (NoSuchFileException e) {
      return false;
    }
  }

  private FileChannel create(Path path) throws IOException {
    Set<OpenOption> options =
        Set.of(
            StandardOpenOption.CREATE_NEW,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE,
            LinkOption.NOFOLLOW_LINKS);
    try {
      return FileChannel.open(path, options, attributes("rw-------"));
    } catch (IOException e) {
      throw FullDisk.translated(e, "disk is full file=" + path.getFileName());
    }
  }

  private static FileChannel openForWriting(Path path) throws IOException {
    requireRegular(path);
    return FileChannel.open(
        path, StandardOpenOption.READ, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
  }

  private static FileChannel openForReading(Path path) throws IOException {
    requireRegular(path);
    return FileChannel.open(path, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
  }

  /// By its name, because compilers take the class for a part of the JVM that may go, though it is
  /// documented to stay.
  private static @Nullable OpenOption directOption() {
    try {
      Object[] options = Class.forName("com.sun.nio.file.ExtendedOpenOption").getEnumConstants();
      for (Object option : options) {
        if (option instanceof OpenOption known && option.toString().equals("DIRECT")) {
          return known;
        }
      }
    } catch (ClassNotFoundException e) {
      // Another JVM.
    }
    return null;
  }

  private void sync(Path path) throws IOException {
    if (!hasPosixModes) {
      // Windows opens no directory as a file, and keeps its entries in a journal.
      return;
    }
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  private FileAttribute<?>[] attributes(String permissions) {
    return hasPosixModes
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
        }
        : NO_ATTRIBUTES;
  }
}
