package dev.rookery.traversal.pattern.result;

import dev.rookery.traversal.pattern.match.Binding;
import dev.rookery.traversal.pattern.match.PartRun;
import java.util.List;

/// The matches of a pattern with its optional parts, one after the other. Belongs to one thread.
final class MatchRun {
  private final Binding binding;
  private final PartRun main;
  private final List<PartRun> optionals;

  /// For each part how many matches the current one stands for, with those of the parts before.
  private final long[] weights;

  private final boolean[] isFound;
  private boolean isBegun;

  MatchRun(Binding binding, PartRun main, List<PartRun> optionals) {
    this.binding = binding;
    this.main = main;
    this.optionals = optionals;
    weights = new long[optionals.size() + 1];
    isFound = new boolean[weights.length];
  }

  Binding binding() {
    return binding;
  }

  PartRun main() {
    return main;
  }

  List<PartRun> optionals() {
    return optionals;
  }

  /// Begins anew.
  void open() {
    main.open(binding);
    isBegun = false;
  }

  /// Finds the next match, and returns whether there is one.
  boolean next() {
    return next(optionals.size());
  }

  /// Finds the next match of the first parts.
  private boolean next(int last) {
    int level = isBegun ? last : 0;
    isBegun = true;
    while (level >= 0) {
      if (!step(level)) {
        level--;
      } else if (level == last) {
        return true;
      } else {
        level++;
        isFound[level] = false;
        optionals.get(level - 1).open(binding);
      }
    }
    return false;
  }

  private boolean step(int level) {
    if (level == 0) {
      boolean isThere = main.next();
      weights[0] = isThere ? main.weight() : 0;
      return isThere;
    }
    PartRun optional = optionals.get(level - 1);
    if (optional.next()) {
      weights[level] = Math.multiplyExact(weights[level - 1], optional.weight());
    } else if (isFound[level]) {
      return false;
    } else {
      optional.bindNull();
      weights[level] = weights[level - 1];
    }
    isFound[level] = true;
    return true;
  }

  /// Returns how many rows the current match stands for.
  long weight() {
    return weights[weights.length - 1];
  }

  /// Returns how many rows there are. After [#open], instead of [#next].
  long count() {
    if (optionals.isEmpty()) {
      return main.count();
    }
    PartRun last = optionals.getLast();
    long sum = 0;
    while (next(optionals.size() - 1)) {
      last.open(binding);
      long count = Math.max(1, last.count());
      sum = Math.addExact(sum, Math.multiplyExact(weights[weights.length - 2], count));
    }
    return sum;
  }
}
