package dev.rookery.storage.io;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.OptionalLong;

/// An open file. Positions and lengths are bytes; a negative one is an [IllegalArgumentException].
///
/// Every method but [#name] and [#close] throws [java.nio.channels.ClosedChannelException] once the
/// file is closed, and those that change it throw [java.nio.channels.NonWritableChannelException]
/// if it was opened by [StorageFileSystem.OpenMode#READ].
///
/// A file that is renamed or deleted while it is open stays usable through what has it open.
///
/// Thread rule: reads, and writes to places that do not overlap, may happen at once; the store
/// never does more.
public interface StorageFile extends AutoCloseable {

  /// Returns the name the file was opened by.
  String name();

  /// Returns a number that no other file of this place has, and no copy, as long as the file
  /// exists, whatever its name; 0 where there is none to have.
  default long fileKey() throws IOException {
    return 0;
  }

  /// Returns the length of the file.
  long size() throws IOException;

  /// Reads into the whole rest of `target` and returns how many bytes there were, less than asked
  /// for only at the end of the file (0 at or behind the end).
  int read(ByteBuffer target, long position) throws IOException;

  /// Writes the whole rest of `source`, growing the file where needed; a gap reads as zeros. Short
  /// writes are written on.
  ///
  /// @throws NoSpaceException if the disk is full; some of the bytes may have been written
  void write(ByteBuffer source, long position) throws IOException;

  /// Writes bytes as [#write] does, from any thread whatever: an interrupt of the thread does no
  /// harm to the file and has no effect on the call.
  ///
  /// @throws NoSpaceException if the disk is full; some of the bytes may have been written
  void writeFromAnyThread(byte[] source, int start, int count, long position) throws IOException;

  /// Writes bytes as [#writeFromAnyThread] does and makes these bytes durable, no others, before it
  /// returns. They must lie inside the file, whose length is durable already.
  ///
  /// After a failure it is unknown which of the bytes are durable.
  void writeThrough(byte[] source, int start, int count, long position) throws IOException;

  /// Makes everything written so far durable, with the length of the file.
  ///
  /// After a failure it is unknown which of the writes are durable, and a later sync that returns
  /// says nothing about them.
  void sync() throws IOException;

  /// Cuts the file; does nothing if it is shorter already. Never called while a mapping of the part
  /// that goes may be read.
  void truncate(long size) throws IOException;

  /// Punches a hole: gives the room that a part of the file takes back to the disk, where the
  /// system can. The part then reads as zeros, here and in mappings; the length stays. Returns
  /// whether it did; if not, any pieces of the part may read as zeros.
  ///
  /// Durable after the next [#sync], like a write of zeros: until then a power failure may leave
  /// any piece of the part as it was. The part lies inside the file, and nobody reads it, in a
  /// mapping or otherwise, who could not do with either. A write to it may find the disk full.
  default boolean punch(long position, long length) throws IOException {
    return false;
  }

  /// Returns how many bytes of the disk the file takes, or nothing where nobody tells. From any
  /// thread.
  default OptionalLong allocatedBytes() throws IOException {
    return OptionalLong.empty();
  }

  /// Maps a part of the file for reading, coherent with later writes through this or another open
  /// file.
  ///
  /// `position` is a multiple of [StorageFileSystem#mapChunkBytes()] and the part lies inside one
  /// such piece, else an [IllegalArgumentException] is thrown. Never extends the file: a part that
  /// is not inside the file is an [IOException]. The segment cannot be written to, and lives at
  /// least as long as the arena and the file system are both open.
  MemorySegment map(long position, long length, Arena arena) throws IOException;

  /// Closes the file; mappings stay readable. Idempotent.
  @Override
  void close() throws IOException;
}
