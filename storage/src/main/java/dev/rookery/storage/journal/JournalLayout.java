package dev.rookery.storage.journal;

import java.util.UUID;
import java.util.regex.Pattern;

/// Bytes of a journal file.
///
/// ```
/// file      = file header, padding to 4096, { record }
/// record    = record header, { frame }      starts at a multiple of 64, behind a sync of 4096
/// frame     = frame header, stored bytes    LZ4 of the raw bytes, or the raw bytes themselves
/// raw bytes = { entry }                     no entry crosses frames
/// entry     = entry header, body
///
/// file header                            record header
/// offset bytes field                     offset bytes field
///      0     8 magic "RKJOURN1"               0     8 magic "RKRECORD"
///      8     8 file number                    8     8 salt of the file
///     16    16 database UUID                 16     8 commit sequence
///     32     8 salt                          24     8 chain: hash of the previous record
///     40     8 first commit sequence         32    16 database UUID
///     48     8 chain before the first        48     8 length of all frames
///   4092     4 CRC-32C of bytes 0..4091      56     8 page count afterwards
///                                            64     8 newest durable sequence
/// frame header                               72     8 hash of all frames
/// offset bytes field                         80     4 frame count
///      0     4 raw length                   124     4 CRC-32C of bytes 0..123
///      4     4 stored length
///                                        entry header
///                                        offset bytes field
///                                             0     8 page number; in the top byte the kind
///                                             8     4 length of the body
/// ```
///
/// Kinds of entries: DIFF (against the page's last version), FROM_ZERO (against a page of zeros),
/// FREED (no body). The body of a diff is a sequence of {offset u16, length u16, bytes}: absolute
/// bytes, so that replay over any mixture of old and new content gives the same page.
///
/// The salt is random for each use of a file, so a record that a recycled file holds from an
/// earlier life is none.
final class JournalLayout {
  static final int ALIGNMENT = 64;
  static final int BLOCK_BYTES = 4096;
  static final int FILE_HEADER_BYTES = BLOCK_BYTES;
  static final long FILE_MAGIC = 0x314E_5255_4F4A_4B52L; // "RKJOURN1"
  static final int FILE_NUMBER_OFFSET = 8;
  static final int FILE_UUID_OFFSET = FILE_NUMBER_OFFSET + Long.BYTES;
  static final int FILE_SALT_OFFSET = FILE_UUID_OFFSET + 2 * Long.BYTES;
  static final int FILE_FIRST_SEQUENCE_OFFSET = FILE_SALT_OFFSET + Long.BYTES;
  static final int FILE_CHAIN_OFFSET = FILE_FIRST_SEQUENCE_OFFSET + Long.BYTES;
  static final int FILE_CRC_OFFSET = FILE_HEADER_BYTES - Integer.BYTES;

  static final int RECORD_HEADER_BYTES = 128;
  static final long RECORD_MAGIC = 0x4452_4F43_4552_4B52L; // "RKRECORD"
  static final int RECORD_SALT_OFFSET = 8;
  static final int RECORD_SEQUENCE_OFFSET = RECORD_SALT_OFFSET + Long.BYTES;
  static final int RECORD_CHAIN_OFFSET = RECORD_SEQUENCE_OFFSET + Long.BYTES;
  static final int RECORD_UUID_OFFSET = RECORD_CHAIN_OFFSET + Long.BYTES;
  static final int RECORD_LENGTH_OFFSET = RECORD_UUID_OFFSET + 2 * Long.BYTES;
  static final int RECORD_PAGE_COUNT_OFFSET = RECORD_LENGTH_OFFSET + Long.BYTES;
  static final int RECORD_DURABLE_OFFSET = RECORD_PAGE_COUNT_OFFSET + Long.BYTES;
  static final int RECORD_HASH_OFFSET = RECORD_DURABLE_OFFSET + Long.BYTES;
  static final int RECORD_FRAMES_OFFSET = RECORD_HASH_OFFSET + Long.BYTES;
  static final int RECORD_CRC_OFFSET = RECORD_HEADER_BYTES - Integer.BYTES;

  static final int FRAME_HEADER_BYTES = 8;
  static final int FRAME_RAW_BYTES_MAX = 1 << 20;
  static final int ENTRY_HEADER_BYTES = 12;
  static final int KIND_SHIFT = 56;
  static final int KIND_DIFF = 1;
  static final int KIND_FROM_ZERO = 2;
  static final int KIND_FREED = 3;

  private static final Pattern NAME = Pattern.compile("[0-9]{16}\\.rkj");

  private JournalLayout() {}

  static String fileName(long number) {
    return "journal/%016d.rkj".formatted(number);
  }

  static boolean isFileName(String name) {
    return NAME.matcher(name).matches();
  }

  static long align(long offset, int alignment) {
    return (offset + alignment - 1) & -alignment;
  }

  static boolean sameDatabase(java.nio.ByteBuffer header, int offset, UUID database) {
    return header.getLong(offset) == database.getMostSignificantBits()
        && header.getLong(offset + Long.BYTES) == database.getLeastSignificantBits();
  }
}
