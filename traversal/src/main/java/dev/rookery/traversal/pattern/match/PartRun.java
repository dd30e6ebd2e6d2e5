package dev.rookery.traversal.pattern.match;

import dev.rookery.graph.ReadTransaction;
import dev.rookery.traversal.pattern.model.Expression;
import dev.rookery.traversal.pattern.model.Morphism;
import dev.rookery.traversal.pattern.plan.PartPlan;
import dev.rookery.traversal.pattern.plan.PartPlan.Tail;
import dev.rookery.traversal.pattern.plan.Start;
import dev.rookery.traversal.pattern.plan.Step;
import dev.rookery.traversal.pattern.row.KeptCounts;
import dev.rookery.traversal.pattern.row.RowMemory;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Finds the matches of one part of a pattern: one after the other by [#next], or only how many
/// there are by [#count]. May be opened again and again. Belongs to one thread.
///
/// **Weights.** A match binds nodes, and those edges that somebody asks for; it stands for as many
/// as there are ways to choose the other edges, its *weight*: the product of the weights of the
/// rows. Where variables are the same node, so that edges that must be different might be the same,
/// [EdgeAssignments] counts instead.
///
/// **Symmetry.** Where the plan has symmetries, a match stands for all that they make of it: as
/// many as there are symmetries, or where some leave it as it is, as make another match of it; and
/// of these only the one counts whose slots are largest.
///
/// [Coincidences] tells where one of the two needs a closer look.
public final class PartRun {
  private final PartPlan plan;
  private final StepRun[] steps;
  private final Evaluation[] first;
  private final EdgeAssignments assignments;
  private final @Nullable KeptCounts[] kept;

  /// The node that a step binds, or -1.
  private final int[] boundNodes;

  private final Coincidences coincidences;

  /// Products of the weights up to each step, and whether nodes are the same so that it matters.
  private final long[] products;

  private final boolean[] isSpecial;
  private final long[] found;

  /// How often a match was weighed by itself: what was counted meanwhile must not be kept.
  private long weighed;

  private long lastWeight;
  private @Nullable Binding bound;

  /// Whether there may be a match that was not found yet.
  private boolean isOpen;

  /// Whether the first step was opened.
  private boolean isBegun;

  private boolean isRangeOfMany;

  public PartRun(PartPlan plan, ReadTransaction tx, RowMemory memory, ExpressionCompiler compiler) {
    this.plan = plan;
    int count = plan.steps().size();
    List<Expression> conditions = new ArrayList<>(plan.outerLabels());
    conditions.addAll(plan.first());
    first = compiler.conditions(conditions, plan.scope());
    assignments = new EdgeAssignments(plan, memory.graph());
    steps = new StepRun[count];
    kept = new KeptCounts[count];
    boundNodes = new int[count];
    products = new long[count + 1];
    isSpecial = new boolean[count + 1];
    found = new long[count];
    for (int i = 0; i < count; i++) {
      Step step = plan.steps().get(i);
      boundNodes[i] = nodeOf(step);
      steps[i] = run(step, i, tx, memory, compiler);
      Tail tail = plan.tails().get(i);
      kept[i] = tail.kind() == Tail.Kind.NOTHING ? null : new KeptCounts(memory, tail.isPerStart());
    }
    coincidences = new Coincidences(plan, boundNodes);
  }

  private static int nodeOf(Step step) {
    return switch (step) {
      case Step.NodeScan scan -> scan.node();
      case Step.NodeJoin join -> join.node();
      case Step.PathExpand path -> path.isToBound() ? -1 : path.to();
      case Step.EdgeBind _ -> -1;
    };
  }

  private StepRun run(
      Step step, int index, ReadTransaction tx, RowMemory memory, ExpressionCompiler compiler) {
    return switch (step) {
      case Step.NodeScan scan -> {
        NodeTest test =
            new NodeTest(scan.node(), scan.conditions(), plan.paths(), compiler, plan.scope());
        Evaluation id =
            scan.start() instanceof Start.Id(Expression value)
                ? compiler.compile(value, plan.scope())
                : null;
        yield new ScanRun(scan, tx, memory, test, id);
      }
      case Step.NodeJoin join -> {
        NodeTest test =
            new NodeTest(join.node(), join.conditions(), plan.paths(), compiler, plan.scope());
        JoinRun reused = join.reused() < 0 ? null : (JoinRun) steps[join.reused()];
        yield new JoinRun(join, reused, memory, test);
      }
      case Step.EdgeBind edge -> new EdgeRun(edge, plan, memory.graph(), compiler);
      case Step.PathExpand path -> {
        NodeTest test =
            new NodeTest(path.to(), path.toConditions(), plan.paths(), compiler, plan.scope());
        yield new PathRun(path, plan, nodesBefore(index), memory, test, compiler);
      }
    };
  }

  private int[] nodesBefore(int index) {
    List<Integer> nodes = new ArrayList<>(plan.outerNodes());
    for (int i = 0; i < index; i++) {
      if (boundNodes[i] >= 0) {
        nodes.add(boundNodes[i]);
      }
    }
    return nodes.stream().mapToInt(Integer::intValue).toArray();
  }

  /// Returns the plan.
  public PartPlan plan() {
    return plan;
  }

  /// Returns how often a step has bound something; where matches were only counted, how many there
  /// were.
  public long found(int step) {
    return found[step];
  }

  /// Has the first step look at some slots only. Returns whether it can; else it does its whole
  /// work.
  public boolean range(long from, long end) {
    boolean isBySlot =
        steps.length > 0
            && plan.steps().getFirst() instanceof Step.NodeScan scan
            && scan.start() instanceof Start.Slots;
    if (isBySlot) {
      ((ScanRun) steps[0]).range(from, end);
    }
    return isBySlot;
  }

  /// Begins to look for matches.
  ///
  /// @param binding what the variables of the outer pattern are bound to; takes those of this one
  public void open(Binding binding) {
    bound = binding;
    products[0] = 1;
    isSpecial[0] = coincidences.areOuter(binding);
    for (int edge : plan.boundEdges()) {
      binding.edge(edge).setNull();
    }
    for (int path : plan.paths()) {
      binding.path(path).setNull();
    }
    boolean isPossible = plan.isPossible();
    for (int node : plan.outerNodes()) {
      isPossible &= binding.node(node) != Binding.NONE;
    }
    isPossible &= plan.morphism() != Morphism.DISTINCT_NODES || !areOuterNodesSame(binding);
    isPossible = isPossible && ExpressionCompiler.allHold(first, binding);
    isOpen = isPossible;
    isBegun = false;
  }

  private boolean areOuterNodesSame(Binding binding) {
    List<Integer> outer = plan.outerNodes();
    for (int i = 0; i < outer.size(); i++) {
      for (int k = 0; k < i; k++) {
        if (binding.node(outer.get(i)) == binding.node(outer.get(k))) {
          return true;
        }
      }
    }
    return false;
  }

  /// Finds the next match, and returns whether there is one. Call [#weight] for how many it stands
  /// for.
  public boolean next() {
    Binding binding = bound();
    if (!isOpen) {
      return false;
    }
    if (steps.length == 0) {
      isOpen = false;
      lastWeight = 1;
      return true;
    }
    int step = isBegun ? steps.length - 1 : 0;
    if (!isBegun) {
      isBegun = true;
      steps[0].open(binding);
    }
    while (step >= 0) {
      if (!steps[step].advance(binding)) {
        step--;
      } else {
        bindStep(step, binding);
        if (step == steps.length - 1) {
          if (weigh(binding) > 0) {
            found[step]++;
            return true;
          }
        } else {
          found[step]++;
          steps[++step].open(binding);
        }
      }
    }
    isOpen = false;
    return false;
  }

  private void bindStep(int step, Binding binding) {
    products[step + 1] = Math.multiplyExact(products[step], steps[step].weight());
    isSpecial[step + 1] = isSpecial[step] || coincidences.isAt(step, binding);
  }

  private Binding bound() {
    Binding binding = bound;
    if (binding == null) {
      throw new IllegalStateException("a part was not opened");
    }
    return binding;
  }

  /// Returns how many matches the one that was found stands for. At least 1.
  public long weight() {
    return lastWeight;
  }

  private long weigh(Binding binding) {
    lastWeight = weigh(binding, products[steps.length], isSpecial[steps.length]);
    return lastWeight;
  }

  private long weigh(Binding binding, long product, boolean needsLook) {
    int symmetryCount = plan.symmetries().size();
    if (!needsLook) {
      return Math.multiplyExact(product, (long) symmetryCount);
    }
    weighed++;
    long weight = plan.conflicts().isEmpty() ? product : assignments.count(binding);
    if (symmetryCount == 1 || weight == 0) {
      return weight;
    }
    int same = 0;
    for (int[] images : plan.symmetries()) {
      int order = compareImage(images, binding);
      if (order < 0) {
        return 0;
      }
      same += order == 0 ? 1 : 0;
    }
    return Math.multiplyExact(weight, (long) symmetryCount) / same;
  }

  /// Compares a match with what a symmetry makes of it, in the order in which nodes are bound.
  private int compareImage(int[] images, Binding binding) {
    int[] nodes = plan.nodes();
    for (int position : plan.order()) {
      int slot = binding.node(nodes[position]);
      int image = binding.node(nodes[images[position]]);
      if (slot != image) {
        return Integer.compare(slot, image);
      }
    }
    return 0;
  }

  /// Returns how many matches there are, without binding the last variable where that is not
  /// necessary. After [#open], instead of [#next].
  public long count() {
    Binding binding = bound();
    for (KeptCounts counts : kept) {
      if (counts != null && !isRangeOfMany) {
        counts.clear();
      }
    }
    if (!isOpen) {
      return 0;
    }
    isOpen = false;
    return steps.length == 0 ? 1 : count(0, binding);
  }

  /// Says that what is counted is one range of slots after the other, of the same graph.
  public void keepCounts() {
    isRangeOfMany = true;
  }

  private long count(int step, Binding binding) {
    boolean isKept =
        plan.tails().get(step).kind() == Tail.Kind.MATCHES
            && !isSpecial[step]
            && (plan.conflicts().isEmpty() || coincidences.areDifferent(step, binding));
    KeptCounts counts = isKept ? kept[step] : null;
    int slot = counts == null ? -1 : binding.node(plan.tails().get(step).node());
    if (counts != null) {
      long known = counts.get(slot);
      if (known >= 0) {
        return Math.multiplyExact(products[step], known);
      }
    }
    long before = weighed;
    long sum = step == steps.length - 1 ? countLast(step, binding) : countRest(step, binding);
    if (counts != null && weighed == before) {
      counts.put(slot, sum / products[step]);
    }
    return sum;
  }

  private long countRest(int step, Binding binding) {
    StepRun run = steps[step];
    run.open(binding);
    long sum = 0;
    while (run.advance(binding)) {
      found[step]++;
      if (step == 0) {
        newStart();
      }
      bindStep(step, binding);
      sum = Math.addExact(sum, count(step + 1, binding));
    }
    return sum;
  }

  private void newStart() {
    for (KeptCounts counts : kept) {
      if (counts != null) {
        counts.newStart();
      }
    }
  }

  private long countLast(int step, Binding binding) {
    StepRun run = steps[step];
    run.open(binding);
    if (run instanceof JoinRun join && join.isCountable() && !isSpecial[step]) {
      long sum = countJoin(step, join, binding);
      found[step] += sum;
      return sum;
    }
    long sum = 0;
    while (run.advance(binding)) {
      found[step]++;
      bindStep(step, binding);
      sum = Math.addExact(sum, weigh(binding, products[step + 1], isSpecial[step + 1]));
    }
    return sum;
  }

  /// Counts all that the last rows have in common as if no node were met twice, and corrects that
  /// for nodes that are.
  private long countJoin(int step, JoinRun join, Binding binding) {
    long factor = Math.multiplyExact(products[step], (long) plan.symmetries().size());
    long all = countRows(step, join, binding);
    if (all == 0) {
      return 0;
    }
    long sum = Math.multiplyExact(factor, all);
    int count = coincidences.findSpecial(step, binding);
    for (int i = 0; i < count; i++) {
      sum += correction(step, join, coincidences.special(i), binding);
    }
    return sum;
  }

  private long countRows(int step, JoinRun join, Binding binding) {
    KeptCounts counts = plan.tails().get(step).kind() == Tail.Kind.ROWS ? kept[step] : null;
    if (counts == null) {
      return join.count(binding);
    }
    int slot = binding.node(plan.tails().get(step).node());
    long known = counts.get(slot);
    if (known < 0) {
      known = join.count(binding);
      counts.put(slot, known);
    }
    return known;
  }

  private long correction(int step, JoinRun join, int slot, Binding binding) {
    long weight = join.countOf(slot, binding);
    if (weight == 0) {
      return 0;
    }
    long counted = products[step] * plan.symmetries().size() * weight;
    if (join.isRefused(slot, binding)) {
      return -counted;
    }
    binding.setNode(boundNodes[step], slot);
    return weigh(binding, products[step] * weight, coincidences.isAt(step, binding)) - counted;
  }

  /// Makes the variables that this part binds null.
  public void bindNull() {
    Binding binding = bound();
    for (int node : boundNodes) {
      if (node >= 0) {
        binding.setNode(node, Binding.NONE);
      }
    }
    for (int edge : plan.boundEdges()) {
      binding.edge(edge).setNull();
    }
    for (int path : plan.paths()) {
      binding.path(path).setNull();
    }
  }
}
