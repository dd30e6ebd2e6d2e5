package dev.rookery.storage.journal;

import dev.rookery.storage.io.StorageFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/// The stretch of a journal file that is in memory: files are read in pieces of a MiB, whatever the
/// length of what lies in them.
///
/// Belongs to one thread.
final class JournalWindow {
  private static final int BYTES = 1 << 20;

  private final StorageFile file;
  private final long fileBytes;
  private ByteBuffer fields = ByteBuffer.allocate(0).order(ByteOrder.LITTLE_ENDIAN);
  private long position;
  private int length;

  /// Creates a window that shows a file.
  JournalWindow(StorageFile file) throws IOException {
    this.file = file;
    this.fileBytes = file.size();
  }

  StorageFile file() {
    return file;
  }

  /// Returns the length of the file when it was shown first.
  long fileBytes() {
    return fileBytes;
  }

  /// Returns where in the arrays the `count` bytes from an offset on begin, or -1 if the file ends
  /// before. What was located earlier may be gone then.
  int locate(long offset, int count) throws IOException {
    if (offset < position || offset + count > position + length) {
      if (offset + count > fileBytes) {
        return -1;
      }
      read(offset, count);
      if (count > length) {
        return -1;
      }
    }
    return (int) (offset - position);
  }

  private void read(long offset, int count) throws IOException {
    int wanted = (int) Math.min(Math.max(BYTES, count), fileBytes - offset);
    if (fields.capacity() < wanted) {
      fields = ByteBuffer.allocate(wanted).order(ByteOrder.LITTLE_ENDIAN);
    }
    length = 0;
    position = offset;
    length = file.read(fields.clear().limit(wanted), offset);
    fields.clear();
  }

  /// Returns how many bytes from an offset on, of those that were located last, are in memory.
  int available(long offset) {
    return (int) (position + length - offset);
  }

  /// Returns the bytes; an index is one that [#locate] gave.
  byte[] array() {
    return fields.array();
  }

  /// Returns the same bytes, to read numbers from.
  ByteBuffer fields() {
    return fields;
  }
}
