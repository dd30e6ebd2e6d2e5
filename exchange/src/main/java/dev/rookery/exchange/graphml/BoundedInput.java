package dev.rookery.exchange.graphml;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/// A stream that ends with an exception when more is read for one part of a file than it may have.
/// It bounds the memory of a parser that holds a part as a whole, whatever the part is: a text, an
/// attribute, a comment. Belongs to one thread.
final class BoundedInput extends FilterInputStream {
  private final long partBytesMax;
  private long partBytes;

  BoundedInput(InputStream in, long partBytesMax) {
    super(in);
    this.partBytesMax = partBytesMax;
  }

  /// Begins a part.
  void beginPart() {
    partBytes = 0;
  }

  private void count(int bytes) {
    partBytes += Math.max(0, bytes);
    if (partBytes > partBytesMax) {
      throw new IllegalArgumentException(
          "part of the file is too large partBytesMax=" + partBytesMax);
    }
  }

  @Override
  public int read() throws IOException {
    int found = super.read();
    count(found < 0 ? 0 : 1);
    return found;
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    int found = super.read(bytes, offset, length);
    count(found);
    return found;
  }
}
