package dev.rookery.storage.journal;

import dev.rookery.storage.page.PageLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/// Differences between two versions of a page: a sequence of {offset u16, length u16, bytes},
/// absolute bytes.
///
/// Applying a difference twice, or to a page that already holds part of it, gives the same page.
final class PageDiff {
  private static final int RUN_HEADER_BYTES = 4;

  /// How long a difference can become: every second group of eight bytes differs, or all do.
  static final int BYTES_MAX =
      PageLayout.PAGE_BYTES + PageLayout.PAGE_BYTES / 16 * RUN_HEADER_BYTES;

  private static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private PageDiff() {}

  /// Writes the difference of two pages to `target` and returns the index behind it.
  ///
  /// @param old the earlier version, or `null` for a page of zeros
  static int write(@Nullable MemorySegment old, MemorySegment page, byte[] target, int at) {
    int out = at;
    int offset = 0;
    while (offset < PageLayout.PAGE_BYTES) {
      long difference = differenceAt(old, page, offset);
      if (difference == 0) {
        offset += Long.BYTES;
        continue;
      }
      int start = offset + (Long.numberOfTrailingZeros(difference) >>> 3);
      long last = difference;
      offset += Long.BYTES;
      while (offset < PageLayout.PAGE_BYTES
          && (difference = differenceAt(old, page, offset)) != 0) {
        last = difference;
        offset += Long.BYTES;
      }
      int end = offset - (Long.numberOfLeadingZeros(last) >>> 3);
      out = writeRun(page, start, end, target, out);
      offset += Long.BYTES; // The group behind the run was found equal, or is the end.
    }
    return out;
  }

  private static long differenceAt(@Nullable MemorySegment old, MemorySegment page, int offset) {
    long now = page.get(LONG, offset);
    return old == null ? now : now ^ old.get(LONG, offset);
  }

  private static int writeRun(MemorySegment page, int start, int end, byte[] target, int at) {
    int length = end - start;
    putShort(target, at, start);
    putShort(target, at + 2, length);
    MemorySegment.copy(page, ValueLayout.JAVA_BYTE, start, target, at + RUN_HEADER_BYTES, length);
    return at + RUN_HEADER_BYTES + length;
  }

  private static void putShort(byte[] target, int at, int value) {
    target[at] = (byte) value;
    target[at + 1] = (byte) (value >>> 8);
  }

  private static int shortAt(byte[] source, int at) {
    return (source[at] & 0xFF) | (source[at + 1] & 0xFF) << 8;
  }

  /// Applies a difference to a page and returns whether it was well formed; if not, the page is in
  /// no good state.
  static boolean apply(byte[] source, int at, int end, MemorySegment page) {
    int in = at;
    while (in < end) {
      if (in + RUN_HEADER_BYTES > end) {
        return false;
      }
      int offset = shortAt(source, in);
      int length = shortAt(source, in + 2);
      in += RUN_HEADER_BYTES;
      if (in + length > end || offset + length > PageLayout.PAGE_BYTES) {
        return false;
      }
      MemorySegment.copy(source, in, page, ValueLayout.JAVA_BYTE, offset, length);
      in += length;
    }
    return true;
  }
}
