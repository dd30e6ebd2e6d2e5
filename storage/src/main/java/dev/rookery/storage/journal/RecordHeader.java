package dev.rookery.storage.journal;

import java.nio.ByteBuffer;
import java.util.UUID;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/// The header of a record, as [JournalLayout] lays it out.
///
/// @param salt that of the file it was written to
/// @param sequence the commit
/// @param chainBefore the hash of the record before it
/// @param length of all frames
/// @param pageCount how many pages the database spans afterwards
/// @param durable the newest commit that was durable when it was written
/// @param hash of all frames
/// @param frames how many there are
/// @param chainAfter the hash of this header
record RecordHeader(
    long salt,
    long sequence,
    long chainBefore,
    long length,
    long pageCount,
    long durable,
    long hash,
    int frames,
    long chainAfter) {

  /// Returns the header that begins at an index, or `null` if there is none of this database.
  ///
  /// @param fields the same bytes, to read numbers from
  static @Nullable RecordHeader parse(byte[] bytes, ByteBuffer fields, int at, UUID database) {
    if (fields.getLong(at) != JournalLayout.RECORD_MAGIC) {
      return null;
    }
    CRC32C crc = new CRC32C();
    crc.update(bytes, at, JournalLayout.RECORD_CRC_OFFSET);
    if (fields.getInt(at + JournalLayout.RECORD_CRC_OFFSET) != (int) crc.getValue()
        || !JournalLayout.sameDatabase(fields, at + JournalLayout.RECORD_UUID_OFFSET, database)) {
      return null;
    }
    return new RecordHeader(
        fields.getLong(at + JournalLayout.RECORD_SALT_OFFSET),
        fields.getLong(at + JournalLayout.RECORD_SEQUENCE_OFFSET),
        fields.getLong(at + JournalLayout.RECORD_CHAIN_OFFSET),
        fields.getLong(at + JournalLayout.RECORD_LENGTH_OFFSET),
        fields.getLong(at + JournalLayout.RECORD_PAGE_COUNT_OFFSET),
        fields.getLong(at + JournalLayout.RECORD_DURABLE_OFFSET),
        fields.getLong(at + JournalLayout.RECORD_HASH_OFFSET),
        fields.getInt(at + JournalLayout.RECORD_FRAMES_OFFSET),
        RecordHash.ofRecordHeader(bytes, at));
  }
}
