package dev.rookery.storage.tx;

import dev.rookery.storage.error.CorruptPageException;
import dev.rookery.storage.error.DiskFullException;
import dev.rookery.storage.error.RookeryException;
import dev.rookery.storage.io.NoSpaceException;
import dev.rookery.storage.journal.OverflowFiles;
import dev.rookery.storage.page.DataFile;
import dev.rookery.storage.page.PageLayout;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;

/// The pages behind the last page of the database, for one write transaction to fill without a
/// journal: nobody can see them before it commits.
///
/// ```
/// open:    first page = end of all that the file may hold of any state    the data file is told
/// write:   through any number of [UnseenPages], each of one thread, straight to the data file
/// adopt:   all written -> sync -> mapped -> taken in the free-space map
/// commit:  an ordinary record; what it changes of other pages makes the pages reachable
/// ```
///
/// Invariants:
/// 1. A page of here lies behind all pages of every state that was committed since the database was
///    opened, or that its recovery passed, or would have passed from the durable entry (the reach
///    in [HeaderBlocks.Start]), and of every state in the data file. Some of them had more pages
///    than the newest one: readers still see them, a crash can bring them back, and a flush of an
///    older one, or a replay on its way to the newest, writes them to the file. So whatever is left
///    half written, no state names it, and nobody but the load writes it.
/// 2. The commit's record is built after the sync of all pages has returned.
///
/// Crash windows: dying before the commit is durable leaves a file that is longer than its pages,
/// which the next clean close cuts, and whose tail the next load writes over. Dying after it leaves
/// all of the pages, since they were synced before.
///
/// Threads: taking pages and writing them are for any thread; the rest belongs to that of the
/// transaction, while no other thread is at work here.
public final class UnseenSpace implements AutoCloseable {
  private final PageWriteTransaction tx;
  private final Disk disk;
  private final long firstPage;

  /// Tells this load from a later one.
  private final long token;

  private final ReentrantLock lock = new ReentrantLock();

  /// The next page to be taken. Guarded by the lock.
  private long nextPage;

  /// First page and end of what was passed over at the ends of groups. Guarded by the lock.
  private final List<long[]> passedOver = new ArrayList<>();

  private final AtomicBoolean closed = new AtomicBoolean();

  /// Where unseen pages go.
  ///
  /// @param lanes for what must not happen on a thread that may be interrupted
  /// @param files for what does not fit into memory
  /// @param sync makes the data file durable
  record Disk(
      DataFile dataFile,
      StoreLanes lanes,
      FailureSlot failure,
      UUID database,
      OverflowFiles files,
      DataSync sync) {}

  /// A sync of the data file that may fail.
  @FunctionalInterface
  interface DataSync {
    /// Returns when all that was written is durable.
    void run() throws IOException;
  }

  UnseenSpace(PageWriteTransaction tx, Disk disk) {
    this.tx = tx;
    this.disk = disk;
    this.firstPage = Math.max(tx.pageCount(), disk.dataFile().reach());
    skipTo(firstPage);
    this.nextPage = firstPage;
    this.token = disk.dataFile().beginUnseen(firstPage);
  }

  /// Takes the pages before the first one, where the newest state has fewer than the file holds, as
  /// free ones.
  private void skipTo(long page) {
    long begin = tx.pageCount();
    tx.takeUpTo(page);
    for (long gap = begin; gap < page; gap++) {
      if (!FreeSpaceMap.isMapPage(gap)) {
        tx.giveBack(gap);
      }
    }
  }

  /// Returns pages for one thread to fill.
  ///
  /// @param framesMax how many pages it keeps in memory, more or less
  public UnseenPages open(int framesMax) {
    return new UnseenPages(this, tx, framesMax);
  }

  /// Makes a file for what the load does not keep in memory; the caller closes it.
  ///
  /// @throws DiskFullException if the disk is full
  public LoadFile newFile() {
    return LoadFile.create(disk.files(), disk.lanes().space());
  }

  /// Returns whether a page is one of these.
  boolean contains(long pageNumber) {
    return pageNumber >= firstPage && !FreeSpaceMap.isMapPage(pageNumber);
  }

  /// Returns the sequence of the commit that the pages will belong to.
  long sequence() {
    return tx.sequence();
  }

  UUID database() {
    return disk.database();
  }

  /// Takes `count` neighbouring pages, at most half a group, and returns the first.
  long take(int count) {
    lock.lock();
    try {
      long group = nextPage / FreeSpaceMap.GROUP_PAGES;
      if (FreeSpaceMap.isMapPage(nextPage)) {
        nextPage++;
      } else if ((nextPage + count - 1) / FreeSpaceMap.GROUP_PAGES != group) {
        long end = (group + 1) * FreeSpaceMap.GROUP_PAGES;
        passedOver.add(new long[] {nextPage, end});
        nextPage = end + 1;
      }
      long first = nextPage;
      nextPage += count;
      return first;
    } finally {
      lock.unlock();
    }
  }

  /// Makes the free-space map speak of all pages taken so far: what the transaction allocates from
  /// now on lies behind them.
  void catchUp() {
    lock.lock();
    try {
      tx.takeUpTo(nextPage);
    } finally {
      lock.unlock();
    }
  }

  /// Is told that the transaction itself has grown.
  void extended(long pageCount) {
    lock.lock();
    try {
      nextPage = Math.max(nextPage, pageCount);
    } finally {
      lock.unlock();
    }
  }

  void write(byte[] pages, int length, long first) {
    try {
      disk.failure().check();
      disk.dataFile().writeUnseen(pages, length, first);
    } catch (IOException e) {
      throw failed(e);
    }
  }

  void read(ByteBuffer target, long pageNumber) {
    try {
      disk.lanes()
          .space()
          .call(() -> {
            disk.dataFile().readUnseen(target, pageNumber);
            return true;
          });
    } catch (IOException e) {
      throw failed(e);
    }
    if (target.hasRemaining()) {
      throw new CorruptPageException(DataFile.NAME, pageNumber, "a whole page", "the end");
    }
  }

  private RookeryException failed(IOException cause) {
    if (cause instanceof NoSpaceException) {
      return new DiskFullException("no room for the pages of a load", cause);
    }
    disk.failure().fail(cause);
    return disk.failure().exception();
  }

  /// Makes all pages durable and part of the transaction, so that its commit can name them. All
  /// [UnseenPages] were finished before.
  ///
  /// @throws DiskFullException if the disk is full
  /// @throws dev.rookery.storage.error.StorageFailedException if a write or the sync failed
  public void adopt() {
    tx.checkMine();
    catchUp();
    long end = tx.pageCount();
    DataFile dataFile = disk.dataFile();
    try {
      var _ =
          disk.lanes()
              .space()
              .call(() -> {
                disk.sync().run();
                return true;
              });
    } catch (IOException e) {
      throw failed(e);
    }
    try {
      var _ =
          disk.lanes()
              .space()
              .call(() -> {
                dataFile.adoptUnseen(tx.sequence(), end);
                return true;
              });
    } catch (IOException e) {
      throw failed(e);
    }
    tx.adopt(dataFile.mapping());
    giveBackPassedOver();
  }

  /// Tells the transaction that nobody has what was passed over: else it would be taken for ever,
  /// by pages that were never written.
  private void giveBackPassedOver() {
    lock.lock();
    try {
      for (long[] run : passedOver) {
        for (long page = run[0]; page < run[1]; page++) {
          tx.giveBack(page);
        }
      }
      passedOver.clear();
    } finally {
      lock.unlock();
    }
  }

  /// Returns how many bytes of the file the pages taken so far span.
  public long takenBytes() {
    lock.lock();
    try {
      return (nextPage - firstPage) << PageLayout.PAGE_SHIFT;
    } finally {
      lock.unlock();
    }
  }

  /// Ends the space: before a transaction is rolled back, so that nobody else has begun to write
  /// where this one did, or behind its commit. Where nothing was adopted the file gets back the
  /// length that it had. Idempotent.
  @Override
  public void close() {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    try {
      disk.lanes()
          .space()
          .call(() -> {
            disk.dataFile().endUnseen(token);
            return true;
          });
    } catch (IOException e) {
      throw failed(e);
    }
  }
}
