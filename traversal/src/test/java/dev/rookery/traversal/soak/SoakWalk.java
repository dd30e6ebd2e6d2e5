package dev.rookery.traversal.soak;

import dev.rookery.graph.Direction;
import dev.rookery.traversal.Traversal;
import dev.rookery.traversal.Uniqueness;
import dev.rookery.traversal.Verdict;
import java.util.Random;
import java.util.Set;

/// A description of a traversal that can be walked here and there. Its callbacks are hashes of
/// properties.
///
/// @param starts indexes of nodes
/// @param seed of the callbacks, or 0 for none
record SoakWalk(
    int[] starts, Set<String> types, Direction direction, int minDepth, int maxDepth, int seed) {

  static SoakWalk random(Random random, SoakSnapshot snapshot) {
    int[] starts = random.ints(1 + random.nextInt(3), 0, snapshot.ids.length).toArray();
    Set<String> types =
        switch (random.nextInt(4)) {
          case 0 -> Set.of("A");
          case 1 -> Set.of("B", "M");
          default -> Set.of("A", "B", "M");
        };
    int maxDepth = random.nextBoolean() ? Integer.MAX_VALUE : random.nextInt(6);
    int minDepth = random.nextBoolean() ? 0 : random.nextInt(Math.min(maxDepth, 3) + 1);
    return new SoakWalk(
        starts,
        types,
        Direction.values()[random.nextInt(3)],
        minDepth,
        maxDepth,
        random.nextBoolean() ? 0 : random.nextInt());
  }

  /// Returns the same walk without limits of depth, whose callbacks know no depth either.
  SoakWalk withoutDepths() {
    return new SoakWalk(starts, types, direction, 0, Integer.MAX_VALUE, seed & ~1);
  }

  SoakWalk withMaxDepth(int depth) {
    return new SoakWalk(starts, types, direction, Math.min(minDepth, depth), depth, seed);
  }

  Traversal traversal(SoakSnapshot snapshot, Uniqueness uniqueness, boolean depthFirst) {
    long[] ids = new long[starts.length];
    for (int i = 0; i < ids.length; i++) {
      ids[i] = snapshot.ids[starts[i]];
    }
    String[] names = types.toArray(String[]::new);
    Traversal from = Traversal.from(ids).uniqueness(uniqueness).minDepth(minDepth);
    Traversal walk =
        switch (direction) {
          case OUT -> from.out(names);
          case IN -> from.in(names);
          case BOTH -> from.both(names);
        };
    walk = maxDepth == Integer.MAX_VALUE ? walk : walk.maxDepth(maxDepth);
    walk = depthFirst ? walk.depthFirst() : walk;
    if (seed == 0) {
      return walk;
    }
    walk =
        walk.nodeFilter(node -> passesNode((int) node.getLong("value")))
            .edgeFilter(edge -> passesEdge(edge.getDouble("weight")));
    return asksDepths()
        ? walk.evaluate(at -> {
          int value = (int) at.node().getLong("value");
          return Verdict.of(includes(value, at.depth()), continues(value, at.depth()));
        })
        : walk;
  }

  /// Returns whether there is an evaluator.
  boolean asksDepths() {
    return (seed & 1) != 0;
  }

  boolean passesNode(int value) {
    return seed == 0 || hash(1, value) % 9 != 0;
  }

  boolean passesEdge(double weight) {
    return seed == 0 || hash(2, (int) (weight * 8)) % 6 != 0;
  }

  boolean includes(int value, int depth) {
    return !asksDepths() || hash(3, value + 1000 * depth) % 3 != 0;
  }

  boolean continues(int value, int depth) {
    return !asksDepths() || hash(4, value + 1000 * depth) % 6 != 0;
  }

  private int hash(int kind, int value) {
    int mixed = (seed ^ kind * 0x9E3779B9) + value * 0x85EBCA6B;
    mixed = (mixed ^ mixed >>> 15) * 0xC2B2AE35;
    return (mixed ^ mixed >>> 13) & Integer.MAX_VALUE;
  }

  @Override
  public String toString() {
    return "starts=%s types=%s %s depth=%d..%d seed=%d"
        .formatted(java.util.Arrays.toString(starts), types, direction, minDepth, maxDepth, seed);
  }
}
