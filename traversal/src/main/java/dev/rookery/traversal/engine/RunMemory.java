package dev.rookery.traversal.engine;

import dev.rookery.traversal.error.MemoryBudgetException;
import dev.rookery.traversal.frontier.SlotDepths;
import dev.rookery.traversal.frontier.SlotDoubles;
import dev.rookery.traversal.frontier.SlotInts;
import dev.rookery.traversal.frontier.SlotLongs;
import dev.rookery.traversal.frontier.SlotWork;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/// The memory of one run: who takes some says so here, and state that does not fit the budget comes
/// to lie in a nameless file.
///
/// Memory of state is given back when nobody refers to it any more, since results outlive the run.
/// Thread-safe.
public final class RunMemory {
  /// Blocks up to this length are too small for files of their own.
  private static final long SMALL_BYTES = 64L << 10;

  private static final long ALIGNMENT = 64;

  private final long budgetBytes;
  private final LongFunction<MemorySegment> file;
  private final long slotCount;
  private long taken;
  private long most;
  private long spilled;

  /// @param budgetBytes how much may be taken
  /// @param file makes a segment of zeros that lies in a file
  RunMemory(long budgetBytes, long slotCount, LongFunction<MemorySegment> file) {
    this.budgetBytes = budgetBytes;
    this.slotCount = slotCount;
    this.file = file;
  }

  /// Takes memory that cannot be spilled.
  ///
  /// @param purpose what for, for the message
  /// @throws MemoryBudgetException if it does not fit
  public synchronized void take(long bytes, String purpose) {
    if (!tryTake(bytes)) {
      throw new MemoryBudgetException(
          "budget does not suffice for %s bytes=%d taken=%d memoryBytes=%d"
              .formatted(purpose, bytes, taken, budgetBytes));
    }
  }

  /// Takes memory if it fits, and returns whether it does.
  public synchronized boolean tryTake(long bytes) {
    if (bytes > budgetBytes - taken) {
      return false;
    }
    taken += bytes;
    most = Math.max(most, taken);
    return true;
  }

  /// Gives memory back that was taken.
  public synchronized void giveBack(long bytes) {
    taken -= bytes;
  }

  /// Returns the most that was taken at once.
  public synchronized long mostBytes() {
    return most;
  }

  /// Returns how many bytes of state lie in files.
  public synchronized long spilledBytes() {
    return spilled;
  }

  /// Returns zeros: in memory if the budget allows, else in a file.
  public synchronized MemorySegment state(long bytes) {
    if (bytes <= SMALL_BYTES) {
      return Arena.ofAuto().allocate(Math.max(1, bytes), ALIGNMENT);
    }
    MemorySegment inMemory = stateInMemory(bytes);
    if (inMemory == null) {
      spilled += bytes;
      return file.apply(bytes);
    }
    return inMemory;
  }

  /// Returns zeros in memory, or null if the budget does not allow that.
  public synchronized @Nullable MemorySegment stateInMemory(long bytes) {
    if (tryTake(bytes)) {
      try {
        return Arena.ofAuto().allocate(Math.max(1, bytes), ALIGNMENT);
      } catch (OutOfMemoryError e) {
        // The process allows itself less than the budget does: then it is as if the budget did.
        giveBack(bytes);
      }
    }
    return null;
  }

  /// Returns a depth for each slot of the graph.
  public SlotDepths depths() {
    return new SlotDepths(this::state, slotCount);
  }

  /// Returns an `int` for each slot of the graph.
  public SlotInts ints() {
    return new SlotInts(state(SlotInts.bytes(slotCount)));
  }

  /// Returns a `long` for each slot of the graph.
  public SlotLongs longs() {
    return new SlotLongs(state(SlotLongs.bytes(slotCount)));
  }

  /// Returns a `double` for each slot of the graph.
  public SlotDoubles doubles() {
    return new SlotDoubles(state(SlotDoubles.bytes(slotCount)));
  }

  /// Returns an empty set of slots of the graph.
  public SlotWork work() {
    return new SlotWork(state(SlotWork.bytes(slotCount)), slotCount);
  }
}
