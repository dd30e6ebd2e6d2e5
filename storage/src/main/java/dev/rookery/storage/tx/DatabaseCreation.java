package dev.rookery.storage.tx;

import dev.rookery.storage.error.CorruptDatabaseException;
import dev.rookery.storage.error.DiskFullException;
import dev.rookery.storage.error.NotADatabaseException;
import dev.rookery.storage.error.ReadOnlyException;
import dev.rookery.storage.io.NoSpaceException;
import dev.rookery.storage.io.StorageFile;
import dev.rookery.storage.io.StorageFileSystem;
import dev.rookery.storage.io.StorageFileSystem.OpenMode;
import dev.rookery.storage.journal.JournalFiles;
import dev.rookery.storage.page.DataFile;
import dev.rookery.storage.page.HeaderBlocks;
import dev.rookery.storage.page.HeaderBlocks.DurableEntry;
import dev.rookery.storage.page.PageChecksum;
import dev.rookery.storage.page.PageLayout;
import dev.rookery.storage.page.PageType;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/// Makes a database where there is none, and says whether a directory holds one.
///
/// The data file is made whole under another name, synced, and renamed: it exists under its own
/// name completely or not at all. A directory in which only leftovers of a creation are found
/// counts as empty.
public final class DatabaseCreation {
  private static final Set<String> LEFTOVERS =
      Set.of("lock", DataFile.NEW_NAME, JournalFiles.DIRECTORY);

  private DatabaseCreation() {}

  /// Returns whether a directory holds a database; `false` if one can be made there.
  ///
  /// @throws NotADatabaseException if it holds something else
  /// @throws CorruptDatabaseException if it holds the rest of a database
  public static boolean exists(StorageFileSystem fileSystem) throws IOException {
    List<String> names = fileSystem.list("");
    if (names.contains(DataFile.NAME)) {
      return true;
    }
    for (String name : names) {
      if (!LEFTOVERS.contains(name)) {
        throw new NotADatabaseException(
            "directory holds something else directory=%s entry=%s"
                .formatted(fileSystem.location(), name));
      }
    }
    // The first journal file is made long after the data file has its name.
    if (names.contains(JournalFiles.DIRECTORY)
        && !fileSystem.list(JournalFiles.DIRECTORY).isEmpty()) {
      throw new CorruptDatabaseException(
          "data file is missing beside its journal directory=" + fileSystem.location());
    }
    return false;
  }

  /// Makes a database of two pages: the free-space map and the root page.
  public static void create(StorageFileSystem fileSystem) throws IOException {
    if (fileSystem.isReadOnly()) {
      throw new ReadOnlyException(
          "database cannot be created read-only directory=" + fileSystem.location());
    }
    UUID database = new UUID(fileSystem.randomBits(), fileSystem.randomBits());
    UUID lineage = new UUID(fileSystem.randomBits(), fileSystem.randomBits());
    try {
      fileSystem.createDirectory(JournalFiles.DIRECTORY);
      fileSystem.delete(DataFile.NEW_NAME);
      try (StorageFile file = fileSystem.open(DataFile.NEW_NAME, OpenMode.CREATE_NEW)) {
        write(file, database, lineage);
        file.sync();
      }
      fileSystem.rename(DataFile.NEW_NAME, DataFile.NAME);
      fileSystem.syncDirectory("");
    } catch (NoSpaceException e) {
      throw new DiskFullException("no room for a database directory=" + fileSystem.location(), e);
    }
  }

  private static void write(StorageFile file, UUID database, UUID lineage) throws IOException {
    long now = System.currentTimeMillis();
    long root = PageLayout.FIRST_PAGE + 1;
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment pages = arena.allocate((root + 1) << PageLayout.PAGE_SHIFT, 8);
      file.write(pages.asByteBuffer(), 0);
      PageChecksum checksum = new PageChecksum(database);
      MemorySegment map = page(arena, PageLayout.FIRST_PAGE, PageType.FREE_SPACE);
      map.set(PageLayout.INT, FreeSpaceMap.TAKEN_OFFSET, (int) (root + 1));
      map.set(PageLayout.LONG, FreeSpaceMap.BITS_OFFSET, (1L << (root + 1)) - 1);
      checksum.seal(map);
      file.write(map.asByteBuffer(), PageLayout.FIRST_PAGE << PageLayout.PAGE_SHIFT);
      MemorySegment rootPage = page(arena, root, PageType.ROOT);
      checksum.seal(rootPage);
      file.write(rootPage.asByteBuffer(), root << PageLayout.PAGE_SHIFT);
    }
    HeaderBlocks.writeIdentity(file, database, lineage, now);
    DurableEntry empty = new DurableEntry(0, 0, root + 1, 0, 0, 0, now);
    HeaderBlocks.writeDurable(file, database, empty);
    HeaderBlocks.writeDurable(file, database, empty.repeated());
  }

  private static MemorySegment page(Arena arena, long pageNumber, byte type) {
    MemorySegment page = arena.allocate(PageLayout.PAGE_BYTES, 8);
    page.set(PageLayout.LONG, PageLayout.PAGE_NUMBER_OFFSET, pageNumber);
    page.set(PageLayout.BYTE, PageLayout.TYPE_OFFSET, type);
    return page;
  }
}
