package dev.rookery.graph.load;

import dev.rookery.graph.load.LoadThreads.Begun;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Edges of one type with the bytes of their properties, in any order; sorted by key in runs, which
/// all lie in the file but the last one.
///
/// Edges are added to one chunk while the second thread, where there is one and memory for it,
/// sorts and writes the chunk before. Belongs to the thread of the load.
final class PropertyRuns {
  private final RunFile file;
  private final LoadMemory memory;
  private final LoadThreads threads;
  private final int blobBytesMax;
  private final List<RunFile.Run> runs = new ArrayList<>();
  private PropertyChunk filling;

  /// The chunk that is being written, or was lately; made when there is a use for it.
  private @Nullable PropertyChunk other;

  private Begun writing = Begun.nothing();

  /// @param blobBytesMax how many bytes of properties are sorted at once; one edge may have more
  PropertyRuns(RunFile file, LoadMemory memory, LoadThreads threads, int blobBytesMax) {
    this.file = file;
    this.memory = memory;
    this.threads = threads;
    this.blobBytesMax = blobBytesMax;
    this.filling = new PropertyChunk(memory, blobBytesMax);
  }

  /// Adds an edge and returns whether that took memory.
  boolean add(long key, byte[] bytes, int length) {
    if (filling.isFullFor(length)) {
      spillBehind();
    }
    return filling.add(key, bytes, length);
  }

  /// Has the chunk written while the next one is filled.
  private void spillBehind() {
    writing.end();
    PropertyChunk next = other;
    if (next == null) {
      if (!threads.hasSecond() || memory.isShortOf(5L * blobBytesMax)) {
        spill();
        return;
      }
      next = new PropertyChunk(memory, blobBytesMax);
    }
    PropertyChunk full = filling;
    filling = next;
    other = full;
    writing = threads.begin(() -> runs.add(full.spill(file)));
  }

  /// Writes what is in memory to the file as one run.
  void spill() {
    writing.end();
    if (!filling.isEmpty()) {
      runs.add(filling.spill(file));
    }
  }

  /// Gives the memory back for which there is no use at the moment.
  void shrink() {
    spill();
    filling.shrink();
    dropOther();
  }

  private void dropOther() {
    if (other != null) {
      other.close();
      other = null;
    }
  }

  /// Returns cursors over all runs, in the order in which they came. Nothing may be added any more.
  List<RunCursor> cursors(int fanInMax) {
    writing.end();
    dropOther();
    if (runs.size() > fanInMax) {
      spill();
    }
    while (runs.size() > fanInMax) {
      file.mergeFirst(runs, fanInMax);
    }
    List<RunCursor> cursors = new ArrayList<>();
    runs.forEach(run -> cursors.add(file.cursor(run)));
    if (!filling.isEmpty()) {
      cursors.add(filling.sorted());
    }
    return cursors;
  }

  /// Gives all memory back.
  void close() {
    writing.end();
    dropOther();
    filling.close();
  }
}
