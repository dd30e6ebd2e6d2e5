package dev.rookery.storage.journal;

import dev.rookery.storage.page.PageBlocks;
import dev.rookery.storage.page.PageLayout;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/// Differences between two versions of a page: a sequence of {offset u16, length u16, bytes},
/// absolute bytes.
///
/// Applying a difference twice, or to a page that already holds part of it, gives the same page.
///
/// Equal stretches are skipped by the intrinsic behind [MemorySegment#mismatch], so neither version
/// may lie in mapped memory: at a page that the disk cannot deliver it would take the JVM down.
final class PageDiff {
  private static final int RUN_HEADER_BYTES = 4;

  /// How long a difference can become. Runs lie at least eight equal bytes apart, which is more
  /// than a header takes, so one run of the whole page is the longest.
  static final int BYTES_MAX = RUN_HEADER_BYTES + PageLayout.PAGE_BYTES;

  /// So far a difference is looked for without the intrinsic, whose call takes longer.
  private static final int NEAR_BYTES = 128;

  private static final int STRIDE_BYTES = 4 * Long.BYTES;

  /// A page of zeros.
  private static final MemorySegment ZEROS = Arena.global().allocate(PageLayout.PAGE_BYTES);

  private static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private PageDiff() {}

  /// Writes the difference of a page to one of zeros to `target` and returns the index behind it.
  static int writeFromZero(MemorySegment page, byte[] target, int at) {
    return write(ZEROS, page, PageBlocks.ALL, target, at);
  }

  /// Writes the difference of two versions, which is looked for in some blocks only, to `target`
  /// and returns the index behind it.
  static int write(MemorySegment old, MemorySegment page, long blocks, byte[] target, int at) {
    int out = at;
    for (long left = blocks; left != 0; left = PageBlocks.rest(left)) {
      out = write(old, page, PageBlocks.from(left), PageBlocks.to(left), target, out);
    }
    return out;
  }

  private static int write(
      MemorySegment old, MemorySegment page, int from, int to, byte[] target, int at) {
    int out = at;
    int offset = from;
    while ((offset = firstDifference(old, page, offset, to)) < to) {
      int end = endOfRun(old, page, offset, to);
      out = writeRun(page, offset, end, target, out);
      offset = end;
    }
    return out;
  }

  /// Returns the offset of the next byte that differs, or `to`.
  private static int firstDifference(MemorySegment old, MemorySegment page, int from, int to) {
    int offset = from;
    int near = Math.min(to, from + NEAR_BYTES) - Long.BYTES;
    for (; offset <= near; offset += Long.BYTES) {
      long difference = differenceAt(old, page, offset);
      if (difference != 0) {
        return offset + (Long.numberOfTrailingZeros(difference) >>> 3);
      }
    }
    if (offset == to) {
      return to;
    }
    long equal = MemorySegment.mismatch(old, offset, to, page, offset, to);
    return equal < 0 ? to : offset + (int) equal;
  }

  /// Returns where the run that begins at an offset ends: before eight equal bytes, or at `to`.
  ///
  /// Long runs are walked in strides: where the eight bytes at the end of a stride differ, nobody
  /// looks whether some before them are equal.
  private static int endOfRun(MemorySegment old, MemorySegment page, int start, int to) {
    int offset = start;
    long last = 0;
    while (offset <= to - Long.BYTES) {
      long difference = differenceAt(old, page, offset);
      if (difference == 0) {
        return offset - (Long.numberOfLeadingZeros(last) >>> 3);
      }
      last = difference;
      offset += Long.BYTES;
      while (offset <= to - STRIDE_BYTES
          && (difference = differenceAt(old, page, offset + STRIDE_BYTES - Long.BYTES)) != 0) {
        last = difference;
        offset += STRIDE_BYTES;
      }
    }
    int left = to - offset;
    long tail = differenceAt(old, page, to - Long.BYTES);
    if (left > 0 && tail >>> (Long.SIZE - left * Byte.SIZE) != 0) {
      return to - (Long.numberOfLeadingZeros(tail) >>> 3);
    }
    return offset - (Long.numberOfLeadingZeros(last) >>> 3);
  }

  private static long differenceAt(MemorySegment old, MemorySegment page, int offset) {
    return page.get(LONG, offset) ^ old.get(LONG, offset);
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
