package dev.rookery.storage.tx;

import dev.rookery.storage.Durability;
import dev.rookery.storage.LongReaderListener;
import dev.rookery.storage.ReaderReport;
import dev.rookery.storage.SalvageReport;
import dev.rookery.storage.StorageOptions;
import dev.rookery.storage.StorageStats;
import dev.rookery.storage.check.CheckReport;
import dev.rookery.storage.error.DatabaseClosedException;
import dev.rookery.storage.error.DiskFullException;
import dev.rookery.storage.error.ReadOnlyException;
import dev.rookery.storage.error.RookeryException;
import dev.rookery.storage.error.StorageFailedException;
import dev.rookery.storage.io.DatabaseLock;
import dev.rookery.storage.io.NoSpaceException;
import dev.rookery.storage.io.StorageFile;
import dev.rookery.storage.io.StorageFileSystem;
import dev.rookery.storage.io.StorageFileSystem.OpenMode;
import dev.rookery.storage.journal.Journal;
import dev.rookery.storage.journal.JournalFiles;
import dev.rookery.storage.journal.SyncMeter;
import dev.rookery.storage.mvcc.ReaderTable.ActiveReader;
import dev.rookery.storage.mvcc.ScratchPool;
import dev.rookery.storage.mvcc.SpillFiles;
import dev.rookery.storage.page.DataFile;
import dev.rookery.storage.page.HeaderBlocks;
import dev.rookery.storage.page.PageChecksum;
import dev.rookery.storage.tx.Checkpointer.CheckpointStart;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// The parts of an open store, wired together.
public final class OpenStore {
  /// How much of a journal record is kept on the heap, at most.
  private static final long RECORD_BYTES_MAX = 16L << 20;

  /// Fewer free pages at the end are not worth a commit.
  private static final long TRIMMED_PAGES_MIN = 16;

  private final StorageFileSystem fileSystem;
  private final StoreLanes lanes;
  private final DatabaseLock lock;
  private final boolean created;
  private final FailureSlot failure;
  private final UUID database;
  private final UUID lineage;
  private final DataFile dataFile;
  private final SnapshotBoard board;
  private final @Nullable JournalFiles journalFiles;
  private final @Nullable Journal journal;
  private final CommitPipeline pipeline;
  private final Checkpointer checkpointer;
  private final ReaderWatch watch;
  private final CheckpointSchedule schedule;
  private final ScratchRoom room;
  private final Optional<SalvageReport> salvaged;
  private volatile boolean closed;

  private OpenStore(
      StorageFileSystem fileSystem,
      StorageOptions options,
      StoreLanes lanes,
      DatabaseLock lock,
      boolean created,
      Optional<SalvageReport> salvaged)
      throws IOException {
    this.fileSystem = fileSystem;
    this.lanes = lanes;
    this.lock = lock;
    this.created = created;
    this.salvaged = salvaged;
    this.failure = new FailureSlot(fileSystem.location());
    HeaderBlocks.Start start;
    String location = fileSystem.location() + "/" + DataFile.NAME;
    try (StorageFile file = fileSystem.open(DataFile.NAME, OpenMode.READ)) {
      this.database = HeaderBlocks.readIdentity(file, location);
      start = HeaderBlocks.readStart(file, database, location, fileSystem.bootId());
      this.lineage = HeaderBlocks.readLineage(file);
    }
    boolean persistent = fileSystem.isPersistent();
    boolean journaled = persistent && !fileSystem.isReadOnly();
    SpillFiles spill = journaled ? emptySpillFiles(fileSystem, options, lanes) : null;
    ScratchPool pool = new ScratchPool(spill);
    this.dataFile = DataFile.open(fileSystem, database);
    try {
      Recovery.Recovered recovered =
          new Recovery(fileSystem, database, dataFile, start, pool, options.scratchBytes()).run();
      this.board = recovered.board();
      this.journalFiles =
          journaled
              ? new JournalFiles(fileSystem, options.journalFileBytes(), recovered.end())
              : null;
      noteReach(start, journalFiles);
      SyncMeter syncs = new SyncMeter(lanes.scheduler()::nanoTime);
      this.journal =
          journalFiles == null ? null : new Journal(database, journalFiles, recovered.end(), syncs);
      this.watch = watch(board, fileSystem, options, lanes);
      ScratchBudget budget =
          new ScratchBudget(
              board.pool(), failure, () -> watch.oldest().map(watch::report), options);
      this.pipeline =
          new CommitPipeline(
              board,
              new CommitPipeline.Journals(journalFiles, journal),
              failure,
              lanes,
              database,
              new CommitPipeline.Scratch(
                  budget, spill, Math.clamp(options.scratchBytes(), 64 << 10, RECORD_BYTES_MAX)),
              options.backgroundSyncMillis());
      CheckpointStart checkpoint = checkpointStart(start.durable(), recovered.flushedSequence());
      this.checkpointer =
          new Checkpointer(pipeline, dataFile, database, failure, lanes, checkpoint);
      pipeline.unseenDisk(dataFile, database, loadFiles(spill), checkpointer::syncForLoad);
      this.schedule = new CheckpointSchedule(checkpointer, lanes, failure, journalFiles, options);
      this.room =
          new ScratchRoom(lanes, pipeline, schedule, watch, failure, options.expireLongReaders());
      pipeline.onCommit(schedule::committed);
      verifyIfCopied(start.isCopy() || salvaged.isPresent());
      schedule.opened();
    } catch (IOException | RuntimeException | Error e) {
      try (dataFile;
          pool) {
        throw e;
      }
    }
  }

  private CheckpointStart checkpointStart(HeaderBlocks.DurableEntry durable, long flushedSequence) {
    boolean persistent = fileSystem.isPersistent();
    return new CheckpointStart(
        durable, flushedSequence, persistent, persistent ? fileSystem.bootId() : "");
  }

  /// Has loads begin behind states that recovery has not seen.
  ///
  /// @param journal of a state between the durable entry and the flush where replay began, it has
  ///   at least a byte for each page that the file has not
  private void noteReach(HeaderBlocks.Start start, @Nullable JournalFiles journal) {
    if (journal != null) {
      long reachMax = dataFile.mapping().pageCount() + journal.totalBytes();
      dataFile.reachTo(Math.min(start.reach(), reachMax));
    }
  }

  /// A copy may have been made while its original was written to, so that it has pages of commits
  /// that its journal lacks. Now they are known by being newer than anything else in it; later,
  /// when the copy has made as many commits of its own, they would not be.
  private void verifyIfCopied(boolean mayBeCopy) {
    if (mayBeCopy) {
      try (PageReadTransaction all = beginRead()) {
        StoreCheck.verifyTaken(all);
      }
    }
  }

  private static SpillFiles emptySpillFiles(
      StorageFileSystem fileSystem, StorageOptions options, StoreLanes lanes) throws IOException {
    SpillFiles spill = new SpillFiles(fileSystem, lanes.space(), options.spillBytes());
    spill.deleteLeftovers();
    return spill;
  }

  /// Returns where loads keep what memory does not hold. A store that nothing outlives has no spill
  /// files otherwise.
  private SpillFiles loadFiles(@Nullable SpillFiles spill) {
    return spill != null ? spill : new SpillFiles(fileSystem, lanes.space(), Long.MAX_VALUE);
  }

  private static ReaderWatch watch(
      SnapshotBoard board, StorageFileSystem fileSystem, StorageOptions options, StoreLanes lanes) {
    return new ReaderWatch(
        board,
        lanes,
        fileSystem.location(),
        options.longReaderMillis(),
        options.recordReaderOrigins());
  }

  /// Returns whether a file system holds a database.
  public static boolean isDatabase(StorageFileSystem fileSystem) throws IOException {
    return DatabaseCreation.exists(fileSystem);
  }

  /// Opens the database in a file system, or makes one. Runs on the files' lane.
  public static OpenStore open(
      StorageFileSystem fileSystem, StorageOptions options, StoreLanes lanes, DatabaseLock lock)
      throws IOException {
    boolean create = !isDatabase(fileSystem);
    if (create) {
      DatabaseCreation.create(fileSystem);
    } else if (!fileSystem.isReadOnly()) {
      if (!fileSystem.exists(JournalFiles.DIRECTORY)) {
        // Lost in a power cut of its creation, or by a copy that leaves empty directories out.
        fileSystem.createDirectory(JournalFiles.DIRECTORY);
      }
      // Whoever made the database may have died before its name was durable.
      fileSystem.syncDirectory("");
    }
    Optional<SalvageReport> salvaged =
        options.salvageJournal() && !create && !fileSystem.isReadOnly()
            ? JournalSalvage.run(fileSystem)
            : Optional.empty();
    return new OpenStore(fileSystem, options, lanes, lock, create, salvaged);
  }

  /// Returns whether opening created the database.
  public boolean wasCreated() {
    return created;
  }

  /// Returns the database's UUID.
  public UUID database() {
    return database;
  }

  /// Returns the lineage of the database: see [HeaderBlocks].
  public UUID lineage() {
    return lineage;
  }

  /// Returns what was lost when opening salvaged a damaged journal, if it did.
  public Optional<SalvageReport> salvageReport() {
    return salvaged;
  }

  private void checkOpen() {
    if (closed) {
      throw new DatabaseClosedException("database is closed location=" + fileSystem.location());
    }
  }

  /// Begins to read.
  public PageReadTransaction beginRead() {
    checkOpen();
    ActiveReader reader = board.begin(lanes.scheduler().nanoTime(), watch.origin());
    PageReadTransaction tx = new PageReadTransaction(board, reader, DataFile.NAME);
    watch.begun();
    if (closed) { // Whoever closes may have looked for readers before this one could be told.
      tx.close();
      checkOpen();
    }
    return tx;
  }

  /// Returns zeros that lie in a nameless file: see [StorageFileSystem#mapNameless].
  public MemorySegment stateFile(long bytes) {
    checkOpen();
    try {
      return lanes.space().call(() -> fileSystem.mapNameless(SpillFiles.DIRECTORY, bytes));
    } catch (NoSpaceException e) {
      throw new DiskFullException("no room for state bytes=" + bytes, e);
    } catch (IOException e) {
      throw new StorageFailedException("no file for state can be made: " + e, e);
    }
  }

  /// Has the system read pages of the data file: see [PageMapping#load].
  public void loadPages(long firstPage, long count) {
    checkOpen();
    dataFile.mapping().load(firstPage, count);
  }

  /// Says that somebody is going to read pages here and there, or no more: see
  /// [DataFile#expectScatteredReads].
  public void expectScatteredReads(boolean begins) {
    dataFile.expectScatteredReads(begins);
  }

  /// Returns how much of the data file the system has in memory: see [PageMapping#residentBytes].
  public OptionalLong residentBytes() {
    return closed ? OptionalLong.empty() : dataFile.mapping().residentBytes();
  }

  /// Returns the pages of a snapshot for work that reads them in large pieces.
  ///
  /// @param frameCount how many pages are to lie in memory
  /// @param isDirect whether they are read past what the system keeps of files in memory
  public StagedPages stage(PageReadTransaction tx, int frameCount, boolean isDirect) {
    checkOpen();
    try {
      StorageFile file =
          lanes
              .space()
              .call(() ->
                  isDirect
                      ? fileSystem.openDirect(DataFile.NAME)
                      : fileSystem.open(DataFile.NAME, OpenMode.READ));
      return new StagedPages(tx, file, new PageChecksum(database), frameCount);
    } catch (IOException e) {
      throw new StorageFailedException("data file cannot be opened: " + e, e);
    }
  }

  /// Begins to write.
  public PageWriteTransaction beginWrite() {
    checkOpen();
    if (fileSystem.isReadOnly()) {
      throw new ReadOnlyException(
          "database was opened read-only location=" + fileSystem.location());
    }
    pipeline.checkNotNested();
    room.make();
    return pipeline.beginWrite();
  }

  /// Makes all commits so far durable.
  public void sync() {
    checkOpen();
    pipeline.sync();
  }

  /// Flushes, syncs, shortens the journal.
  public void checkpoint() {
    checkOpen();
    pipeline.checkNotNested();
    if (fileSystem.isReadOnly()) {
      return;
    }
    callCheckpoint(false);
  }

  private void callCheckpoint(boolean closing) {
    schedule.call(() -> {
      if (!closing) {
        checkOpen(); // Here nobody can close it before the checkpoint is through.
      }
      schedule.checkpoint();
    });
  }

  /// Returns figures about the store.
  public StorageStats stats() {
    checkOpen();
    try (PageReadTransaction tx = new PageReadTransaction(board, board.begin(), DataFile.NAME)) {
      Optional<ReaderReport> oldest = watch.oldest().map(watch::report);
      return new StorageStats(
          tx.sequence(),
          tx.pageCount(),
          FreeSpaceMap.freeCount(tx),
          dataFile.fileBytes(),
          dataFile.allocatedBytes(),
          journalFiles == null ? 0 : journalFiles.totalBytes(),
          journal == null ? 0 : journal.writtenBytes(),
          board.pool().usedCount(),
          board.pool().reservedBytes(),
          board.pool().spilledCount(),
          board.pool().spillBytes(),
          watch.count(),
          oldest,
          pipeline.commitCount(),
          journal == null ? 0 : journal.syncs().total(),
          journal == null ? 0 : journal.syncs().perSecond(),
          checkpointer.flushCount());
    }
  }

  /// Has a listener told about long readers from now on.
  public void addLongReaderListener(LongReaderListener listener) {
    watch.add(listener);
  }

  /// Has a listener told no more.
  public void removeLongReaderListener(LongReaderListener listener) {
    watch.remove(listener);
  }

  /// Verifies checksums and the free-space map.
  public void check(PageReadTransaction snapshot, CheckReport report) {
    new StoreCheck(snapshot, new PageChecksum(database)).run(report);
  }

  /// Throws if this thread has a write transaction open.
  public void checkNotNested() {
    pipeline.checkNotNested();
  }

  /// Closes the store: see `StorageEnvironment`, which sees to it that this is called once.
  public void close() {
    trim();
    pipeline.closeForWriters();
    closed = true;
    schedule.close();
    room.close();
    board.readers().forEach(reader -> reader.takeAway(false));
    Throwable first = attempt(this::settle, null);
    first = attempt(this::release, first);
    switch (first) {
      case null -> failure.check();
      case RuntimeException e -> throw e;
      case Error e -> throw e;
      default -> throw new IllegalStateException(first);
    }
  }

  /// Takes free pages at the end out of the database, so that the file can be cut. Whatever is in
  /// the way is no reason not to close.
  private void trim() {
    if (journal == null || failure.hasFailed()) {
      return;
    }
    try (PageWriteTransaction tx = pipeline.beginWrite()) {
      if (tx.trim(TRIMMED_PAGES_MIN) > 0) {
        tx.commit(Durability.BACKGROUND);
      }
    } catch (RookeryException e) {
      // A full disk, a failed store, a damaged map: the pages stay.
    }
  }

  private static @Nullable Throwable attempt(Runnable step, @Nullable Throwable earlier) {
    try {
      step.run();
      return earlier;
    } catch (RuntimeException | Error e) {
      if (earlier == null) {
        return e;
      }
      if (!earlier.equals(e)) { // An exception cannot suppress itself.
        earlier.addSuppressed(e);
      }
      return earlier;
    }
  }

  /// Makes everything durable, in the data file if there is room.
  private void settle() {
    if (journal != null && !failure.hasFailed()) {
      pipeline.sync();
      callCheckpoint(true);
    }
  }

  private void release() {
    pipeline.close();
    try {
      lanes
          .files()
          .call(() -> {
            try (lock;
                ScratchPool _ = board.pool()) {
              releaseFiles();
            }
            return true;
          });
    } catch (IOException e) {
      failure.fail(e);
      throw failure.exception();
    }
  }

  private void closeJournal() throws IOException {
    if (journal != null) {
      journal.close();
    }
    if (journalFiles != null) {
      journalFiles.close();
    }
  }

  private void releaseFiles() throws IOException {
    boolean settled = journal != null && !failure.hasFailed() && checkpointer.isSettled();
    try (dataFile) {
      closeJournal();
      if (settled && journalFiles != null && journalFiles.hasFiles()) {
        checkpointer.repeatHeader();
        journalFiles.deleteAll();
      }
    }
    if (settled) {
      dataFile.cut(board.visible().pageCount());
    }
  }
}
