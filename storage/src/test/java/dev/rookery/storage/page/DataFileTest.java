package dev.rookery.storage.page;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rookery.storage.StorageEnvironment;
import dev.rookery.storage.StorageOptions;
import dev.rookery.storage.io.DirectoryFileSystem;
import dev.rookery.storage.io.SimulatedDisk;
import java.nio.file.Path;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The length of the data file while a load writes behind its end.
final class DataFileTest {
  private static final int PAGES = 40;

  private final SimulatedDisk disk = new SimulatedDisk();

  private int pages() throws Exception {
    return disk.read(DataFile.NAME).length >> PageLayout.PAGE_SHIFT;
  }

  @Test
  void load_thatIsGivenUp_givesTheLengthBack_andNoOtherDoes() throws Exception {
    StorageEnvironment.open(disk.fileSystem(), StorageOptions.defaults().inline()).close();
    UUID database = DataFileForger.database(disk.read(DataFile.NAME));
    int before = pages();
    byte[] bytes = new byte[PAGES << PageLayout.PAGE_SHIFT];
    try (DataFile file = DataFile.open(disk.fileSystem(), database)) {
      long first = file.beginUnseen(before);
      long second = file.beginUnseen(before);
      file.writeUnseen(bytes, bytes.length, before);
      assertThat(pages()).isEqualTo(before + PAGES);

      file.endUnseen(first); // Another one has begun.
      assertThat(pages()).isEqualTo(before + PAGES);
      file.endUnseen(second);
      assertThat(pages()).isEqualTo(before);
      file.endUnseen(second); // It has ended.
      assertThat(pages()).isEqualTo(before);
    }
  }

  /// Room that is made beside a load would lie where the load writes, and stay when it is given up.
  @Test
  void growth_besideALoad_isNoMoreThanIsNeeded() throws Exception {
    StorageEnvironment.open(disk.fileSystem(), StorageOptions.defaults().inline()).close();
    UUID database = DataFileForger.database(disk.read(DataFile.NAME));
    int before = pages();
    try (DataFile file = DataFile.open(disk.fileSystem(), database)) {
      long load = file.beginUnseen(before);
      file.ensurePages(before + 1, () -> {});
      assertThat(pages()).isEqualTo(before + 1);
      file.endUnseen(load);
      file.ensurePages(before + 2, () -> {});
      assertThat(pages()).isGreaterThan(before + 4);
    }
  }

  /// Whoever asks belongs to no snapshot that would keep the file mapped.
  @Test
  void residentBytes_whenTheFileIsUnmapped_areUnknown(@TempDir Path directory) throws Exception {
    UUID database;
    try (StorageEnvironment environment =
        StorageEnvironment.open(
            DirectoryFileSystem.open(directory, false), StorageOptions.defaults())) {
      database = environment.database();
    }
    PageMapping mapping;
    try (DirectoryFileSystem files = DirectoryFileSystem.open(directory, false);
        DataFile file = DataFile.open(files, database)) {
      mapping = file.mapping();
      assertThat(mapping.residentBytes()).isPresent();
    }
    assertThat(mapping.residentBytes()).isEmpty();
  }
}
