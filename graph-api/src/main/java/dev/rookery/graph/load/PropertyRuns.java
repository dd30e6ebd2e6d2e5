package dev.rookery.graph.load;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Edges of one type with the bytes of their properties, in any order; sorted by key in runs, which
/// all lie in the file but the last one. Belongs to one thread.
final class PropertyRuns {
  private static final int KEYS_MIN = 64;
  private static final int BLOB_BYTES_MIN = 4 << 10;

  private final RunFile file;
  private final LoadMemory memory;
  private final int blobBytesMax;
  private final List<RunFile.Run> runs = new ArrayList<>();
  private long[] keys = new long[KEYS_MIN];

  /// Where the bytes of each edge lie: offset in the upper half, length in the lower.
  private long[] places = new long[KEYS_MIN];

  private int count;
  private byte[] blob = new byte[BLOB_BYTES_MIN];
  private int blobBytes;

  /// @param blobBytesMax how many bytes of properties are sorted at once; one edge may have more
  PropertyRuns(RunFile file, LoadMemory memory, int blobBytesMax) {
    this.file = file;
    this.memory = memory;
    this.blobBytesMax = blobBytesMax;
    memory.take(heldBytes());
  }

  private long heldBytes() {
    return 2L * Long.BYTES * keys.length + blob.length;
  }

  /// Adds an edge and returns whether that took more memory than there was.
  boolean add(long key, byte[] bytes, int length) {
    final long before = heldBytes();
    boolean isFull = blobBytes + length > blobBytesMax || count >= blobBytesMax / Long.BYTES;
    if (count > 0 && isFull) {
      spill();
    }
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

  /// Writes what is in memory to the file as one run.
  void spill() {
    if (count == 0) {
      return;
    }
    sort();
    long bytes = (long) count * (Long.BYTES + Integer.BYTES) + blobBytes;
    RunFile.Writer writer = file.writer(bytes, RunFile.Form.BYTES);
    for (int i = 0; i < count; i++) {
      writer.put(keys[i]);
      writer.put(blob, (int) (places[i] >>> Integer.SIZE), (int) places[i]);
    }
    runs.add(writer.finish());
    count = 0;
    blobBytes = 0;
    long before = heldBytes();
    if (blob.length > blobBytesMax) {
      blob = new byte[BLOB_BYTES_MIN];
    }
    memory.take(heldBytes() - before);
  }

  /// Gives the memory back for which there is no use at the moment.
  void shrink() {
    spill();
    memory.giveBack(heldBytes());
    keys = new long[KEYS_MIN];
    places = new long[KEYS_MIN];
    blob = new byte[BLOB_BYTES_MIN];
    memory.take(heldBytes());
  }

  /// Returns cursors over all runs, in the order in which they came. Nothing may be added any more.
  List<RunCursor> cursors(int fanInMax) {
    if (runs.size() > fanInMax) {
      spill();
    }
    while (runs.size() > fanInMax) {
      file.mergeFirst(runs, fanInMax);
    }
    List<RunCursor> cursors = new ArrayList<>();
    runs.forEach(run -> cursors.add(file.cursor(run)));
    if (count > 0) {
      sort();
      cursors.add(new Sorted());
    }
    return cursors;
  }

  /// Gives all memory back.
  void close() {
    memory.giveBack(heldBytes());
    keys = new long[0];
    places = new long[0];
    blob = new byte[0];
    count = 0;
  }

  /// The sorted edges in memory.
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
