package dev.rookery.traversal.pattern.match;

import dev.rookery.traversal.pattern.plan.Conflict;
import dev.rookery.traversal.pattern.plan.NodeConditions;
import dev.rookery.traversal.pattern.plan.PartPlan;
import dev.rookery.traversal.pattern.plan.Step;
import java.util.ArrayList;
import java.util.List;

/// In which matches variables are the same node so that it matters: two edges that must be
/// different may be the same, or a match may be its own image. Such a match is weighed by itself.
/// Belongs to one thread.
final class Coincidences {
  /// Conflicts between nodes of the outer pattern.
  private final List<Conflict> outer = new ArrayList<>();

  /// For each step the conflicts whose last node it binds.
  private final List<List<Conflict>> decided = new ArrayList<>();

  /// For each step what its node must meet.
  private final List<NodeConditions> conditions = new ArrayList<>();

  private final int[] nodes;
  private final int[] special;
  private int specialCount;

  /// @param nodes the node that each step binds, or -1
  Coincidences(PartPlan plan, int[] nodes) {
    this.nodes = nodes;
    for (Step step : plan.steps()) {
      decided.add(new ArrayList<>());
      conditions.add(conditions(step));
    }
    for (Conflict conflict : plan.conflicts()) {
      int last = -1;
      for (int step = 0; step < nodes.length; step++) {
        int node = nodes[step];
        if (conflict.pairs().stream()
            .anyMatch(pair -> pair.one() == node || pair.other() == node)) {
          last = step;
        }
      }
      (last < 0 ? outer : decided.get(last)).add(conflict);
    }
    int most = 0;
    for (int step = 0; step < nodes.length; step++) {
      NodeConditions asked = conditions.get(step);
      most =
          Math.max(most, decided.get(step).size() + asked.bounds().length + asked.others().length);
    }
    special = new int[most];
  }

  private static NodeConditions conditions(Step step) {
    return switch (step) {
      case Step.NodeScan scan -> scan.conditions();
      case Step.NodeJoin join -> join.conditions();
      case Step.PathExpand path -> path.toConditions();
      case Step.EdgeBind _ -> NodeConditions.NONE;
    };
  }

  /// Returns whether nodes of the outer pattern are the same so that it matters.
  boolean areOuter(Binding binding) {
    return isAny(outer, binding);
  }

  /// Returns whether the node that a step has bound is the same as others so that it matters.
  boolean isAt(int step, Binding binding) {
    int slot = nodes[step] < 0 ? Binding.NONE : binding.node(nodes[step]);
    for (int bound : conditions.get(step).bounds()) {
      if (binding.node(bound) == slot) {
        return true;
      }
    }
    return isAny(decided.get(step), binding);
  }

  private static boolean isAny(List<Conflict> conflicts, Binding binding) {
    for (int i = 0; i < conflicts.size(); i++) {
      boolean isSame = true;
      List<Conflict.Pair> pairs = conflicts.get(i).pairs();
      for (int k = 0; k < pairs.size() && isSame; k++) {
        isSame = binding.node(pairs.get(k).one()) == binding.node(pairs.get(k).other());
      }
      if (isSame) {
        return true;
      }
    }
    return false;
  }

  /// Finds the slots that the node of a step must not be, or with which it would matter, given what
  /// is bound before. Returns how many there are; [#special] has each once.
  int findSpecial(int step, Binding binding) {
    specialCount = 0;
    NodeConditions asked = conditions.get(step);
    for (int other : asked.others()) {
      add(binding.node(other));
    }
    for (int bound : asked.bounds()) {
      add(binding.node(bound));
    }
    List<Conflict> conflicts = decided.get(step);
    for (int i = 0; i < conflicts.size(); i++) {
      int slot = deciding(conflicts.get(i), nodes[step], binding);
      if (slot != Binding.NONE) {
        add(slot);
      }
    }
    return specialCount;
  }

  /// Returns the slot that a node would have to be for a conflict, or [Binding#NONE] if the other
  /// nodes do not agree with it.
  private static int deciding(Conflict conflict, int node, Binding binding) {
    int slot = Binding.NONE;
    List<Conflict.Pair> pairs = conflict.pairs();
    for (int i = 0; i < pairs.size(); i++) {
      Conflict.Pair pair = pairs.get(i);
      if (pair.one() == node || pair.other() == node) {
        int wanted = binding.node(pair.one() == node ? pair.other() : pair.one());
        if (slot != Binding.NONE && slot != wanted) {
          return Binding.NONE;
        }
        slot = wanted;
      } else if (binding.node(pair.one()) != binding.node(pair.other())) {
        return Binding.NONE;
      }
    }
    return slot;
  }

  private void add(int slot) {
    for (int i = 0; i < specialCount; i++) {
      if (special[i] == slot) {
        return;
      }
    }
    special[specialCount++] = slot;
  }

  /// Returns a slot that [#findSpecial] has found.
  int special(int index) {
    return special[index];
  }

  /// Returns whether all nodes that were bound before a step are different.
  boolean areDifferent(int step, Binding binding) {
    for (int i = 0; i < step; i++) {
      for (int k = 0; k < i; k++) {
        if (nodes[i] >= 0 && nodes[k] >= 0 && binding.node(nodes[i]) == binding.node(nodes[k])) {
          return false;
        }
      }
    }
    return true;
  }
}
