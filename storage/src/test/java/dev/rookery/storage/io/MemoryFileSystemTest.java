package dev.rookery.storage.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.rookery.storage.io.StorageFileSystem.OpenMode;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.Test;

final class MemoryFileSystemTest extends StorageFileSystemContract {
  @Override
  StorageFileSystem create() {
    return MemoryFileSystem.create();
  }

  @Test
  void isNotPersistent() {
    assertThat(files.isPersistent()).isFalse();
    assertThat(files.isReadOnly()).isFalse();
    assertThat(files.bootId()).isEmpty();
  }

  @Test
  void close_endsMappings() throws IOException {
    MemorySegment mapped;
    try (StorageFileSystem memory = MemoryFileSystem.create()) {
      memory.createRoot();
      try (StorageFile file = memory.open("f", OpenMode.CREATE_NEW)) {
        file.write(bytes("a"), 0);
        mapped = file.map(0, 1, Arena.global());
      }
    }

    assertThatIllegalStateException().isThrownBy(() -> mapped.get(ValueLayout.JAVA_BYTE, 0));
  }

  @Test
  void blocksOfDeletedFiles_serveAgain_asZeros() throws IOException {
    long chunk = files.mapChunkBytes();
    // Without reuse this would take more than 1 GiB.
    for (int i = 0; i < 300; i++) {
      StorageFile file = create("f", "abc");
      assertThat(text(file)).isEqualTo("abc");
      files.delete("f");
      assertThat(text(file)).isEqualTo("abc");
      file.close();
    }
    try (StorageFile file = create("f", "")) {
      file.write(bytes("z"), chunk - 1);
      assertThat(text(file, 0, 3)).isEqualTo("\0\0\0");
    }
  }
}
