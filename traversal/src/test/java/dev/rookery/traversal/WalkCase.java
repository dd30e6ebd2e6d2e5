package dev.rookery.traversal;

import dev.rookery.graph.Direction;
import dev.rookery.graph.Edge;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/// A description of a traversal in terms of the model, that can be made into a [Traversal] and be
/// walked naively.
///
/// Callbacks are drawn from a hash, so that they are the same for both.
///
/// @param callbacks the seed of the callbacks, or null for none
/// @param asksWay whether the evaluator looks at the last edge of the way
record WalkCase(
    int[] starts,
    List<Leg> legs,
    boolean depthFirst,
    Uniqueness uniqueness,
    int minDepth,
    int maxDepth,
    @Nullable Integer callbacks,
    boolean asksWay) {

  private static final List<List<String>> TYPES =
      List.of(List.of(), List.of("A"), List.of("B", "A"), List.of("M", "NONE"));

  /// One call of out, in or both.
  record Leg(Direction direction, List<String> types) {}

  static WalkCase random(Random random, int nodeCount) {
    int[] starts =
        random.ints(1 + random.nextInt(3), 0, nodeCount).toArray(); // May name a node twice.
    List<Leg> legs = new ArrayList<>();
    for (int i = random.nextInt(3); i >= 0; i--) {
      Direction direction = Direction.values()[random.nextInt(3)];
      legs.add(new Leg(direction, TYPES.get(random.nextInt(4))));
    }
    Uniqueness uniqueness = Uniqueness.values()[random.nextInt(4)];
    int maxDepth =
        uniqueness == Uniqueness.NODE && random.nextBoolean() ? Shape.UNLIMITED : random.nextInt(5);
    int minDepth = random.nextBoolean() ? 0 : random.nextInt(Math.min(maxDepth, 3) + 1);
    Integer callbacks = random.nextBoolean() ? random.nextInt() : null;
    return new WalkCase(
        starts,
        legs,
        random.nextBoolean(),
        uniqueness,
        minDepth,
        maxDepth,
        callbacks,
        callbacks != null && random.nextInt(3) == 0);
  }

  /// Returns the description, ready to run on a stored graph.
  Traversal traversal(StoredGraph stored) {
    Traversal traversal = Traversal.from(stored.ids(starts));
    for (Leg leg : legs) {
      String[] types = leg.types.toArray(String[]::new);
      traversal =
          switch (leg.direction) {
            case OUT -> traversal.out(types);
            case IN -> traversal.in(types);
            case BOTH -> traversal.both(types);
          };
    }
    traversal = traversal.uniqueness(uniqueness).minDepth(minDepth);
    if (maxDepth != Shape.UNLIMITED) {
      traversal = traversal.maxDepth(maxDepth);
    }
    if (callbacks != null) {
      traversal =
          traversal
              .nodeFilter(node -> passesNode((int) node.getLong("index")))
              .edgeFilter(edge -> passesLink((int) edge.getLong("number")))
              .evaluate(at ->
                  verdict((int) at.node().getLong("index"), at.depth(), asksWay ? last(at) : -1));
    }
    return depthFirst ? traversal.depthFirst() : traversal.breadthFirst();
  }

  boolean passesNode(int index) {
    return callbacks == null || hash(1, index) % 8 != 0;
  }

  boolean passesLink(int number) {
    return callbacks == null || hash(2, number) % 5 != 0;
  }

  private static int last(Position at) {
    return at.edge().map((Edge edge) -> (int) edge.getLong("number")).orElse(-1);
  }

  /// @param link the last link of the way, or -1 if there is none
  Verdict verdict(int index, int depth, int link) {
    int way = asksWay ? link : -1;
    return callbacks == null
        ? Verdict.INCLUDE_AND_CONTINUE
        : Verdict.of(
            hash(3, index + 77 * way) % 3 != 0, hash(4, 31 * index + depth + 7 * way) % 5 != 0);
  }

  /// Returns the same description with another order and uniqueness.
  WalkCase byLevels() {
    return new WalkCase(
        starts, legs, false, Uniqueness.NODE, minDepth, maxDepth, callbacks, asksWay);
  }

  @Override
  public String toString() {
    return "starts="
        + Arrays.toString(starts)
        + " legs="
        + legs
        + (depthFirst ? " depth-first " : " breadth-first ")
        + uniqueness
        + " depth="
        + minDepth
        + ".."
        + maxDepth
        + " callbacks="
        + callbacks
        + (asksWay ? " asks for ways" : "");
  }

  private int hash(int kind, int value) {
    int seed = callbacks == null ? 0 : callbacks;
    int mixed = (seed ^ kind * 0x9E3779B9) + value * 0x85EBCA6B;
    mixed = (mixed ^ mixed >>> 15) * 0xC2B2AE35;
    return (mixed ^ mixed >>> 13) & Integer.MAX_VALUE;
  }
}
