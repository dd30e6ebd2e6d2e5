package dev.rookery.traversal.region;

import dev.rookery.graph.ReadTransaction;
import dev.rookery.graph.store.PhysicalGraph;
import dev.rookery.traversal.engine.RegionRun;
import dev.rookery.traversal.engine.Steps;
import dev.rookery.traversal.frontier.SlotDoubles;
import dev.rookery.traversal.frontier.SlotLongs;
import dev.rookery.traversal.frontier.SlotWork;
import dev.rookery.traversal.run.EdgeSelection;
import dev.rookery.traversal.run.RunOptions;
import dev.rookery.traversal.run.RunReport;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.LongPredicate;
import java.util.function.LongToDoubleFunction;
import java.util.function.LongUnaryOperator;

/// A run of one's own over all nodes of a snapshot and their edges, by several workers, each of
/// which has a region, or a part of one, to itself.
///
/// Label propagation: each node takes the label that most of its neighbours have, the smallest of
/// several, until nobody changes:
///
/// ```java
/// try (Regions regions = Regions.begin(tx, EdgeSelection.both("KNOWS"), RunOptions.defaults())) {
///   LongState now = regions.longs(node -> node);
///   LongState next = regions.longs(node -> node);
///   AtomicBoolean changed = new AtomicBoolean(true);
///   for (int round = 0; round < 20 && changed.getAndSet(false); round++) {
///     LongState from = round % 2 == 0 ? now : next;
///     LongState to = round % 2 == 0 ? next : now;
///     regions.forEach(batch -> {
///       Map<Long, Integer> counts = new HashMap<>();
///       while (batch.nextNode()) {
///         counts.clear();
///         while (batch.nextNeighbor()) {
///           counts.merge(from.at(batch.neighborPlace()), 1, Integer::sum);
///         }
///         long before = from.at(batch.place());
///         long best = before;
///         int most = 0;
///         for (Map.Entry<Long, Integer> entry : counts.entrySet()) {
///           int count = entry.getValue();
///           if (count > most || (count == most && entry.getKey() < best)) {
///             most = count;
///             best = entry.getKey();
///           }
///         }
///         to.set(batch.place(), best);
///         if (best != before) {
///           changed.set(true);
///         }
///       }
///     });
///   }
/// }
/// ```
///
/// Functions are called by several threads at once, for different nodes; what they write must
/// belong to their node, or be atomic. An exception of theirs ends the run and passes through, and
/// the run does nothing any more.
///
/// Belongs to the thread that began it, which closes it.
public final class Regions implements AutoCloseable {
  private final RegionRun run;
  private final Steps steps;

  private Regions(RegionRun run, Steps steps) {
    this.run = run;
    this.steps = steps;
  }

  /// Begins a run.
  ///
  /// @param edges those that batches show
  public static Regions begin(ReadTransaction tx, EdgeSelection edges, RunOptions options) {
    return new Regions(RegionRun.begin(tx, options), Steps.of(tx, edges));
  }

  /// Returns a value for each node, as a function of its id says at first. O(nodes).
  public LongState longs(LongUnaryOperator first) {
    SlotLongs values = run.memory().longs();
    forEachPlace((place, node) -> values.set(place, first.applyAsLong(node)));
    return new LongState(values, run.graph());
  }

  /// Returns a value for each node, as a function of its id says at first. O(nodes).
  public DoubleState doubles(LongToDoubleFunction first) {
    SlotDoubles values = run.memory().doubles();
    forEachPlace((place, node) -> values.set(place, first.applyAsDouble(node)));
    return new DoubleState(values, run.graph());
  }

  /// Gives each node to one batch, in any order, and returns when all are done.
  ///
  /// @throws dev.rookery.graph.error.OperationCancelledException if the run was cancelled
  /// @throws dev.rookery.traversal.error.RunTimeoutException if it took too long
  public void forEach(Consumer<? super RegionBatch> pass) {
    PhysicalGraph graph = run.graph();
    run.sweep(
        steps,
        (worker, from, end) -> pass.accept(new RegionBatch(graph, steps, worker, null, from, end)));
    run.endRound();
  }

  /// Gives nodes that have work to batches, again and again, until none has any: for what reaches
  /// the same end in whatever order it is done, such as minima. A region is drained before its
  /// worker takes another one.
  ///
  /// @param start says, by id, which nodes have work at first
  /// @param pass gets a batch, and somebody to tell which places have work from now on; a node has
  ///   none any more once [RegionBatch#nextNode] has moved to it
  /// @throws dev.rookery.graph.error.OperationCancelledException if the run was cancelled
  /// @throws dev.rookery.traversal.error.RunTimeoutException if it took too long
  public void untilStable(LongPredicate start, BiConsumer<? super RegionBatch, Activation> pass) {
    PhysicalGraph graph = run.graph();
    SlotWork work = run.memory().work();
    forEachPlace((place, node) -> {
      if (start.test(node)) {
        work.add(place);
      }
    });
    run.drain(
        steps,
        work,
        (worker, from, end) -> {
          RegionBatch batch = new RegionBatch(graph, steps, worker, work, from, end);
          pass.accept(batch, work::add);
          // What the function has left is dropped: else it would be called for it for ever.
          batch.skipRest();
        });
    run.endRound();
  }

  /// Is told which nodes have work.
  @FunctionalInterface
  public interface Activation {
    /// Gives work to the node at a place, and returns whether it had none.
    boolean activate(long place);
  }

  /// Runs a program over all nodes, round by round: in each, every node gets what its neighbours
  /// tell, combined, and computes its next value. Ends when no value changes.
  ///
  /// The neighbours that tell are those that the selected edges lead *from* the node to: select
  /// `in` for values that go along the edges.
  ///
  /// @param roundsMax ends then at the latest
  /// @return the value of each node
  public LongState run(LongNodeProgram program, int roundsMax) {
    return new LongProgramRun(this, program).run(roundsMax);
  }

  /// As [#run(LongNodeProgram, int)], with values of another type.
  public DoubleState run(DoubleNodeProgram program, int roundsMax) {
    return new DoubleProgramRun(this, program).run(roundsMax);
  }

  /// Visits each node without its edges.
  void forEachPlace(PlaceVisitor visitor) {
    PhysicalGraph graph = run.graph();
    run.sweep(
        steps.none(),
        (worker, from, end) -> {
          for (long slot = from; slot < end; slot++) {
            long node = graph.nodeOf(slot);
            if (node != 0) {
              visitor.visit(slot, node);
            }
          }
        });
  }

  interface PlaceVisitor {
    void visit(long place, long node);
  }

  /// Returns what was done so far. Not inside of a pass.
  public RunReport report() {
    return run.report();
  }

  /// Gives buffers back. Idempotent.
  @Override
  public void close() {
    run.close();
  }
}
