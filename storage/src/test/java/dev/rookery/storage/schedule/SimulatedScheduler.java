package dev.rookery.storage.schedule;

import dev.rookery.storage.error.DatabaseClosedException;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// Lanes and a clock that do nothing by themselves: tasks wait until the test, or whoever waits for
/// one of them, lets some run, and a seed says which and when. So timers, background syncs, flushes
/// and checkpoints fall between and into transactions, and a seed repeats all of it.
///
/// ```
/// var scheduler = new SimulatedScheduler(seed);
/// ... open(options.withScheduler(scheduler)) ...
/// scheduler.pump(3);        // outside of transactions: whatever is waiting may happen
/// ```
///
/// A task runs on the thread of whoever lets it, on top of what that does. So where a thread waits
/// inside a transaction only lanes of journals go on, as they alone never need what it holds; the
/// others go on in [#pump] and where somebody calls them. In the middle of a flush or a checkpoint
/// the *visitor* of the test is called, which may run whole transactions there.
///
/// Belongs to one thread.
public final class SimulatedScheduler implements IoScheduler {
  private final SplittableRandom random;
  private final List<SimulatedLane> lanes = new ArrayList<>();
  private final List<Delayed> delayed = new ArrayList<>();
  private final Device device = new Device();
  private Runnable visitor = () -> {};
  private long nanos = 1_000_000_000L;
  private long taskCount;
  private boolean isVisited;

  private record Delayed(long at, long number, SimulatedLane lane, Runnable task) {}

  /// Creates a scheduler whose choices follow from a seed.
  public SimulatedScheduler(long seed) {
    this.random = new SplittableRandom(seed);
  }

  /// Names what may happen in the middle of a flush and around the sync of a checkpoint.
  public void visit(Runnable action) {
    visitor = action;
  }

  /// Returns how many tasks have run.
  public long taskCount() {
    return taskCount;
  }

  /// Returns how many tasks wait for their time.
  public int delayedCount() {
    return delayed.size();
  }

  /// Lets some tasks run, or time pass where none is waiting. Outside of transactions.
  public void pump(int steps) {
    for (int i = 0; i < steps; i++) {
      if (random.nextInt(4) == 0 || !runOne(true)) {
        elapse(random.nextLong(2_000_000_000L));
      }
    }
  }

  /// Lets time pass and everything run that is due by then, and what follows from it.
  public void settle(long passedNanos) {
    long end = nanos + passedNanos;
    while (true) {
      while (runOne(true)) {
        // On and on.
      }
      Delayed next = delayed.stream().min(Comparator.comparingLong(Delayed::at)).orElse(null);
      if (next == null || next.at > end) {
        break;
      }
      elapse(Math.max(0, next.at - nanos));
    }
    nanos = Math.max(nanos, end);
  }

  /// Lets time pass; what is due then waits in its lane.
  public void elapse(long passedNanos) {
    nanos += passedNanos;
    delayed.stream()
        .filter(task -> task.at <= nanos)
        .sorted(Comparator.comparingLong(Delayed::at).thenComparingLong(Delayed::number))
        .forEach(task -> task.lane.execute(task.task));
    delayed.removeIf(task -> task.at <= nanos);
  }

  private boolean runOne(boolean all) {
    List<SimulatedLane> ready = new ArrayList<>();
    for (SimulatedLane lane : lanes) {
      if (!lane.waiting.isEmpty() && !lane.isRunning && (all || lane.work == Work.JOURNAL)) {
        ready.add(lane);
      }
    }
    if (ready.isEmpty()) {
      return false;
    }
    ready.get(random.nextInt(ready.size())).runFirst();
    return true;
  }

  private void runSomeJournalTasks() {
    while (random.nextInt(3) == 0 && runOne(false)) {
      // As chance has it.
    }
  }

  @Override
  public void runUntil(BooleanSupplier isDone) {
    while (!isDone.getAsBoolean()) {
      if (!runOne(false)) {
        throw new AssertionError("somebody waits for what nobody is going to do");
      }
    }
  }

  @Override
  public IoLane lane(String name, Work work) {
    SimulatedLane lane = new SimulatedLane(name, work);
    lanes.add(lane);
    return lane;
  }

  @Override
  public IoDevice device(String name) {
    return device;
  }

  @Override
  public long nanoTime() {
    return nanos;
  }

  @Override
  public long currentTimeMillis() {
    return nanos / 1_000_000;
  }

  @Override
  public boolean isRepeatable() {
    return true;
  }

  /// The middle of what happens on a disk.
  private final class Device implements IoDevice {
    @Override
    public void journalBegins() {
      // Time does not pass here.
    }

    @Override
    public void journalEnds(long passedNanos, boolean wasSync) {
      // Time does not pass here.
    }

    @Override
    public <T extends @Nullable Object> T flush(IoTask<T> writes) throws IOException {
      T result = writes.run();
      interrupt();
      return result;
    }

    @Override
    public void betweenWrites(boolean isUrgent) {
      interrupt();
    }

    @Override
    public <T extends @Nullable Object> T sync(IoTask<T> sync) throws IOException {
      interrupt();
      T result = sync.run();
      interrupt();
      return result;
    }

    private void interrupt() {
      runSomeJournalTasks();
      if (!isVisited) {
        isVisited = true;
        try {
          visitor.run();
        } finally {
          isVisited = false;
        }
      }
    }
  }

  private final class SimulatedLane implements IoLane {
    private final String name;
    private final Work work;
    private final ArrayDeque<Runnable> waiting = new ArrayDeque<>();
    private boolean isRunning;
    private boolean isClosed;

    SimulatedLane(String name, Work work) {
      this.name = name;
      this.work = work;
    }

    private void runFirst() {
      Runnable task = waiting.remove();
      taskCount++;
      isRunning = true;
      try {
        task.run();
      } finally {
        isRunning = false;
      }
    }

    @Override
    public <T extends @Nullable Object> T call(IoTask<T> task) throws IOException {
      if (isClosed) {
        throw new DatabaseClosedException("database is closed");
      }
      if (isRunning) {
        throw new AssertionError("a task waits for its own lane lane=" + name);
      }
      Called<T> called = new Called<>(task);
      waiting.add(called);
      runSomeJournalTasks();
      while (!called.isDone) {
        runFirst();
      }
      return called.result();
    }

    @Override
    public void execute(Runnable task) {
      if (!isClosed) {
        waiting.add(task);
      }
    }

    @Override
    public void schedule(Runnable task, long delayNanos) {
      if (!isClosed) {
        delayed.add(new Delayed(nanos + delayNanos, taskCount + delayed.size(), this, task));
      }
    }

    @Override
    public void close() {
      isClosed = true;
      delayed.removeIf(task -> task.lane == this);
      while (!waiting.isEmpty()) {
        runFirst();
      }
      lanes.remove(this);
    }
  }

  /// A task whose caller waits.
  private static final class Called<T extends @Nullable Object> implements Runnable {
    private final IoTask<T> task;
    private @Nullable T value;
    private @Nullable Throwable failure;
    private boolean isDone;

    Called(IoTask<T> task) {
      this.task = task;
    }

    @Override
    public void run() {
      try {
        value = task.run();
      } catch (IOException | RuntimeException | Error e) {
        failure = e;
      }
      isDone = true;
    }

    @SuppressWarnings("NullAway") // Null only where the task's result may be.
    T result() throws IOException {
      switch (failure) {
        case null -> {
          return value;
        }
        case IOException e -> throw e;
        case RuntimeException e -> throw e;
        case Error e -> throw e;
        default -> throw new AssertionError(failure);
      }
    }
  }
}
