package dev.rookery.storage.journal;

import dev.rookery.storage.io.StorageFile;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A commit, ready to be written: everything but what depends on the file that it lands in.
public final class JournalRecord {
  private final long sequence;
  private final long pageCount;
  private final List<byte[]> frames;
  private final @Nullable Overflow overflow;
  private final long length;
  private final long hash;

  /// Frames behind those on the heap, in a file.
  ///
  /// @param ends where each of them ends in the file
  record Overflow(StorageFile file, List<Long> ends) {}

  JournalRecord(
      long sequence,
      long pageCount,
      List<byte[]> frames,
      @Nullable Overflow overflow,
      long length,
      long hash) {
    this.overflow = overflow;
    this.sequence = sequence;
    this.pageCount = pageCount;
    this.frames = frames;
    this.length = length;
    this.hash = hash;
  }

  /// Returns the sequence of the commit.
  public long sequence() {
    return sequence;
  }

  /// Returns how many bytes of a journal file the record may take, padding included.
  public long bytesMax() {
    return JournalLayout.align(JournalLayout.RECORD_HEADER_BYTES + length, JournalLayout.ALIGNMENT)
        + JournalLayout.BLOCK_BYTES;
  }

  long pageCount() {
    return pageCount;
  }

  int frameCount() {
    return frames.size() + (overflow == null ? 0 : overflow.ends().size());
  }

  /// Returns a frame. One that is not on the heap is read from its file: on a lane only.
  byte[] frame(int index) throws IOException {
    Overflow behind = overflow;
    if (behind == null || index < frames.size()) {
      return frames.get(index);
    }
    int at = index - frames.size();
    long start = at == 0 ? 0 : behind.ends().get(at - 1);
    byte[] frame = new byte[(int) (behind.ends().get(at) - start)];
    if (behind.file().read(ByteBuffer.wrap(frame), start) < frame.length) {
      throw new EOFException("frame cannot be read again file=" + behind.file().name());
    }
    return frame;
  }

  /// Gives up what the record holds besides memory. Its frames are gone then.
  public void release() throws IOException {
    if (overflow != null) {
      overflow.file().close();
    }
  }

  long framesLength() {
    return length;
  }

  long hash() {
    return hash;
  }
}
