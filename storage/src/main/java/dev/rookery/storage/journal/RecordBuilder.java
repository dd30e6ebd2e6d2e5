package dev.rookery.storage.journal;

import dev.rookery.storage.journal.JournalRecord.Overflow;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Makes a journal record of the frames of one commit. Belongs to one thread; reusable.
///
/// Memory is the frames so far, up to a limit; what is beyond it goes to a file, so a commit may be
/// of any size.
public final class RecordBuilder {
  private final @Nullable OverflowFiles files;
  private final long heapBytesMax;
  private final FrameBuilder pages;
  private final RecordHash hash = new RecordHash();
  private List<byte[]> frames = new ArrayList<>(1);
  private long length;

  /// Frames that are not on the heap, and how long they are.
  private @Nullable Overflow overflow;

  private long overflowBytes;

  /// Creates a builder with nothing in it.
  ///
  /// @param files where the frames of a record go that are more than `heapBytesMax` bytes long
  ///   together; `null` if they stay on the heap
  public RecordBuilder(CompressionChoice choice, @Nullable OverflowFiles files, long heapBytesMax) {
    this.pages = new FrameBuilder(choice);
    this.files = files;
    this.heapBytesMax = heapBytesMax;
  }

  /// Returns what pages are added to that come behind all frames so far.
  public FrameBuilder pages() {
    return pages;
  }

  /// Adds the frames of the pages that were added since the last call.
  ///
  /// @throws UncheckedIOException if a frame cannot be written to a file; [#reset] helps then
  public void endPages() {
    append(pages.take());
  }

  /// Adds frames that another builder has made.
  ///
  /// @throws UncheckedIOException as above
  public void append(List<byte[]> more) {
    for (byte[] frame : more) {
      hash.update(frame, 0, frame.length);
      if (files != null && length + frame.length > heapBytesMax) {
        try {
          overflow(frame, files);
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      } else {
        frames.add(frame);
      }
      length += frame.length;
    }
  }

  private void overflow(byte[] frame, OverflowFiles where) throws IOException {
    Overflow behind = overflow;
    if (behind == null) {
      behind = new Overflow(where.create(), new ArrayList<>());
      overflow = behind;
    }
    behind.file().writeFromAnyThread(frame, 0, frame.length, overflowBytes);
    overflowBytes += frame.length;
    behind.ends().add(overflowBytes);
  }

  /// Returns the record of what was added since the last call.
  ///
  /// @param sequence the sequence of the commit
  /// @param pageCount how many pages the database spans afterwards
  /// @throws UncheckedIOException as [#endPages]
  public JournalRecord finish(long sequence, long pageCount) {
    endPages();
    JournalRecord record =
        new JournalRecord(sequence, pageCount, frames, overflow, length, hash.value());
    overflow = null;
    reset();
    return record;
  }

  /// Drops what was added since the last record.
  public void reset() {
    Overflow behind = overflow;
    overflow = null;
    overflowBytes = 0;
    pages.reset();
    frames = new ArrayList<>(1);
    length = 0;
    hash.reset();
    if (behind != null) {
      try {
        behind.file().close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
