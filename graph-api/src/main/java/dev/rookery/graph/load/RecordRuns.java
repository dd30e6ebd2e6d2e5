package dev.rookery.graph.load;

import dev.rookery.graph.load.LoadThreads.Begun;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Edges of one type with the numbers of their records, to be sorted by their other end. Equal keys
/// keep their order.
///
/// Edges are added to one chunk while the second thread, where there is one, sorts and writes the
/// chunk before. Belongs to the thread of the load.
final class RecordRuns {
  private final RunFile file;
  private final LoadMemory memory;
  private final LoadThreads threads;
  private final long[] spareKeys;
  private final long[] spareValues;
  private final List<RunFile.Run> runs = new ArrayList<>();
  private Chunk filling;

  /// The chunk that is being written, or was lately; made when there is a use for it.
  private @Nullable Chunk other;

  private Begun writing = Begun.nothing();

  /// Some edges.
  private static final class Chunk {
    final long[] keys;
    final long[] values;
    int count;

    Chunk(int length) {
      keys = new long[length];
      values = new long[length];
    }
  }

  /// @param chunkCount how many are sorted at once
  RecordRuns(RunFile file, LoadMemory memory, LoadThreads threads, int chunkCount) {
    this.file = file;
    this.memory = memory;
    this.threads = threads;
    memory.take(2 * bytesOf(chunkCount));
    this.spareKeys = new long[chunkCount];
    this.spareValues = new long[chunkCount];
    this.filling = new Chunk(chunkCount);
  }

  private static long bytesOf(int chunkCount) {
    return 2L * Long.BYTES * chunkCount;
  }

  void add(long key, long value) {
    if (filling.count == filling.keys.length) {
      spillBehind();
    }
    Chunk chunk = filling;
    chunk.keys[chunk.count] = key;
    chunk.values[chunk.count++] = value;
  }

  /// Has the chunk written, if possible while the next one is filled.
  private void spillBehind() {
    writing.end();
    Chunk next = other;
    if (next == null) {
      int length = filling.keys.length;
      if (!threads.hasSecond() || memory.isShortOf(bytesOf(length))) {
        spill(filling);
        return;
      }
      memory.take(bytesOf(length));
      next = new Chunk(length);
    }
    Chunk full = filling;
    filling = next;
    other = full;
    writing = threads.begin(() -> spill(full));
  }

  private void spill(Chunk full) {
    runs.add(file.write(sorted(full), bytesOf(full.count), RunFile.Form.VALUE));
    full.count = 0;
  }

  private RunCursor sorted(Chunk chunk) {
    new RadixSort().sort(chunk.keys, chunk.values, chunk.count, spareKeys, spareValues);
    return new Sorted(chunk);
  }

  /// Returns all in order. Nothing may be added any more.
  RunCursor sorted(int fanInMax) {
    writing.end();
    if (other != null) {
      memory.giveBack(bytesOf(other.keys.length));
      other = null;
    }
    while (runs.size() > fanInMax) {
      file.mergeFirst(runs, fanInMax);
    }
    List<RunCursor> cursors = new ArrayList<>();
    runs.forEach(run -> cursors.add(file.cursor(run)));
    cursors.add(sorted(filling));
    return new RunMerge(cursors);
  }

  /// Gives the memory back.
  void close() {
    memory.giveBack(2 * bytesOf(filling.keys.length));
  }

  private static final class Sorted extends RunCursor {
    private final Chunk chunk;
    private int next;

    Sorted(Chunk chunk) {
      this.chunk = chunk;
    }

    @Override
    boolean advance() {
      if (next == chunk.count) {
        return false;
      }
      key = chunk.keys[next++];
      return true;
    }

    @Override
    long value() {
      return chunk.values[next - 1];
    }
  }
}
