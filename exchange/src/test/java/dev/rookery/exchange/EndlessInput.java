package dev.rookery.exchange;

import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/// A file that begins with one text and then repeats another one without end.
public final class EndlessInput extends InputStream {
  private final byte[] head;
  private final byte[] repeated;
  private long at;

  /// Creates a stream.
  public EndlessInput(String head, String repeated) {
    this.head = head.getBytes(StandardCharsets.UTF_8);
    this.repeated = repeated.getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public int read() {
    int found =
        at < head.length ? head[(int) at] : repeated[(int) ((at - head.length) % repeated.length)];
    at++;
    return found;
  }
}
