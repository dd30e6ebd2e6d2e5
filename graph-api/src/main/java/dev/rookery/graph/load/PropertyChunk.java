package dev.rookery.graph.load;

import java.util.Arrays;

/// Edges of one type with the bytes of their properties, as they come, to be sorted by key. Belongs
/// to one thread at a time.
final class PropertyChunk {
  private static final int KEYS_MIN = 64;
  private static final int BLOB_BYTES_MIN = 4 << 10;

  private final LoadMemory memory;
  private final int blobBytesMax;
  private long[] keys = new long[KEYS_MIN];

  /// Where the bytes of each edge lie: offset in the upper half, length in the lower.
  private long[] places = new long[KEYS_MIN];

  private int count;
  private byte[] blob = new byte[BLOB_BYTES_MIN];
  private int blobBytes;

  /// @param blobBytesMax how many bytes of properties there may be; one edge may have more
  PropertyChunk(LoadMemory memory, int blobBytesMax) {
    this.memory = memory;
    this.blobBytesMax = blobBytesMax;
    memory.take(heldBytes());
  }

  private long heldBytes() {
    return 2L * Long.BYTES * keys.length + blob.length;
  }

  boolean isEmpty() {
    return count == 0;
  }

  /// Returns whether an edge whose properties have so many bytes is to go to the next chunk.
  boolean isFullFor(int length) {
    return count > 0 && (blobBytes + length > blobBytesMax || count >= blobBytesMax / Long.BYTES);
  }

  /// Adds an edge and returns whether that took memory.
  boolean add(long key, byte[] bytes, int length) {
    long before = heldBytes();
    reserve(length);
    keys[count] = key;
    places[count++] = (long) blobBytes << Integer.SIZE | length;
    System.arraycopy(bytes, 0, blob, blobBytes, length);
    blobBytes += length;
    return heldBytes() > before;
  }

  private void reserve(int length) {
    long before = heldBytes();
    if (count == keys.length) {
      keys = Arrays.copyOf(keys, 2 * count);
      places = Arrays.copyOf(places, 2 * count);
    }
    if (blobBytes + length > blob.length) {
      int needed = blobBytes + length;
      int doubled = Math.max(Math.min(2 * blob.length, blobBytesMax), needed);
      blob = Arrays.copyOf(blob, doubled);
    }
    memory.take(heldBytes() - before);
  }

  private void sort() {
    long bytes = 2L * Long.BYTES * count;
    memory.take(bytes);
    new RadixSort().sort(keys, places, count, new long[count], new long[count]);
    memory.giveBack(bytes);
  }

  /// Writes all to a file as one run, and is empty then.
  RunFile.Run spill(RunFile file) {
    sort();
    long bytes = (long) count * (Long.BYTES + Integer.BYTES) + blobBytes;
    RunFile.Writer writer = file.writer(bytes, RunFile.Form.BYTES);
    for (int i = 0; i < count; i++) {
      writer.put(keys[i]);
      writer.put(blob, (int) (places[i] >>> Integer.SIZE), (int) places[i]);
    }
    RunFile.Run run = writer.finish();
    count = 0;
    blobBytes = 0;
    if (blob.length > blobBytesMax) {
      memory.giveBack(blob.length - BLOB_BYTES_MIN);
      blob = new byte[BLOB_BYTES_MIN];
    }
    return run;
  }

  /// Gives back the memory for which an empty chunk has no use.
  void shrink() {
    memory.giveBack(heldBytes());
    keys = new long[KEYS_MIN];
    places = new long[KEYS_MIN];
    blob = new byte[BLOB_BYTES_MIN];
    memory.take(heldBytes());
  }

  /// Gives all memory back. Nothing may be added any more.
  void close() {
    memory.giveBack(heldBytes());
    keys = new long[0];
    places = new long[0];
    blob = new byte[0];
    count = 0;
  }

  /// Returns a cursor over the edges, sorted. Nothing may be added any more.
  RunCursor sorted() {
    sort();
    return new Sorted();
  }

  private final class Sorted extends RunCursor {
    private byte[] bytes = new byte[BLOB_BYTES_MIN];
    private int next;
    private int length;

    @Override
    boolean advance() {
      if (next == count) {
        return false;
      }
      key = keys[next];
      length = (int) places[next];
      int offset = (int) (places[next++] >>> Integer.SIZE);
      if (length > bytes.length) {
        bytes = new byte[length];
      }
      System.arraycopy(blob, offset, bytes, 0, length);
      return true;
    }

    @Override
    int length() {
      return length;
    }

    @Override
    byte[] bytes() {
      return bytes;
    }
  }
}
