package dev.rookery.storage.tx;

import dev.rookery.storage.error.CorruptPageException;
import dev.rookery.storage.error.DiskFullException;
import dev.rookery.storage.event.CheckpointEvent;
import dev.rookery.storage.event.FlushEvent;
import dev.rookery.storage.io.NoSpaceException;
import dev.rookery.storage.journal.JournalPosition;
import dev.rookery.storage.mvcc.ReaderTable.ActiveReader;
import dev.rookery.storage.mvcc.ScratchPool;
import dev.rookery.storage.mvcc.Snapshot;
import dev.rookery.storage.page.DataFile;
import dev.rookery.storage.page.HeaderBlocks;
import dev.rookery.storage.page.HeaderBlocks.DurableEntry;
import dev.rookery.storage.page.PageLayout;
import dev.rookery.storage.schedule.IoDevice;
import dev.rookery.storage.schedule.IoScheduler;
import java.io.IOException;
import java.util.Arrays;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;

/// Moves changed pages from scratch to the data file, and the start of replay behind them: the only
/// writer of the data file.
///
/// A flush takes the oldest snapshot that anybody reads (the newest if nobody does), makes sure its
/// commits are durable in the journal, writes the pages that it finds in scratch, and then takes
/// them out of the translation table. A checkpoint is a flush, a sync, a durable header entry, the
/// release of journal files, and holes where pages are free by that entry (see [Holes]), in this
/// order.
///
/// Invariants:
/// 1. Only durably journaled content is written: replay can repeat every byte.
/// 2. No reader older than the flushed snapshot exists, so nobody finds newer bytes under an old
///    page; readers that are newer still find every page written in scratch, until the publication
///    after the writes.
/// 3. The durable header entry moves only after the data file was synced, and is itself synced
///    before any journal file before it is given back.
/// 4. The transient header entry names a flush only after all its writes have returned, is taken
///    back to the durable one before a sync begins, and learns of a durable entry only after its
///    sync has returned. The journal behind the *durable* entry stays, whatever it says. The header
///    lock keeps a sync that a load asks for from happening between the two.
///
/// Crash windows: dying during the writes leaves any mixture of old, new and torn pages, all of
/// which the journal repeats; dying between sync and header repeats what is there already; dying
/// between header and release leaves journal files that replay does not look at. A process killed
/// behind a flush, on a machine that goes on, replays from there on. A power cut after that, with
/// the flushed pages still not on the disk, replays from the durable entry on; a sync that fails
/// after that finds the transient entry taken back, so whoever reopens writes all pages again.
///
/// Threads: one flush or checkpoint at a time, on the engine's thread; beside it the sync of a
/// load.
public final class Checkpointer {
  private final SnapshotBoard board;
  private final CommitPipeline pipeline;
  private final DataFile dataFile;
  private final UUID database;
  private final FailureSlot failure;
  private final IoScheduler scheduler;
  private final IoDevice device;
  private final boolean persistent;
  private final String bootId;
  private final Holes holes;

  /// Guards the entries of the header, from before a sync until the entry behind it. Taken before a
  /// turn to sync.
  private final ReentrantLock header = new ReentrantLock();

  private DurableEntry durable;

  /// What the transient entry says.
  private DurableEntry handedOver;

  private long flushedSequence;
  private final AtomicLong flushCount = new AtomicLong();

  /// The commit of the durable entry, for other threads.
  private volatile long settledSequence;

  private volatile long lastCheckpointNanos;

  /// Creates a checkpointer that goes on behind a durable entry.
  Checkpointer(
      CommitPipeline pipeline,
      DataFile dataFile,
      UUID database,
      FailureSlot failure,
      StoreLanes lanes,
      CheckpointStart start) {
    this.board = pipeline.board();
    this.pipeline = pipeline;
    this.dataFile = dataFile;
    this.database = database;
    this.failure = failure;
    this.scheduler = lanes.scheduler();
    this.device = lanes.device();
    this.persistent = start.persistent();
    this.bootId = start.bootId();
    this.holes = new Holes(dataFile, database);
    this.lastCheckpointNanos = lanes.scheduler().nanoTime();
    this.durable = start.durable();
    this.handedOver = durable;
    this.settledSequence = durable.sequence();
    this.flushedSequence = start.flushedSequence();
  }

  /// Where a checkpointer goes on.
  ///
  /// @param durable the newest durable header entry
  /// @param flushedSequence the newest commit whose pages are all in the data file
  /// @param persistent whether anything outlives the process, so that syncing makes sense
  /// @param bootId that of the machine, empty if there is none
  record CheckpointStart(
      DurableEntry durable, long flushedSequence, boolean persistent, String bootId) {}

  long flushCount() {
    return flushCount.get();
  }

  long lastCheckpointNanos() {
    return lastCheckpointNanos;
  }

  /// Flushes what can be flushed, and returns whether there was anything.
  ///
  /// @param isUrgent says, again and again, whether the flush should not make room for others
  /// @throws DiskFullException if the data file cannot grow; everything stays as it was and may be
  ///   tried again
  boolean flush(BooleanSupplier isUrgent) {
    long before = flushedSequence;
    var _ = flushOldest(isUrgent);
    return flushedSequence > before;
  }

  /// Flushes the oldest snapshot that is read, and describes it.
  private DurableEntry flushOldest(BooleanSupplier isUrgent) {
    ActiveReader pin = board.beginOldest();
    try {
      Snapshot snapshot = pin.snapshot();
      failure.check();
      if (snapshot.sequence() > flushedSequence) {
        flush(snapshot, isUrgent);
      }
      return entry(durable.revision() + 1, snapshot);
    } finally {
      board.end(pin);
      board.reclaim();
    }
  }

  private void flush(Snapshot snapshot, BooleanSupplier isUrgent) {
    pipeline.syncUpTo(snapshot.sequence());
    PageList dirty = new PageList();
    snapshot.table().forEach((page, location) -> collect(dirty, page, location));
    dataFile.expectUpTo(snapshot.sequence());
    FlushEvent event = new FlushEvent();
    event.begin();
    try {
      var _ = device.flush(() -> write(snapshot, dirty, isUrgent));
    } catch (NoSpaceException e) {
      throw new DiskFullException("no room for the data file", e);
    } catch (IOException | CorruptPageException e) {
      failure.fail(e);
      throw failure.exception();
    }
    flushedSequence = snapshot.sequence();
    flushCount.incrementAndGet();
    pipeline.publishFlush(snapshot, dataFile);
    event.end();
    if (event.shouldCommit()) {
      event.database = failure.location();
      event.sequence = snapshot.sequence();
      event.pages = dirty.count;
      event.commit();
    }
  }

  private boolean write(Snapshot snapshot, PageList dirty, BooleanSupplier isUrgent)
      throws IOException {
    Runnable pause = () -> device.betweenWrites(isUrgent.getAsBoolean());
    dataFile.ensurePages(snapshot.pageCount(), pause);
    holes.fill(dirty.pages, dirty.count);
    dataFile.writePages(
        dirty.pages, dirty.count, i -> board.pool().page(dirty.locations[i]), pause);
    writeTransient(entry(durable.revision(), snapshot));
    return true;
  }

  /// Skips what an earlier flush of a snapshot that a long reader holds has written already.
  private void collect(PageList dirty, long pageNumber, long location) {
    long sequence =
        board
            .pool()
            .slabs()[ScratchPool.slab(location)]
            .get(PageLayout.LONG, Snapshot.offsetAt(location) + PageLayout.SEQUENCE_OFFSET);
    if (sequence > flushedSequence) {
      dirty.add(pageNumber, location);
    }
  }

  /// Flushes, syncs, moves the durable header entry and gives journal files back.
  ///
  /// @param isUrgent as for [#flush]
  /// @throws DiskFullException if the data file cannot grow; everything stays as it was and may be
  ///   tried again
  void checkpoint(BooleanSupplier isUrgent) {
    // Nobody is registered as a reader during the sync, which may take long: nothing is held up.
    DurableEntry next = flushOldest(isUrgent);
    lastCheckpointNanos = scheduler.nanoTime();
    if (persistent && next.sequence() > durable.sequence()) {
      moveHeader(next);
      pipeline.releaseJournal(
          new JournalPosition(next.journalFile(), next.journalOffset(), next.chain()));
      punchHoles(isUrgent);
    }
  }

  private void punchHoles(BooleanSupplier isUrgent) {
    if (!holes.arePossible()) {
      return;
    }
    Runnable pause = () -> device.betweenWrites(isUrgent.getAsBoolean());
    try {
      var _ =
          device.flush(() -> {
            holes.punch(durable, pause);
            return true;
          });
    } catch (IOException e) {
      failure.fail(e);
      throw failure.exception();
    }
  }

  /// Makes everything that was written to the data file durable, before the commit of a load.
  ///
  /// @throws NoSpaceException if the header could not be written; nothing was synced
  void syncForLoad() throws IOException {
    header.lock();
    try {
      DurableEntry newest = handedOver;
      writeTransient(durable);
      try {
        syncData();
      } catch (NoSpaceException e) { // As bad as any other failure of a sync.
        throw new IOException(e);
      }
      restoreTransient(newest);
    } finally {
      header.unlock();
    }
  }

  private void restoreTransient(DurableEntry newest) throws IOException {
    try {
      writeTransient(newest);
    } catch (NoSpaceException e) {
      // A torn entry counts for nothing: replay starts at the durable one.
    }
  }

  private void moveHeader(DurableEntry next) {
    header.lock();
    try {
      moveHeaderLocked(next);
    } finally {
      header.unlock();
    }
  }

  private void moveHeaderLocked(DurableEntry next) {
    CheckpointEvent event = new CheckpointEvent();
    event.begin();
    try {
      writeTransient(durable);
      sync();
      HeaderBlocks.writeDurable(dataFile.file(), database, next);
      sync();
      writeTransient(next);
    } catch (NoSpaceException e) {
      // Some file systems need room to write in place. A torn entry is passed over, and written
      // again by the next checkpoint.
      throw new DiskFullException("no room for the header of the data file", e);
    } catch (IOException e) {
      failure.fail(e);
      throw failure.exception();
    }
    durable = next;
    settledSequence = next.sequence();
    event.end();
    if (event.shouldCommit()) {
      event.database = failure.location();
      event.sequence = next.sequence();
      event.commit();
    }
  }

  private DurableEntry entry(long revision, Snapshot snapshot) {
    return new DurableEntry(
        revision,
        snapshot.sequence(),
        snapshot.pageCount(),
        snapshot.journalEnd().file(),
        snapshot.journalEnd().offset(),
        snapshot.journalEnd().chain(),
        scheduler.currentTimeMillis());
  }

  private void writeTransient(DurableEntry flushed) throws IOException {
    header.lock();
    try {
      handedOver = flushed;
      if (persistent) {
        HeaderBlocks.writeTransient(dataFile.file(), database, flushed, bootId, dataFile.reach());
      }
    } finally {
      header.unlock();
    }
  }

  private void syncData() throws IOException {
    var _ =
        device.sync(() -> {
          dataFile.sync();
          return true;
        });
  }

  private void sync() {
    try {
      syncData();
    } catch (IOException e) { // For want of room or not: a sync that failed is never tried again.
      failure.fail(e);
      throw failure.exception();
    }
  }

  /// Returns how many pages are in scratch in the newest visible state.
  int unflushedCount() {
    return board.visible().table().size();
  }

  /// Returns whether the newest visible state is in the data file, durably, and the header says so.
  boolean isSettled() {
    return unflushedCount() == 0 && board.visible().sequence() == settledSequence;
  }

  /// Returns whether nothing is left to be done for the newest visible state.
  boolean isClean() {
    return persistent ? isSettled() : unflushedCount() == 0;
  }

  /// Returns the newest commit that needs nothing any more.
  long settledSequence() {
    return persistent ? settledSequence : visibleSequence();
  }

  /// Returns the newest visible commit.
  long visibleSequence() {
    return board.visible().sequence();
  }

  /// Writes the durable entry over the older one too, so that the loss of either block does no harm
  /// when there is no journal to make up for it.
  void repeatHeader() throws IOException {
    DurableEntry repeated = durable.repeated();
    // The newer entry may come from a process that was killed before it had synced it.
    sync();
    HeaderBlocks.writeDurable(dataFile.file(), database, repeated);
    dataFile.sync();
    durable = repeated;
    writeTransient(repeated);
  }

  /// Page numbers with their places in scratch.
  private static final class PageList {
    long[] pages = new long[64];
    long[] locations = new long[64];
    int count;

    void add(long page, long location) {
      if (count == pages.length) {
        pages = Arrays.copyOf(pages, count * 2);
        locations = Arrays.copyOf(locations, count * 2);
      }
      pages[count] = page;
      locations[count++] = location;
    }
  }
}
