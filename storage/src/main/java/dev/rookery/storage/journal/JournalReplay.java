package dev.rookery.storage.journal;

import dev.rookery.storage.error.CorruptJournalException;
import dev.rookery.storage.page.PageLayout;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import net.jpountz.lz4.LZ4Exception;
import net.jpountz.lz4.LZ4Factory;
import net.jpountz.lz4.LZ4SafeDecompressor;

/// Hands the changes of whole records to a visitor.
///
/// Belongs to one thread.
final class JournalReplay {
  private static final LZ4SafeDecompressor DECOMPRESSOR =
      LZ4Factory.safeInstance().safeDecompressor();

  private final RecordReader records;
  private final JournalReader.ChangeVisitor visitor;
  private final Body body = new Body();

  /// What frames are unpacked to, and the same bytes to read numbers from.
  private byte[] raw = new byte[0];

  private ByteBuffer unpacked = ByteBuffer.wrap(raw);

  JournalReplay(RecordReader records, JournalReader.ChangeVisitor visitor) {
    this.records = records;
    this.visitor = visitor;
  }

  /// Hands out the changes of an extent that a scan found in the file that is shown.
  void replay(long salt, JournalEnd.Extent extent) throws IOException {
    long offset = extent.from();
    long sequence = extent.firstSequence();
    while (offset < extent.to()) {
      RecordHeader header = records.record(salt, offset);
      if (header == null || header.sequence() != sequence) {
        offset = JournalLayout.align(offset, JournalLayout.BLOCK_BYTES);
        header = records.record(salt, offset);
      }
      if (header == null) {
        throw changed("a record");
      }
      long start = offset + JournalLayout.RECORD_HEADER_BYTES;
      replayFrames(start, header);
      visitor.committed(header.sequence(), header.pageCount());
      offset = JournalLayout.align(start + header.length(), JournalLayout.ALIGNMENT);
      sequence++;
    }
  }

  private CorruptJournalException changed(String what) {
    return new CorruptJournalException(
        "journal cannot be read again: " + what + " file=" + records.fileName());
  }

  private void replayFrames(long start, RecordHeader header) throws IOException {
    JournalWindow window = records.window();
    long offset = start;
    long end = start + header.length();
    while (offset < end) {
      int length = records.frameLength(offset, end);
      if (length < 0) {
        throw changed("a frame");
      }
      int at = window.locate(offset, length);
      int rawLength = window.fields().getInt(at);
      int stored = length - JournalLayout.FRAME_HEADER_BYTES;
      int content = at + JournalLayout.FRAME_HEADER_BYTES;
      if (stored == rawLength) {
        replayEntries(window.array(), window.fields(), content, rawLength, header.pageCount());
      } else {
        unpack(window.array(), content, stored, rawLength);
        replayEntries(raw, unpacked, 0, rawLength, header.pageCount());
      }
      offset += length;
    }
  }

  private void unpack(byte[] source, int from, int stored, int rawLength) {
    if (raw.length < rawLength) {
      raw = new byte[Math.max(rawLength, 64 << 10)];
      unpacked = ByteBuffer.wrap(raw).order(ByteOrder.LITTLE_ENDIAN);
    }
    try {
      int got = DECOMPRESSOR.decompress(source, from, stored, raw, 0, rawLength);
      if (got == rawLength) {
        return;
      }
    } catch (LZ4Exception e) {
      throw new CorruptJournalException("frame cannot be unpacked file=" + records.fileName(), e);
    }
    throw changed("a packed frame");
  }

  private void replayEntries(byte[] bytes, ByteBuffer entries, int from, int length, long pageCount)
      throws IOException {
    int at = from;
    int end = from + length;
    while (at < end) {
      if (end - at < JournalLayout.ENTRY_HEADER_BYTES) {
        throw changed("an entry");
      }
      long word = entries.getLong(at);
      int start = at + JournalLayout.ENTRY_HEADER_BYTES;
      int bodyLength = entries.getInt(at + Long.BYTES);
      if (bodyLength < 0 || bodyLength > end - start) {
        throw changed("an entry's length");
      }
      long page = word & (1L << JournalLayout.KIND_SHIFT) - 1;
      body.set(bytes, start, start + bodyLength);
      if (page < PageLayout.FIRST_PAGE
          || page >= pageCount
          || !replayEntry((int) (word >>> JournalLayout.KIND_SHIFT), page)) {
        throw changed("an entry for page " + page);
      }
      at = start + bodyLength;
    }
  }

  private boolean replayEntry(int kind, long page) throws IOException {
    return switch (kind) {
      case JournalLayout.KIND_DIFF -> visitor.change(page, false, body);
      case JournalLayout.KIND_FROM_ZERO -> visitor.change(page, true, body);
      case JournalLayout.KIND_FREED -> {
        visitor.freed(page);
        yield true;
      }
      default -> false;
    };
  }

  /// The body of the entry at hand: one object for all of them.
  private static final class Body implements JournalReader.Diff {
    private byte[] source = new byte[0];
    private int from;
    private int to;

    void set(byte[] bytes, int begin, int end) {
      source = bytes;
      from = begin;
      to = end;
    }

    @Override
    public boolean applyTo(MemorySegment page) {
      return PageDiff.apply(source, from, to, page);
    }
  }
}
