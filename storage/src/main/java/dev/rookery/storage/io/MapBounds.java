package dev.rookery.storage.io;

import java.io.IOException;

/// What may be mapped.
final class MapBounds {
  private MapBounds() {}

  /// Checks that a part begins at a chunk, stays inside it, and is inside the file.
  static void check(StorageFile file, long position, long length, long chunkBytes)
      throws IOException {
    if (position < 0 || position % chunkBytes != 0 || length <= 0 || length > chunkBytes) {
      throw new IllegalArgumentException(
          "mapping does not fit a chunk file=%s position=%d length=%d chunkBytes=%d"
              .formatted(file.name(), position, length, chunkBytes));
    }
    long size = file.size();
    if (position + length > size) {
      throw new IOException(
          "mapping reaches behind the end of the file file=%s position=%d length=%d size=%d"
              .formatted(file.name(), position, length, size));
    }
  }
}
