package dev.rookery.storage.io;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;

/// An open file. Positions and lengths are bytes.
///
/// Thread rule: reads, and writes to places that do not overlap, may happen at once; the store never does more.
public interface StorageFile extends AutoCloseable {

  /// Returns the name the file was opened by.
  String name();

  /// Returns the length of the file.
  long size() throws IOException;

  /// Reads into the whole rest of `target` and returns how many bytes there were, less than asked for only at the
  /// end of the file (0 at or behind the end).
  int read(ByteBuffer target, long position) throws IOException;

  /// Writes the whole rest of `source`, growing the file where needed. Short writes are written on.
  ///
  /// @throws NoSpaceException if the disk is full; some of the bytes may have been written
  void write(ByteBuffer source, long position) throws IOException;

  /// Makes everything written so far durable, with the length of the file.
  void sync() throws IOException;

  /// Cuts the file. Never called while a mapping of the part that goes may be read.
  void truncate(long size) throws IOException;

  /// Maps a part of the file for reading, coherent with later writes through this or another open file.
  ///
  /// `position` is a multiple of [StorageFileSystem#mapChunkBytes()] and the part lies inside one such piece and
  /// inside the file. The segment lives at least as long as the arena and the file system are both open.
  MemorySegment map(long position, long length, Arena arena) throws IOException;

  /// Closes the file; mappings stay readable. Idempotent.
  @Override
  void close() throws IOException;
}
