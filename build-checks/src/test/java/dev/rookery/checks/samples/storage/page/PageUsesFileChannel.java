package dev.rookery.checks.samples.storage.page;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

public final class PageUsesFileChannel {
  private PageUsesFileChannel() {}

  public static void open(Path path) throws IOException {
    FileChannel.open(path).close();
  }
}
