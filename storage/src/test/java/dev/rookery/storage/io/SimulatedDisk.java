package dev.rookery.storage.io;

import dev.rookery.storage.io.FaultPlan.Fault;
import dev.rookery.storage.io.FaultPlan.Operation;
import dev.rookery.storage.io.SimulatedFile.Change;
import dev.rookery.storage.io.SimulatedNames.NameChange;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/// A disk that can lose power: it knows of each byte and each name whether it is durable.
///
/// ```
/// var disk = new SimulatedDisk();
/// disk.stopAt(k);                                    // the process dies in its k-th change
/// try (var environment = open(disk.fileSystem())) {
///   ...
/// } catch (SimulatedCrash expected) {
/// }
/// var after = disk.crash(seed, CrashMode.REORDER);   // as often as wanted, with other seeds
/// try (var environment = open(after.fileSystem())) {
///   ...
/// }
/// ```
///
/// The model is strict: a file is found again only if its directory was synced, whatever became of
/// the file, and a subdirectory only if the directory it lies in was. Changes of different names
/// are independent of each other. [#journaling] is kinder, like ext4. What no order of events on a
/// disk can give is not given: a sector reflects all changes up to one of them, changes of one name
/// take effect in their order, and the sectors that a cut gave back follow the length of the file.
///
/// A change is an operation that leaves something behind: [FaultPlan.Operation] lists them. All
/// decisions follow from the seed; there is no clock.
///
/// Threads: any, one at a time inside.
public final class SimulatedDisk {
  private final boolean isJournaling;
  private final long idSeed;
  private final long bootNumber;
  private final SimulatedNames names;
  private final FaultPlan faults = new FaultPlan();
  private final List<SimulatedFileSystem> lives = new ArrayList<>();
  private Consumer<DiskChange> observer = _ -> {};
  private boolean hasRoot;
  private long nextSequence;
  private long operationCount;
  private long stopAt = Long.MAX_VALUE;
  private boolean isStopped;

  /// Creates an empty, strict disk.
  public SimulatedDisk() {
    this(0);
  }

  /// Creates an empty, strict disk whose databases have other ids, and whose files other keys, than
  /// those of other seeds.
  public SimulatedDisk(long idSeed) {
    this(false, idSeed, 0, new SimulatedNames(false));
  }

  private SimulatedDisk(boolean isJournaling, long idSeed, long bootNumber, SimulatedNames names) {
    this.isJournaling = isJournaling;
    this.idSeed = idSeed;
    this.bootNumber = bootNumber;
    this.names = names;
  }

  /// Returns an empty disk whose file system keeps a journal of names, like ext4: syncing a file or
  /// a directory makes all earlier changes of directories durable, and they are lost from the last
  /// backwards only.
  public static SimulatedDisk journaling() {
    return new SimulatedDisk(true, 0, 0, new SimulatedNames(true));
  }

  /// The same for all files: the store asks for that of one.
  long fileKey() {
    return idSeed + 1;
  }

  /// Returns the disk as one process sees it, until that closes it or the disk crashes.
  public synchronized StorageFileSystem fileSystem() {
    return newLife(false);
  }

  /// As [#fileSystem], opened read-only.
  public synchronized StorageFileSystem readOnlyFileSystem() {
    return newLife(true);
  }

  /// Returns a disk in a state that a crash of this one can leave, and ends the lives of all
  /// processes: whatever they do from now on is a [SimulatedCrash], and what they have mapped is
  /// gone. May be called again, with other seeds, for other outcomes of the same crash.
  public synchronized SimulatedDisk crash(long seed, CrashMode mode) {
    lives.forEach(SimulatedFileSystem::kill);
    lives.clear();
    return fork(seed, mode);
  }

  /// As [#crash], but life goes on here: the outcome of a crash that might have been.
  public synchronized SimulatedDisk fork(long seed, CrashMode mode) {
    SimulatedDisk fork;
    if (mode == CrashMode.KEEP_ALL) {
      fork = new SimulatedDisk(isJournaling, idSeed, bootNumber, names.copy());
    } else {
      long firstLost = mode == CrashMode.PREFIX ? choosePending(seed) : 0;
      PowerFailure failure = new PowerFailure(seed, mode, firstLost);
      fork =
          new SimulatedDisk(isJournaling, idSeed, bootNumber + 1, names.afterPowerFailure(failure));
    }
    fork.hasRoot = hasRoot;
    fork.nextSequence = nextSequence;
    return fork;
  }

  /// Returns the disk as another run of the machine finds it that lost nothing: all that was
  /// written is there and durable. Otherwise as [#crash].
  public synchronized SimulatedDisk restart() {
    lives.forEach(SimulatedFileSystem::kill);
    lives.clear();
    PowerFailure failure = new PowerFailure(0, CrashMode.KEEP_ALL, 0);
    SimulatedDisk next =
        new SimulatedDisk(isJournaling, idSeed, bootNumber + 1, names.afterPowerFailure(failure));
    next.hasRoot = hasRoot;
    next.nextSequence = nextSequence;
    return next;
  }

  /// Returns how many changes there were on this disk.
  public synchronized long operationCount() {
    return operationCount;
  }

  /// Lets the process die in the change of that number, counted from 0: a write does a part of its
  /// work, anything else nothing, and from then on every operation is a [SimulatedCrash].
  public synchronized void stopAt(long operation) {
    stopAt = operation;
  }

  /// Calls something with each change, before it is made. It may [#fork] the disk.
  public synchronized void observe(Consumer<DiskChange> beforeChange) {
    observer = beforeChange;
  }

  /// Returns the faults of this disk. After a failed [StorageFile#sync] some of what was written is
  /// durable and the rest never will be, even if a later sync returns.
  public FaultPlan faults() {
    return faults;
  }

  /// Returns the names of all files, sorted, as a process sees them.
  public synchronized List<String> files() {
    return List.copyOf(names.files().keySet());
  }

  /// Returns the content of a file as a process sees it.
  public synchronized byte[] read(String name) throws NoSuchFileException {
    SimulatedFile file = file(name);
    return file.read(0, Math.toIntExact(file.size()));
  }

  /// Damages a file at rest: changes it durably and behind the back of every process.
  public synchronized void overwrite(String name, long offset, byte[] bytes)
      throws NoSuchFileException {
    file(name).overwrite(offset, bytes);
  }

  /// Puts a durable file of that content in place, instead of one that has the name.
  public synchronized void put(String name, byte[] content) {
    FileNames.requireFile(name);
    SimulatedFile file = new SimulatedFile(nextSequence());
    file.overwrite(0, content);
    names.change(NameChange.create(nextSequence(), name, file));
    names.sync(FileNames.directoryOf(name));
  }

  /// Removes a file durably and behind the back of every process.
  public synchronized void remove(String name) throws NoSuchFileException {
    file(name);
    names.change(NameChange.delete(nextSequence(), name));
    names.sync(FileNames.directoryOf(name));
  }

  SimulatedNames names() {
    return names;
  }

  boolean hasRoot() {
    return hasRoot;
  }

  void createRoot() {
    hasRoot = true;
  }

  String bootId() {
    return "simulated-" + bootNumber;
  }

  long nextSequence() {
    return nextSequence++;
  }

  /// Returns bits that no earlier call returned, neither here nor on a disk that this is a fork of.
  long randomBits() {
    return SeededHash.bits(0x5EED + idSeed, nextSequence(), 0);
  }

  /// Returns those who live on this disk, for their locks.
  List<SimulatedFileSystem> lives() {
    return lives;
  }

  /// Begins a change and returns whether the process dies in it.
  boolean beginChange(Operation operation, String name, long position, int byteCount) {
    requireRunning();
    SimulatedFile file = names.files().get(name);
    long fileBytes = file == null ? 0 : file.size();
    observer.accept(
        new DiskChange(operationCount, operation, name, position, byteCount, fileBytes));
    isStopped = operationCount >= stopAt;
    operationCount++;
    return isStopped;
  }

  /// Fails if the process has died.
  void requireRunning() {
    if (isStopped) {
      throw new SimulatedCrash("the process died operation=" + stopAt);
    }
  }

  /// Begins an operation that does nothing when it fails.
  void begin(Operation operation, String name) throws java.io.IOException {
    Fault fault = beginFaulty(operation, name);
    if (fault != null) {
      throw fault.exception(operation, name);
    }
  }

  /// Begins an operation and returns the fault it is to have, `null` for none.
  Fault beginFaulty(Operation operation, String name) {
    requireRunning();
    if (operation.isChange() && beginChange(operation, name, 0, 0)) {
      requireRunning();
    }
    return faults.next(operation, name);
  }

  /// Returns what a failing sync leaves of a file.
  SimulatedFile.Survival survivalOfFailedSync(SimulatedFile file) {
    return new PowerFailure(operationCount, CrashMode.REORDER, 0).survival(file);
  }

  private SimulatedFileSystem newLife(boolean readOnly) {
    SimulatedFileSystem life = new SimulatedFileSystem(this, readOnly);
    lives.add(life);
    return life;
  }

  private SimulatedFile file(String name) throws NoSuchFileException {
    SimulatedFile file = names.files().get(name);
    if (file == null) {
      throw new NoSuchFileException(name);
    }
    return file;
  }

  /// Returns the sequence of one of the pending changes, or one behind all of them.
  private long choosePending(long seed) {
    Stream<SimulatedFile> files =
        Stream.concat(
            names.files().values().stream(),
            names.pending().stream().map(NameChange::file).filter(file -> file != null));
    long[] sequences =
        LongStream.concat(
                files
                    .distinct()
                    .flatMap(file -> file.pending().stream())
                    .mapToLong(Change::sequence),
                names.pending().stream().mapToLong(NameChange::sequence))
            .sorted()
            .toArray();
    int choice = (int) SeededHash.below(sequences.length + 1, SeededHash.bits(seed, 0, 0));
    return choice == sequences.length ? nextSequence : sequences[choice];
  }
}
