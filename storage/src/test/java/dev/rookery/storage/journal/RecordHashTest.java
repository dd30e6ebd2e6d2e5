package dev.rookery.storage.journal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.zip.CRC32;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;

/// What vouches for a record. A change here is a change of the file format.
final class RecordHashTest {
  private static long of(byte[] bytes, int... cuts) {
    RecordHash hash = new RecordHash();
    int from = 0;
    for (int cut : cuts) {
      hash.update(bytes, from, cut - from);
      from = cut;
    }
    hash.update(bytes, from, bytes.length - from);
    return hash.value();
  }

  @Test
  void halves_areTheTwoChecksums() {
    byte[] bytes = new byte[1000];
    new Random(1).nextBytes(bytes);
    CRC32C low = new CRC32C();
    low.update(bytes);
    CRC32 high = new CRC32();
    high.update(bytes);

    assertThat(of(bytes)).isEqualTo(high.getValue() << 32 | low.getValue());
    assertThat(of(bytes, 1, 64, 999)).isEqualTo(of(bytes));
    assertThat(new RecordHash().value()).isZero();
  }

  @Test
  void reset_forgetsWhatWasAdded() {
    byte[] bytes = {1, 2, 3};
    RecordHash hash = new RecordHash();
    hash.update(bytes, 0, 2);
    hash.reset();
    hash.update(bytes, 0, 3);

    assertThat(hash.value()).isEqualTo(of(bytes));
  }

  @Test
  void recordHeader_everyByteBeforeTheChecksum_counts() {
    byte[] header = new byte[JournalLayout.RECORD_HEADER_BYTES + 7];
    new Random(2).nextBytes(header);
    long hash = RecordHash.ofRecordHeader(header, 7);
    for (int i = 0; i < JournalLayout.RECORD_CRC_OFFSET; i++) {
      header[7 + i] ^= 16;
      long changed = RecordHash.ofRecordHeader(header, 7);
      assertThat((int) changed).as("byte %d", i).isNotEqualTo((int) hash);
      assertThat((int) (changed >>> 32)).as("byte %d", i).isNotEqualTo((int) (hash >>> 32));
      header[7 + i] ^= 16;
    }
  }
}
