package dev.rookery.storage.backup;

import dev.rookery.storage.error.CorruptPageException;
import dev.rookery.storage.error.TransactionClosedException;
import dev.rookery.storage.page.PageChecksum;
import dev.rookery.storage.page.PageLayout;
import dev.rookery.storage.page.PageReader;
import dev.rookery.storage.tx.FreeSpaceMap;
import dev.rookery.storage.tx.PageReadTransaction;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.foreign.MemorySegment;
import java.util.UUID;

/// The pages of one snapshot, to be written to an archive while others read and write.
///
/// Takes no lock and waits for nobody: pages are read through the snapshot, wherever they are. Like
/// any reader that stays long, it keeps later changes in scratch until it is through.
///
/// The commits of the snapshot must be durable before an archive of it is trusted: a power failure
/// could else give their numbers to other commits, and an incremental backup would go on from a
/// state that never was.
///
/// Belongs to one thread at a time.
public final class HotBackup {
  private final PageReadTransaction snapshot;
  private final UUID database;
  private final UUID lineage;
  private final PageChecksum checksum;

  /// Creates a backup of a snapshot, which stays open meanwhile.
  public HotBackup(PageReadTransaction snapshot, UUID database, UUID lineage) {
    this.snapshot = snapshot;
    this.database = database;
    this.lineage = lineage;
    this.checksum = new PageChecksum(database);
  }

  /// Returns the commit whose state is saved.
  public long sequence() {
    return snapshot.sequence();
  }

  /// Writes all pages in use to a stream, which stays open. O(database).
  ///
  /// @throws CorruptPageException if a page is damaged; the archive is not complete then
  /// @throws TransactionClosedException if the snapshot was taken away meanwhile
  /// @throws IOException if the stream fails
  public ArchiveSummary writeFull(OutputStream out) throws IOException {
    ArchiveHeader header =
        new ArchiveHeader(
            database,
            lineage,
            true,
            0,
            0,
            snapshot.sequence(),
            snapshot.pageCount(),
            System.currentTimeMillis());
    return write(header, -1, out);
  }

  /// Writes the pages that have changed since an earlier archive to a stream, which stays open.
  /// Reads the header of every page in use, and verifies each page that was not read yet:
  /// O(database) in time, O(changes) in bytes written.
  ///
  /// @throws IllegalArgumentException if this database does not go on from that archive
  /// @throws CorruptPageException if a page is damaged; the archive is not complete then
  /// @throws TransactionClosedException if the snapshot was taken away meanwhile
  /// @throws IOException if the stream fails
  public ArchiveSummary writeSince(ArchiveSummary base, OutputStream out) throws IOException {
    requireGoesOnFrom(base);
    if (base.sequence() == snapshot.sequence()) {
      throw new IllegalArgumentException(
          "nothing was committed since the base sequence=" + base.sequence());
    }
    ArchiveHeader header =
        new ArchiveHeader(
            database,
            lineage,
            false,
            base.sequence(),
            base.state(),
            snapshot.sequence(),
            snapshot.pageCount(),
            System.currentTimeMillis());
    return write(header, base.sequence(), out);
  }

  /// Fails unless an archive is of this database, of this life of it, and not newer.
  void requireGoesOnFrom(ArchiveSummary base) {
    if (!base.database().equals(database)) {
      throw new IllegalArgumentException(
          "base is a backup of another database base=%s database=%s"
              .formatted(base.database(), database));
    }
    if (!base.lineage().equals(lineage)) {
      throw new IllegalArgumentException(
          "base was made before this database was restored, or of another restored copy; make a"
              + " full backup in another place sequence="
              + base.sequence());
    }
    if (base.sequence() > snapshot.sequence()) {
      throw new IllegalArgumentException(
          "base is newer than the database base=%d database=%d"
              .formatted(base.sequence(), snapshot.sequence()));
    }
  }

  private ArchiveSummary write(ArchiveHeader header, long baseSequence, OutputStream out)
      throws IOException {
    try {
      ArchiveWriter archive = new ArchiveWriter(out, header);
      StateHash state = new StateHash();
      long pageCount = header.pageCount();
      for (long group = 0; group * FreeSpaceMap.GROUP_PAGES < pageCount; group++) {
        writeGroup(group, baseSequence, archive, state);
      }
      return archive.finish(state.finish(pageCount));
    } catch (IllegalStateException e) {
      if (snapshot.isClosed()) { // The database was closed, and the memory under the pages is gone.
        throw new TransactionClosedException("database was closed during the backup", e);
      }
      throw e;
    }
  }

  private void writeGroup(long group, long baseSequence, ArchiveWriter archive, StateHash state)
      throws IOException {
    long first = group * FreeSpaceMap.GROUP_PAGES;
    long mapPage = FreeSpaceMap.mapPage(group);
    for (int word = 0; word < FreeSpaceMap.GROUP_PAGES / Long.SIZE; word++) {
      long firstOfWord = first + ((long) word << 6);
      if (firstOfWord >= snapshot.pageCount()) {
        break;
      }
      long bits = FreeSpaceMap.takenBits(snapshot.page(mapPage), word);
      bits &= ~PageLedger.headerBits(firstOfWord);
      if (word == 0 && (bits >>> (mapPage - first) & 1) == 0) {
        throw snapshot.corrupt(mapPage, "a map page that marks itself", "a free one");
      }
      while (bits != 0) {
        writePage(firstOfWord + Long.numberOfTrailingZeros(bits), baseSequence, archive, state);
        bits &= bits - 1;
      }
    }
  }

  private void writePage(long pageNumber, long baseSequence, ArchiveWriter archive, StateHash state)
      throws IOException {
    if (pageNumber >= snapshot.pageCount()) {
      throw snapshot.corrupt(pageNumber, "a page inside the database", "one taken outside");
    }
    int stored;
    boolean isNewer;
    try {
      long location = snapshot.locate(pageNumber);
      MemorySegment segment = snapshot.segmentAt(location);
      long offset = PageReader.offsetAt(location);
      stored = segment.get(PageLayout.INT, offset + PageLayout.CHECKSUM_OFFSET);
      isNewer = segment.get(PageLayout.LONG, offset + PageLayout.SEQUENCE_OFFSET) > baseSequence;
      if (isNewer) {
        verifyCopy(pageNumber, checksum.ofMapped(segment, offset));
      }
    } catch (InternalError e) {
      // The kernel could not deliver the page: a bad sector, or somebody cut the file.
      RuntimeException corrupt = snapshot.corrupt(pageNumber, "a readable page", "an I/O error");
      corrupt.initCause(e);
      throw corrupt;
    }
    state.add(pageNumber, stored);
    if (isNewer) {
      archive.add(checksum.lastCopy());
    }
  }

  private void verifyCopy(long pageNumber, int sum) {
    MemorySegment page = checksum.lastCopy();
    int stored = page.get(PageLayout.INT, PageLayout.CHECKSUM_OFFSET);
    long number = page.get(PageLayout.LONG, PageLayout.PAGE_NUMBER_OFFSET);
    long sequence = page.get(PageLayout.LONG, PageLayout.SEQUENCE_OFFSET);
    if (stored != sum || number != pageNumber || sequence > snapshot.sequence()) {
      throw snapshot.corrupt(
          pageNumber,
          "checksum %x, commit up to %d".formatted(sum, snapshot.sequence()),
          "checksum %x, page %d, commit %d".formatted(stored, number, sequence));
    }
  }
}
