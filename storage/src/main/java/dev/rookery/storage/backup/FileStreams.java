package dev.rookery.storage.backup;

import dev.rookery.storage.io.StorageFile;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.Objects;

/// Files as streams, from their beginning. Closing a stream leaves the file open.
final class FileStreams {
  private FileStreams() {}

  static OutputStream writing(StorageFile file) {
    return new Output(file);
  }

  static InputStream reading(StorageFile file) {
    return new Input(file);
  }

  private static final class Output extends OutputStream {
    private final StorageFile file;
    private long position;

    Output(StorageFile file) {
      this.file = file;
    }

    @Override
    public void write(int value) throws IOException {
      write(new byte[] {(byte) value}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int from, int length) throws IOException {
      file.write(ByteBuffer.wrap(bytes, from, length), position);
      position += length;
    }
  }

  private static final class Input extends InputStream {
    private final StorageFile file;
    private long position;

    Input(StorageFile file) {
      this.file = file;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] bytes, int from, int length) throws IOException {
      Objects.checkFromIndexSize(from, length, bytes.length);
      if (length == 0) {
        return 0;
      }
      int count = file.read(ByteBuffer.wrap(bytes, from, length), position);
      position += count;
      return count == 0 ? -1 : count;
    }
  }
}
