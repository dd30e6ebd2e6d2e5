package dev.rookery.storage.journal;

import dev.rookery.storage.io.StorageFile;
import java.io.IOException;

/// Makes files for the part of a record that would take too much memory.
@FunctionalInterface
public interface OverflowFiles {
  /// Makes a file that is gone when it is closed, or with the process.
  ///
  /// @throws dev.rookery.storage.io.NoSpaceException if the disk is full
  StorageFile create() throws IOException;
}
