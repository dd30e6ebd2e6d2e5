package dev.rookery.storage.page;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.UUID;
import java.util.zip.CRC32C;

/// Makes the checksums of a damaged data file right again, as somebody who means harm would: what
/// reads the pages behind them must stand it.
public final class DataFileForger {
  private DataFileForger() {}

  /// Returns the UUID that a data file names.
  public static UUID database(byte[] file) {
    ByteBuffer block = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    return new UUID(
        block.getLong(HeaderBlocks.UUID_OFFSET), block.getLong(HeaderBlocks.UUID_OFFSET + 8));
  }

  /// Forges the page or header block that an offset lies in.
  public static void forge(byte[] file, long offset, UUID database) {
    if (offset < PageLayout.HEADER_BYTES) {
      forgeBlock(file, (int) (offset / HeaderBlocks.BLOCK_BYTES), database);
      return;
    }
    int page = (int) (offset >>> PageLayout.PAGE_SHIFT);
    int begin = page << PageLayout.PAGE_SHIFT;
    if (begin + PageLayout.PAGE_BYTES <= file.length) {
      byte[] copy = Arrays.copyOfRange(file, begin, begin + PageLayout.PAGE_BYTES);
      MemorySegment segment = MemorySegment.ofArray(copy);
      segment.set(PageLayout.LONG, PageLayout.PAGE_NUMBER_OFFSET, page);
      new PageChecksum(database).seal(segment);
      System.arraycopy(copy, 0, file, begin, copy.length);
    }
  }

  private static void forgeBlock(byte[] file, int block, UUID database) {
    int begin = block * HeaderBlocks.BLOCK_BYTES;
    if (begin + HeaderBlocks.BLOCK_BYTES <= file.length) {
      CRC32C crc = new CRC32C();
      crc.update(file, begin, HeaderBlocks.CRC_OFFSET);
      int salt = block == 0 ? 0 : PageChecksum.saltOf(database);
      ByteBuffer.wrap(file)
          .order(ByteOrder.LITTLE_ENDIAN)
          .putInt(begin + HeaderBlocks.CRC_OFFSET, (int) crc.getValue() ^ salt);
    }
  }
}
