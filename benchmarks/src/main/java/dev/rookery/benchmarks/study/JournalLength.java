package dev.rookery.benchmarks.study;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/// How much of a journal was written, without the zeros that files are prepared with. Holds as long
/// as no file was recycled. Without state.
final class JournalLength {
  private JournalLength() {}

  /// Returns the length of all journal files of a database up to their last byte that is not zero.
  static long written(Path database) throws IOException {
    List<Path> files;
    try (Stream<Path> found = Files.walk(database.resolve("journal"))) {
      files = found.filter(Files::isRegularFile).toList();
    }
    long bytes = 0;
    for (Path file : files) {
      bytes += lengthWithoutZeros(file);
    }
    return bytes;
  }

  private static long lengthWithoutZeros(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file)) {
      ByteBuffer block = ByteBuffer.allocate(64 << 10);
      for (long end = channel.size(); end > 0; end -= block.capacity()) {
        long begin = Math.max(0, end - block.capacity());
        block.clear().limit((int) (end - begin));
        while (block.hasRemaining() && channel.read(block, begin + block.position()) >= 0) {
          // Reads on.
        }
        for (int i = block.position() - 1; i >= 0; i--) {
          if (block.get(i) != 0) {
            return begin + i + 1;
          }
        }
      }
      return 0;
    }
  }
}
