package dev.rookery.storage.io;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.NonWritableChannelException;

/// An open file of a file system in memory.
final class MemoryFile implements StorageFile {
  private final String name;
  private final MemoryContent content;
  private final boolean writable;

  /// Volatile so that every thread fails after a close, which is all that it publishes.
  private volatile boolean isClosed;

  MemoryFile(String name, MemoryContent content, boolean writable) {
    this.name = name;
    this.content = content;
    this.writable = writable;
    content.open();
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public long size() throws IOException {
    requireOpen();
    return content.size();
  }

  @Override
  public int read(ByteBuffer target, long position) throws IOException {
    requireOpen();
    requireNatural(position);
    return content.read(target, position);
  }

  @Override
  public void write(ByteBuffer source, long position) throws IOException {
    requireWritable();
    requireNatural(position);
    content.write(source, position);
  }

  @Override
  public void writeFromAnyThread(byte[] source, int start, int count, long position)
      throws IOException {
    write(ByteBuffer.wrap(source, start, count), position);
  }

  @Override
  public void writeThrough(byte[] source, int start, int count, long position) throws IOException {
    write(ByteBuffer.wrap(source, start, count), position);
  }

  @Override
  public void sync() throws IOException {
    requireOpen();
  }

  @Override
  public void truncate(long size) throws IOException {
    requireWritable();
    requireNatural(size);
    content.truncate(size);
  }

  @Override
  public boolean punch(long position, long length) throws IOException {
    requireWritable();
    content.punch(position, length);
    return true;
  }

  @Override
  public MemorySegment map(long position, long length, Arena arena) throws IOException {
    requireOpen();
    MapBounds.check(this, position, length, MemoryBlocks.BLOCK_BYTES);
    return content.map(position, length);
  }

  @Override
  public synchronized void close() {
    if (!isClosed) {
      isClosed = true;
      content.close();
    }
  }

  private void requireWritable() throws IOException {
    requireOpen();
    if (!writable) {
      throw new NonWritableChannelException();
    }
  }

  private void requireOpen() throws IOException {
    if (isClosed) {
      throw new ClosedChannelException();
    }
  }

  private static void requireNatural(long position) {
    if (position < 0) {
      throw new IllegalArgumentException("position is negative position=" + position);
    }
  }
}
