package dev.rookery.graph;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/// A list of operations on a graph, as data: it can be printed, read back and made shorter.
///
/// Steps name nodes and edges by their place among those that there are at that moment, so that a
/// script remains meaningful when steps are taken out of it.
///
/// ```
/// ADD_EDGE 3 17 2 918273645
/// COMMIT 1 0 0 0
/// ```
record GraphScript(List<Step> steps) {

  /// What a step does; the weight says how often.
  enum Kind {
    ADD_NODE(14),
    SET_LABEL(2),
    SET_PROPERTY(8),
    SET_PROPERTIES(3),
    REMOVE_PROPERTY(3),
    DELETE_NODE(5),
    ADD_EDGE(14),
    ADD_EDGES(3),
    ADD_EDGE_WITH(8),
    PUT_EDGE(4),
    SET_EDGE_PROPERTY(6),
    REMOVE_EDGE_PROPERTY(2),
    DELETE_EDGE(3),
    DELETE_EDGES(3),
    BAD_CALL(2),
    CHANGE_WHILE_WALKING(1),
    SET_INDEXED(12),
    UPSERT(3),
    CREATE_INDEX(4),
    BUILD_INDEX(4),
    DROP_INDEX(1),
    COMMIT(12),
    ROLLBACK(2),
    SAVEPOINT(5),
    ROLLBACK_TO(4),
    RELEASE(1),
    CLOSE(1),
    LOOK(2),
    OPEN_READER(2),
    CLOSE_READER(2),
    SYNC(1),
    CHECKPOINT(1),
    REORGANIZE(1),
    CHECK(1),
    REOPEN(1);

    private final int weight;

    Kind(int weight) {
      this.weight = weight;
    }

    private static Kind pick(SplittableRandom random) {
      int at = random.nextInt(totalWeight());
      for (Kind kind : values()) {
        at -= kind.weight;
        if (at < 0) {
          return kind;
        }
      }
      throw new AssertionError("weights do not add up");
    }

    private static int totalWeight() {
      int total = 0;
      for (Kind kind : values()) {
        total += kind.weight;
      }
      return total;
    }
  }

  /// One operation; the numbers pick nodes, edges, names and values.
  record Step(Kind kind, int a, int b, int c, long value) {
    @Override
    public String toString() {
      return "%s %d %d %d %d".formatted(kind, a, b, c, value);
    }

    private static Step parse(String line) {
      String[] words = line.strip().split(" ");
      return new Step(
          Kind.valueOf(words[0]),
          Integer.parseInt(words[1]),
          Integer.parseInt(words[2]),
          Integer.parseInt(words[3]),
          Long.parseLong(words[4]));
    }
  }

  /// Returns a script of random steps.
  static GraphScript random(long seed, int stepCount) {
    SplittableRandom random = new SplittableRandom(seed);
    List<Step> steps = new ArrayList<>();
    for (int i = 0; i < stepCount; i++) {
      steps.add(
          new Step(
              Kind.pick(random),
              random.nextInt(1000),
              random.nextInt(1000),
              random.nextInt(1000),
              random.nextLong()));
    }
    return new GraphScript(List.copyOf(steps));
  }

  /// Reads what [#toString] wrote; steps stand on lines or are divided by semicolons.
  static GraphScript parse(String text) {
    return new GraphScript(
        text.lines()
            .flatMap(line -> List.of(line.split(";")).stream())
            .filter(line -> !line.isBlank())
            .map(Step::parse)
            .toList());
  }

  /// Returns a shorter script that still fails: pieces are left out, halves first, then quarters,
  /// as long as the number of trials lasts.
  GraphScript shrink(Predicate<GraphScript> fails, int trialCountMax) {
    GraphScript shortest = this;
    int trials = 0;
    for (int piece = Math.max(1, steps.size() / 2); piece > 0; piece /= 2) {
      for (int from = 0; from < shortest.steps.size() && trials < trialCountMax; trials++) {
        GraphScript shorter = shortest.without(from, piece);
        if (fails.test(shorter)) {
          shortest = shorter;
        } else {
          from += piece;
        }
      }
    }
    return shortest;
  }

  private GraphScript without(int from, int count) {
    List<Step> left = new ArrayList<>(steps.subList(0, from));
    left.addAll(steps.subList(Math.min(steps.size(), from + count), steps.size()));
    return new GraphScript(List.copyOf(left));
  }

  @Override
  public String toString() {
    return steps.stream().map(Step::toString).collect(Collectors.joining("\n"));
  }
}
