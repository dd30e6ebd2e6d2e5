package dev.rookery.storage.tx;

import dev.rookery.storage.error.SavepointException;
import dev.rookery.storage.journal.JournalRecord;
import dev.rookery.storage.mvcc.PageTranslationTable;
import dev.rookery.storage.mvcc.ScratchPool;
import dev.rookery.storage.mvcc.Snapshot;
import dev.rookery.storage.mvcc.SpillWriter;
import dev.rookery.storage.mvcc.SupersededVersions;
import dev.rookery.storage.page.PageBlocks;
import dev.rookery.storage.page.PageLayout;
import dev.rookery.storage.page.PageMapping;
import dev.rookery.storage.page.PageReader;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The pages of a write transaction: where they are, what they were, and where they were at its
/// savepoints.
///
/// A page is copied to scratch when it is first modified, and the copy changed in place. What the
/// page was before is remembered as its *basis*: the journal gets the difference to it.
///
/// Invariants:
/// 1. What the table of a live savepoint names is not changed and not freed. A page that the newest
///    savepoint names is copied once more before it is modified, and the copy before is *shadowed*.
/// 2. Scratch of this transaction is named by its table or lies in the list of the shadowed, never
///    both, and is born in this version.
/// 3. A shadowed copy is named by a savepoint that is alive.
///
/// Belongs to the thread of the transaction.
final class PageChanges {
  /// Basis of a page that was free before: it is journaled whole. (No page lies at location 0.)
  private static final long FROM_ZERO = 0;

  /// So many freed pages are told to the journal before what they take is given out of hand.
  private static final int FREED_AT_ONCE = 1 << 16;

  private final ScratchPool pool;
  private final Snapshot base;
  private final long version;

  /// That of the base, or a longer one if a load has written pages behind it.
  private PageMapping mapping;

  private PageTranslationTable.Edit table;
  private long pageCount;

  /// Pages with their basis, in the order in which they were first changed.
  private final PageLog changed = new PageLog();

  /// Pages that were freed.
  private final PageLog freed = new PageLog();

  /// Scratch of earlier versions that this one takes out of the table.
  private final PageLog replaced = new PageLog();

  /// Copies of this transaction that only savepoints name.
  private final PageLog shadowed = new PageLog();

  /// Pages that came to memory otherwise than by an entry in `changed`; those before `relievedBack`
  /// were looked at, and so were those of `changed` before `relieved`.
  private final PageLog back = new PageLog();

  private int relieved;
  private int relievedBack;

  /// How many copies of this transaction are in memory.
  private int residentCount;

  private final List<PageSavepoint> savepoints = new ArrayList<>();

  /// The table of the newest savepoint.
  private @Nullable PageTranslationTable saved;

  PageChanges(ScratchPool pool, Snapshot base) {
    this.pool = pool;
    this.base = base;
    this.version = base.version() + 1;
    this.mapping = base.mapping();
    this.table = base.table().edit();
    this.pageCount = base.pageCount();
  }

  PageMapping mapping() {
    return mapping;
  }

  /// Goes on with a longer mapping; locations stay good.
  void adopt(PageMapping longer) {
    mapping = longer;
  }

  boolean isEmpty() {
    return changed.count == 0 && freed.count == 0;
  }

  long pageCount() {
    return pageCount;
  }

  /// Sets how many pages the database has. All that a smaller number leaves out must be free.
  void extendTo(long newPageCount) {
    pageCount = newPageCount;
  }

  /// Returns the location of a page in scratch, or 0.
  long lookup(long pageNumber) {
    return table.lookup(pageNumber);
  }

  MemorySegment segmentAt(long location) {
    return ScratchPool.isScratch(location)
        ? pool.slabs()[ScratchPool.slab(location)]
        : mapping.segmentAt(location);
  }

  private boolean isOwn(long location) {
    return ScratchPool.isScratch(location) && pool.born(location) == version;
  }

  /// Returns whether a savepoint needs what lies at the current location of a page. The newest one
  /// is enough to ask: what an earlier one names and this one does not is shadowed already.
  private boolean isSaved(long pageNumber, long location) {
    PageTranslationTable newest = saved;
    return newest != null && newest.lookup(pageNumber) == location;
  }

  /// Returns the copy of a page that may be changed in place.
  ///
  /// @param location where the page is now
  /// @param blocks what may be changed of it (see [PageBlocks])
  MemorySegment modify(long pageNumber, long location, long blocks) {
    boolean own = isOwn(location);
    if (own && !isSaved(pageNumber, location)) {
      pool.setChanged(location, pool.changed(location) | blocks);
      return pool.isSpilled(location) ? fetch(pageNumber, location) : pool.page(location);
    }
    long copy = own ? 0 : copyFromKept(pageNumber, location);
    if (copy == 0) {
      copy = allocate();
      copyBlocks(location, copy, PageBlocks.ALL);
    }
    pool.setChanged(copy, blocks | (own ? pool.changed(location) : PageBlocks.HEADER));
    if (own) {
      shadowed.add(pageNumber, location);
      back.add(pageNumber, 0);
    } else {
      // A mapped basis keeps its bytes: a flush writes only pages that were in scratch at this
      // base.
      changed.add(pageNumber, location);
      if (ScratchPool.isScratch(location)) {
        replaced.add(pageNumber, location);
      }
    }
    table.put(pageNumber, copy);
    return pool.page(copy);
  }

  /// Copies a page by bringing what it was before its newest change up to date, if there still is
  /// such a copy which nobody reads. Returns the location, or 0.
  private long copyFromKept(long pageNumber, long location) {
    if (!ScratchPool.isScratch(location) || pool.isSpilled(location)) {
      return 0;
    }
    long copy = pool.takeKept(pageNumber, pool.born(location), version);
    if (copy != 0) {
      residentCount++;
      copyBlocks(location, copy, pool.changed(location));
      assert PageBlocks.holdAllDifferences(pool.page(location), pool.page(copy), 0)
          : "differs from its newest version page=" + pageNumber;
    }
    return copy;
  }

  private void copyBlocks(long from, long to, long blocks) {
    MemorySegment source = segmentAt(from);
    MemorySegment target = segmentAt(to);
    for (long left = blocks; left != 0; left = PageBlocks.rest(left)) {
      int offset = PageBlocks.from(left);
      MemorySegment.copy(
          source,
          PageReader.offsetAt(from) + offset,
          target,
          PageReader.offsetAt(to) + offset,
          PageBlocks.to(left) - offset);
    }
  }

  private long allocate() {
    long location = pool.allocate(version);
    residentCount++;
    return location;
  }

  private void giveBack(long location) {
    residentCount -= pool.isSpilled(location) ? 0 : 1;
    pool.free(location);
  }

  /// Brings a spilled page of this transaction back to memory.
  private MemorySegment fetch(long pageNumber, long spilled) {
    long location = allocate();
    MemorySegment page = pool.page(location);
    page.copyFrom(pool.page(spilled));
    pool.setChanged(location, pool.changed(spilled));
    back.add(pageNumber, 0);
    table.put(pageNumber, location);
    pool.free(spilled);
    return page;
  }

  /// Gives a page that was free its first content: a header and zeros.
  void initialise(long pageNumber, byte type, int structureId) {
    long location = allocate();
    MemorySegment page = pool.page(location);
    page.fill((byte) 0);
    page.set(PageLayout.LONG, PageLayout.PAGE_NUMBER_OFFSET, pageNumber);
    page.set(PageLayout.INT, PageLayout.STRUCTURE_OFFSET, structureId);
    page.set(PageLayout.BYTE, PageLayout.TYPE_OFFSET, type);
    changed.add(pageNumber, FROM_ZERO);
    table.put(pageNumber, location);
  }

  void free(long pageNumber) {
    long location = table.lookup(pageNumber);
    if (!isOwn(location)) {
      if (location != 0) {
        replaced.add(pageNumber, location);
      }
    } else if (isSaved(pageNumber, location)) {
      shadowed.add(pageNumber, location);
    } else {
      giveBack(location);
    }
    table.put(pageNumber, 0);
    freed.add(pageNumber, 0);
  }

  /// Remembers this moment. O(1).
  PageSavepoint savepoint(PageWriteTransaction owner) {
    PageTranslationTable now = table.finish();
    int[] counts = {changed.count, freed.count, replaced.count, shadowed.count};
    PageSavepoint savepoint = new PageSavepoint(owner, now, pageCount, counts, savepoints.size());
    table = now.edit();
    saved = now;
    savepoints.add(savepoint);
    return savepoint;
  }

  private static void requireAlive(PageSavepoint savepoint) {
    if (savepoint.depth < 0) {
      throw new SavepointException(
          "savepoint has ended: the transaction went back behind it, or released it");
    }
  }

  /// Takes back what was changed since a savepoint, which stays alive; those made after it end.
  /// O(pages changed since).
  void rollbackTo(PageSavepoint savepoint) {
    requireAlive(savepoint);
    endFrom(savepoint.depth + 1);
    discard(changed, savepoint.changedCount, savepoint.table);
    discard(shadowed, savepoint.shadowedCount, savepoint.table);
    for (int i = savepoint.shadowedCount; i < shadowed.count; i++) {
      if (savepoint.table.lookup(shadowed.pages[i]) != shadowed.values[i]) {
        giveBack(shadowed.values[i]);
      } else {
        back.add(shadowed.pages[i], 0); // Its page again.
      }
    }
    changed.count = savepoint.changedCount;
    relieved = Math.min(relieved, changed.count);
    freed.count = savepoint.freedCount;
    replaced.count = savepoint.replacedCount;
    shadowed.count = savepoint.shadowedCount;
    pageCount = savepoint.pageCount;
    table = savepoint.table.edit();
  }

  /// Frees the current copies of the pages that a log names from an index on, but for what a table
  /// names.
  private void discard(PageLog log, int from, PageTranslationTable kept) {
    for (int i = from; i < log.count; i++) {
      long location = table.lookup(log.pages[i]);
      // A copy that was freed here once is not born in this version any more.
      if (isOwn(location) && kept.lookup(log.pages[i]) != location) {
        giveBack(location);
      }
    }
  }

  /// Ends a savepoint and those made after it, and keeps the changes. Frees the copies that nobody
  /// can go back to any more.
  void release(PageSavepoint savepoint) {
    requireAlive(savepoint);
    int from = savepoint.shadowedCount;
    endFrom(savepoint.depth);
    PageTranslationTable kept = saved == null ? PageTranslationTable.EMPTY : saved;
    int count = from;
    for (int i = from; i < shadowed.count; i++) {
      if (kept.lookup(shadowed.pages[i]) == shadowed.values[i]) {
        shadowed.pages[count] = shadowed.pages[i];
        shadowed.values[count++] = shadowed.values[i];
      } else {
        giveBack(shadowed.values[i]);
      }
    }
    shadowed.count = count;
  }

  void releaseAll() {
    if (!savepoints.isEmpty()) {
      release(savepoints.getFirst());
    }
  }

  private void endFrom(int depth) {
    while (savepoints.size() > depth) {
      savepoints.removeLast().depth = -1;
    }
    saved = savepoints.isEmpty() ? null : savepoints.getLast().table;
  }

  /// Returns how many copies of this transaction are in memory.
  int residentCount() {
    return residentCount;
  }

  /// Moves copies to spill files, those first that came to memory first, until so many are moved or
  /// none is left. Returns whether there was room for all of them. Segments and locations found
  /// earlier are good no more. After an exception nothing has moved.
  ///
  /// @throws dev.rookery.storage.io.NoSpaceException if the disk is full
  boolean relieve(SpillWriter writer, int wanted) throws IOException {
    writer.begin();
    int shadows = 0;
    int inOrder = relieved;
    int inBack = relievedBack;
    boolean hasRoom = true;
    boolean done = false;
    try {
      for (; hasRoom && shadows < shadowed.count && writer.count() < wanted; shadows++) {
        hasRoom = spill(writer, shadowed.pages[shadows], shadowed.values[shadows]);
      }
      shadows = writer.count();
      for (; hasRoom && inOrder < changed.count && writer.count() < wanted; inOrder++) {
        hasRoom = spill(writer, changed.pages[inOrder], table.lookup(changed.pages[inOrder]));
      }
      for (; hasRoom && inBack < back.count && writer.count() < wanted; inBack++) {
        hasRoom = spill(writer, back.pages[inBack], table.lookup(back.pages[inBack]));
      }
      writer.finish();
      done = true;
    } finally {
      if (!done) {
        writer.undo();
      }
    }
    relieved = hasRoom ? inOrder : relieved;
    relievedBack = hasRoom ? inBack : relievedBack;
    moved(writer, shadows);
    if (relievedBack > back.count / 2) {
      back.dropFirst(relievedBack);
      relievedBack = 0;
    }
    return hasRoom;
  }

  private boolean spill(SpillWriter writer, long pageNumber, long location) throws IOException {
    boolean mayMove = isOwn(location) && !pool.isSpilled(location);
    return !mayMove || writer.add(pageNumber, location);
  }

  /// Takes note of the copies' new locations.
  ///
  /// @param shadows how many of them, at the beginning, are shadowed
  private void moved(SpillWriter writer, int shadows) {
    for (int i = 0, next = 0; i < shadows; next++) {
      if (shadowed.values[next] == writer.from(i)) {
        shadowed.values[next] = writer.to(i++);
      }
    }
    for (PageSavepoint savepoint : savepoints) {
      PageTranslationTable.Edit edit = savepoint.table.edit();
      for (int i = 0; i < writer.count(); i++) {
        if (edit.lookup(writer.page(i)) == writer.from(i)) {
          edit.put(writer.page(i), writer.to(i));
        }
      }
      savepoint.table = edit.finish();
    }
    saved = savepoints.isEmpty() ? null : savepoints.getLast().table;
    for (int i = 0; i < writer.count(); i++) {
      boolean isShadow = i < shadows;
      if (isShadow || table.lookup(writer.page(i)) == writer.from(i)) {
        if (!isShadow) {
          table.put(writer.page(i), writer.to(i));
        }
        giveBack(writer.from(i));
      } else {
        pool.free(writer.to(i)); // A page that the logs name twice.
      }
    }
  }

  /// Seals the changed pages and describes them for the journal. One page after the other: spilled
  /// ones stay where they are.
  JournalRecord seal(PageSealer sealer, long sequence) throws IOException {
    long[] order = changed.order();
    sealer.seal(order.length, (from, to, tools) -> seal(order, from, to, sequence, tools));
    for (int i = 0; i < freed.count; i++) {
      // Replay forgets what lies behind the end by itself.
      if (freed.pages[i] < pageCount && !isOwn(table.lookup(freed.pages[i]))) {
        sealer.addFreed(freed.pages[i]);
      }
      if ((i + 1) % FREED_AT_ONCE == 0) {
        sealer.endPages();
      }
    }
    return sealer.finish(sequence, pageCount);
  }

  /// Seals the pages of some entries of the log. Threads may do so at once for entries of their
  /// own: each page is sealed by its newest entry.
  private void seal(long[] order, int from, int to, long sequence, PageSealer.Tools tools)
      throws IOException {
    byte[] bytes = null;
    for (int i = from; i < to; i++) {
      long pageNumber = PageLog.pageOf(order[i]);
      boolean newest = i + 1 == order.length || PageLog.pageOf(order[i + 1]) != pageNumber;
      long location = table.lookup(pageNumber);
      if (newest && isOwn(location)) {
        long basis = changed.values[PageLog.indexOf(order[i])];
        if (!pool.isSpilled(location)) {
          seal(pageNumber, pool.page(location), pool.changed(location), basis, sequence, tools);
          continue;
        }
        bytes = bytes == null ? new byte[PageLayout.PAGE_BYTES] : bytes;
        MemorySegment page = tools.spilledPage().copyFrom(pool.page(location));
        seal(pageNumber, page, pool.changed(location), basis, sequence, tools);
        MemorySegment.ofArray(bytes).copyFrom(page);
        pool.writeSpilled(location, bytes, bytes.length);
      }
    }
  }

  private void seal(
      long pageNumber,
      MemorySegment page,
      long blocks,
      long basis,
      long sequence,
      PageSealer.Tools tools) {
    page.set(PageLayout.LONG, PageLayout.SEQUENCE_OFFSET, sequence);
    if (basis == FROM_ZERO) {
      tools.checksum().seal(page);
      tools.frames().addFromZero(pageNumber, page);
      return;
    }
    MemorySegment old =
        ScratchPool.isScratch(basis) && !pool.isSpilled(basis)
            ? pool.page(basis)
            : tools.frames().copyOfMapped(segmentAt(basis), PageReader.offsetAt(basis));
    assert PageBlocks.holdAllDifferences(old, page, blocks)
        : "changed where nobody announced it page=" + pageNumber;
    tools.checksum().reseal(old, page, blocks);
    tools.frames().addDiff(pageNumber, old, page, blocks);
  }

  /// Returns the state after the transaction.
  Snapshot result(long sequence) {
    return new Snapshot(
        version, sequence, table.finish(), mapping, pool.slabs(), pageCount, base.journalEnd());
  }

  /// After the commit: hands the versions that it replaced to the list of the superseded, and frees
  /// what only savepoints named.
  void supersede(SupersededVersions superseded) {
    endFrom(0);
    freeShadowed();
    for (int i = 0; i < replaced.count; i++) {
      superseded.add(replaced.pages[i], replaced.values[i], version);
    }
  }

  /// Frees all scratch of the transaction.
  void discardAll() {
    endFrom(0);
    discard(changed, 0, PageTranslationTable.EMPTY);
    freeShadowed();
  }

  private void freeShadowed() {
    for (int i = 0; i < shadowed.count; i++) {
      giveBack(shadowed.values[i]);
    }
    shadowed.count = 0;
  }
}
