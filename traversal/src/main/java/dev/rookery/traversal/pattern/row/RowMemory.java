package dev.rookery.traversal.pattern.row;

import dev.rookery.graph.store.PhysicalGraph;
import dev.rookery.traversal.engine.RunMemory;
import dev.rookery.traversal.pattern.plan.Leg;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// What the workers of one query share: the budget, the question whether to go on, and copies of
/// rows that all of them read. Thread-safe.
public final class RowMemory {
  /// Rows are copied when one of so many was read.
  private static final int READS_SHARE = 4;

  /// And at least so many were.
  private static final int READS_MIN = 1 << 10;

  /// A copy may take one part of so many of the heap that is free.
  private static final int HEAP_SHARE = 2;

  private final PhysicalGraph graph;
  private final RunMemory memory;
  private final Runnable check;
  private final Map<List<Leg>, Holder> copies = new ConcurrentHashMap<>();

  /// A copy, once it is made.
  private static final class Holder {
    private volatile @Nullable RowCopy copy;
    private volatile boolean isRefused;
  }

  /// @param check asks whether to go on
  public RowMemory(PhysicalGraph graph, RunMemory memory, Runnable check) {
    this.graph = graph;
    this.memory = memory;
    this.check = check;
  }

  /// Returns the snapshot.
  public PhysicalGraph graph() {
    return graph;
  }

  /// Fails if the query is to be given up.
  public void check() {
    check.run();
  }

  /// Takes memory.
  ///
  /// @throws dev.rookery.traversal.error.MemoryBudgetException if it does not fit
  public void take(long bytes) {
    memory.take(bytes, "rows");
  }

  /// Gives memory back that was taken.
  public void giveBack(long bytes) {
    memory.giveBack(bytes);
  }

  /// Takes memory if it fits, and returns whether it does.
  public boolean tryTake(long bytes) {
    Runtime runtime = Runtime.getRuntime();
    long free = runtime.maxMemory() - runtime.totalMemory() + runtime.freeMemory();
    return bytes <= free / HEAP_SHARE && memory.tryTake(bytes);
  }

  /// Returns a copy of all rows of some legs, if there is one, or if so many rows were read one by
  /// one that it is worth making.
  ///
  /// @param reads how many rows the caller has read
  @Nullable RowCopy copy(List<Leg> legs, long reads) {
    long slots = graph.slotCount();
    if (reads < READS_MIN || reads < slots / READS_SHARE) {
      return null;
    }
    Holder holder = copies.computeIfAbsent(legs, _ -> new Holder());
    if (holder.copy == null && !holder.isRefused) {
      synchronized (holder) {
        if (holder.copy == null && !holder.isRefused) {
          holder.copy = RowCopy.make(this, legs);
          holder.isRefused = holder.copy == null;
        }
      }
    }
    return holder.copy;
  }
}
