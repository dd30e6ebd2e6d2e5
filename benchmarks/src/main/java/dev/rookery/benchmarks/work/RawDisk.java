package dev.rookery.benchmarks.work;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Random;

/// The least that a durable commit costs: 4 KiB written behind the previous ones into a file whose
/// blocks are there already, and `fdatasync`.
final class RawDisk implements Peer {
  private static final int BLOCK_BYTES = 4096;
  private static final int FILE_BYTES = 16 << 20;

  private final Path directory;
  private final ByteBuffer block = ByteBuffer.allocateDirect(BLOCK_BYTES);
  private long position;

  /// @param directory on the disk to be measured
  RawDisk(Path directory) {
    this.directory = directory;
    byte[] content = new byte[BLOCK_BYTES];
    new Random(27491095L).nextBytes(content);
    block.put(content);
  }

  @Override
  public String name() {
    return "raw";
  }

  @Override
  public boolean does(Work work) {
    return work == Work.W1;
  }

  @Override
  public void load() {}

  @Override
  public Outcome run(Work work, Queries queries, Budget budget) throws IOException {
    Path made = Directories.fresh(directory);
    try (FileChannel file = FileChannel.open(made.resolve("raw"), CREATE, WRITE)) {
      fill(file);
      position = 0;
      CommitLoop.Result result =
          CommitLoop.run(1, budget.seconds(), (number, random) -> write(file));
      return Outcome.of(result.perSecond(), 0);
    } finally {
      Directories.delete(made);
    }
  }

  private long write(FileChannel file) {
    try {
      block.clear();
      while (block.hasRemaining()) {
        file.write(block, position + block.position());
      }
      file.force(false);
      position = (position + BLOCK_BYTES) % FILE_BYTES;
      return 0;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void fill(FileChannel file) throws IOException {
    ByteBuffer zeros = ByteBuffer.allocateDirect(1 << 20);
    for (long at = 0; at < FILE_BYTES; at += zeros.capacity()) {
      zeros.clear();
      file.write(zeros, at);
    }
    file.force(true);
  }

  @Override
  public void close() throws IOException {
    Directories.delete(directory);
  }
}
