package dev.rookery.storage.backup;

import dev.rookery.storage.page.PageLayout;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import net.jpountz.lz4.LZ4Compressor;
import net.jpountz.lz4.LZ4Factory;

/// Writes one archive to a stream, which it neither flushes nor closes. Takes about 3 MiB of
/// memory, whatever the size of the database.
final class ArchiveWriter {
  private static final LZ4Compressor COMPRESSOR = LZ4Factory.safeInstance().fastCompressor();
  private static final int RAW_BYTES_MAX = ArchiveLayout.FRAME_RAW_BYTES_MAX;

  private final OutputStream out;
  private final ArchiveHeader header;
  private final byte[] raw = new byte[RAW_BYTES_MAX];
  private final MemorySegment rawSegment = MemorySegment.ofArray(raw);
  private final byte[] frame =
      new byte
          [ArchiveLayout.FRAME_HEADER_BYTES
              + COMPRESSOR.maxCompressedLength(RAW_BYTES_MAX)
              + Long.BYTES];
  private final ByteBuffer frameBuffer = ByteBuffer.wrap(frame).order(ByteOrder.LITTLE_ENDIAN);
  private int rawLength;
  private long chain;
  private long pages;
  private long frames;
  private long written;

  /// Begins an archive.
  ArchiveWriter(OutputStream out, ArchiveHeader header) throws IOException {
    this.out = out;
    this.header = header;
    byte[] bytes = header.toBytes();
    chain = ArchiveLayout.HASH.hash(bytes, 0, bytes.length, 0);
    write(bytes, bytes.length);
  }

  private void write(byte[] bytes, int length) throws IOException {
    out.write(bytes, 0, length);
    written += length;
  }

  /// Adds a page, whose number is larger than that of the last.
  void add(MemorySegment page) throws IOException {
    if (rawLength == RAW_BYTES_MAX) {
      writeFrame();
    }
    MemorySegment.copy(page, 0, rawSegment, rawLength, PageLayout.PAGE_BYTES);
    rawLength += PageLayout.PAGE_BYTES;
    pages++;
  }

  private void writeFrame() throws IOException {
    int from = ArchiveLayout.FRAME_HEADER_BYTES;
    int stored = COMPRESSOR.compress(raw, 0, rawLength, frame, from, frame.length - from);
    if (stored >= rawLength) {
      System.arraycopy(raw, 0, frame, from, rawLength);
      stored = rawLength;
    }
    writeFrame(rawLength, stored);
    rawLength = 0;
    frames++;
  }

  /// Writes the frame whose stored bytes lie in the buffer.
  private void writeFrame(int rawBytes, int storedBytes) throws IOException {
    frameBuffer.putInt(0, rawBytes);
    frameBuffer.putInt(Integer.BYTES, storedBytes);
    int length = ArchiveLayout.FRAME_HEADER_BYTES + storedBytes;
    chain = ArchiveLayout.HASH.hash(frame, 0, length, chain);
    frameBuffer.putLong(length, chain);
    write(frame, length + Long.BYTES);
  }

  /// Ends the archive and returns what is in it.
  ArchiveSummary finish(long state) throws IOException {
    if (rawLength > 0) {
      writeFrame();
    }
    long archiveBytes = written + ArchiveLayout.END_FRAME_BYTES;
    int at = ArchiveLayout.FRAME_HEADER_BYTES;
    frameBuffer.putLong(at, ArchiveLayout.END_MAGIC);
    frameBuffer.putLong(at + ArchiveLayout.END_PAGES_OFFSET, pages);
    frameBuffer.putLong(at + ArchiveLayout.END_FRAMES_OFFSET, frames);
    frameBuffer.putLong(at + ArchiveLayout.END_STATE_OFFSET, state);
    frameBuffer.putLong(at + ArchiveLayout.END_LENGTH_OFFSET, archiveBytes);
    writeFrame(0, ArchiveLayout.END_BYTES);
    return header.summary(state, pages, archiveBytes);
  }
}
