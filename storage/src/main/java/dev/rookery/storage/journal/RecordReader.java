package dev.rookery.storage.journal;

import dev.rookery.storage.error.CorruptJournalException;
import dev.rookery.storage.io.StorageFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.UUID;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/// Finds headers, records and frames in a journal file. What it finds may be anybody's bytes: every
/// length is judged before it is used.
///
/// Belongs to one thread.
final class RecordReader {
  private final UUID database;
  private final JournalWindow window;
  private final RecordHash hash = new RecordHash();

  /// Creates a reader of a file that is open.
  RecordReader(UUID database, StorageFile file) throws IOException {
    this.database = database;
    this.window = new JournalWindow(file);
  }

  JournalWindow window() {
    return window;
  }

  String fileName() {
    return window.file().name();
  }

  /// What a journal file says of itself.
  record FileHeader(long salt, long firstSequence, long chain) {}

  /// Returns the header of the file, or `null` if there is none that is intact and of that number.
  ///
  /// @throws CorruptJournalException if the file belongs to another database
  @Nullable FileHeader fileHeader(long number) throws IOException {
    int at = window.locate(0, JournalLayout.FILE_HEADER_BYTES);
    if (at < 0) {
      return null;
    }
    ByteBuffer fields = window.fields();
    CRC32C crc = new CRC32C();
    crc.update(window.array(), at, JournalLayout.FILE_CRC_OFFSET);
    if (fields.getLong(at) != JournalLayout.FILE_MAGIC
        || fields.getInt(at + JournalLayout.FILE_CRC_OFFSET) != (int) crc.getValue()
        || fields.getLong(at + JournalLayout.FILE_NUMBER_OFFSET) != number) {
      return null;
    }
    if (!JournalLayout.sameDatabase(fields, at + JournalLayout.FILE_UUID_OFFSET, database)) {
      throw new CorruptJournalException(
          "journal file belongs to another database file=" + fileName());
    }
    return new FileHeader(
        fields.getLong(at + JournalLayout.FILE_SALT_OFFSET),
        fields.getLong(at + JournalLayout.FILE_FIRST_SEQUENCE_OFFSET),
        fields.getLong(at + JournalLayout.FILE_CHAIN_OFFSET));
  }

  /// Returns the record header at an offset, or `null` if there is none of this use of the file.
  @Nullable RecordHeader record(long salt, long offset) throws IOException {
    int at = window.locate(offset, JournalLayout.RECORD_HEADER_BYTES);
    RecordHeader header =
        at < 0 ? null : RecordHeader.parse(window.array(), window.fields(), at, database);
    return header != null && header.salt() == salt ? header : null;
  }

  /// Returns whether all frames of a record are there, as its header says.
  boolean isWhole(RecordHeader header, long offset) throws IOException {
    long start = offset + JournalLayout.RECORD_HEADER_BYTES;
    if (header.length() < 0 || header.length() > window.fileBytes() - start) {
      return false;
    }
    hash.reset();
    long end = start + header.length();
    long at = start;
    int count = 0;
    while (at < end) {
      int length = frameLength(at, end);
      if (length < 0) {
        return false;
      }
      hash.update(window.array(), window.locate(at, length), length);
      at += length;
      count++;
    }
    return hash.value() == header.hash() && count == header.frames();
  }

  /// Brings the frame at an offset, with its header, into the window and returns its length, or -1
  /// if it cannot be one.
  int frameLength(long offset, long end) throws IOException {
    if (end - offset < JournalLayout.FRAME_HEADER_BYTES) {
      return -1;
    }
    int at = window.locate(offset, JournalLayout.FRAME_HEADER_BYTES);
    if (at < 0) {
      return -1;
    }
    int rawLength = window.fields().getInt(at);
    int stored = window.fields().getInt(at + Integer.BYTES);
    // Judged before anything is allocated: the lengths may be anybody's.
    if (rawLength <= 0
        || rawLength > JournalLayout.FRAME_RAW_BYTES_MAX
        || stored <= 0
        || stored > rawLength
        || stored > end - offset - JournalLayout.FRAME_HEADER_BYTES) {
      return -1;
    }
    int length = JournalLayout.FRAME_HEADER_BYTES + stored;
    return window.locate(offset, length) < 0 ? -1 : length;
  }

  /// Shows all record headers of this database from an offset on, of whatever use of the file.
  void search(long from, HeaderVisitor visitor) throws IOException {
    long offset = JournalLayout.align(from, JournalLayout.ALIGNMENT);
    while (true) {
      int at = window.locate(offset, JournalLayout.RECORD_HEADER_BYTES);
      if (at < 0) {
        return;
      }
      int last = window.available(offset) - JournalLayout.RECORD_HEADER_BYTES;
      ByteBuffer fields = window.fields();
      int step = 0;
      for (; step <= last; step += JournalLayout.ALIGNMENT) {
        if (fields.getLong(at + step) == JournalLayout.RECORD_MAGIC) {
          RecordHeader header = RecordHeader.parse(window.array(), fields, at + step, database);
          if (header != null) {
            visitor.visit(header);
          }
        }
      }
      offset += step;
    }
  }

  /// Is shown record headers.
  @FunctionalInterface
  interface HeaderVisitor {
    /// Is called for one.
    void visit(RecordHeader header);
  }
}
