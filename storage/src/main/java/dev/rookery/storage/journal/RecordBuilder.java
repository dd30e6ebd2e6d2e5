package dev.rookery.storage.journal;

import dev.rookery.storage.page.PageLayout;
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
/// Memory is one frame of raw bytes and the stored frames so far, so a commit may be of any size.
public final class RecordBuilder {
  private static final LZ4Compressor COMPRESSOR = LZ4Factory.safeInstance().fastCompressor();

  private final CompressionChoice choice;
  private byte[] raw = new byte[64 << 10];
  private ByteBuffer rawBuffer = ByteBuffer.wrap(raw).order(ByteOrder.LITTLE_ENDIAN);
  private int rawLength;
  private List<byte[]> frames = new ArrayList<>();
  private long length;
  private long hash;

  /// Creates a builder with nothing in it.
  public RecordBuilder(CompressionChoice choice) {
    this.choice = choice;
  }

  /// Adds a page that differs from its last version.
  public void addDiff(long pageNumber, MemorySegment old, MemorySegment page) {
    add(pageNumber, JournalLayout.KIND_DIFF, old, page);
  }

  /// Adds a page whose last version does not matter, because the page was free.
  public void addFromZero(long pageNumber, MemorySegment page) {
    add(pageNumber, JournalLayout.KIND_FROM_ZERO, null, page);
  }

  /// Adds a page that is free now.
  public void addFreed(long pageNumber) {
    room(JournalLayout.ENTRY_HEADER_BYTES);
    entryHeader(pageNumber, JournalLayout.KIND_FREED, 0);
    rawLength += JournalLayout.ENTRY_HEADER_BYTES;
  }

  private void add(long pageNumber, int kind, @Nullable MemorySegment old, MemorySegment page) {
    room(JournalLayout.ENTRY_HEADER_BYTES + PageDiff.BYTES_MAX);
    int body = rawLength + JournalLayout.ENTRY_HEADER_BYTES;
    int end = PageDiff.write(old, page, raw, body);
    entryHeader(pageNumber, kind, end - body);
    rawLength = end;
  }

  private void entryHeader(long pageNumber, int kind, int bodyLength) {
    rawBuffer.putLong(rawLength, pageNumber | (long) kind << JournalLayout.KIND_SHIFT);
    rawBuffer.putInt(rawLength + Long.BYTES, bodyLength);
  }

  private void room(int bytes) {
    if (rawLength + bytes > JournalLayout.FRAME_RAW_BYTES_MAX) {
      endFrame();
    }
    if (rawLength + bytes > raw.length) {
      int wanted = Math.max(raw.length * 2, rawLength + bytes);
      raw = Arrays.copyOf(raw, Math.min(wanted, JournalLayout.FRAME_RAW_BYTES_MAX));
      rawBuffer = ByteBuffer.wrap(raw).order(ByteOrder.LITTLE_ENDIAN);
    }
  }

  private byte[] plain() {
    byte[] frame = new byte[JournalLayout.FRAME_HEADER_BYTES + rawLength];
    System.arraycopy(raw, 0, frame, JournalLayout.FRAME_HEADER_BYTES, rawLength);
    return frame;
  }

  /// Returns the frame compressed, or plain if that is not shorter.
  private byte[] compressed() {
    long start = System.nanoTime();
    byte[] bound =
        new byte[JournalLayout.FRAME_HEADER_BYTES + COMPRESSOR.maxCompressedLength(rawLength)];
    int stored = COMPRESSOR.compress(raw, 0, rawLength, bound, JournalLayout.FRAME_HEADER_BYTES);
    choice.compressed(rawLength, stored, System.nanoTime() - start);
    return stored < rawLength
        ? Arrays.copyOf(bound, JournalLayout.FRAME_HEADER_BYTES + stored)
        : plain();
  }

  private void endFrame() {
    if (rawLength == 0) {
      return;
    }
    byte[] frame = choice.compress(rawLength) ? compressed() : plain();
    ByteBuffer header = ByteBuffer.wrap(frame).order(ByteOrder.LITTLE_ENDIAN);
    header.putInt(0, rawLength);
    header.putInt(Integer.BYTES, frame.length - JournalLayout.FRAME_HEADER_BYTES);
    hash = JournalLayout.HASH.hash(frame, 0, frame.length, hash);
    frames.add(frame);
    length += frame.length;
    rawLength = 0;
  }

  /// Returns the record of what was added since the last call.
  ///
  /// @param sequence the sequence of the commit
  /// @param pageCount how many pages the database spans afterwards
  public JournalRecord finish(long sequence, long pageCount) {
    endFrame();
    JournalRecord record = new JournalRecord(sequence, pageCount, frames, length, hash);
    reset();
    return record;
  }

  /// Drops what was added since the last record.
  public void reset() {
    frames = new ArrayList<>();
    length = 0;
    hash = 0;
    rawLength = 0;
    if (raw.length > 4 * PageLayout.PAGE_BYTES * 8) {
      raw = new byte[64 << 10];
      rawBuffer = ByteBuffer.wrap(raw).order(ByteOrder.LITTLE_ENDIAN);
    }
  }
}
