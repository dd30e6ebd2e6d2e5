package dev.rookery.traversal.pattern;

import dev.rookery.graph.Edge;
import dev.rookery.graph.Node;
import dev.rookery.graph.ReadTransaction;
import dev.rookery.graph.store.PhysicalGraph;
import dev.rookery.traversal.Subgraph;
import dev.rookery.traversal.engine.EdgeLookup;
import dev.rookery.traversal.pattern.result.StatementRun;
import dev.rookery.traversal.pattern.value.EdgeValue;
import dev.rookery.traversal.pattern.value.NodeValue;
import dev.rookery.traversal.run.EdgeSelection;
import dev.rookery.traversal.run.RunReport;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The rows that a query gives: `while (rows.next()) … rows.value("name") …`.
///
/// Belongs to one thread, and to the transaction that it reads. Close it: it holds memory of its
/// run. After an exception it is of no more use.
public final class PatternRows implements AutoCloseable {
  private final ReadTransaction tx;
  private final PhysicalGraph graph;
  private final StatementRun run;
  private final List<String> columns;
  private boolean isOnRow;

  PatternRows(ReadTransaction tx, StatementRun run) {
    this.tx = tx;
    this.graph = PhysicalGraph.of(tx);
    this.run = run;
    this.columns = run.columns();
  }

  /// Returns the names of the columns, in order.
  public List<String> columns() {
    return columns;
  }

  /// Moves to the next row and returns whether there is one.
  ///
  /// @throws dev.rookery.graph.error.OperationCancelledException if the run was cancelled
  /// @throws dev.rookery.traversal.error.RunTimeoutException if it took too long
  /// @throws dev.rookery.traversal.error.MemoryBudgetException if rows that must be kept do not fit
  /// @throws ArithmeticException if whole numbers overflow or are divided by zero
  /// @throws IllegalArgumentException if a sum or a mean is made of what is no number
  public boolean next() {
    isOnRow = run.next();
    return isOnRow;
  }

  /// Returns a value of the current row: a [Node], an [Edge], a `List` of edges for a path, a value
  /// of a property, a list of such, or null.
  ///
  /// @throws IllegalArgumentException if there is no such column
  /// @throws IllegalStateException if there is no current row
  public @Nullable Object value(String column) {
    int index = columns.indexOf(column);
    if (index < 0) {
      throw new IllegalArgumentException(
          "no such column column=%s columns=%s".formatted(column, columns));
    }
    return value(index);
  }

  /// Returns a value of the current row, by the index of its column.
  ///
  /// @throws IndexOutOfBoundsException if there is no such column
  /// @throws IllegalStateException if there is no current row
  public @Nullable Object value(int column) {
    if (!isOnRow) {
      throw new IllegalStateException("rows stand on no row: call next first");
    }
    java.util.Objects.checkIndex(column, columns.size());
    return shown(run.value(column));
  }

  private @Nullable Object shown(@Nullable Object value) {
    return switch (value) {
      case null -> null;
      case NodeValue node -> tx.node(node.id());
      case EdgeValue edge ->
          EdgeLookup.find(
              tx,
              graph.typeName(edge.type()),
              graph.nodeOf(edge.source()),
              graph.nodeOf(edge.target()),
              edge.ordinal());
      case List<?> list -> {
        List<@Nullable Object> shown = new ArrayList<>(list.size());
        for (Object element : list) {
          shown.add(shown(element));
        }
        yield Collections.unmodifiableList(shown);
      }
      default -> value;
    };
  }

  /// Returns a node of the current row.
  ///
  /// @throws IllegalArgumentException if the column has no node here
  public Node node(String column) {
    if (value(column) instanceof Node node) {
      return node;
    }
    throw new IllegalArgumentException("column has no node column=" + column);
  }

  /// Returns an edge of the current row.
  ///
  /// @throws IllegalArgumentException if the column has no edge here
  public Edge edge(String column) {
    if (value(column) instanceof Edge edge) {
      return edge;
    }
    throw new IllegalArgumentException("column has no edge column=" + column);
  }

  /// Returns a whole number of the current row.
  ///
  /// @throws IllegalArgumentException if the column has no whole number here
  public long number(String column) {
    if (value(column) instanceof Long number) {
      return number;
    }
    throw new IllegalArgumentException("column has no whole number column=" + column);
  }

  /// Returns the values of the current row.
  public List<@Nullable Object> values() {
    List<@Nullable Object> values = new ArrayList<>(columns.size());
    for (int column = 0; column < columns.size(); column++) {
      values.add(value(column));
    }
    return values;
  }

  /// Goes over the rows that are left, and returns the subgraph of all nodes that they name: nodes,
  /// the ends of edges and paths, and what lists have of these. Keeps a bitmap of nodes, no rows.
  ///
  /// @param edges of which types the edges between these nodes are; directions have no meaning here
  /// @throws dev.rookery.graph.error.OperationCancelledException if the run was cancelled
  /// @throws dev.rookery.traversal.error.RunTimeoutException if it took too long
  public Subgraph subgraph(EdgeSelection edges) {
    isOnRow = false;
    return Subgraph.of(tx, edges, new NodesOfRows(graph, run));
  }

  /// Returns the plan: steps in order, with how many matches were expected behind each and how many
  /// were found so far.
  public String explain() {
    return run.explain();
  }

  /// Returns what the run has done so far.
  public RunReport report() {
    return run.report();
  }

  /// Gives memory back. Idempotent.
  @Override
  public void close() {
    run.close();
  }
}
