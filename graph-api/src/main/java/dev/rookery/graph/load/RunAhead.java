package dev.rookery.graph.load;

import dev.rookery.graph.load.LoadThreads.Begun;
import java.util.Arrays;

/// A run whose tuples the second thread of a load fetches, some at a time, while its own thread
/// works on those before.
///
/// Belongs to the thread of the load; the cursor that it reads from belongs to it.
final class RunAhead extends RunCursor {
  private static final int BATCH_BYTES_MIN = 4 << 10;
  private static final int BATCH_BYTES_MAX = 256 << 10;

  /// What a tuple takes of a batch besides its bytes.
  private static final int TUPLE_BYTES = 2 * Long.BYTES + Integer.BYTES;

  /// A batch has as many tuples at most as if each had so many bytes.
  private static final int USUAL_BYTES = 64;

  private final RunCursor source;
  private final LoadThreads threads;
  private final LoadMemory memory;
  private final int batchBytes;
  private Batch current;
  private Batch next;
  private Begun fetching;
  private int at = -1;

  /// The bytes of the current tuple, copied when they are asked for.
  private byte[] bytes = new byte[USUAL_BYTES];

  private boolean isClosed;

  RunAhead(RunCursor source, LoadThreads threads, LoadMemory memory) {
    this.source = source;
    this.threads = threads;
    this.memory = memory;
    batchBytes = Math.clamp(memory.limitBytes() / 128, BATCH_BYTES_MIN, BATCH_BYTES_MAX);
    memory.take(heldBytes());
    current = new Batch(batchBytes);
    next = new Batch(batchBytes);
    fetching = fetch(next);
  }

  private long heldBytes() {
    return 2 * (batchBytes + (long) batchBytes / USUAL_BYTES * TUPLE_BYTES);
  }

  private Begun fetch(Batch batch) {
    return threads.begin(() -> batch.fill(source));
  }

  @Override
  boolean advance() {
    at++;
    if (at == current.count) {
      if (isClosed) {
        return false;
      }
      fetching.end();
      Batch fetched = next;
      next = current;
      current = fetched;
      at = 0;
      if (fetched.count == 0) {
        close();
        return false;
      }
      fetching = fetch(next);
    }
    key = current.keys[at];
    return true;
  }

  @Override
  long value() {
    return current.values[at];
  }

  @Override
  int length() {
    return current.ends[at] - current.begin(at);
  }

  @Override
  byte[] bytes() {
    int length = length();
    if (length > bytes.length) {
      bytes = new byte[Math.max(length, 2 * bytes.length)];
    }
    System.arraycopy(current.blob, current.begin(at), bytes, 0, length);
    return bytes;
  }

  @Override
  void close() {
    if (!isClosed) {
      isClosed = true;
      memory.giveBack(heldBytes());
    }
  }

  /// Some tuples.
  private static final class Batch {
    final long[] keys;
    final long[] values;

    /// Behind the bytes of each tuple.
    final int[] ends;

    private final int bytesMax;
    byte[] blob;
    int count;

    Batch(int bytesMax) {
      this.bytesMax = bytesMax;
      blob = new byte[bytesMax];
      keys = new long[bytesMax / USUAL_BYTES];
      values = new long[keys.length];
      ends = new int[keys.length];
    }

    int begin(int index) {
      return index == 0 ? 0 : ends[index - 1];
    }

    /// Takes tuples, as long as there is room for one more; it may have any number of bytes.
    void fill(RunCursor source) {
      count = 0;
      int end = 0;
      while (count < keys.length && end < bytesMax && source.advance()) {
        int length = source.length();
        if (end + length > blob.length) {
          blob = Arrays.copyOf(blob, end + length);
        }
        System.arraycopy(source.bytes(), 0, blob, end, length);
        end += length;
        keys[count] = source.key;
        values[count] = source.value();
        ends[count++] = end;
      }
    }
  }
}
