package dev.rookery.storage.journal;

import dev.rookery.storage.page.PageBlocks;
import dev.rookery.storage.page.PageLayout;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import net.jpountz.lz4.LZ4Compressor;
import net.jpountz.lz4.LZ4Factory;

/// Collects changed pages into frames, which are what a journal record is made of. Belongs to one
/// thread; reusable.
///
/// Memory is one frame of raw bytes and the frames that nobody has taken yet.
public final class FrameBuilder {
  private static final LZ4Compressor COMPRESSOR = LZ4Factory.safeInstance().fastCompressor();

  /// Buffers up to this length are kept for the next commit.
  private static final int KEPT_BYTES_MAX = 64 << 10;

  private static final int RAW_BYTES_MIN = 32 << 10;

  private final CompressionChoice choice;

  /// Where a mapped page is copied to, so that one which the disk cannot deliver is an exception.
  private final MemorySegment mappedCopy = Arena.ofAuto().allocate(PageLayout.PAGE_BYTES, 4096);

  /// The frame in the making: room for its header, and raw bytes up to `end`.
  private byte[] raw = new byte[RAW_BYTES_MIN];

  private ByteBuffer rawBuffer = littleEndian(raw);
  private int end = JournalLayout.FRAME_HEADER_BYTES;
  private byte[] packed = new byte[0];
  private List<byte[]> frames = new ArrayList<>(1);

  /// Creates a builder with nothing in it.
  public FrameBuilder(CompressionChoice choice) {
    this.choice = choice;
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
    if (rawLength() > 0) {
      frames.add(choice.compress(rawLength()) ? compressed() : plain());
      end = JournalLayout.FRAME_HEADER_BYTES;
    }
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

  /// Returns the frames of what was added since the last call.
  public List<byte[]> take() {
    endFrame();
    List<byte[]> taken = frames;
    frames = new ArrayList<>(1);
    return taken;
  }

  /// Drops what was added since the last call of [#take], and memory that a commit of usual size
  /// does not need.
  public void reset() {
    frames = new ArrayList<>(1);
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
