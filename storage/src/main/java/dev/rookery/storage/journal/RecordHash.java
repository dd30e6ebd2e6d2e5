package dev.rookery.storage.journal;

import java.util.zip.CRC32;
import java.util.zip.CRC32C;

/// 64 bits that vouch for the bytes of a record: CRC-32C in the lower half, CRC-32 in the upper.
///
/// The two polynomials have no factor in common, so together they are as good as one of degree 64:
/// damage at random is overlooked once in 2^64. Both are intrinsics that take heap arrays where
/// they lie. Belongs to one thread; reusable.
final class RecordHash {
  private final CRC32C low = new CRC32C();
  private final CRC32 high = new CRC32();

  /// Begins anew.
  void reset() {
    low.reset();
    high.reset();
  }

  /// Adds bytes behind those added so far.
  void update(byte[] bytes, int from, int length) {
    low.update(bytes, from, length);
    high.update(bytes, from, length);
  }

  /// Returns the hash of all bytes added since [#reset]; 0 if there are none.
  long value() {
    return high.getValue() << Integer.SIZE | low.getValue();
  }

  /// Returns the hash of a record: of its header but for the checksum at the end, which would make
  /// the lower half a constant.
  static long ofRecordHeader(byte[] bytes, int from) {
    RecordHash hash = new RecordHash();
    hash.update(bytes, from, JournalLayout.RECORD_CRC_OFFSET);
    return hash.value();
  }
}
