package dev.rookery.graph.load;

import java.util.List;

/// Several runs as one, in order: a tree of losers. Equal keys come in the order of their runs, so
/// that what came first stays first. Belongs to one thread.
final class RunMerge extends RunCursor {
  private final RunCursor[] runs;

  /// Losers of the games from 1 on; the winner of all in 0. -1 stands for a run that has ended.
  private final int[] tree;

  private boolean isBegun;

  /// @param runs in the order in which they came
  RunMerge(List<? extends RunCursor> runs) {
    this.runs = runs.toArray(RunCursor[]::new);
    this.tree = new int[Math.max(1, this.runs.length)];
  }

  @Override
  boolean advance() {
    if (runs.length == 0) {
      return false;
    }
    if (!isBegun) {
      isBegun = true;
      tree[0] = runs.length == 1 ? leaf(0) : begin(1);
    } else {
      int winner = tree[0];
      if (winner < 0) {
        return false;
      }
      tree[0] = replay(winner, leaf(winner));
    }
    if (tree[0] < 0) {
      return false;
    }
    key = runs[tree[0]].key;
    return true;
  }

  /// Moves a run on and returns its number, or -1 behind its end.
  private int leaf(int run) {
    return runs[run].advance() ? run : -1;
  }

  /// Plays all games below a node and returns the winner. Leaves are the nodes from the count of
  /// runs on.
  private int begin(int node) {
    if (node >= runs.length) {
      return leaf(node - runs.length);
    }
    int left = begin(2 * node);
    int right = begin(2 * node + 1);
    boolean leftWins = wins(left, right);
    tree[node] = leftWins ? right : left;
    return leftWins ? left : right;
  }

  /// Plays the games of a run again, from its leaf upwards, and returns the winner of all.
  private int replay(int run, int standing) {
    int winner = standing;
    for (int node = (run + runs.length) >>> 1; node > 0; node >>>= 1) {
      int loser = tree[node];
      if (wins(loser, winner)) {
        tree[node] = winner;
        winner = loser;
      }
    }
    return winner;
  }

  private boolean wins(int run, int other) {
    if (run < 0 || other < 0) {
      return run >= 0;
    }
    int order = Long.compareUnsigned(runs[run].key, runs[other].key);
    return order < 0 || (order == 0 && run < other);
  }

  @Override
  long value() {
    return runs[tree[0]].value();
  }

  @Override
  int length() {
    return runs[tree[0]].length();
  }

  @Override
  byte[] bytes() {
    return runs[tree[0]].bytes();
  }

  @Override
  void close() {
    for (RunCursor run : runs) {
      run.close();
    }
  }
}
