package dev.rookery.storage.mvcc;

import dev.rookery.storage.io.MemoryFileSystem;
import dev.rookery.storage.io.StorageFileSystem.OpenMode;
import dev.rookery.storage.journal.JournalPosition;
import dev.rookery.storage.page.DataFile;
import dev.rookery.storage.page.PageMapping;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.util.UUID;

/// Snapshots without content.
final class SnapshotsForTests {
  private static final PageMapping NOTHING = mappingOfNothing();

  private SnapshotsForTests() {}

  static Snapshot ofVersion(long version) {
    return new Snapshot(
        version,
        version,
        PageTranslationTable.EMPTY,
        NOTHING,
        new MemorySegment[0],
        0,
        new JournalPosition(0, 0, 0));
  }

  private static PageMapping mappingOfNothing() {
    try (MemoryFileSystem files = MemoryFileSystem.create()) {
      files.createRoot();
      files.open(DataFile.NAME, OpenMode.CREATE_NEW).close();
      try (DataFile file = DataFile.open(files, new UUID(1, 2))) {
        return file.mapping();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
