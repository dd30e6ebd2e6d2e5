package dev.rookery.traversal.pattern.result;

import dev.rookery.graph.ReadTransaction;
import dev.rookery.graph.store.PhysicalGraph;
import dev.rookery.storage.error.CorruptDatabaseException;
import dev.rookery.traversal.engine.RegionRun;
import dev.rookery.traversal.engine.Steps;
import dev.rookery.traversal.pattern.match.Binding;
import dev.rookery.traversal.pattern.match.Evaluation;
import dev.rookery.traversal.pattern.match.ExpressionCompiler;
import dev.rookery.traversal.pattern.match.InnerParts;
import dev.rookery.traversal.pattern.match.PartRun;
import dev.rookery.traversal.pattern.model.Expression;
import dev.rookery.traversal.pattern.model.Expression.Aggregate;
import dev.rookery.traversal.pattern.model.MatchStatement;
import dev.rookery.traversal.pattern.row.RowMemory;
import dev.rookery.traversal.run.RunOptions;
import dev.rookery.traversal.run.RunReport;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A query at work: finds matches and gives the rows of its result, one after the other.
///
/// Rows that need no order and are not put together are found as they are asked for, by the thread
/// that asks. Else all matches are found at the first call, by all workers, each of which takes
/// parts of the slots of the first variable. Belongs to one thread; close it.
public final class StatementRun implements AutoCloseable {
  private final ReadTransaction tx;
  private final MatchStatement statement;
  private final RegionRun run;
  private final RowMemory memory;
  private final StatementPlan plan;
  private final MatchRun[] workers;
  private final Columns columns;
  private final Evaluation[][] terms;
  private final @Nullable Evaluation[][] arguments;
  private final long skip;
  private final long limit;
  private final boolean isStreamed;
  private long given;
  private long passed;
  private @Nullable Object[] current = {};
  private long repeats;
  private @Nullable List<Collector.Counted> collected;
  private int next;
  private boolean isBegun;

  private StatementRun(
      ReadTransaction tx, MatchStatement statement, RegionRun run, boolean isOnlyCounted) {
    this.tx = tx;
    this.statement = statement;
    this.run = run;
    PhysicalGraph graph = PhysicalGraph.of(tx);
    memory = new RowMemory(graph, run.memory(), run::check);
    plan = StatementPlan.of(tx, statement, isOnlyCounted);
    columns = plan.columns();
    skip = number(statement.skip(), 0);
    limit = number(statement.limit(), Long.MAX_VALUE);
    boolean isTogether = statement.isDistinct() || !columns.aggregates().isEmpty();
    isStreamed = !isTogether && statement.order().isEmpty();
    workers = new MatchRun[isStreamed && !isOnlyCounted ? 1 : run.workerCount()];
    terms = new Evaluation[workers.length][];
    arguments = new Evaluation[workers.length][];
    InnerParts innerParts = new InnerParts();
    List<List<PartRun>> parts = new ArrayList<>();
    for (int i = 0; i < workers.length; i++) {
      innerParts.rewind();
      ExpressionCompiler compiler =
          new ExpressionCompiler(tx, memory, plan.mentioned(), innerParts);
      parts.add(
          plan.parts().stream().map(part -> new PartRun(part, tx, memory, compiler)).toList());
      terms[i] = compileColumns(compiler, isOnlyCounted);
      arguments[i] = compileArguments(compiler);
    }
    for (int i = 0; i < workers.length; i++) {
      List<PartRun> of = parts.get(i);
      workers[i] =
          new MatchRun(new Binding(graph, plan.scope()), of.getFirst(), of.subList(1, of.size()));
    }
  }

  /// Begins a query.
  ///
  /// @param statement without parameters
  /// @param isOnlyCounted whether only [#countMatches] is to be asked
  /// @throws IllegalArgumentException if the statement makes no sense
  public static StatementRun begin(
      ReadTransaction tx, MatchStatement statement, RunOptions options, boolean isOnlyCounted) {
    RegionRun run = RegionRun.begin(tx, options);
    try {
      if (run.slotCount() > Integer.MAX_VALUE - 64) {
        throw new UnsupportedOperationException(
            "patterns are for graphs of up to 2^31 slots slotCount=" + run.slotCount());
      }
      return new StatementRun(tx, statement, run, isOnlyCounted);
    } catch (RuntimeException | Error e) {
      run.close();
      throw e;
    }
  }

  private static long number(@Nullable Expression expression, long otherwise) {
    if (expression == null) {
      return otherwise;
    }
    if (expression instanceof Expression.Literal(Object value)
        && (value instanceof Long || value instanceof Integer)
        && ((Number) value).longValue() >= 0) {
      return ((Number) value).longValue();
    }
    throw new IllegalArgumentException(
        "how many rows to skip or to return is a number of 0 or more found=" + expression);
  }

  private Evaluation[] compileColumns(ExpressionCompiler compiler, boolean isOnlyCounted) {
    Evaluation[] made = new Evaluation[columns.count()];
    for (int column = 0; column < made.length; column++) {
      Expression expression = columns.expression(column);
      made[column] =
          isOnlyCounted || expression.hasAggregate()
              ? _ -> null
              : compiler.compile(expression, plan.scope());
    }
    return made;
  }

  private @Nullable Evaluation[] compileArguments(ExpressionCompiler compiler) {
    List<Aggregate> aggregates = columns.aggregates();
    @Nullable Evaluation[] made = new Evaluation[aggregates.size()];
    for (int i = 0; i < made.length; i++) {
      Expression argument = aggregates.get(i).argument();
      made[i] = argument == null ? null : compiler.compile(argument, plan.scope());
    }
    return made;
  }

  /// Returns the names of the columns.
  public List<String> columns() {
    return columns.names();
  }

  /// Returns how many matches there are. Instead of [#next].
  public long countMatches() {
    long[] sums = new long[workers.length];
    forEachPart((index, matches) -> sums[index] = Math.addExact(sums[index], matches.count()));
    long sum = 0;
    for (long each : sums) {
      sum = Math.addExact(sum, each);
    }
    return sum;
  }

  /// What a worker does with the matches of a part of the slots.
  private interface PartWork {
    void run(int worker, MatchRun matches);
  }

  private void forEachPart(PartWork work) {
    boolean areParts = true;
    for (MatchRun worker : workers) {
      areParts &= worker.main().range(0, 0);
      worker.main().keepCounts();
    }
    try {
      if (areParts) {
        run.sweep(
            Steps.none(tx),
            (worker, from, end) -> {
              MatchRun matches = workers[worker.index()];
              matches.main().range(from, end);
              matches.open();
              work.run(worker.index(), matches);
            });
      } else {
        workers[0].open();
        work.run(0, workers[0]);
      }
    } catch (IndexOutOfBoundsException e) {
      throw damaged(e);
    }
    run.endRound();
  }

  private CorruptDatabaseException damaged(IndexOutOfBoundsException e) {
    return new CorruptDatabaseException("an edge leads to no slot slotCount=" + run.slotCount(), e);
  }

  /// Moves to the next row, and returns whether there is one.
  public boolean next() {
    while (given < limit && advance()) {
      if (passed < skip) {
        passed++;
      } else {
        given++;
        return true;
      }
    }
    return false;
  }

  private boolean advance() {
    if (repeats > 0) {
      repeats--;
      return true;
    }
    return isStreamed ? advanceInMatches() : advanceInRows();
  }

  private boolean advanceInMatches() {
    MatchRun matches = workers[0];
    if (!isBegun) {
      isBegun = true;
      matches.open();
    }
    try {
      if (!matches.next()) {
        return false;
      }
      current = Collector.values(terms[0], matches.binding());
    } catch (IndexOutOfBoundsException e) {
      throw damaged(e);
    }
    repeats = matches.weight() - 1;
    return true;
  }

  private boolean advanceInRows() {
    List<Collector.Counted> rows = collected;
    if (rows == null) {
      rows = collect();
      collected = rows;
    }
    if (next == rows.size()) {
      return false;
    }
    Collector.Counted row = rows.get(next++);
    current = row.values();
    repeats = row.times() - 1;
    return true;
  }

  private List<Collector.Counted> collect() {
    if (plan.isCount()) {
      @Nullable Object[] count = {countMatches()};
      return List.of(new Collector.Counted(count, 1));
    }
    long wanted = limit > Long.MAX_VALUE - skip ? Long.MAX_VALUE : limit + skip;
    Collector[] collectors = new Collector[workers.length];
    for (int i = 0; i < collectors.length; i++) {
      collectors[i] =
          new Collector(columns, terms[i], arguments[i], memory, statement.isDistinct(), wanted);
    }
    forEachPart((index, matches) -> {
      while (matches.next()) {
        collectors[index].take(matches.binding(), matches.weight());
      }
    });
    for (int i = 1; i < collectors.length; i++) {
      collectors[0].take(collectors[i]);
    }
    return collectors[0].finish();
  }

  /// Returns a value of the current row: a property value, a node, an edge, a list, or null.
  public @Nullable Object value(int column) {
    return current[column];
  }

  /// Returns what the run has done so far.
  public RunReport report() {
    return run.report();
  }

  /// Returns the plan, with how many matches each step has found so far.
  public String explain() {
    return plan.explain(workers, isBegun || collected != null);
  }

  /// Gives memory back.
  @Override
  public void close() {
    run.close();
  }
}
