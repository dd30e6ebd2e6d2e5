package dev.rookery.storage.journal;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;

/// Makes the checksums, hashes and chain of a damaged journal file right again, so that what lies
/// behind them is read.
public final class JournalForger {
  private JournalForger() {}

  /// Returns where the records of a file begin.
  public static List<Integer> records(byte[] file) {
    ByteBuffer bytes = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    List<Integer> records = new ArrayList<>();
    int step = JournalLayout.ALIGNMENT;
    int last = file.length - JournalLayout.RECORD_HEADER_BYTES;
    for (int at = JournalLayout.FILE_HEADER_BYTES; at <= last; at += step) {
      if (bytes.getLong(at) == JournalLayout.RECORD_MAGIC) {
        records.add(at);
      }
    }
    return records;
  }

  /// Forges a file whose records began at these places before it was damaged.
  public static void forge(byte[] file, List<Integer> records) {
    ByteBuffer bytes = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    if (file.length < JournalLayout.FILE_HEADER_BYTES) {
      return;
    }
    sum(bytes, 0, JournalLayout.FILE_CRC_OFFSET);
    long chain = bytes.getLong(JournalLayout.FILE_CHAIN_OFFSET);
    for (int at : records) {
      if (at + JournalLayout.RECORD_HEADER_BYTES > file.length) {
        return;
      }
      bytes.putLong(at + JournalLayout.RECORD_CHAIN_OFFSET, chain);
      hashFrames(bytes, at);
      sum(bytes, at, JournalLayout.RECORD_CRC_OFFSET);
      chain = RecordHash.ofRecordHeader(file, at);
    }
  }

  private static void sum(ByteBuffer bytes, int from, int crcOffset) {
    CRC32C crc = new CRC32C();
    crc.update(bytes.array(), from, crcOffset);
    bytes.putInt(from + crcOffset, (int) crc.getValue());
  }

  /// The frames as their own lengths have them, as far as these make sense.
  private static void hashFrames(ByteBuffer bytes, int record) {
    long length = bytes.getLong(record + JournalLayout.RECORD_LENGTH_OFFSET);
    int at = record + JournalLayout.RECORD_HEADER_BYTES;
    long end = Math.min(bytes.capacity(), at + Math.clamp(length, 0, bytes.capacity()));
    RecordHash hash = new RecordHash();
    int count = 0;
    while (end - at >= JournalLayout.FRAME_HEADER_BYTES) {
      int stored = bytes.getInt(at + Integer.BYTES);
      if (stored <= 0 || stored > end - at - JournalLayout.FRAME_HEADER_BYTES) {
        break;
      }
      int frame = JournalLayout.FRAME_HEADER_BYTES + stored;
      hash.update(bytes.array(), at, frame);
      at += frame;
      count++;
    }
    bytes.putLong(record + JournalLayout.RECORD_HASH_OFFSET, hash.value());
    bytes.putInt(record + JournalLayout.RECORD_FRAMES_OFFSET, count);
  }
}
