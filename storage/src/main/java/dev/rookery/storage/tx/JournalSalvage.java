package dev.rookery.storage.tx;

import dev.rookery.storage.SalvageReport;
import dev.rookery.storage.error.CorruptJournalException;
import dev.rookery.storage.error.CorruptPageException;
import dev.rookery.storage.io.StorageFile;
import dev.rookery.storage.io.StorageFileSystem;
import dev.rookery.storage.io.StorageFileSystem.OpenMode;
import dev.rookery.storage.journal.JournalDamage;
import dev.rookery.storage.journal.JournalEnd;
import dev.rookery.storage.journal.JournalFiles;
import dev.rookery.storage.mvcc.ScratchPool;
import dev.rookery.storage.mvcc.Snapshot;
import dev.rookery.storage.page.DataFile;
import dev.rookery.storage.page.HeaderBlocks;
import dev.rookery.storage.page.HeaderBlocks.DurableEntry;
import dev.rookery.storage.page.PageLayout;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/// Brings a database whose journal is damaged in the middle back to the commit before the damage,
/// if that is possible, before it is opened like any other.
///
/// It is possible if the data file holds nothing of the commits behind the damage: a flush may have
/// written some of their pages, and what was there before is gone then. That is found out page by
/// page, O(database), and refused before anything is changed.
///
/// ```
/// replay to the damage, in memory     nothing is changed
/// verify every page in use            nothing is changed
/// write the pages, sync               replay writes the same again
/// durable header entry, sync          the state is the one that counts
/// rename the damaged files            they are passed over; nothing is deleted
/// ```
///
/// A crash in between leaves a database that is refused as before, and salvaged by the next
/// attempt.
final class JournalSalvage {
  private static final String SUFFIX = ".salvaged";

  private final StorageFileSystem fileSystem;
  private final UUID database;
  private final HeaderBlocks.Start start;
  private final DataFile dataFile;

  private JournalSalvage(
      StorageFileSystem fileSystem, UUID database, HeaderBlocks.Start start, DataFile dataFile) {
    this.fileSystem = fileSystem;
    this.database = database;
    this.start = start;
    this.dataFile = dataFile;
  }

  /// Salvages the database in a file system if its journal is damaged, and says what was lost.
  ///
  /// @throws CorruptJournalException if the state before the damage cannot be brought back; nothing
  ///   has changed then
  static Optional<SalvageReport> run(StorageFileSystem fileSystem) throws IOException {
    UUID database;
    HeaderBlocks.Start start;
    String location = fileSystem.location() + "/" + DataFile.NAME;
    try (StorageFile file = fileSystem.open(DataFile.NAME, OpenMode.READ)) {
      database = HeaderBlocks.readIdentity(file, location);
      start = HeaderBlocks.readStart(file, database, location, fileSystem.bootId());
    }
    try (DataFile dataFile = DataFile.open(fileSystem, database)) {
      return new JournalSalvage(fileSystem, database, start, dataFile).run();
    }
  }

  private Optional<SalvageReport> run() throws IOException {
    // No budget: nothing may be written before it is certain that the state can be brought back.
    try (ScratchPool pool = new ScratchPool(null)) {
      Recovery recovery = new Recovery(fileSystem, database, dataFile, start, pool, Long.MAX_VALUE);
      Optional<Recovery.Salvaged> found = replay(recovery);
      if (found.isEmpty()) {
        return Optional.empty();
      }
      Recovery.Salvaged salvaged = found.get();
      verify(salvaged);
      JournalEnd end = salvaged.end();
      JournalDamage damage = salvaged.damage();
      settle(salvaged.board(), end);
      List<String> kept = putAside(end, damage.fileNumber());
      return Optional.of(
          new SalvageReport(
              damage.message(),
              damage.firstLostSequence(),
              damage.newestSequence(),
              damage.laterRecordCount(),
              damage.file(),
              damage.offset(),
              kept));
    }
  }

  private static Optional<Recovery.Salvaged> replay(Recovery recovery) throws IOException {
    try {
      return recovery.runToDamage();
    } catch (CorruptPageException e) {
      throw tooLate(e);
    }
  }

  /// Looks at every page in use. A page of a later commit has the wrong checksum or too high a
  /// sequence.
  private static void verify(Recovery.Salvaged salvaged) {
    SnapshotBoard board = salvaged.board();
    try (PageReadTransaction tx = new PageReadTransaction(board, board.begin(), DataFile.NAME)) {
      for (long page = PageLayout.FIRST_PAGE; page < tx.pageCount(); page++) {
        if (FreeSpaceMap.isTaken(tx, page)) {
          var _ = tx.locate(page);
        }
      }
    } catch (CorruptPageException e) {
      throw tooLate(e);
    }
  }

  private static CorruptJournalException tooLate(CorruptPageException cause) {
    return new CorruptJournalException(
        "journal is damaged, and the data file is not as it was before the damage: " + cause,
        cause);
  }

  /// Makes the recovered state the one that the durable header entry names.
  private void settle(SnapshotBoard board, JournalEnd end) throws IOException {
    Snapshot snapshot = board.visible();
    long[] pages = new long[snapshot.table().size()];
    long[] locations = new long[pages.length];
    int[] count = new int[1];
    snapshot
        .table()
        .forEach((page, location) -> {
          pages[count[0]] = page;
          locations[count[0]++] = location;
        });
    StorageFile file = dataFile.file();
    String bootId = fileSystem.bootId();
    HeaderBlocks.writeTransient(file, database, start.durable(), bootId, dataFile.reach());
    dataFile.ensurePages(end.pageCount(), () -> {});
    dataFile.writePages(pages, count[0], i -> board.pool().page(locations[i]), () -> {});
    dataFile.sync();
    DurableEntry settled =
        new DurableEntry(
            start.durable().revision() + 1,
            end.sequence(),
            end.pageCount(),
            end.position().file(),
            end.position().offset(),
            end.position().chain(),
            start.flushed().writtenMillis());
    HeaderBlocks.writeDurable(file, database, settled);
    dataFile.sync();
    HeaderBlocks.writeTransient(file, database, settled, bootId, dataFile.reach());
  }

  /// Renames the damaged file and those behind it, so that nobody reads them again by himself.
  private List<String> putAside(JournalEnd end, long firstNumber) throws IOException {
    List<String> taken = fileSystem.list(JournalFiles.DIRECTORY);
    List<String> kept = new ArrayList<>();
    for (JournalEnd.ExistingFile existing : end.files()) {
      if (existing.number() >= firstNumber) {
        String name = existing.name();
        String aside = name + SUFFIX;
        for (int i = 2; taken.contains(aside.substring(aside.indexOf('/') + 1)); i++) {
          aside = name + SUFFIX + "-" + i;
        }
        fileSystem.rename(name, aside);
        kept.add(aside);
      }
    }
    fileSystem.syncDirectory(JournalFiles.DIRECTORY);
    return kept;
  }
}
