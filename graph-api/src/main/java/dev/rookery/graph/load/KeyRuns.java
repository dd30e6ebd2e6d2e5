package dev.rookery.graph.load;

import java.util.ArrayList;
import java.util.List;

/// Sorted runs of keys of one type and direction: in memory as long as there is room, else in the
/// file. Belongs to one thread at a time.
final class KeyRuns {
  private final RunFile file;
  private final LoadMemory memory;
  private final List<RunFile.Run> written = new ArrayList<>();
  private final List<long[]> held = new ArrayList<>();

  KeyRuns(RunFile file, LoadMemory memory) {
    this.file = file;
    this.memory = memory;
  }

  /// Takes a sorted run, whose memory is entered already.
  void add(long[] sorted) {
    held.add(sorted);
  }

  /// Writes what is in memory to the file, as one run, and merges runs where there are too many.
  void spill(int fanInMax) {
    if (!held.isEmpty()) {
      written.add(file.write(new RunMerge(heldCursors()), heldBytes(), RunFile.Form.KEY));
      memory.giveBack(heldBytes());
      held.clear();
    }
    while (written.size() > fanInMax) {
      file.mergeFirst(written, fanInMax);
    }
  }

  private long heldBytes() {
    return held.stream().mapToLong(run -> (long) run.length * Long.BYTES).sum();
  }

  private List<RunCursor> heldCursors() {
    List<RunCursor> cursors = new ArrayList<>();
    held.forEach(run -> cursors.add(new MemoryRun(run, run.length)));
    return cursors;
  }

  /// Returns cursors over all runs, in the order in which they came.
  List<RunCursor> cursors() {
    List<RunCursor> cursors = new ArrayList<>();
    written.forEach(run -> cursors.add(file.cursor(run)));
    cursors.addAll(heldCursors());
    return cursors;
  }

  /// Gives the memory back.
  void close() {
    memory.giveBack(heldBytes());
    held.clear();
  }
}
