package dev.rookery.storage.io;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.file.FileSystemException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class FullDiskTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "No space left on device",
        "Disk quota exceeded",
        "File too large",
        "There is not enough space on the disk",
        "write failed file=data.rkd offset=0: No space left on device"
      })
  void translated_ofAFullDisk_isNoSpace(String text) {
    IOException failure = new IOException(text);

    assertThat(FullDisk.translated(failure, "disk is full"))
        .isInstanceOf(NoSpaceException.class)
        .hasMessage("disk is full")
        .hasCause(failure);
    assertThat(FullDisk.translated(new FileSystemException("f", null, text), "disk is full"))
        .isInstanceOf(NoSpaceException.class);
  }

  @Test
  void translated_ofAnythingElse_isThatItself() {
    for (IOException failure :
        new IOException[] {
          new IOException("Input/output error"),
          new IOException((String) null),
          new ClosedChannelException(),
          new FileSystemException("no space left on device", null, "Permission denied"),
          new NoSpaceException("file too large")
        }) {
      assertThat(FullDisk.translated(failure, "disk is full")).isSameAs(failure);
    }
  }
}
