package dev.rookery.storage.journal;

import dev.rookery.storage.journal.JournalRecord.Overflow;
import dev.rookery.storage.page.PageBlocks;
import dev.rookery.storage.page.PageLayout;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import net.jpountz.lz4.LZ4Compressor;
import net.jpountz.lz4.LZ4Factory;
import org.jspecify.annotations.Nullable;

/// Collects the changed pages of one commit into the frames of a journal record. Belongs to one
/// thread; reusable.
///
/// Memory is one frame of raw bytes and the stored frames so far, up to a limit; what is beyond it
/// goes to a file, so a commit may be of any size.
public final class RecordBuilder {
  private static final LZ4Compressor COMPRESSOR = LZ4Factory.safeInstance().fastCompressor();

  /// Buffers up to this length are kept for the next commit.
  private static final int KEPT_BYTES_MAX = 64 << 10;

  private static final int RAW_BYTES_MIN = 32 << 10;

  private final CompressionChoice choice;
  private final @Nullable OverflowFiles files;
  private final long heapBytesMax;

  /// Where a mapped page is copied to, so that one which the disk cannot deliver is an exception.
  private final MemorySegment mappedCopy = Arena.ofAuto().allocate(PageLayout.PAGE_BYTES, 4096);

  /// The frame in the making: room for its header, and raw bytes up to `end`.
  private byte[] raw = new byte[RAW_BYTES_MIN];

  private ByteBuffer rawBuffer = littleEndian(raw);
  private int end = JournalLayout.FRAME_HEADER_BYTES;
  private byte[] packed = new byte[0];
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
    this.choice = choice;
    this.files = files;
    this.heapBytesMax = heapBytesMax;
  }

  private static ByteBuffer littleEndian(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  /// Adds a page that differs from its last version in some blocks only (see [PageBlocks]). Neither
  /// may lie in mapped memory.
  public void addDiff(long pageNumber, MemorySegment old, MemorySegment page, long blocks) {
    room(JournalLayout.ENTRY_HEADER_BYTES + PageDiff.BYTES_MAX);
    int body = end + JournalLayout.ENTRY_HEADER_BYTES;
    entry(pageNumber, JournalLayout.KIND_DIFF, PageDiff.write(old, page, blocks, raw, body));
  }

  /// Returns a copy of a page that lies at an offset of mapped memory, valid until the next call.
  ///
  /// @throws InternalError if the page cannot be read
  public MemorySegment copyOfMapped(MemorySegment mapped, long offset) {
    MemorySegment.copy(mapped, offset, mappedCopy, 0, PageLayout.PAGE_BYTES);
    return mappedCopy;
  }

  /// Adds a page whose last version does not matter, because the page was free.
  public void addFromZero(long pageNumber, MemorySegment page) {
    room(JournalLayout.ENTRY_HEADER_BYTES + PageDiff.BYTES_MAX);
    int body = end + JournalLayout.ENTRY_HEADER_BYTES;
    entry(pageNumber, JournalLayout.KIND_FROM_ZERO, PageDiff.writeFromZero(page, raw, body));
  }

  /// Adds a page that is free now.
  public void addFreed(long pageNumber) {
    room(JournalLayout.ENTRY_HEADER_BYTES);
    entry(pageNumber, JournalLayout.KIND_FREED, end + JournalLayout.ENTRY_HEADER_BYTES);
  }

  /// Completes an entry whose body ends at an index.
  private void entry(long pageNumber, int kind, int bodyEnd) {
    rawBuffer.putLong(end, pageNumber | (long) kind << JournalLayout.KIND_SHIFT);
    rawBuffer.putInt(end + Long.BYTES, bodyEnd - end - JournalLayout.ENTRY_HEADER_BYTES);
    end = bodyEnd;
  }

  private int rawLength() {
    return end - JournalLayout.FRAME_HEADER_BYTES;
  }

  private void room(int bytes) {
    if (rawLength() + bytes > JournalLayout.FRAME_RAW_BYTES_MAX) {
      endFrame();
    }
    if (end + bytes > raw.length) {
      int longest = JournalLayout.FRAME_HEADER_BYTES + JournalLayout.FRAME_RAW_BYTES_MAX;
      raw = Arrays.copyOf(raw, Math.min(longest, Math.max(raw.length * 2, end + bytes)));
      rawBuffer = littleEndian(raw);
    }
  }

  private void endFrame() {
    if (rawLength() == 0) {
      return;
    }
    byte[] frame = choice.compress(rawLength()) ? compressed() : plain();
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
    end = JournalLayout.FRAME_HEADER_BYTES;
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

  private byte[] plain() {
    putFrameHeader(rawBuffer, rawLength());
    return Arrays.copyOf(raw, end);
  }

  /// Returns the frame compressed, or plain if that is not shorter.
  private byte[] compressed() {
    long start = System.nanoTime();
    int header = JournalLayout.FRAME_HEADER_BYTES;
    int bound = header + COMPRESSOR.maxCompressedLength(rawLength());
    if (packed.length < bound) {
      packed = new byte[bound];
    }
    int stored = COMPRESSOR.compress(raw, header, rawLength(), packed, header);
    choice.compressed(rawLength(), stored, System.nanoTime() - start);
    if (stored >= rawLength()) {
      return plain();
    }
    putFrameHeader(littleEndian(packed), stored);
    return Arrays.copyOf(packed, header + stored);
  }

  private void putFrameHeader(ByteBuffer frame, int stored) {
    frame.putInt(0, rawLength());
    frame.putInt(Integer.BYTES, stored);
  }

  /// Returns the record of what was added since the last call. As all methods that add something,
  /// it throws [UncheckedIOException] if a frame cannot be written to a file; [#reset] helps then.
  ///
  /// @param sequence the sequence of the commit
  /// @param pageCount how many pages the database spans afterwards
  public JournalRecord finish(long sequence, long pageCount) {
    endFrame();
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
    if (behind != null) {
      try {
        behind.file().close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    frames = new ArrayList<>(1);
    length = 0;
    hash.reset();
    end = JournalLayout.FRAME_HEADER_BYTES;
    if (raw.length > KEPT_BYTES_MAX) {
      raw = new byte[RAW_BYTES_MIN];
      rawBuffer = littleEndian(raw);
    }
    if (packed.length > KEPT_BYTES_MAX) {
      packed = new byte[0];
    }
  }
}
