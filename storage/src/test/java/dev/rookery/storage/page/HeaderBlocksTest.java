package dev.rookery.storage.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rookery.storage.error.CorruptDatabaseException;
import dev.rookery.storage.io.MemoryFileSystem;
import dev.rookery.storage.io.StorageFile;
import dev.rookery.storage.io.StorageFileSystem.OpenMode;
import dev.rookery.storage.page.HeaderBlocks.DurableEntry;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class HeaderBlocksTest {
  private static final UUID DATABASE = UUID.fromString("01234567-89ab-cdef-8123-456789abcdee");

  private final MemoryFileSystem files = MemoryFileSystem.create();
  private StorageFile file;

  @BeforeEach
  void createFile() throws IOException {
    files.createRoot();
    file = files.open("data.rkd", OpenMode.CREATE_NEW);
    file.write(ByteBuffer.allocate(PageLayout.HEADER_BYTES), 0);
  }

  @AfterEach
  void close() throws IOException {
    file.close();
    files.close();
  }

  private static DurableEntry entry(long revision) {
    return new DurableEntry(revision, revision * 10, 20, 30, 40, 50, 60);
  }

  private DurableEntry read() throws IOException {
    return HeaderBlocks.readDurable(file, DATABASE, "here");
  }

  @Test
  void identity_written_isReadBack() throws IOException {
    HeaderBlocks.writeIdentity(file, DATABASE, 123);

    assertThat(HeaderBlocks.readIdentity(file, "here")).isEqualTo(DATABASE);
  }

  @Test
  void durableEntries_takeTurnsAndTheNewestWins() throws IOException {
    for (long revision = 0; revision < 5; revision++) {
      HeaderBlocks.writeDurable(file, DATABASE, entry(revision));
      assertThat(read()).isEqualTo(entry(revision));
    }
    HeaderBlocks.writeDurable(file, DATABASE, read().repeated());
    assertThat(read().revision()).isEqualTo(5);
    assertThat(read().sequence()).isEqualTo(40);
  }

  @Test
  void damagedEntry_isPassedOver() throws IOException {
    HeaderBlocks.writeDurable(file, DATABASE, entry(6));
    HeaderBlocks.writeDurable(file, DATABASE, entry(7));

    file.write(ByteBuffer.wrap(new byte[] {9}), 2 * 4096 + 700);
    assertThat(read()).isEqualTo(entry(6));
    file.write(ByteBuffer.wrap(new byte[] {9}), 4096 + 700);
    assertThatThrownBy(this::read).isInstanceOf(CorruptDatabaseException.class);
  }

  @Test
  void entryInTheWrongBlock_orOfAnotherDatabase_isPassedOver() throws IOException {
    HeaderBlocks.writeDurable(file, DATABASE, entry(6));
    ByteBuffer block = ByteBuffer.allocate(4096);
    file.read(block, 4096);
    file.write(block.flip(), 8192);
    HeaderBlocks.writeDurable(file, new UUID(1, 1), entry(8));

    assertThatThrownBy(this::read).isInstanceOf(CorruptDatabaseException.class);
  }
}
