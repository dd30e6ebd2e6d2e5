package dev.rookery.storage.page;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rookery.storage.StorageEnvironment;
import dev.rookery.storage.StorageOptions;
import dev.rookery.storage.io.SimulatedDisk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/// The numbers of the documented layouts. A change here is a change of the file format.
final class FileFormatTest {
  @Test
  void pageHeader_hasTheDocumentedLayout() {
    assertThat(PageLayout.PAGE_NUMBER_OFFSET).isEqualTo(0);
    assertThat(PageLayout.SEQUENCE_OFFSET).isEqualTo(8);
    assertThat(PageLayout.CHECKSUM_OFFSET).isEqualTo(16);
    assertThat(PageLayout.STRUCTURE_OFFSET).isEqualTo(20);
    assertThat(PageLayout.TYPE_OFFSET).isEqualTo(24);
    assertThat(PageLayout.FLAGS_OFFSET).isEqualTo(25);
    assertThat(PageLayout.COUNT_OFFSET).isEqualTo(26);
    assertThat(PageLayout.CONTENT_OFFSET).isEqualTo(32);
    assertThat(PageLayout.HEADER_BYTES).isEqualTo(16_384);
  }

  @Test
  void headerBlocks_haveTheDocumentedLayout() {
    assertThat(HeaderBlocks.BLOCK_BYTES).isEqualTo(4096);
    assertThat(HeaderBlocks.MAJOR_OFFSET).isEqualTo(8);
    assertThat(HeaderBlocks.MINOR_OFFSET).isEqualTo(10);
    assertThat(HeaderBlocks.PAGE_SHIFT_OFFSET).isEqualTo(12);
    assertThat(HeaderBlocks.REQUIRED_OFFSET).isEqualTo(16);
    assertThat(HeaderBlocks.OPTIONAL_OFFSET).isEqualTo(24);
    assertThat(HeaderBlocks.UUID_OFFSET).isEqualTo(32);
    assertThat(HeaderBlocks.CREATED_OFFSET).isEqualTo(48);
    assertThat(HeaderBlocks.REVISION_OFFSET).isEqualTo(8);
    assertThat(HeaderBlocks.SEQUENCE_OFFSET).isEqualTo(16);
    assertThat(HeaderBlocks.PAGE_COUNT_OFFSET).isEqualTo(24);
    assertThat(HeaderBlocks.JOURNAL_FILE_OFFSET).isEqualTo(32);
    assertThat(HeaderBlocks.JOURNAL_OFFSET_OFFSET).isEqualTo(40);
    assertThat(HeaderBlocks.CHAIN_OFFSET).isEqualTo(48);
    assertThat(HeaderBlocks.WRITTEN_OFFSET).isEqualTo(56);
    assertThat(HeaderBlocks.BOOT_ID_OFFSET).isEqualTo(64);
    assertThat(HeaderBlocks.BOOT_ID_BYTES).isEqualTo(64);
    assertThat(HeaderBlocks.FILE_KEY_OFFSET).isEqualTo(128);
    assertThat(HeaderBlocks.CRC_OFFSET).isEqualTo(4092);
  }

  @Test
  void pageTypes_neverChange() {
    assertThat(
            new byte[] {
              PageType.FREE_SPACE,
              PageType.ROOT,
              PageType.BRANCH,
              PageType.LEAF,
              PageType.FIXED_BRANCH,
              PageType.FIXED_LEAF,
              PageType.PAGED_ROOT,
              PageType.PAGED_BRANCH,
              PageType.PAGED_LEAF,
              PageType.TABLE_ROOT,
              PageType.TABLE_RECORDS,
              PageType.TABLE_LARGE,
              PageType.FOREST_ROOT,
              PageType.FOREST_FENCES,
              PageType.FOREST_LEAF,
              PageType.NODE_SLOTS,
              PageType.FOREST_DIRECTORY
            })
        .containsExactly(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17);
  }

  @Test
  void newDatabase_hasTheDocumentedBytes() throws IOException {
    SimulatedDisk disk = new SimulatedDisk();
    StorageEnvironment.open(
            disk.fileSystem(),
            StorageOptions.defaults()
                .withScratchBytes(1 << 20)
                .withBackgroundSyncMillis(5)
                .withJournalFileBytes(64 << 10)
                .inline())
        .close();
    byte[] bytes = disk.read("data.rkd");
    ByteBuffer file = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);

    assertThat(new String(bytes, 0, 8, StandardCharsets.US_ASCII)).isEqualTo("ROOKERY1");
    assertThat(file.getShort(8)).isEqualTo((short) 1);
    assertThat(file.getShort(10)).isEqualTo((short) 0);
    assertThat(file.getInt(12)).isEqualTo(PageLayout.PAGE_SHIFT);
    assertThat(new String(bytes, 4096, 8, StandardCharsets.US_ASCII)).isEqualTo("RKDURABL");
    assertThat(new String(bytes, 8192, 8, StandardCharsets.US_ASCII)).isEqualTo("RKDURABL");
    assertThat(file.getLong(4096 + 24)).isEqualTo(PageLayout.FIRST_PAGE + 2);
    int map = (int) PageLayout.FIRST_PAGE << PageLayout.PAGE_SHIFT;
    assertThat(file.getLong(map)).isEqualTo(PageLayout.FIRST_PAGE);
    assertThat(file.get(map + 24)).isEqualTo(PageType.FREE_SPACE);
    assertThat(file.getInt(map + 32)).isEqualTo((int) PageLayout.FIRST_PAGE + 2);
    assertThat(file.getLong(map + 40)).isEqualTo((1L << PageLayout.FIRST_PAGE + 2) - 1);
    assertThat(file.get(map + PageLayout.PAGE_BYTES + 24)).isEqualTo(PageType.ROOT);
    assertThat(bytes).hasSize((int) (PageLayout.FIRST_PAGE + 2) << PageLayout.PAGE_SHIFT);
  }
}
