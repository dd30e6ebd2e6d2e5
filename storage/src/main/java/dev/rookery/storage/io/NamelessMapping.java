package dev.rookery.storage.io;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/// Memory in a file that loses its name at once, so that it is gone with the process, however that
/// ends.
final class NamelessMapping {
  private static final int STAGING_BYTES = 1 << 20;

  private NamelessMapping() {}

  /// Fills a new file with zeros, maps it and deletes its name.
  static MemorySegment of(Path path, long bytes) throws IOException {
    try (FileChannel channel =
        FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      Files.delete(path);
      ByteBuffer zeros = ByteBuffer.allocateDirect((int) Math.min(STAGING_BYTES, bytes));
      for (long position = 0; position < bytes; ) {
        zeros.clear().limit((int) Math.min(zeros.capacity(), bytes - position));
        position += channel.write(zeros, position);
      }
      return channel.map(FileChannel.MapMode.READ_WRITE, 0, bytes, Arena.ofAuto());
    } catch (IOException e) {
      throw FullDisk.translated(e, "disk is full bytes=" + bytes);
    }
  }
}
