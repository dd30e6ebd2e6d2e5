package dev.rookery.storage.backup;

import dev.rookery.storage.error.CorruptBackupException;
import dev.rookery.storage.page.PageLayout;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;
import net.jpountz.lz4.LZ4Exception;
import net.jpountz.lz4.LZ4Factory;
import net.jpountz.lz4.LZ4SafeDecompressor;

/// Reads one archive from a stream, frame by frame, and believes nothing: lengths are judged before
/// anything is allocated, the chain before anything is unpacked. Never reads behind the archive.
///
/// Takes at most 2 MiB of memory, whatever the archive claims.
final class ArchiveReader {
  private static final LZ4SafeDecompressor DECOMPRESSOR =
      LZ4Factory.safeInstance().safeDecompressor();

  private final InputStream in;
  private final String name;
  private final ArchiveHeader header;
  private byte[] frame = new byte[64 << 10];
  private byte[] raw = new byte[64 << 10];
  private int rawLength;
  private long chain;
  private long frames;
  private long pages;
  private long consumed = ArchiveLayout.HEADER_BYTES;
  private Optional<ArchiveSummary> summary = Optional.empty();

  private ArchiveReader(InputStream in, String name, byte[] headerBytes) {
    this.in = in;
    this.name = name;
    this.header = ArchiveHeader.of(headerBytes, name);
    this.chain = ArchiveLayout.HASH.hash(headerBytes, 0, headerBytes.length, 0);
  }

  /// Begins to read an archive; empty if the stream has ended.
  static Optional<ArchiveReader> open(InputStream in, String name) throws IOException {
    byte[] bytes = new byte[ArchiveLayout.HEADER_BYTES];
    int length = in.readNBytes(bytes, 0, bytes.length);
    if (length == 0) {
      return Optional.empty();
    }
    if (length < bytes.length) {
      throw endsEarly(name, length);
    }
    return Optional.of(new ArchiveReader(in, name, bytes));
  }

  private static CorruptBackupException endsEarly(String name, long length) {
    return new CorruptBackupException(
        "archive ends early archive=%s bytes=%d".formatted(name, length));
  }

  private CorruptBackupException damaged(String what) {
    return new CorruptBackupException("%s archive=%s frame=%d".formatted(what, name, frames));
  }

  ArchiveHeader header() {
    return header;
  }

  /// Reads the next frame of pages, to be found in [#raw] up to [#rawLength]; returns whether there
  /// was one. After the last one there is a [#summary].
  boolean next() throws IOException {
    ensureFrame(ArchiveLayout.FRAME_HEADER_BYTES);
    read(0, ArchiveLayout.FRAME_HEADER_BYTES);
    int rawBytes = intAt(0);
    int stored = intAt(Integer.BYTES);
    boolean isEnd = rawBytes == 0;
    boolean possible =
        isEnd
            ? stored == ArchiveLayout.END_BYTES
            : rawBytes > 0
                && rawBytes <= ArchiveLayout.FRAME_RAW_BYTES_MAX
                && rawBytes % PageLayout.PAGE_BYTES == 0
                && stored > 0
                && stored <= rawBytes;
    if (!possible) {
      throw damaged("frame has an impossible length");
    }
    int length = ArchiveLayout.FRAME_HEADER_BYTES + stored;
    ensureFrame(length + Long.BYTES);
    read(ArchiveLayout.FRAME_HEADER_BYTES, stored + Long.BYTES);
    chain = ArchiveLayout.HASH.hash(frame, 0, length, chain);
    if (longAt(length) != chain) {
      throw damaged("frame is damaged");
    }
    if (isEnd) {
      finish();
      return false;
    }
    unpack(rawBytes, stored);
    frames++;
    pages += rawBytes >>> PageLayout.PAGE_SHIFT;
    return true;
  }

  private void ensureFrame(int length) {
    if (frame.length < length) {
      byte[] longer = new byte[length];
      System.arraycopy(frame, 0, longer, 0, ArchiveLayout.FRAME_HEADER_BYTES);
      frame = longer;
    }
  }

  private void read(int offset, int length) throws IOException {
    int count = in.readNBytes(frame, offset, length);
    consumed += count;
    if (count < length) {
      throw endsEarly(name, consumed);
    }
  }

  private int intAt(int offset) {
    return ByteBuffer.wrap(frame).order(ByteOrder.LITTLE_ENDIAN).getInt(offset);
  }

  private long longAt(int offset) {
    return ByteBuffer.wrap(frame).order(ByteOrder.LITTLE_ENDIAN).getLong(offset);
  }

  private void unpack(int rawBytes, int stored) {
    if (raw.length < rawBytes) {
      raw = new byte[rawBytes];
    }
    int from = ArchiveLayout.FRAME_HEADER_BYTES;
    if (stored == rawBytes) {
      System.arraycopy(frame, from, raw, 0, rawBytes);
    } else {
      try {
        int got = DECOMPRESSOR.decompress(frame, from, stored, raw, 0, rawBytes);
        if (got != rawBytes) {
          throw damaged("frame unpacks to another length");
        }
      } catch (LZ4Exception e) {
        throw new CorruptBackupException("frame cannot be unpacked archive=" + name, e);
      }
    }
    rawLength = rawBytes;
  }

  private void finish() {
    int at = ArchiveLayout.FRAME_HEADER_BYTES;
    if (longAt(at) != ArchiveLayout.END_MAGIC
        || longAt(at + ArchiveLayout.END_PAGES_OFFSET) != pages
        || longAt(at + ArchiveLayout.END_FRAMES_OFFSET) != frames
        || longAt(at + ArchiveLayout.END_LENGTH_OFFSET) != consumed) {
      throw damaged("end of the archive contradicts the rest");
    }
    summary =
        Optional.of(header.summary(longAt(at + ArchiveLayout.END_STATE_OFFSET), pages, consumed));
  }

  /// Returns the pages of the last frame.
  byte[] raw() {
    return raw;
  }

  int rawLength() {
    return rawLength;
  }

  /// Returns what the archive says about itself, once it was read to its end.
  ArchiveSummary summary() {
    return summary.orElseThrow(() -> new IllegalStateException("archive was not read to its end"));
  }
}
