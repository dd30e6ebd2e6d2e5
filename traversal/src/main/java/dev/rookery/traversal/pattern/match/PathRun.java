package dev.rookery.traversal.pattern.match;

import dev.rookery.graph.store.PhysicalGraph;
import dev.rookery.graph.store.PropertyBytes;
import dev.rookery.storage.tree.ForestCursor;
import dev.rookery.traversal.pattern.model.Expression;
import dev.rookery.traversal.pattern.plan.Leg;
import dev.rookery.traversal.pattern.plan.PartPlan;
import dev.rookery.traversal.pattern.plan.Step;
import dev.rookery.traversal.pattern.row.RowMemory;
import dev.rookery.traversal.pattern.value.ValueOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/// Binds a path to each that there is, depth first, and the node at its end.
final class PathRun extends StepRun {
  private static final int CHECK_STEPS = 1 << 12;

  private final Step.PathExpand step;
  private final PartPlan plan;
  private final PhysicalGraph graph;
  private final RowMemory memory;
  private final NodeTest toTest;
  private final Evaluation[] conditions;
  private final Leg[] legs;
  private final int[] keys;
  private final Evaluation[] values;

  /// Nodes that are bound before this step.
  private final int[] before;

  private final PropertyBytes bytes = new PropertyBytes();
  private final List<Level> levels = new ArrayList<>();
  private int[] slots = new int[2];
  private int depth;
  private boolean isArrived;
  private boolean isOpen;
  private long walked;

  /// The edges at one slot of the path, leg by leg.
  private final class Level {
    private final ForestCursor[] cursors = new ForestCursor[legs.length];
    private int leg;
    private boolean isOpen;
    private boolean isSought;
    private long key;

    boolean next(int slot) {
      while (leg < legs.length) {
        if (!isSought) {
          isSought = true;
          if (cursors[leg] == null) {
            cursors[leg] = legs[leg].cursor(graph);
          }
          cursors[leg].seek(slot);
        }
        while (cursors[leg].next()) {
          key = cursors[leg].key();
          if (other() != slot || !isRepeatedLoop()) {
            return true;
          }
        }
        leg++;
        isSought = false;
      }
      return false;
    }

    private boolean isRepeatedLoop() {
      for (int i = 0; i < leg; i++) {
        if (legs[i].type() == legs[leg].type()) {
          return true;
        }
      }
      return false;
    }

    private int shift() {
      return legs[leg].shift(graph);
    }

    int other() {
      return (int) (key >>> shift());
    }

    int ordinal() {
      return (int) (key & (1L << shift()) - 1);
    }
  }

  /// @param before nodes that are bound before this step
  PathRun(
      Step.PathExpand step,
      PartPlan plan,
      int[] before,
      RowMemory memory,
      NodeTest toTest,
      ExpressionCompiler compiler) {
    this.step = step;
    this.plan = plan;
    this.before = before;
    this.memory = memory;
    this.toTest = toTest;
    graph = memory.graph();
    conditions = compiler.conditions(step.conditions(), plan.scope());
    legs = step.legs().toArray(Leg[]::new);
    keys = new int[step.properties().size()];
    values = new Evaluation[keys.length];
    int at = 0;
    for (Map.Entry<String, Expression> property : step.properties().entrySet()) {
      keys[at] = graph.keyNumber(property.getKey());
      values[at++] = compiler.compile(property.getValue(), plan.scope());
    }
  }

  @Override
  void open(Binding binding) {
    int from = binding.node(step.from());
    binding.path(step.path()).clear(step.isReversed());
    depth = 0;
    slots[0] = from;
    isOpen = from != Binding.NONE;
    isArrived = isOpen && step.min() == 0;
    level(0).isOpen = false;
  }

  private Level level(int at) {
    while (levels.size() <= at) {
      levels.add(new Level());
    }
    return levels.get(at);
  }

  @Override
  boolean advance(Binding binding) {
    EdgeList path = binding.path(step.path());
    while (isOpen) {
      if (isArrived) {
        isArrived = false;
        if (isEnd(binding)) {
          return true;
        }
      }
      if (!extend(binding, path)) {
        if (depth == 0) {
          isOpen = false;
        } else {
          path.removeLast();
          depth--;
        }
      }
    }
    path.setNull();
    return false;
  }

  /// Returns whether the path may end where it is.
  private boolean isEnd(Binding binding) {
    int slot = slots[depth];
    if (step.isToBound()) {
      if (binding.node(step.to()) != slot) {
        return false;
      }
    } else if (slot > toTest.limit(binding) || !toTest.bind(slot, binding)) {
      return false;
    }
    return ExpressionCompiler.allHold(conditions, binding);
  }

  /// Goes one edge further, and returns whether there is one.
  private boolean extend(Binding binding, EdgeList path) {
    if (depth == step.max()) {
      return false;
    }
    Level level = level(depth);
    int slot = slots[depth];
    if (!level.isOpen) {
      if (depth > 0 && step.areNodesDistinct() && !canPass(slot, binding)) {
        return false;
      }
      level.isOpen = true;
      level.isSought = false;
      level.leg = 0;
    }
    while (level.next(slot)) {
      if (++walked % CHECK_STEPS == 0) {
        memory.check();
      }
      int other = level.other();
      Leg leg = legs[level.leg];
      int source = leg.isOut() ? slot : other;
      int target = leg.isOut() ? other : slot;
      long recordId = level.cursors[level.leg].value();
      boolean isAllowed =
          (!step.areEdgesDistinct()
                  || !EdgeRun.isBound(plan, binding, leg.type(), source, target, level.ordinal()))
              && (!step.areNodesDistinct() || !isMet(other))
              && hasProperties(recordId, binding);
      if (isAllowed) {
        path.add(leg.type(), source, target, level.ordinal(), other, recordId);
        push(other);
        return true;
      }
    }
    level.isOpen = false;
    return false;
  }

  private void push(int slot) {
    depth++;
    if (depth == slots.length) {
      slots = Arrays.copyOf(slots, 2 * depth);
    }
    slots[depth] = slot;
    level(depth).isOpen = false;
    isArrived = depth >= step.min();
  }

  /// Returns whether a slot is on the path already; its beginning counts only if it may not be its
  /// end as well.
  private boolean isMet(int slot) {
    for (int i = step.from() == step.to() ? 1 : 0; i <= depth; i++) {
      if (slots[i] == slot) {
        return true;
      }
    }
    return false;
  }

  /// Returns whether a path may go on from a slot: whether no variable is that node.
  private boolean canPass(int slot, Binding binding) {
    for (int node : before) {
      if (binding.node(node) == slot) {
        return false;
      }
    }
    for (int other : plan.paths()) {
      if (other != step.path() && binding.path(other).passes(slot)) {
        return false;
      }
    }
    return true;
  }

  private boolean hasProperties(long recordId, Binding binding) {
    for (int i = 0; i < keys.length; i++) {
      Object wanted = values[i].evaluate(binding);
      Object found =
          keys[i] < 0 ? null : ExpressionCompiler.edgeProperty(graph, recordId, keys[i], bytes);
      if (wanted == null || found == null || !ValueOrder.areEqual(wanted, found)) {
        return false;
      }
    }
    return true;
  }
}
