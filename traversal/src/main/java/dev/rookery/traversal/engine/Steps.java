package dev.rookery.traversal.engine;

import dev.rookery.graph.Direction;
import dev.rookery.graph.Edge;
import dev.rookery.graph.Node;
import dev.rookery.graph.ReadTransaction;
import dev.rookery.graph.store.PhysicalGraph;
import dev.rookery.storage.tree.FixedSizeForest;
import dev.rookery.storage.tree.ForestCursor;
import dev.rookery.storage.tree.ForestScan;
import dev.rookery.storage.tx.StagedPages;
import dev.rookery.traversal.frontier.SlotSet;
import dev.rookery.traversal.run.EdgeSelection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The edges that a walk follows in one snapshot: step *i* goes over the edges of one type in one
/// direction.
///
/// A walk takes the edges of a node step by step, and within a step by the slot at the other end:
/// that is the *adjacency order*. Valid until the transaction closes. Thread-safe; its cursors
/// belong to one thread each.
public final class Steps {
  private final ReadTransaction tx;
  private final PhysicalGraph graph;
  private final List<Step> steps;
  private final int[] shifts;
  private final boolean[] second;
  private final boolean ordinals;

  /// Edges of one type in one direction, OUT or IN.
  record Step(int type, Direction direction) {}

  /// Looks names up in a snapshot. A type that does not exist gives no step.
  ///
  /// @throws IllegalStateException if nothing was selected
  public static Steps of(ReadTransaction tx, EdgeSelection selection) {
    if (selection.legs().isEmpty()) {
      throw new IllegalStateException("no edges to walk: say out, in or both");
    }
    PhysicalGraph graph = PhysicalGraph.of(tx);
    Set<Step> steps = new LinkedHashSet<>();
    for (EdgeSelection.Leg leg : selection.legs()) {
      if (leg.types().isEmpty()) {
        for (int type = 1; type <= graph.typeCount(); type++) {
          addTo(steps, leg.direction(), type);
        }
      }
      for (String name : leg.types()) {
        int type = graph.typeNumber(name);
        if (type > 0) {
          addTo(steps, leg.direction(), type);
        }
      }
    }
    return new Steps(tx, graph, List.copyOf(steps));
  }

  private static void addTo(Set<Step> steps, Direction direction, int type) {
    if (direction != Direction.IN) {
      steps.add(new Step(type, Direction.OUT));
    }
    if (direction != Direction.OUT) {
      steps.add(new Step(type, Direction.IN));
    }
  }

  private Steps(ReadTransaction tx, PhysicalGraph graph, List<Step> steps) {
    this.tx = tx;
    this.graph = graph;
    this.steps = steps;
    shifts = new int[steps.size()];
    second = new boolean[steps.size()];
    boolean anyMulti = false;
    for (int i = 0; i < shifts.length; i++) {
      Step step = steps.get(i);
      anyMulti |= graph.isMulti(step.type);
      shifts[i] = graph.isMulti(step.type) ? PhysicalGraph.ORDINAL_BITS : 0;
      Step reverse = new Step(step.type, step.direction.reverse());
      second[i] = steps.indexOf(reverse) >= 0 && steps.indexOf(reverse) < i;
    }
    ordinals = anyMulti;
  }

  /// Returns no steps: for passes over a snapshot that look at no edge.
  public static Steps none(ReadTransaction tx) {
    return new Steps(tx, PhysicalGraph.of(tx), List.of());
  }

  /// Returns these steps and those that walk the same edges from their other ends, each once.
  public Steps bothWays() {
    Set<Step> both = new LinkedHashSet<>(steps);
    for (Step step : steps) {
      both.add(new Step(step.type, step.direction.reverse()));
    }
    return new Steps(tx, graph, List.copyOf(both));
  }

  /// Returns a step from source to target for each edge type that occurs here.
  public Steps outOfEachType() {
    return new Steps(
        tx,
        graph,
        steps.stream().map(step -> new Step(step.type, Direction.OUT)).distinct().toList());
  }

  /// Returns no steps, in the same snapshot: for passes that look at no edge.
  public Steps none() {
    return new Steps(tx, graph, List.of());
  }

  /// Returns these steps, each walked from its other end.
  public Steps reversed() {
    return new Steps(
        tx,
        graph,
        steps.stream().map(step -> new Step(step.type, step.direction.reverse())).toList());
  }

  /// Returns how many steps there are.
  public int count() {
    return shifts.length;
  }

  /// Returns the snapshot.
  public ReadTransaction transaction() {
    return tx;
  }

  /// Returns the snapshot by physical ids.
  public PhysicalGraph graph() {
    return graph;
  }

  /// Returns a cursor for each step, over its edges by the slot that is walked from.
  public ForestCursor[] cursors() {
    return steps.stream()
        .map(step -> cursor(step.type, step.direction))
        .toArray(ForestCursor[]::new);
  }

  /// As [#cursors], read from staged pages.
  ForestCursor[] cursors(StagedPages staged) {
    return steps.stream()
        .map(step ->
            step.direction == Direction.OUT
                ? graph.outgoing(step.type, staged)
                : graph.incoming(step.type, staged))
        .toArray(ForestCursor[]::new);
  }

  /// Tells which leaf pages hold the edges of a step at neighbouring slots of one region.
  ///
  /// @param staged what to read the fences from, or null
  void visitLeaves(
      int step,
      long slot,
      long endSlot,
      @Nullable StagedPages staged,
      FixedSizeForest.LeafVisitor visitor) {
    int type = steps.get(step).type;
    if (isOut(step)) {
      graph.visitOutgoingLeaves(type, slot, endSlot, staged, visitor);
    } else {
      graph.visitIncomingLeaves(type, slot, endSlot, staged, visitor);
    }
  }

  /// Returns a scan for each step, over its edges by the slot that is walked from.
  ///
  /// @param skipped slots that the scans pass over, or null
  public EdgeScan[] scans(@Nullable SlotSet skipped) {
    EdgeScan[] scans = new EdgeScan[count()];
    for (int i = 0; i < scans.length; i++) {
      Step step = steps.get(i);
      scans[i] = new EdgeScan(cursor(step.type, step.direction), shifts[i], skipped);
    }
    return scans;
  }

  /// Returns a cursor for each step, over its edges by the slot that is walked to.
  public ForestCursor[] backwardCursors() {
    return steps.stream()
        .map(step -> cursor(step.type, step.direction.reverse()))
        .toArray(ForestCursor[]::new);
  }

  private ForestCursor cursor(int type, Direction direction) {
    return direction == Direction.OUT ? graph.outgoing(type) : graph.incoming(type);
  }

  /// Returns a scan of the slots that a step leads to, by the slot that is walked from.
  ///
  /// @param filter says which slots to walk from, or null for all
  public ForestScan scan(int step, ForestScan.@Nullable SourceFilter filter) {
    return scan(steps.get(step).type, isOut(step), filter);
  }

  /// Returns a scan of the slots that a step comes from, by the slot that is walked to.
  public ForestScan backwardScan(int step, ForestScan.SourceFilter filter) {
    return scan(steps.get(step).type, !isOut(step), filter);
  }

  private ForestScan scan(int type, boolean outgoing, ForestScan.@Nullable SourceFilter filter) {
    return outgoing ? graph.scanOutgoing(type, filter) : graph.scanIncoming(type, filter);
  }

  /// Returns how many edges there are, each counted once for each step that leads along it.
  public long edgeCount() {
    long count = 0;
    for (int step = 0; step < count(); step++) {
      count += tx.edgeCount(typeName(step));
    }
    return count;
  }

  /// Returns rows for each step, read leaf by leaf, by the slot that is walked from.
  EdgeRows[] rows() {
    return steps.stream()
        .map(step ->
            new EdgeRows(
                step.direction == Direction.OUT
                    ? graph.scanOutgoing(step.type, null)
                    : graph.scanIncoming(step.type, null)))
        .toArray(EdgeRows[]::new);
  }

  /// As [#rows], to be bound to cursors that seek each source.
  EdgeRows[] rowsBySource() {
    EdgeRows[] rows = new EdgeRows[count()];
    for (int step = 0; step < rows.length; step++) {
      rows[step] = new EdgeRows(shifts[step]);
    }
    return rows;
  }

  /// Returns the width of the ordinals in the keys of a step.
  public int shift(int step) {
    return shifts[step];
  }

  /// Returns whether the keys of any step carry ordinals.
  public boolean haveOrdinals() {
    return ordinals;
  }

  /// Returns the slot at the other end of an edge, from its key in the adjacency of a step.
  public long slotOf(int step, long key) {
    return key >>> shifts[step];
  }

  /// Returns the ordinal of an edge, from its key in the adjacency of a step.
  public int ordinalOf(int step, long key) {
    return (int) (key & (1L << shifts[step]) - 1);
  }

  /// Returns whether the edges of a step have been met by an earlier step from their other end, so
  /// that a self loop would be walked twice.
  public boolean repeatsLoops(int step) {
    return second[step];
  }

  /// Returns whether edges of two steps are of the same type.
  public boolean sameType(int step, int other) {
    return steps.get(step).type == steps.get(other).type;
  }

  /// Returns whether a step goes from the source of its edges to their target.
  public boolean isOut(int step) {
    return steps.get(step).direction == Direction.OUT;
  }

  /// Returns the name of the edge type of a step.
  public String typeName(int step) {
    return graph.typeName(steps.get(step).type);
  }

  /// Fails if the transaction has closed: cursors may go on in pages that they hold already.
  public void checkOpen() {
    graph.slotCount();
  }

  /// Returns a view of the node in a slot.
  public Node node(long slot) {
    return tx.node(graph.nodeOf(slot));
  }

  /// Returns a view that a thread of its own moves from node to node.
  public PhysicalGraph.MovingNode movingNode() {
    return source().movingNode();
  }

  /// Returns a view for each step that a thread of its own moves along its edges, by the slot that
  /// is walked from.
  public PhysicalGraph.MovingEdge[] movingEdges() {
    return steps.stream()
        .map(step -> source().movingEdge(step.type, step.direction == Direction.OUT))
        .toArray(PhysicalGraph.MovingEdge[]::new);
  }

  private PhysicalGraph.Source source() {
    return (PhysicalGraph.Source) tx; // Else there would be no physical graph.
  }

  /// Returns a view of the edge with which a step leads from one slot to another. O(log degree),
  /// O(degree) for all parallel edges but the first.
  public Edge edge(int step, long from, long to, int ordinal) {
    long source = graph.nodeOf(isOut(step) ? from : to);
    long target = graph.nodeOf(isOut(step) ? to : from);
    return EdgeLookup.find(tx, typeName(step), source, target, ordinal);
  }
}
