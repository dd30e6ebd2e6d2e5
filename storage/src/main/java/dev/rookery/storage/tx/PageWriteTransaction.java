package dev.rookery.storage.tx;

import dev.rookery.storage.Commit;
import dev.rookery.storage.Durability;
import dev.rookery.storage.error.CorruptPageException;
import dev.rookery.storage.error.ForeignThreadException;
import dev.rookery.storage.error.SavepointException;
import dev.rookery.storage.error.StorageFailedException;
import dev.rookery.storage.error.TransactionClosedException;
import dev.rookery.storage.event.CommitEvent;
import dev.rookery.storage.journal.JournalRecord;
import dev.rookery.storage.mvcc.Snapshot;
import dev.rookery.storage.page.DataFile;
import dev.rookery.storage.page.PageBlocks;
import dev.rookery.storage.page.PageMapping;
import dev.rookery.storage.page.PageReader;
import dev.rookery.storage.page.PageWriter;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/// The one change of the pages that is under way.
///
/// ```
/// OPEN --commit, submit--> COMMITTED        the changes are the newest state
/// OPEN --rollback, close--> ROLLED_BACK     the changes are gone, their scratch is free at once
/// OPEN --a page contradicts itself--> BROKEN --rollback, close--> ROLLED_BACK
///                                     BROKEN --rollbackTo a savepoint--> OPEN
/// ```
///
/// What is wrong to do is refused by an exception that names it, and changes nothing: a change or a
/// second end after the end ([TransactionClosedException]; only `rollback` and `close` may be
/// repeated), another thread than the one that began it ([ForeignThreadException]), a savepoint of
/// another transaction or one that has ended ([SavepointException]).
///
/// Belongs to the thread that began it; others may read through it while it changes nothing.
public final class PageWriteTransaction implements PageWriter, AutoCloseable {
  private enum State {
    OPEN("is open"),
    COMMITTED("was committed already"),
    ROLLED_BACK("was rolled back already");

    final String words;

    State(String words) {
      this.words = words;
    }
  }

  private final CommitPipeline pipeline;
  private final FreeSpaceMap freeSpace;
  private final Snapshot base;
  private final PageChanges changes;
  private final Thread owner = Thread.currentThread();
  private State state = State.OPEN;
  private boolean broken;
  private long committedSequence;
  private @Nullable UnseenSpace unseen;

  PageWriteTransaction(CommitPipeline pipeline, Snapshot base) {
    this.pipeline = pipeline;
    this.freeSpace = pipeline.freeSpace();
    this.base = base;
    this.changes = new PageChanges(pipeline.board().pool(), base);
  }

  void checkOpen() {
    if (state != State.OPEN) {
      throw new TransactionClosedException("write transaction " + state.words);
    }
  }

  /// Throws unless the transaction is open and this is its thread.
  ///
  /// @throws TransactionClosedException if it has ended
  /// @throws ForeignThreadException if another thread began it
  public void checkMine() {
    checkOpen();
    checkOwner();
  }

  /// Throws unless this is the thread that began the transaction.
  ///
  /// @throws ForeignThreadException if it is another one
  public void checkOwner() {
    Thread thread = Thread.currentThread();
    if (thread.threadId() != owner.threadId()) {
      throw new ForeignThreadException(
          "write transaction belongs to another thread owner=%s caller=%s"
              .formatted(owner.getName(), thread.getName()));
    }
  }

  /// Returns the pages as they were when the transaction began, readable until it ends, by its
  /// thread.
  public PageReader before() {
    return new PagesBefore(this, base);
  }

  /// Returns the sequence that the commit will have.
  public long sequence() {
    return base.sequence() + 1;
  }

  /// Returns whether anything was changed.
  public boolean hasChanges() {
    return !changes.isEmpty();
  }

  /// Returns whether the transaction has ended.
  public boolean isClosed() {
    return state != State.OPEN;
  }

  /// Returns whether the transaction can only be rolled back.
  public boolean isBroken() {
    return broken;
  }

  /// Makes the transaction one that can only be rolled back, because a change was left half done.
  public void breakDown() {
    broken = true;
  }

  @Override
  public long locate(long pageNumber) {
    checkOpen();
    long location = changes.lookup(pageNumber);
    if (location != 0) {
      return location;
    }
    try {
      return changes.mapping().locate(pageNumber);
    } catch (CorruptPageException e) {
      broken = true; // Whoever wanted to change something may have stopped half way.
      throw e;
    }
  }

  @Override
  public MemorySegment segmentAt(long location) {
    return changes.segmentAt(location);
  }

  @Override
  public long pageCount() {
    return changes.pageCount();
  }

  @Override
  public RuntimeException corrupt(long pageNumber, String expected, String found) {
    broken = true;
    return new CorruptPageException(DataFile.NAME, pageNumber, expected, found);
  }

  @Override
  public MemorySegment modify(long pageNumber) {
    return modifyBlocks(pageNumber, PageBlocks.ALL);
  }

  @Override
  public MemorySegment modify(long pageNumber, long offset, long length) {
    return modifyBlocks(pageNumber, PageBlocks.of(offset, length));
  }

  @Override
  public MemorySegment modifyBlocks(long pageNumber, long blocks) {
    checkOwner();
    long location = locate(pageNumber);
    boolean done = false;
    try {
      MemorySegment page = changes.modify(pageNumber, location, blocks);
      done = true;
      return page;
    } finally {
      broken |= !done; // Out of memory, or an unreadable page under the mapping.
    }
  }

  @Override
  public long allocate(byte type, int structureId) {
    checkMine();
    long page = freeSpace.allocate(this);
    initialise(page, type, structureId);
    return page;
  }

  @Override
  public long allocateRun(int count, byte type, int structureId) {
    checkMine();
    if (count < 1 || count > maxRun()) {
      throw new IllegalArgumentException("run out of range count=%d".formatted(count));
    }
    long first = freeSpace.allocateRun(this, count);
    for (int i = 0; i < count; i++) {
      initialise(first + i, type, structureId);
    }
    return first;
  }

  @Override
  public int maxRun() {
    return FreeSpaceMap.GROUP_PAGES / 2;
  }

  /// Gives a page that was free its first content: a header and zeros.
  void initialise(long pageNumber, byte type, int structureId) {
    boolean done = false;
    try {
      changes.initialise(pageNumber, type, structureId);
      done = true;
    } finally {
      broken |= !done;
    }
  }

  void extendTo(long newPageCount) {
    changes.extendTo(newPageCount);
    if (unseen != null) {
      unseen.extended(newPageCount);
    }
  }

  /// Begins to fill pages behind the last one without a journal; once for a transaction. To be
  /// closed before a rollback, or behind the commit.
  public UnseenSpace unseenSpace() {
    checkMine();
    if (unseen != null) {
      throw new IllegalStateException("transaction has unseen pages already");
    }
    UnseenSpace space = new UnseenSpace(this, pipeline.unseenDisk());
    unseen = space;
    return space;
  }

  /// Is called before pages behind the last one are taken.
  void beforeExtension() {
    if (unseen != null) {
      unseen.catchUp();
    }
  }

  void takeUpTo(long endPage) {
    freeSpace.takeUpTo(this, endPage);
  }

  /// Frees a page that was taken and never became part of this transaction.
  void giveBack(long pageNumber) {
    freeSpace.free(this, pageNumber);
  }

  /// Returns whether this transaction, or an unflushed commit, has a copy of a page.
  boolean hasOwn(long pageNumber) {
    return changes.lookup(pageNumber) != 0;
  }

  void adopt(PageMapping mapping) {
    changes.adopt(mapping);
  }

  /// Takes the free pages at the end out of the database, if there are at least `countMin` of them,
  /// and returns how many. The file itself is cut when the database is closed. O(pages at the end /
  /// 64).
  public long trim(long countMin) {
    checkMine();
    long count = FreeSpaceMap.trim(this, countMin);
    if (count > 0) {
      freeSpace.forget();
    }
    return count;
  }

  void dropMapPage(long pageNumber) {
    changes.free(pageNumber);
  }

  void shrinkTo(long newPageCount) {
    changes.extendTo(newPageCount);
  }

  @Override
  public void free(long pageNumber) {
    checkMine();
    boolean done = false;
    try {
      freeSpace.free(this, pageNumber);
      changes.free(pageNumber);
      done = true;
    } finally {
      broken |= !done;
    }
  }

  /// Remembers this moment, to go back to by [#rollbackTo]. Savepoints nest, to any depth. O(1);
  /// while it lives, each page that is changed after it keeps one copy more in scratch.
  ///
  /// @throws StorageFailedException if the transaction is broken
  public PageSavepoint savepoint() {
    checkMine();
    checkNotBroken();
    return changes.savepoint(this);
  }

  /// Takes everything back that was changed since a savepoint. The savepoint stays, so that the
  /// transaction can go back to it again; those made after it end. A transaction that was broken
  /// since is whole again. Segments and locations of pages found earlier must be looked up again.
  /// O(pages changed since); their scratch is free at once.
  ///
  /// @throws SavepointException if it belongs to another transaction or has ended
  public void rollbackTo(PageSavepoint savepoint) {
    checkMine(savepoint);
    changes.rollbackTo(savepoint);
    freeSpace.forget();
    broken = false;
  }

  /// Ends a savepoint, and those made after it, and keeps what was changed since. O(pages changed
  /// since).
  ///
  /// @throws SavepointException if it belongs to another transaction or has ended
  public void release(PageSavepoint savepoint) {
    checkMine(savepoint);
    changes.release(savepoint);
  }

  /// Ends all savepoints and keeps the changes.
  public void releaseAll() {
    checkMine();
    changes.releaseAll();
  }

  private void checkMine(PageSavepoint savepoint) {
    checkMine();
    if (savepoint.owner != this) {
      throw new SavepointException(
          "savepoint belongs to another transaction own=%d its=%d"
              .formatted(sequence(), savepoint.owner.sequence()));
    }
  }

  /// Says that nobody holds a segment or location of a page at this moment: if memory for changed
  /// pages is used up, pages of this transaction are moved to spill files. To be called between the
  /// operations of a transaction that may become larger than memory. O(1) mostly.
  ///
  /// @throws dev.rookery.storage.error.ScratchFullException if spill files are used up, too; rolled
  ///   back
  /// @throws dev.rookery.storage.error.DiskFullException if the disk is full; rolled back
  /// @throws StorageFailedException if a spill file cannot be written; rolled back
  public void relieve() {
    checkMine();
    boolean done = false;
    try {
      pipeline.budget().relieve(changes);
      done = true;
    } finally {
      if (!done) {
        rollback();
      }
    }
  }

  private void checkNotBroken() {
    if (broken) {
      throw new StorageFailedException(
          "transaction was broken by an earlier exception and can only be rolled back");
    }
  }

  /// Commits and waits for what the durability promises; the transaction has ended when this
  /// returns or throws.
  ///
  /// @throws dev.rookery.storage.error.DiskFullException if there is no room for the journal;
  ///   rolled back
  /// @throws StorageFailedException if the store failed, or the transaction was left half done;
  ///   rolled back
  public Commit commit(Durability durability) {
    return commit(durability, new CommitObserver() {});
  }

  /// As [#commit(Durability)], telling an observer.
  public Commit commit(Durability durability, CommitObserver observer) {
    CommitEvent event = new CommitEvent();
    event.begin();
    PendingCommit pending = end(durability, observer);
    observer.queued();
    if (pending != null) {
      pipeline.await(pending);
    } else if (durability == Durability.SYNC) {
      pipeline.sync();
    }
    tell(event, durability, pending);
    return new SubmittedCommit(pipeline, pending, committedSequence);
  }

  private void tell(CommitEvent event, Durability durability, @Nullable PendingCommit pending) {
    event.end();
    if (event.shouldCommit()) {
      event.database = pipeline.location();
      event.sequence = committedSequence;
      event.durability = durability.name();
      event.recordBytes = pending == null ? 0 : pending.bytes();
      event.commit();
    }
  }

  /// Commits and does not wait; the transaction has ended when this returns or throws. What the
  /// durability promises is told by the stages of the result: [Durability#SYNC] asks for a sync at
  /// once.
  ///
  /// @throws dev.rookery.storage.error.DiskFullException if there is no room for the journal;
  ///   rolled back
  /// @throws StorageFailedException if the store failed, or the transaction was left half done;
  ///   rolled back
  public Commit submit(Durability durability, CommitObserver observer) {
    PendingCommit pending =
        end(durability == Durability.SYNC ? Durability.BACKGROUND : durability, observer);
    observer.queued();
    Commit commit = new SubmittedCommit(pipeline, pending, committedSequence);
    pipeline.hasten();
    if (durability == Durability.SYNC) {
      var _ = commit.durable();
    }
    return commit;
  }

  /// Hands the changes to the pipeline, if there are any, and ends the transaction.
  private @Nullable PendingCommit end(Durability durability, CommitObserver observer) {
    checkMine();
    PendingCommit pending;
    try {
      checkNotBroken();
      committedSequence = hasChanges() ? sequence() : base.sequence();
      pending = hasChanges() ? pipeline.submit(this, durability, observer) : null;
    } catch (RuntimeException | Error e) {
      rollback();
      throw e;
    }
    state = State.COMMITTED;
    pipeline.unlockWriter();
    return pending;
  }

  /// Seals the changed pages and describes them for the journal.
  JournalRecord seal(PageSealer sealer) throws IOException {
    return changes.seal(sealer, sequence());
  }

  /// Returns the state after this transaction.
  Snapshot result() {
    return changes.result(sequence());
  }

  /// Hands the versions that this commit replaced to the list of the superseded.
  void supersede() {
    changes.supersede(pipeline.board().superseded());
  }

  /// Takes all changes back. Does nothing if the transaction has ended.
  ///
  /// @throws ForeignThreadException if another thread began it; it alone can hand the right to
  ///   write on
  public void rollback() {
    if (state != State.OPEN) {
      return;
    }
    checkOwner();
    state = State.ROLLED_BACK;
    try {
      changes.discardAll();
      freeSpace.forget();
    } finally {
      pipeline.unlockWriter();
    }
  }

  /// Rolls back unless the transaction has ended.
  @Override
  public void close() {
    rollback();
  }

  @Override
  public String toString() {
    return "PageWriteTransaction[sequence=%d, state=%s]".formatted(sequence(), state);
  }
}
