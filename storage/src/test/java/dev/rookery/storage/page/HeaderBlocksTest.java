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
    return start("").durable();
  }

  private HeaderBlocks.Start start(String bootId) throws IOException {
    return HeaderBlocks.readStart(file, DATABASE, "here", bootId);
  }

  private static DurableEntry flushed(long revision) {
    return new DurableEntry(revision, revision * 10 + 5, 25, 35, 45, 55, 65);
  }

  @Test
  void identity_written_isReadBack() throws IOException {
    UUID lineage = new UUID(7, 9);
    HeaderBlocks.writeIdentity(file, DATABASE, lineage, 123);

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

  @Test
  void transientEntry_ofThisBoot_isWhereReplayStarts() throws IOException {
    HeaderBlocks.writeDurable(file, DATABASE, entry(6));
    HeaderBlocks.writeDurable(file, DATABASE, entry(7));
    HeaderBlocks.writeTransient(file, DATABASE, flushed(7), "boot", 0);

    assertThat(start("boot")).isEqualTo(new HeaderBlocks.Start(entry(7), flushed(7), 0, false));
    for (String other : new String[] {"", "bood", "boot2", "boo", "b".repeat(65)}) {
      assertThat(start(other)).isEqualTo(new HeaderBlocks.Start(entry(7), entry(7), 0, false));
    }
  }

  @Test
  void transientEntry_withoutABootId_isNotWritten() throws IOException {
    HeaderBlocks.writeDurable(file, DATABASE, entry(6));
    HeaderBlocks.writeTransient(file, DATABASE, flushed(6), "", 0);
    HeaderBlocks.writeTransient(file, DATABASE, flushed(6), "b".repeat(65), 0);
    ByteBuffer block = ByteBuffer.allocate(4096);
    file.read(block, 3 * 4096);

    assertThat(block.array()).containsOnly(0);
  }

  @Test
  void transientEntry_thatDoesNotFit_isPassedOver() throws IOException {
    HeaderBlocks.writeDurable(file, DATABASE, entry(6));
    HeaderBlocks.writeDurable(file, DATABASE, entry(7));
    HeaderBlocks.Start without = new HeaderBlocks.Start(entry(7), entry(7), 0, false);

    // Builds on an entry that is not there.
    HeaderBlocks.writeTransient(file, DATABASE, flushed(5), "boot", 0);
    assertThat(start("boot")).isEqualTo(without);
    HeaderBlocks.writeTransient(file, DATABASE, flushed(8), "boot", 0);
    assertThat(start("boot")).isEqualTo(without);
    // Older than the one that it builds on.
    HeaderBlocks.writeTransient(file, DATABASE, new DurableEntry(7, 69, 1, 2, 3, 4, 5), "boot", 0);
    assertThat(start("boot")).isEqualTo(without);
    HeaderBlocks.writeTransient(file, new UUID(1, 1), flushed(7), "boot", 0);
    assertThat(start("boot")).isEqualTo(without);
    HeaderBlocks.writeTransient(file, DATABASE, flushed(7), "boot", 0);
    file.write(ByteBuffer.wrap(new byte[] {9}), 3 * 4096 + 70);
    assertThat(start("boot")).isEqualTo(without);
  }

  @Test
  void durableEntry_newerThanTheTransientOneKnowsOf_isNotDurableOnThisBoot() throws IOException {
    HeaderBlocks.writeDurable(file, DATABASE, entry(6));
    HeaderBlocks.writeTransient(file, DATABASE, entry(6), "boot", 0);
    HeaderBlocks.writeDurable(file, DATABASE, entry(7));

    assertThat(start("boot")).isEqualTo(new HeaderBlocks.Start(entry(6), entry(7), 0, false));
    assertThat(start("next")).isEqualTo(new HeaderBlocks.Start(entry(7), entry(7), 0, false));
  }
}
