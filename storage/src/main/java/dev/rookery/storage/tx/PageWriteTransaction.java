package dev.rookery.storage.tx;

import dev.rookery.storage.Commit;
import dev.rookery.storage.Durability;
import dev.rookery.storage.error.CorruptPageException;
import dev.rookery.storage.error.StorageFailedException;
import dev.rookery.storage.error.TransactionClosedException;
import dev.rookery.storage.event.CommitEvent;
import dev.rookery.storage.journal.JournalRecord;
import dev.rookery.storage.journal.RecordBuilder;
import dev.rookery.storage.mvcc.PageTranslationTable;
import dev.rookery.storage.mvcc.ScratchPool;
import dev.rookery.storage.mvcc.Snapshot;
import dev.rookery.storage.page.DataFile;
import dev.rookery.storage.page.PageBlocks;
import dev.rookery.storage.page.PageChecksum;
import dev.rookery.storage.page.PageLayout;
import dev.rookery.storage.page.PageReader;
import dev.rookery.storage.page.PageWriter;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// The one change of the pages that is under way.
///
/// ```
/// OPEN --commit--> ENDED            the changes are the newest state
/// OPEN --rollback, close--> ENDED   the changes are gone, their scratch is free at once
/// OPEN --a page contradicts itself--> BROKEN --rollback, close--> ENDED
/// ```
///
/// A page is copied to scratch when it is first modified, and the copy changed in place. What the
/// page was before is remembered as its *basis*: the journal gets the difference to it. Belongs to
/// the thread that began it.
public final class PageWriteTransaction implements PageWriter, AutoCloseable {
  /// Basis of a page that was free before: it is journaled whole. (No page lies at location 0.)
  private static final long FROM_ZERO = 0;

  private static final int INDEX_BITS = 24;

  private final CommitPipeline pipeline;
  private final ScratchPool pool;
  private final FreeSpaceMap freeSpace;
  private final Snapshot base;
  private final long version;
  private final PageTranslationTable.Edit table;
  private final PageLog changed = new PageLog();
  private final PageLog freed = new PageLog();
  private final PageLog replaced = new PageLog();
  private long pageCount;
  private boolean open = true;
  private boolean broken;
  private long committedSequence;

  PageWriteTransaction(CommitPipeline pipeline, Snapshot base) {
    this.pipeline = pipeline;
    this.pool = pipeline.board().pool();
    this.freeSpace = pipeline.freeSpace();
    this.base = base;
    this.version = base.version() + 1;
    this.table = base.table().edit();
    this.pageCount = base.pageCount();
  }

  private void checkOpen() {
    if (!open) {
      throw new TransactionClosedException("write transaction has ended");
    }
  }

  /// Returns the sequence that the commit will have.
  public long sequence() {
    return base.sequence() + 1;
  }

  /// Returns whether anything was changed.
  public boolean hasChanges() {
    return changed.count > 0 || freed.count > 0;
  }

  /// Returns whether the transaction has ended.
  public boolean isClosed() {
    return !open;
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
    long location = table.lookup(pageNumber);
    if (location != 0) {
      return location;
    }
    try {
      return base.mapping().locate(pageNumber);
    } catch (CorruptPageException e) {
      broken = true; // Whoever wanted to change something may have stopped half way.
      throw e;
    }
  }

  @Override
  public MemorySegment segmentAt(long location) {
    return ScratchPool.isScratch(location)
        ? pool.slabs()[ScratchPool.slab(location)]
        : base.mapping().segmentAt(location);
  }

  @Override
  public long pageCount() {
    return pageCount;
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

  private MemorySegment modifyBlocks(long pageNumber, long blocks) {
    long location = locate(pageNumber);
    if (isOwn(location)) {
      pool.setChanged(location, pool.changed(location) | blocks);
      return pool.page(location);
    }
    boolean done = false;
    try {
      long copy = pool.allocate(version);
      MemorySegment page = pool.page(copy);
      table.put(pageNumber, copy);
      MemorySegment.copy(segmentAt(location), offset(location), page, 0, PageLayout.PAGE_BYTES);
      pool.setChanged(copy, blocks | PageBlocks.HEADER);
      // A mapped basis keeps its bytes: a flush writes only pages that were in scratch at this
      // base.
      changed.add(pageNumber, location);
      if (ScratchPool.isScratch(location)) {
        replaced.add(pageNumber, location);
      }
      done = true;
      return page;
    } finally {
      broken |= !done; // Out of memory, or an unreadable page under the mapping.
    }
  }

  private static long offset(long location) {
    return PageReader.offsetAt(location);
  }

  private boolean isOwn(long location) {
    return ScratchPool.isScratch(location) && pool.born(location) == version;
  }

  @Override
  public long allocate(byte type, int structureId) {
    checkOpen();
    long page = freeSpace.allocate(this);
    initialise(page, type, structureId);
    return page;
  }

  @Override
  public long allocateRun(int count, byte type, int structureId) {
    checkOpen();
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
      long location = pool.allocate(version);
      MemorySegment page = pool.page(location);
      table.put(pageNumber, location);
      page.fill((byte) 0);
      page.set(PageLayout.LONG, PageLayout.PAGE_NUMBER_OFFSET, pageNumber);
      page.set(PageLayout.INT, PageLayout.STRUCTURE_OFFSET, structureId);
      page.set(PageLayout.BYTE, PageLayout.TYPE_OFFSET, type);
      changed.add(pageNumber, FROM_ZERO);
      done = true;
    } finally {
      broken |= !done;
    }
  }

  void extendTo(long newPageCount) {
    pageCount = newPageCount;
  }

  @Override
  public void free(long pageNumber) {
    checkOpen();
    freeSpace.free(this, pageNumber);
    long location = table.lookup(pageNumber);
    if (isOwn(location)) {
      pool.free(location);
    } else if (location != 0) {
      replaced.add(pageNumber, location);
    }
    table.put(pageNumber, 0);
    freed.add(pageNumber, 0);
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
    checkOpen();
    PendingCommit pending;
    try {
      if (broken) {
        throw new StorageFailedException(
            "transaction was broken by an earlier exception and can only be rolled back");
      }
      committedSequence = hasChanges() ? sequence() : base.sequence();
      pending = hasChanges() ? pipeline.submit(this, durability, observer) : null;
    } catch (RuntimeException | Error e) {
      rollback();
      throw e;
    }
    open = false;
    pipeline.unlockWriter();
    return pending;
  }

  /// Seals the changed pages and describes them for the journal.
  JournalRecord seal(RecordBuilder builder, PageChecksum checksum) {
    long[] order = changed.order();
    for (int i = 0; i < order.length; i++) {
      long pageNumber = order[i] >>> INDEX_BITS;
      boolean newest = i + 1 == order.length || order[i + 1] >>> INDEX_BITS != pageNumber;
      long location = table.lookup(pageNumber);
      if (newest && isOwn(location)) {
        sealPage(pageNumber, location, changed.values[indexOf(order[i])], builder, checksum);
      }
    }
    for (int i = 0; i < freed.count; i++) {
      if (!isOwn(table.lookup(freed.pages[i]))) {
        builder.addFreed(freed.pages[i]);
      }
    }
    return builder.finish(sequence(), pageCount);
  }

  private void sealPage(
      long pageNumber, long location, long basis, RecordBuilder builder, PageChecksum checksum) {
    MemorySegment page = pool.page(location);
    page.set(PageLayout.LONG, PageLayout.SEQUENCE_OFFSET, sequence());
    if (basis == FROM_ZERO) {
      checksum.seal(page);
      builder.addFromZero(pageNumber, page);
      return;
    }
    MemorySegment old =
        ScratchPool.isScratch(basis)
            ? pool.page(basis)
            : builder.copyOfMapped(segmentAt(basis), offset(basis));
    long blocks = pool.changed(location);
    assert PageBlocks.holdAllDifferences(old, page, blocks)
        : "changed where nobody announced it page=" + pageNumber;
    checksum.reseal(old, page, blocks);
    builder.addDiff(pageNumber, old, page, blocks);
  }

  private static int indexOf(long packed) {
    return (int) (packed & (1 << INDEX_BITS) - 1);
  }

  /// Returns the state after this transaction.
  Snapshot result() {
    return new Snapshot(
        version,
        sequence(),
        table.finish(),
        base.mapping(),
        pool.slabs(),
        pageCount,
        base.journalEnd());
  }

  /// Hands the versions that this commit replaced to the list of the superseded.
  void supersede() {
    for (int i = 0; i < replaced.count; i++) {
      pipeline.board().superseded().add(replaced.values[i], version);
    }
  }

  /// Takes all changes back. Does nothing if the transaction has ended.
  public void rollback() {
    if (!open) {
      return;
    }
    open = false;
    try {
      for (int i = 0; i < changed.count; i++) {
        long location = table.lookup(changed.pages[i]);
        if (isOwn(location)) {
          pool.free(location);
          table.put(changed.pages[i], 0);
        }
      }
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

  /// A growing list of page numbers, each with a number beside it.
  private static final class PageLog {
    long[] pages = new long[16];
    long[] values = new long[16];
    int count;

    void add(long page, long value) {
      if (count >>> INDEX_BITS != 0) {
        throw new IllegalStateException("transaction changes too many pages count=" + count);
      }
      if (count == pages.length) {
        pages = Arrays.copyOf(pages, count * 2);
        values = Arrays.copyOf(values, count * 2);
      }
      pages[count] = page;
      values[count++] = value;
    }

    /// Returns the entries sorted by page number and then by age, packed with their indexes.
    long[] order() {
      long[] order = new long[count];
      for (int i = 0; i < count; i++) {
        order[i] = pages[i] << INDEX_BITS | i;
      }
      Arrays.sort(order);
      return order;
    }
  }

  @Override
  public String toString() {
    return "PageWriteTransaction[sequence=%d, open=%s]".formatted(sequence(), open);
  }
}
