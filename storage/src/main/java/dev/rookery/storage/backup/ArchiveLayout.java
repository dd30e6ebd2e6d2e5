package dev.rookery.storage.backup;

import net.jpountz.xxhash.XXHash64;
import net.jpountz.xxhash.XXHashFactory;

/// Bytes of a backup archive.
///
/// ```
/// archive = header, { frame of pages }, end frame
/// frame   = raw length u32, stored length u32, stored bytes, chain u64
///
/// header                                     end frame (raw length 0), stored bytes
/// offset bytes field                         offset bytes field
///      0     8 magic "RKBACKUP"                   0     8 magic "RKBAKEND"
///      8     2 archive version, major             8     8 pages in this archive
///     10     2 archive version, minor            16     8 frames of pages
///     12     4 page shift                        24     8 state: hash of all pages in use
///     16    16 database UUID                     32     8 length of the archive
///     32    16 lineage
///     48     4 kind: 1 full, 2 incremental
///     52     4 reserved
///     56     8 base: commit that it goes on from
///     64     8 state of the base
///     72     8 commit that it holds
///     80     8 page count
///     88     8 created, ms since 1970
///     96    28 reserved
///    124     4 CRC-32C of bytes 0..123
/// ```
///
/// The stored bytes of a frame of pages are LZ4 of the pages, or the pages themselves where that is
/// not shorter. Page numbers ascend through the whole archive.
///
/// The chain is the XXH64 of the frame before it, seeded with the chain of the frame before (of the
/// header, seeded with 0): nothing can be left out, put in or moved.
final class ArchiveLayout {
  static final long MAGIC = 0x5055_4B43_4142_4B52L; // "RKBACKUP"
  static final long END_MAGIC = 0x444E_454B_4142_4B52L; // "RKBAKEND"
  static final int VERSION_MAJOR = 1;
  static final int VERSION_MINOR = 0;

  static final int KIND_FULL = 1;
  static final int KIND_INCREMENTAL = 2;

  static final int MAJOR_OFFSET = 8;
  static final int MINOR_OFFSET = MAJOR_OFFSET + Short.BYTES;
  static final int PAGE_SHIFT_OFFSET = MINOR_OFFSET + Short.BYTES;
  static final int UUID_OFFSET = PAGE_SHIFT_OFFSET + Integer.BYTES;
  static final int LINEAGE_OFFSET = UUID_OFFSET + 2 * Long.BYTES;
  static final int KIND_OFFSET = LINEAGE_OFFSET + 2 * Long.BYTES;
  static final int BASE_SEQUENCE_OFFSET = KIND_OFFSET + 2 * Integer.BYTES;
  static final int BASE_STATE_OFFSET = BASE_SEQUENCE_OFFSET + Long.BYTES;
  static final int SEQUENCE_OFFSET = BASE_STATE_OFFSET + Long.BYTES;
  static final int PAGE_COUNT_OFFSET = SEQUENCE_OFFSET + Long.BYTES;
  static final int CREATED_OFFSET = PAGE_COUNT_OFFSET + Long.BYTES;
  static final int HEADER_BYTES = 128;
  static final int CRC_OFFSET = HEADER_BYTES - Integer.BYTES;

  static final int FRAME_HEADER_BYTES = 2 * Integer.BYTES;

  /// The most that a frame unpacks to, and so the most that is allocated for one.
  static final int FRAME_RAW_BYTES_MAX = 1 << 20;

  static final int END_PAGES_OFFSET = 8;
  static final int END_FRAMES_OFFSET = END_PAGES_OFFSET + Long.BYTES;
  static final int END_STATE_OFFSET = END_FRAMES_OFFSET + Long.BYTES;
  static final int END_LENGTH_OFFSET = END_STATE_OFFSET + Long.BYTES;
  static final int END_BYTES = END_LENGTH_OFFSET + Long.BYTES;

  /// Length of the whole end frame.
  static final int END_FRAME_BYTES = FRAME_HEADER_BYTES + END_BYTES + Long.BYTES;

  static final XXHash64 HASH = XXHashFactory.safeInstance().hash64();

  private ArchiveLayout() {}
}
