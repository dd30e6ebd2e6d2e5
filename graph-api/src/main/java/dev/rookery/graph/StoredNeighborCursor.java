package dev.rookery.graph;

import dev.rookery.graph.store.EdgeType;
import dev.rookery.graph.store.GraphView;
import dev.rookery.graph.store.PhysicalGraph;
import dev.rookery.storage.tree.FixedSizeForest;
import dev.rookery.storage.tree.ForestCursor;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A cursor that walks one forest after the other: one for each edge type and direction asked for.
///
/// In a write transaction it goes on behind its last key after a change: places on pages are looked
/// up again, and the node may be gone.
final class StoredNeighborCursor implements NeighborCursor {
  /// A type in one direction.
  ///
  /// @param shift how many bits of a key are not the slot
  private record Leg(EdgeType type, boolean outgoing, ForestCursor cursor, int shift) {}

  private final GraphView graph;
  private final Direction direction;

  /// The type asked for, `null` for all.
  private final @Nullable String typeName;

  private Leg[] legs = new Leg[0];
  private int knownTypes = -1;
  private int knownRollbacks;
  private int legIndex;
  private @Nullable Leg current;
  private long node;
  private long slot = -1;

  /// The key of the current edge: a change of the graph may move it away under the leg's cursor.
  private long key;

  private int changeCount;
  private final NeighborIds ids;

  StoredNeighborCursor(GraphView graph, Direction direction, @Nullable String typeName) {
    this.graph = graph;
    this.ids = new NeighborIds(graph);
    this.direction = direction;
    this.typeName = typeName;
  }

  /// Makes the legs; again when the transaction has got a type more.
  private void makeLegs(int typeCount) {
    List<Leg> made = new ArrayList<>();
    if (typeName == null) {
      for (int number = 1; number <= typeCount; number++) {
        addLegs(graph.type(number), made);
      }
    } else {
      int number = graph.typeNumber(typeName);
      if (number > 0) {
        addLegs(graph.type(number), made);
      }
    }
    legs = made.toArray(Leg[]::new);
    knownTypes = typeCount;
    knownRollbacks = graph.rollbackCount();
  }

  private void addLegs(EdgeType type, List<Leg> made) {
    int shift = type.multi() ? PhysicalGraph.ORDINAL_BITS : 0;
    if (direction != Direction.IN) {
      made.add(new Leg(type, true, graph.outgoing(type.number()), shift));
    }
    if (direction != Direction.OUT) {
      made.add(new Leg(type, false, graph.incoming(type.number()), shift));
    }
  }

  @Override
  public StoredNeighborCursor of(long newNode) {
    current = null;
    legIndex = Integer.MAX_VALUE;
    slot = -1;
    long newSlot = graph.slotOf(newNode);
    if (knownTypes < 0 || graph.isChangeable()) {
      updateLegs();
    }
    node = newNode;
    slot = newSlot;
    if (graph.changeCount() != changeCount) {
      settle();
      changeCount = graph.changeCount();
      ids.forget();
    }
    legIndex = 0;
    return this;
  }

  private void updateLegs() {
    int typeCount = graph.typeCount();
    if (typeCount != knownTypes || graph.rollbackCount() != knownRollbacks) {
      makeLegs(typeCount);
    }
  }

  @Override
  public boolean next() {
    if (changeCount != graph.changeCount()) {
      lookUpAgain();
    }
    Leg leg = current;
    if (leg != null && leg.cursor.next()) {
      key = leg.cursor.key();
      return true;
    }
    return nextLeg();
  }

  @Override
  public int next(long[] neighbors) {
    if (neighbors.length == 0) {
      throw new IllegalArgumentException("no room for a neighbour");
    }
    if (changeCount != graph.changeCount()) {
      lookUpAgain();
    }
    int count = 0;
    Leg leg = current;
    while (true) {
      if (leg != null) {
        int end = leg.cursor.next(neighbors, count, leg.shift, ids.delta());
        if (end > count) {
          current = leg;
          key = leg.cursor.key();
          ids.translate(neighbors, count, end);
          count = end;
        }
      }
      if (count == neighbors.length || legIndex >= legs.length) {
        break;
      }
      leg = legs[legIndex++];
      leg.cursor.seek(slot);
    }
    current = count == 0 ? null : current;
    return count;
  }

  private boolean nextLeg() {
    while (legIndex < legs.length) {
      Leg leg = legs[legIndex++];
      if (leg.cursor.seek(slot) > 0 && leg.cursor.next()) {
        current = leg;
        key = leg.cursor.key();
        return true;
      }
    }
    current = null;
    return false;
  }

  private void settle() {
    if (direction != Direction.OUT) {
      graph.settle();
    }
  }

  /// Finds the place behind the last edge again. A node that was deleted has no more edges.
  private void lookUpAgain() {
    settle();
    changeCount = graph.changeCount();
    ids.forget();
    Leg leg = current;
    if (slot < 0 || graph.nodeOf(slot) != node) {
      current = null;
      legIndex = Integer.MAX_VALUE;
      return;
    }
    if (graph.rollbackCount() != knownRollbacks) {
      dropLegs();
    }
    if (leg != null && current != null) {
      leg.cursor.seek(slot);
      leg.cursor.seekKey(key + 1);
    }
  }

  /// Leaves out the legs whose types are gone, and looks at none for new ones.
  private void dropLegs() {
    List<Leg> left = new ArrayList<>();
    int passed = 0;
    for (int i = 0; i < legs.length; i++) {
      if (graph.hasType(legs[i].type)) {
        left.add(legs[i]);
        passed += i < legIndex ? 1 : 0;
      } else if (legs[i].equals(current)) {
        current = null;
      }
    }
    legs = left.toArray(Leg[]::new);
    legIndex = Math.min(legIndex, passed);
    knownTypes = -1; // The next node gets all types anew.
  }

  private Leg leg() {
    if (current == null) {
      throw new IllegalStateException("cursor stands on no edge");
    }
    return current;
  }

  @Override
  public long neighbor() {
    return graph.nodeOf(leg().type.slotOf(key));
  }

  @Override
  public long degree() {
    if (slot < 0 || graph.nodeOf(slot) != node) {
      return 0;
    }
    settle();
    long degree = 0;
    for (Leg leg : legs) {
      FixedSizeForest forest = leg.outgoing ? leg.type.outgoing() : leg.type.incoming();
      degree += forest.degree(graph.pages(), slot);
    }
    return degree;
  }

  @Override
  public String type() {
    return leg().type.name();
  }

  @Override
  public Direction direction() {
    return leg().outgoing ? Direction.OUT : Direction.IN;
  }

  @Override
  public Edge edge() {
    Leg leg = leg();
    EdgeType type = leg.type;
    // An edge of a write transaction looks its record up at every use.
    long record = graph.isChangeable() ? 0 : leg.cursor.value();
    if (leg.outgoing) {
      return new StoredEdge(graph, type, slot, key, record);
    }
    long back = type.key(slot, type.ordinalOf(key));
    return new StoredEdge(graph, type, type.slotOf(key), back, record);
  }

  Node node() {
    Leg leg = leg();
    long other = leg.type.slotOf(key);
    return new StoredNode(graph, graph.nodeOf(other), other);
  }
}
