package dev.rookery.storage.io;

import dev.rookery.storage.error.DatabaseLockedException;
import dev.rookery.storage.error.ReadOnlyException;
import dev.rookery.storage.io.FaultPlan.Fault;
import dev.rookery.storage.io.FaultPlan.Operation;
import dev.rookery.storage.io.SimulatedNames.NameChange;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Cleaner;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.NonWritableChannelException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;

/// A [SimulatedDisk] as one process sees it: its life ends when it is closed or the disk crashes.
///
/// Threads: any; all methods take the lock of the disk.
final class SimulatedFileSystem implements StorageFileSystem {
  private static final Cleaner CLEANER = Cleaner.create();
  private static final byte[] ZEROS = new byte[SimulatedFile.CHUNK_BYTES];

  private final SimulatedDisk disk;
  private final boolean readOnly;
  private final Mappings mappings = new Mappings();
  private final Cleaner.Cleanable unmapping = CLEANER.register(this, mappings);
  private boolean isLocking;
  private boolean isClosed;
  private boolean isKilled;

  SimulatedFileSystem(SimulatedDisk disk, boolean readOnly) {
    this.disk = disk;
    this.readOnly = readOnly;
  }

  /// Ends the life of the process.
  void kill() {
    isKilled = true;
    isLocking = false;
    unmapping.clean();
  }

  @Override
  public String location() {
    return "simulated";
  }

  @Override
  public boolean isReadOnly() {
    return readOnly;
  }

  @Override
  public boolean isPersistent() {
    return true;
  }

  @Override
  public String device() {
    return location();
  }

  @Override
  public String bootId() {
    return disk.bootId();
  }

  @Override
  public long randomBits() {
    synchronized (disk) {
      return disk.randomBits();
    }
  }

  @Override
  public void createRoot() throws IOException {
    synchronized (disk) {
      requireAlive();
      if (!disk.hasRoot()) {
        requireWritable();
        disk.begin(Operation.CREATE_DIRECTORY, "");
        disk.createRoot();
      }
    }
  }

  @Override
  public void createDirectory(String name) throws IOException {
    FileNames.requireDirectory(name);
    synchronized (disk) {
      requireAlive();
      requireWritable();
      requireParent(name);
      disk.begin(Operation.CREATE_DIRECTORY, name);
      if (disk.names().files().containsKey(name)) {
        throw new NotDirectoryException(name);
      }
      if (!disk.names().isDirectory(name)) {
        disk.names().change(NameChange.createDirectory(disk.nextSequence(), name));
      }
    }
  }

  @Override
  public boolean exists(String name) throws IOException {
    synchronized (disk) {
      requireAlive();
      disk.begin(Operation.LIST, name);
      if (name.isEmpty()) {
        return disk.hasRoot();
      }
      FileNames.requireFile(name);
      return disk.names().files().containsKey(name) || disk.names().isDirectory(name);
    }
  }

  @Override
  public List<String> list(String directory) throws IOException {
    FileNames.requireDirectoryOrRoot(directory);
    synchronized (disk) {
      requireAlive();
      disk.begin(Operation.LIST, directory);
      if (disk.names().files().containsKey(directory)) {
        throw new NotDirectoryException(directory);
      }
      TreeSet<String> names = new TreeSet<>();
      for (String file : disk.names().files().keySet()) {
        if (FileNames.directoryOf(file).equals(directory)) {
          names.add(file.substring(file.indexOf('/') + 1));
        }
      }
      if (directory.isEmpty()) {
        names.addAll(disk.names().directories());
      }
      return new ArrayList<>(names);
    }
  }

  @Override
  public StorageFile open(String name, OpenMode mode) throws IOException {
    FileNames.requireFile(name);
    synchronized (disk) {
      requireAlive();
      if (mode != OpenMode.READ) {
        requireWritable();
      }
      requireParent(name);
      requireNoDirectory(name);
      boolean creates = mode == OpenMode.CREATE_NEW;
      disk.begin(creates ? Operation.CREATE : Operation.OPEN, name);
      SimulatedFile file = disk.names().files().get(name);
      if (creates && file != null) {
        throw new FileAlreadyExistsException(name);
      }
      if (!creates && file == null) {
        throw new NoSuchFileException(name);
      }
      if (creates) {
        file = new SimulatedFile(disk.nextSequence());
        disk.names().change(NameChange.create(disk.nextSequence(), name, file));
      }
      return new OpenFile(name, file, mode != OpenMode.READ);
    }
  }

  @Override
  public void rename(String from, String to) throws IOException {
    FileNames.requireFile(from);
    FileNames.requireFile(to);
    synchronized (disk) {
      requireAlive();
      requireWritable();
      requireParent(to);
      requireNoDirectory(from);
      requireNoDirectory(to);
      disk.begin(Operation.RENAME, from);
      SimulatedFile file = disk.names().files().get(from);
      if (file == null) {
        throw new NoSuchFileException(from);
      }
      if (!from.equals(to)) {
        disk.names().change(new NameChange(disk.nextSequence(), from, to, file));
      }
    }
  }

  @Override
  public void delete(String name) throws IOException {
    FileNames.requireFile(name);
    synchronized (disk) {
      requireAlive();
      requireWritable();
      requireNoDirectory(name);
      disk.begin(Operation.DELETE, name);
      if (disk.names().files().containsKey(name)) {
        disk.names().change(NameChange.delete(disk.nextSequence(), name));
      }
    }
  }

  @Override
  public void syncDirectory(String directory) throws IOException {
    FileNames.requireDirectoryOrRoot(directory);
    synchronized (disk) {
      requireAlive();
      if (!disk.hasRoot() || !disk.names().isDirectory(directory)) {
        throw new NotDirectoryException(directory);
      }
      disk.begin(Operation.SYNC_DIRECTORY, directory);
      disk.names().sync(directory);
    }
  }

  @Override
  public DatabaseLock lock() throws IOException {
    synchronized (disk) {
      requireAlive();
      disk.begin(Operation.LOCK, "");
      requireParent("");
      for (SimulatedFileSystem other : disk.lives()) {
        if (other.isLocking && !(readOnly && other.readOnly && other != this)) {
          throw new DatabaseLockedException("database is open already location=" + location());
        }
      }
      isLocking = true;
      return new Lock();
    }
  }

  @Override
  public long mapChunkBytes() {
    return SimulatedFile.CHUNK_BYTES;
  }

  /// A single page is enough, so that small databases have holes.
  @Override
  public long holeBytesMin() {
    return 1;
  }

  @Override
  public void close() {
    synchronized (disk) {
      isClosed = true;
      isLocking = false;
      disk.lives().remove(this);
      unmapping.clean();
    }
  }

  private void requireAlive() {
    if (isKilled) {
      throw new SimulatedCrash("the disk has crashed since");
    }
    disk.requireRunning();
    if (isClosed) {
      throw new IllegalStateException("file system is closed");
    }
  }

  private void requireWritable() {
    if (readOnly) {
      throw new ReadOnlyException("database cannot be written to location=" + location());
    }
  }

  private void requireParent(String name) throws IOException {
    if (!disk.hasRoot() || !disk.names().isDirectory(FileNames.directoryOf(name))) {
      throw new NoSuchFileException(name);
    }
  }

  private void requireNoDirectory(String name) throws IOException {
    if (disk.names().isDirectory(name)) {
      throw new FileSystemException(name, null, "not a regular file");
    }
  }

  /// What the process has mapped. Refers to nothing else: the cleaner frees it when a file system
  /// was forgotten without being closed.
  private static final class Mappings implements Runnable {
    private Arena arena;

    Arena arena() {
      if (arena == null) {
        arena = Arena.ofShared();
      }
      return arena;
    }

    @Override
    public void run() {
      try {
        if (arena != null) {
          arena.close();
        }
      } catch (IllegalStateException e) {
        // A thread of the dead process is copying from there this moment; the memory stays.
      }
    }
  }

  private final class Lock implements DatabaseLock {
    private boolean isReleased;

    @Override
    public void close() {
      synchronized (disk) {
        if (!isReleased) {
          isReleased = true;
          isLocking = false;
        }
      }
    }
  }

  private final class OpenFile implements StorageFile {
    private final String name;
    private final SimulatedFile file;
    private final boolean writable;
    private boolean isFileClosed;

    OpenFile(String name, SimulatedFile file, boolean writable) {
      this.name = name;
      this.file = file;
      this.writable = writable;
    }

    @Override
    public String name() {
      return name;
    }

    @Override
    public long fileKey() {
      return disk.fileKey();
    }

    @Override
    public long size() throws IOException {
      synchronized (disk) {
        requireOpen();
        return file.size();
      }
    }

    @Override
    public int read(ByteBuffer target, long position) throws IOException {
      requireNatural(position);
      synchronized (disk) {
        requireOpen();
        disk.begin(Operation.READ, name);
        byte[] bytes = file.read(position, target.remaining());
        target.put(bytes);
        return bytes.length;
      }
    }

    @Override
    public void write(ByteBuffer source, long position) throws IOException {
      requireNatural(position);
      synchronized (disk) {
        requireWritableFile();
        if (!source.hasRemaining()) {
          return;
        }
        if (disk.beginChange(Operation.WRITE, name, position, source.remaining())) {
          takeSome(source, position, bytesBeforeDeath(source.remaining(), position));
          disk.requireRunning();
        }
        Fault fault = disk.faults().next(Operation.WRITE, name);
        if (fault != null) {
          takeSome(source, position, fault.bytesWritten(source.remaining()));
          throw fault.exception(Operation.WRITE, name);
        }
        takeSome(source, position, source.remaining());
      }
    }

    @Override
    public void writeFromAnyThread(byte[] source, int start, int count, long position)
        throws IOException {
      write(ByteBuffer.wrap(source, start, count), position);
    }

    /// A write and then a sync of what was written: the process may die in between.
    @Override
    public void writeThrough(byte[] source, int start, int count, long position)
        throws IOException {
      synchronized (disk) {
        write(ByteBuffer.wrap(source, start, count), position);
        Fault fault = disk.beginFaulty(Operation.SYNC, name);
        if (fault != null) {
          failSync(fault);
          throw fault.exception(Operation.SYNC, name);
        }
        file.sync(position, count);
      }
    }

    private void failSync(Fault fault) {
      if (fault != Fault.NO_MEMORY) {
        file.failSync(disk.survivalOfFailedSync(file));
      }
    }

    @Override
    public void sync() throws IOException {
      synchronized (disk) {
        requireOpen();
        Fault fault = disk.beginFaulty(Operation.SYNC, name);
        if (fault != null) {
          failSync(fault);
          throw fault.exception(Operation.SYNC, name);
        }
        file.sync();
        disk.names().syncWithFile();
      }
    }

    @Override
    public void truncate(long size) throws IOException {
      requireNatural(size);
      synchronized (disk) {
        requireWritableFile();
        disk.begin(Operation.TRUNCATE, name);
        file.truncate(disk.nextSequence(), size);
      }
    }

    /// Modelled as a write of zeros, which it may be taken for but for the room on the disk.
    @Override
    public boolean punch(long position, long length) throws IOException {
      synchronized (disk) {
        requireWritableFile();
        int count = Math.toIntExact(length);
        if (position < 0 || count < 1 || position + count > file.size()) {
          throw new IllegalArgumentException("hole is not inside the file position=" + position);
        }
        ByteBuffer zeros = ByteBuffer.allocate(count);
        if (disk.beginChange(Operation.PUNCH, name, position, count)) {
          takeSome(zeros, position, bytesBeforeDeath(count, position));
          disk.requireRunning();
        }
        Fault fault = disk.faults().next(Operation.PUNCH, name);
        if (fault != null) {
          takeSome(zeros, position, fault.bytesWritten(count));
          if (fault == Fault.NO_MEMORY) {
            throw fault.exception(Operation.PUNCH, name);
          }
          return false;
        }
        takeSome(zeros, position, count);
        return true;
      }
    }

    @Override
    public MemorySegment map(long position, long length, Arena arena) throws IOException {
      synchronized (disk) {
        requireOpen();
        MapBounds.check(this, position, length, SimulatedFile.CHUNK_BYTES);
        disk.begin(Operation.MAP, name);
        long chunk = position / SimulatedFile.CHUNK_BYTES;
        return file.map(SimulatedFileSystem.this, mappings.arena(), chunk)
            .asSlice(0, length)
            .asReadOnly();
      }
    }

    @Override
    public void close() {
      synchronized (disk) {
        isFileClosed = true;
      }
    }

    /// A process that is killed in a long write has written some pages of it, from the front.
    private int bytesBeforeDeath(int byteCount, long position) {
      long bits = SeededHash.bits(disk.operationCount(), position, byteCount);
      long reached = position + SeededHash.below(byteCount + 1L, bits);
      long wholePages = reached - reached % CopyOnWriteBytes.BLOCK_BYTES;
      return (int) Math.max(0, wholePages - position);
    }

    private void takeSome(ByteBuffer source, long position, int byteCount) {
      if (byteCount > 0) {
        byte[] bytes = new byte[byteCount];
        source.get(bytes);
        // Files are laid out with zeros: a long one must not be remembered byte by byte.
        byte[] remembered = Arrays.equals(bytes, ZEROS) ? ZEROS : bytes;
        file.write(disk.nextSequence(), position, remembered);
      }
    }

    private void requireWritableFile() throws IOException {
      requireOpen();
      if (!writable) {
        throw new NonWritableChannelException();
      }
    }

    private void requireOpen() throws IOException {
      requireAlive();
      if (isFileClosed) {
        throw new ClosedChannelException();
      }
    }

    private static void requireNatural(long position) {
      if (position < 0) {
        throw new IllegalArgumentException("position is negative position=" + position);
      }
    }
  }
}
