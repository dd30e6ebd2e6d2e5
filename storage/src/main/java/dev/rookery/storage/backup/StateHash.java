package dev.rookery.storage.backup;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/// The hash of a state of the database: of the numbers and checksums of all pages in use, which
/// ascend. Two archives of one state have the same, whatever their kinds; states that differ in a
/// page have different ones, as far as CRC-32C and XXH64 can tell.
final class StateHash {
  private static final int ENTRY_BYTES = Long.BYTES + Integer.BYTES;

  private final ByteBuffer entries =
      ByteBuffer.allocate(1024 * ENTRY_BYTES).order(ByteOrder.LITTLE_ENDIAN);
  private long hash;

  void add(long pageNumber, int checksum) {
    if (entries.remaining() < ENTRY_BYTES) {
      fold();
    }
    entries.putLong(pageNumber).putInt(checksum);
  }

  private void fold() {
    hash = ArchiveLayout.HASH.hash(entries.array(), 0, entries.position(), hash);
    entries.clear();
  }

  long finish(long pageCount) {
    add(pageCount, 0);
    fold();
    return hash;
  }
}
