package dev.rookery.storage.journal;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/// The numbers of the documented layouts. A change here is a change of the file format.
final class JournalFormatTest {
  @Test
  void fileHeader_hasTheDocumentedLayout() {
    assertThat(JournalLayout.FILE_NUMBER_OFFSET).isEqualTo(8);
    assertThat(JournalLayout.FILE_UUID_OFFSET).isEqualTo(16);
    assertThat(JournalLayout.FILE_SALT_OFFSET).isEqualTo(32);
    assertThat(JournalLayout.FILE_FIRST_SEQUENCE_OFFSET).isEqualTo(40);
    assertThat(JournalLayout.FILE_CHAIN_OFFSET).isEqualTo(48);
    assertThat(JournalLayout.FILE_CRC_OFFSET).isEqualTo(4092);
    assertThat(JournalLayout.FILE_HEADER_BYTES).isEqualTo(4096);
    assertThat(ascii(JournalLayout.FILE_MAGIC)).isEqualTo("RKJOURN1");
  }

  @Test
  void record_hasTheDocumentedLayout() {
    assertThat(ascii(JournalLayout.RECORD_MAGIC)).isEqualTo("RKRECORD");
    assertThat(JournalLayout.RECORD_SALT_OFFSET).isEqualTo(8);
    assertThat(JournalLayout.RECORD_SEQUENCE_OFFSET).isEqualTo(16);
    assertThat(JournalLayout.RECORD_CHAIN_OFFSET).isEqualTo(24);
    assertThat(JournalLayout.RECORD_UUID_OFFSET).isEqualTo(32);
    assertThat(JournalLayout.RECORD_LENGTH_OFFSET).isEqualTo(48);
    assertThat(JournalLayout.RECORD_PAGE_COUNT_OFFSET).isEqualTo(56);
    assertThat(JournalLayout.RECORD_DURABLE_OFFSET).isEqualTo(64);
    assertThat(JournalLayout.RECORD_HASH_OFFSET).isEqualTo(72);
    assertThat(JournalLayout.RECORD_FRAMES_OFFSET).isEqualTo(80);
    assertThat(JournalLayout.RECORD_CRC_OFFSET).isEqualTo(124);
    assertThat(JournalLayout.RECORD_HEADER_BYTES).isEqualTo(128);
    assertThat(JournalLayout.FRAME_HEADER_BYTES).isEqualTo(8);
    assertThat(JournalLayout.ENTRY_HEADER_BYTES).isEqualTo(12);
    assertThat(JournalLayout.ALIGNMENT).isEqualTo(64);
    assertThat(JournalLayout.BLOCK_BYTES).isEqualTo(4096);
  }

  private static String ascii(long magic) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < Long.BYTES; i++) {
      text.append((char) (magic >>> (8 * i) & 0xFF));
    }
    return text.toString();
  }
}
