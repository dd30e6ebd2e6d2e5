package dev.rookery.storage.journal;

import java.util.List;

/// A commit, ready to be written: everything but what depends on the file that it lands in.
public final class JournalRecord {
  private final long sequence;
  private final long pageCount;
  private final List<byte[]> frames;
  private final long length;
  private final long hash;

  JournalRecord(long sequence, long pageCount, List<byte[]> frames, long length, long hash) {
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

  List<byte[]> frames() {
    return frames;
  }

  long framesLength() {
    return length;
  }

  long hash() {
    return hash;
  }
}
