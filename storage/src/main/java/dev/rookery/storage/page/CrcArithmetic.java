package dev.rookery.storage.page;

import java.util.zip.CRC32C;

/// Sums with CRC-32C values as what they are: remainders of polynomials over two elements.
///
/// A value is written as `CRC32C` does it: the bit of the highest power is the lowest bit. To move
/// bytes n bytes away from the end of what is summed is to multiply their sum by x^(8n).
final class CrcArithmetic {
  /// The polynomial of CRC-32C without its highest power.
  private static final int POLYNOMIAL = 0x82F6_3B78;

  private static final int ONE = 1 << 31;

  private static final int NIBBLES = Integer.SIZE / 4;

  /// What each nibble of a sum becomes when the sum is moved by some blocks: for each number of
  /// blocks and each nibble from the lowest on, its 16 values.
  private static final int[] MOVED_NIBBLES = movedNibbles();

  /// CRC-32C of so many blocks of zeros.
  private static final int[] ZEROS = zeros();

  private CrcArithmetic() {}

  private static int[] movedNibbles() {
    int block = ONE >>> 1; // x
    for (int i = 1; i < PageBlocks.BLOCK_BYTES * Byte.SIZE; i *= 2) {
      block = product(block, block);
    }
    int[] moved = new int[16 * NIBBLES * Long.SIZE];
    int power = ONE;
    for (int at = 0; at < moved.length; power = product(power, block)) {
      for (int nibble = 0; nibble < NIBBLES; nibble++) {
        for (int value = 0; value < 16; value++) {
          moved[at++] = product(value << (4 * nibble), power);
        }
      }
    }
    return moved;
  }

  private static int[] zeros() {
    int[] zeros = new int[Long.SIZE + 1];
    CRC32C crc = new CRC32C();
    for (int i = 1; i < zeros.length; i++) {
      crc.update(new byte[PageBlocks.BLOCK_BYTES]);
      zeros[i] = (int) crc.getValue();
    }
    return zeros;
  }

  /// Returns the product of two polynomials modulo that of CRC-32C.
  static int product(int a, int b) {
    int product = 0;
    int shifted = b;
    for (int i = Integer.SIZE - 1; i >= 0; i--) {
      product ^= shifted & -(a >>> i & 1);
      shifted = shifted >>> 1 ^ (POLYNOMIAL & -(shifted & 1));
    }
    return product;
  }

  /// Returns the CRC-32C of some whole blocks of zeros: what the start value alone brings.
  static int ofZeros(int length) {
    return ZEROS[length / PageBlocks.BLOCK_BYTES];
  }

  /// Moves a sum of differences that end at an offset of a page, at the end of a block, to the end
  /// of the page.
  static int moved(int sum, int to) {
    int blocks = (PageLayout.PAGE_BYTES - to) / PageBlocks.BLOCK_BYTES;
    int moved = 0;
    for (int nibble = 0; nibble < NIBBLES; nibble++) {
      int value = sum >>> (4 * nibble) & 0xF;
      moved ^= MOVED_NIBBLES[(blocks * NIBBLES + nibble) << 4 | value];
    }
    return moved;
  }
}
