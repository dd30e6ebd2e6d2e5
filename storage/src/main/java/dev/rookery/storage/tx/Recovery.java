package dev.rookery.storage.tx;

import dev.rookery.storage.error.CorruptDatabaseException;
import dev.rookery.storage.error.CorruptPageException;
import dev.rookery.storage.event.RecoveryEvent;
import dev.rookery.storage.io.NoSpaceException;
import dev.rookery.storage.io.StorageFileSystem;
import dev.rookery.storage.journal.JournalDamage;
import dev.rookery.storage.journal.JournalEnd;
import dev.rookery.storage.journal.JournalPosition;
import dev.rookery.storage.journal.JournalReader;
import dev.rookery.storage.mvcc.PageTranslationTable;
import dev.rookery.storage.mvcc.ScratchPool;
import dev.rookery.storage.mvcc.Snapshot;
import dev.rookery.storage.mvcc.SpillWriter;
import dev.rookery.storage.page.DataFile;
import dev.rookery.storage.page.HeaderBlocks;
import dev.rookery.storage.page.HeaderBlocks.DurableEntry;
import dev.rookery.storage.page.PageChecksum;
import dev.rookery.storage.page.PageLayout;
import dev.rookery.storage.page.PageMapping;
import dev.rookery.storage.page.PageReader;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Optional;
import java.util.UUID;

/// Brings the state of the last whole commit back, from the data file and the journal behind its
/// checkpoint.
///
/// The changes are replayed into scratch; pages go to the data file only where scratch outgrows its
/// budget, and then as in any flush: durably journaled content alone. So a crash in recovery is a
/// crash before it, and the next recovery finds the same.
///
/// The base of a difference is read without looking at its checksum: a page that a flush was
/// writing when the lights went out may be torn, and is whole again once all differences since the
/// checkpoint were applied. The checksums of all pages touched are looked at when replay is
/// through.
public final class Recovery {
  private final StorageFileSystem fileSystem;
  private final DataFile dataFile;
  private final HeaderBlocks.Start opened;

  /// Behind which replay starts.
  private final DurableEntry start;

  private long scratchPageCountMax;
  private final PageChecksum checksum;

  private final ScratchPool pool;
  private final SpillWriter spill;
  private final SnapshotBoard board;
  private final JournalReader reader;

  /// No commit, journal file or offset has so high a number, within any lifetime.
  private static final long NUMBER_END = 1_000_000_000_000_000L;

  /// Versions below this one belong to no publication: replay has no readers.
  private static final long VERSION = 1;

  private PageTranslationTable.Edit table = PageTranslationTable.EMPTY.edit();
  private long flushedSequence;
  private long replayedPageCount;

  /// Creates the recovery of a database whose data file is open.
  public Recovery(
      StorageFileSystem fileSystem,
      UUID database,
      DataFile dataFile,
      HeaderBlocks.Start opened,
      ScratchPool pool,
      long scratchBytes) {
    this.fileSystem = fileSystem;
    this.dataFile = dataFile;
    this.opened = opened;
    this.start = opened.flushed();
    // Nothing else needs scratch yet; the rest is for what a commit changes beyond that.
    this.scratchPageCountMax = Math.max(8, (scratchBytes >>> PageLayout.PAGE_SHIFT) / 4 * 3);
    this.pool = pool;
    this.spill = new SpillWriter(pool);
    this.checksum = new PageChecksum(database);
    this.reader = new JournalReader(fileSystem, database);
    this.flushedSequence = start.sequence();
    this.replayedPageCount = start.pageCount();
    JournalPosition position =
        new JournalPosition(start.journalFile(), start.journalOffset(), start.chain());
    this.board =
        new SnapshotBoard(
            pool,
            new Snapshot(
                VERSION,
                start.sequence(),
                PageTranslationTable.EMPTY,
                dataFile.mapping(),
                new MemorySegment[0],
                start.pageCount(),
                position));
  }

  /// What recovery found.
  ///
  /// @param board shows the recovered state
  /// @param end where the journal ends
  /// @param flushedSequence the newest commit whose pages are all in the data file
  public record Recovered(SnapshotBoard board, JournalEnd end, long flushedSequence) {}

  /// Replays the journal. O(journal behind the checkpoint).
  ///
  /// @throws dev.rookery.storage.error.CorruptJournalException if promised commits are missing
  /// @throws CorruptPageException if a page is damaged beyond what a crash can do
  public Recovered run() throws IOException {
    try {
      return replay();
    } catch (IOException | RuntimeException | Error e) {
      pool.close();
      throw e;
    }
  }

  private Recovered replay() throws IOException {
    RecoveryEvent event = new RecoveryEvent();
    event.begin();
    checkStart();
    JournalEnd end = reader.scan(opened);
    replay(end);
    event.end();
    if (event.shouldCommit()) {
      event.database = fileSystem.location();
      event.sequence = end.sequence();
      event.commits = end.sequence() - start.sequence();
      event.pages = board.visible().table().size();
      event.commit();
    }
    return new Recovered(board, end, flushedSequence);
  }

  private void replay(JournalEnd end) throws IOException {
    if (!fileSystem.isReadOnly()) {
      reader.adopt(end);
    }
    reader.replay(end, new Replay());
    checkPageCount(end.pageCount());
    verifyTouched();
    dataFile.openedAt(end.sequence());
    publish(end.sequence(), end.pageCount(), end.position());
  }

  /// The state before the damage of a journal.
  ///
  /// @param board shows it
  /// @param end where the intact records end
  /// @param damage what is behind
  record Salvaged(SnapshotBoard board, JournalEnd end, JournalDamage damage) {}

  /// Replays a damaged journal up to the damage, into memory alone if the budget is large enough;
  /// returns nothing if there is no damage. The caller closes the pool.
  ///
  /// @throws CorruptPageException if the data file is not as it was before the damage
  Optional<Salvaged> runToDamage() throws IOException {
    checkStart();
    JournalReader.Findings findings = reader.find(opened);
    if (findings.damage().isEmpty()) {
      return Optional.empty();
    }
    replay(findings.end());
    return Optional.of(new Salvaged(board, findings.end(), findings.damage().get()));
  }

  /// The header entry has a good checksum, but not everybody who can make one means well.
  private void checkStart() {
    boolean isPossible =
        start.sequence() >= 0
            && start.sequence() < NUMBER_END
            && start.journalFile() >= 0
            && start.journalFile() < NUMBER_END
            && start.journalOffset() >= 0
            && start.journalOffset() < NUMBER_END;
    if (!isPossible) {
      throw new CorruptDatabaseException(
          "durable header entry is impossible file=%s entry=%s"
              .formatted(dataFileLocation(), start));
    }
    checkPageCount(start.pageCount());
    dataFile.reachTo(start.pageCount());
  }

  /// The last group of pages must have its map page. A stated page count beyond that is damage, and
  /// would have everything that is sized by it ask for any amount of memory.
  private void checkPageCount(long pageCount) {
    long last = FreeSpaceMap.mapPage((pageCount - 1) / FreeSpaceMap.GROUP_PAGES);
    boolean isThere =
        pageCount > PageLayout.FIRST_PAGE
            && (last < dataFile.mapping().pageCount() || table.lookup(last) != 0);
    if (!isThere) {
      throw new CorruptDatabaseException(
          "page count is impossible file=%s pageCount=%d filePages=%d"
              .formatted(dataFileLocation(), pageCount, dataFile.mapping().pageCount()));
    }
  }

  private void publish(long sequence, long pageCount, JournalPosition position) {
    PageTranslationTable finished = table.finish();
    board.publish(
        new Snapshot(
            VERSION, sequence, finished, dataFile.mapping(), pool.slabs(), pageCount, position));
    table = finished.edit();
  }

  private final class Replay implements JournalReader.ChangeVisitor {
    @Override
    public boolean change(long pageNumber, boolean fromZero, JournalReader.Diff diff)
        throws IOException {
      long location = table.lookup(pageNumber);
      MemorySegment page;
      if (location == 0) {
        page = bring(pageNumber);
        loadBase(pageNumber, fromZero, page);
      } else {
        page = pool.isSpilled(location) ? fetch(pageNumber, location) : pool.page(location);
        if (fromZero) {
          page.fill((byte) 0);
        }
      }
      return diff.applyTo(page);
    }

    @Override
    public void freed(long pageNumber) {
      long location = table.lookup(pageNumber);
      if (location != 0) {
        table.put(pageNumber, 0);
        pool.free(location);
      }
    }

    @Override
    public void committed(long sequence, long pageCount) throws IOException {
      forgetBehind(pageCount);
      checkPageCount(pageCount);
      dataFile.reachTo(pageCount);
      if (table.size() > scratchPageCountMax && !fileSystem.isReadOnly()) {
        try {
          flush(sequence, pageCount);
        } catch (NoSpaceException e) {
          // A database opens on a full disk: more scratch for now, which the first flush writes.
          scratchPageCountMax *= 2;
        }
      }
    }
  }

  /// Forgets the pages that a commit has taken out of the database at its end.
  private void forgetBehind(long pageCount) {
    if (pageCount < replayedPageCount) {
      PageTranslationTable touched = table.finish();
      table = touched.edit();
      touched.forEach((page, location) -> {
        if (page >= pageCount) {
          table.put(page, 0);
          pool.free(location);
        }
      });
    }
    replayedPageCount = pageCount;
  }

  /// Gives a page memory. A commit may change more pages than fit into it: the others are spilled.
  private MemorySegment bring(long pageNumber) throws IOException {
    if (pool.usedCount() >= scratchPageCountMax / 3 * 4 && pool.canSpill()) {
      spill();
    }
    long location = pool.allocate(VERSION);
    table.put(pageNumber, location);
    return pool.page(location);
  }

  private MemorySegment fetch(long pageNumber, long spilled) throws IOException {
    MemorySegment page = bring(pageNumber);
    page.copyFrom(pool.page(spilled));
    pool.free(spilled);
    return page;
  }

  /// Moves all pages in memory to spill files, as far as those may grow.
  private void spill() throws IOException {
    PageTranslationTable touched = table.finish();
    long[] pages = new long[pool.usedCount()];
    long[] locations = new long[pages.length];
    int[] count = new int[1];
    touched.forEach((page, location) -> {
      if (!pool.isSpilled(location)) {
        pages[count[0]] = page;
        locations[count[0]++] = location;
      }
    });
    table = touched.edit();
    spill.begin();
    boolean done = false;
    try {
      boolean hasRoom = true;
      for (int i = 0; hasRoom && i < count[0]; i++) {
        hasRoom = spill.add(pages[i], locations[i]);
      }
      spill.finish();
      done = true;
      scratchPageCountMax *= hasRoom ? 1 : 2;
    } catch (NoSpaceException e) {
      // A database opens on a full disk: more scratch for now, which the first flush writes.
      scratchPageCountMax *= 2;
    } finally {
      if (!done) {
        spill.undo();
      }
    }
    for (int i = 0; i < spill.count(); i++) {
      table.put(spill.page(i), spill.to(i));
      pool.free(spill.from(i));
    }
  }

  private void loadBase(long pageNumber, boolean fromZero, MemorySegment page) {
    PageMapping mapping = dataFile.mapping();
    long mapped = fromZero ? -1 : mapping.locateUnverified(pageNumber);
    if (mapped < 0) {
      page.fill((byte) 0);
      return;
    }
    try {
      MemorySegment.copy(
          mapping.segmentAt(mapped), PageReader.offsetAt(mapped), page, 0, PageLayout.PAGE_BYTES);
    } catch (InternalError e) {
      throw new CorruptPageException(DataFile.NAME, pageNumber, "a readable page", "an I/O error");
    }
  }

  /// Makes room in scratch in the middle of a long replay. Not verified: the file may have held
  /// newer bytes than the records so far, which the rest of the replay brings again.
  private void flush(long sequence, long pageCount) throws IOException {
    PageTranslationTable touched = table.finish();
    long[] pages = new long[touched.size()];
    long[] locations = new long[touched.size()];
    int[] count = new int[1];
    touched.forEach((page, location) -> {
      pages[count[0]] = page;
      locations[count[0]++] = location;
    });
    dataFile.ensurePages(pageCount, () -> {});
    dataFile.writeUnfinishedPages(pages, count[0], i -> pool.page(locations[i]));
    Arrays.stream(locations).forEach(pool::free);
    table = PageTranslationTable.EMPTY.edit();
    flushedSequence = sequence;
  }

  /// Verifies every page that replay has put together.
  private void verifyTouched() {
    PageTranslationTable touched = table.finish();
    touched.forEach((pageNumber, location) -> {
      MemorySegment page = pool.page(location);
      int stored = page.get(PageLayout.INT, PageLayout.CHECKSUM_OFFSET);
      int sum = pool.isSpilled(location) ? checksum.ofMapped(page, 0) : checksum.of(page);
      long number = page.get(PageLayout.LONG, PageLayout.PAGE_NUMBER_OFFSET);
      if (stored != sum || number != pageNumber) {
        throw new CorruptPageException(
            dataFileLocation(),
            pageNumber,
            "checksum " + Integer.toHexString(sum) + " after replay",
            Integer.toHexString(stored));
      }
    });
    table = touched.edit();
  }

  private String dataFileLocation() {
    return fileSystem.location() + "/" + DataFile.NAME;
  }
}
