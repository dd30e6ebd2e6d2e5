package dev.rookery.graph.load;

/// A run of keys that lies in memory.
final class MemoryRun extends RunCursor {
  private final long[] keys;
  private final int count;
  private int next;

  MemoryRun(long[] keys, int count) {
    this.keys = keys;
    this.count = count;
  }

  @Override
  boolean advance() {
    if (next == count) {
      return false;
    }
    key = keys[next++];
    return true;
  }
}
