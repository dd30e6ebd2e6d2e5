package dev.rookery.storage.io;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/// Who holds a lock, as the lock file tells it. For messages only: nothing is decided by it.
///
/// @param pid the process
/// @param since when the lock was taken
/// @param bootId the run of the machine that the process belongs to, may be empty
record LockHolder(long pid, Instant since, String bootId) {
  /// Length that no text of ours reaches; of a longer file the rest is not read.
  static final int TEXT_BYTES_MAX = 256;

  /// Returns this process, now.
  static LockHolder current() {
    return new LockHolder(
        ProcessHandle.current().pid(),
        Instant.now().truncatedTo(ChronoUnit.SECONDS),
        BootId.read());
  }

  /// Returns the content of the lock file.
  ByteBuffer toText() {
    String text = "pid=%d%nsince=%s%nboot=%s%n".formatted(pid, since, bootId);
    return ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
  }

  /// Returns the holder that the content of a lock file names, nothing if it is not such a content
  /// or names a process that is gone: a process that died does not clear the file.
  static Optional<LockHolder> parse(ByteBuffer text) {
    Map<String, String> values = new HashMap<>();
    for (String line : StandardCharsets.US_ASCII.decode(text).toString().lines().toList()) {
      int equals = line.indexOf('=');
      values.put(line.substring(0, Math.max(0, equals)), line.substring(equals + 1));
    }
    try {
      LockHolder holder =
          new LockHolder(
              Long.parseLong(values.getOrDefault("pid", "")),
              Instant.parse(values.getOrDefault("since", "")),
              values.getOrDefault("boot", ""));
      boolean lives =
          holder.bootId.equals(BootId.read()) && ProcessHandle.of(holder.pid).isPresent();
      return lives ? Optional.of(holder) : Optional.empty();
    } catch (NumberFormatException | DateTimeException e) {
      return Optional.empty();
    }
  }
}
