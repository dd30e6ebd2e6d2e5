package dev.rookery.graph.load;

import java.util.ArrayList;
import java.util.List;

/// Edges of one type with the numbers of their records, to be sorted by their other end. Equal keys
/// keep their order. Belongs to one thread.
final class RecordRuns {
  private final RunFile file;
  private final LoadMemory memory;
  private final long[] keys;
  private final long[] values;
  private final long[] spareKeys;
  private final long[] spareValues;
  private final List<RunFile.Run> runs = new ArrayList<>();
  private int count;

  /// @param chunkCount how many are sorted at once
  RecordRuns(RunFile file, LoadMemory memory, int chunkCount) {
    this.file = file;
    this.memory = memory;
    memory.take(4L * Long.BYTES * chunkCount);
    this.keys = new long[chunkCount];
    this.values = new long[chunkCount];
    this.spareKeys = new long[chunkCount];
    this.spareValues = new long[chunkCount];
  }

  void add(long key, long value) {
    if (count == keys.length) {
      spill();
    }
    keys[count] = key;
    values[count++] = value;
  }

  private void spill() {
    new RadixSort().sort(keys, values, count, spareKeys, spareValues);
    runs.add(file.write(new Sorted(), 2L * Long.BYTES * count, RunFile.Form.VALUE));
    count = 0;
  }

  /// Returns all in order. Nothing may be added any more.
  RunCursor sorted(int fanInMax) {
    while (runs.size() > fanInMax) {
      file.mergeFirst(runs, fanInMax);
    }
    List<RunCursor> cursors = new ArrayList<>();
    runs.forEach(run -> cursors.add(file.cursor(run)));
    new RadixSort().sort(keys, values, count, spareKeys, spareValues);
    cursors.add(new Sorted());
    return new RunMerge(cursors);
  }

  /// Gives the memory back.
  void close() {
    memory.giveBack(4L * Long.BYTES * keys.length);
  }

  private final class Sorted extends RunCursor {
    private int next;

    @Override
    boolean advance() {
      if (next == count) {
        return false;
      }
      key = keys[next++];
      return true;
    }

    @Override
    long value() {
      return values[next - 1];
    }
  }
}
