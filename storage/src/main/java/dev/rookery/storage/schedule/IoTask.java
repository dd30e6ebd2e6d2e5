package dev.rookery.storage.schedule;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// Work that touches files.
@FunctionalInterface
public interface IoTask<T extends @Nullable Object> {
  /// Does the work.
  T run() throws IOException;
}
