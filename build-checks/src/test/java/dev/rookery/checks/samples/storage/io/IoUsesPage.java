package dev.rookery.checks.samples.storage.io;

import dev.rookery.checks.samples.storage.page.PageUsesFileChannel;
import java.io.IOException;
import java.nio.file.Path;

final class IoUsesPage {
  void open(Path path) throws IOException {
    PageUsesFileChannel.open(path);
  }
}
