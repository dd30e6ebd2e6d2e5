package dev.rookery.traversal.pattern.match;

import dev.rookery.graph.ReadTransaction;
import dev.rookery.graph.store.PhysicalGraph;
import dev.rookery.graph.store.PropertyBytes;
import dev.rookery.traversal.pattern.model.Expression;
import dev.rookery.traversal.pattern.model.Expression.Relation;
import dev.rookery.traversal.pattern.model.PatternPart;
import dev.rookery.traversal.pattern.plan.PartPlan;
import dev.rookery.traversal.pattern.plan.Scope;
import dev.rookery.traversal.pattern.planner.PartPlanner;
import dev.rookery.traversal.pattern.row.RowMemory;
import dev.rookery.traversal.pattern.value.Arithmetics;
import dev.rookery.traversal.pattern.value.NodeValue;
import dev.rookery.traversal.pattern.value.ValueOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Makes expressions ready to be evaluated: names become places in a binding, and patterns in
/// conditions are planned. For each worker once, since some have memory of their own.
public final class ExpressionCompiler {
  private final ReadTransaction tx;
  private final PhysicalGraph graph;
  private final RowMemory memory;
  private final Set<String> mentioned;
  private final InnerParts innerParts;

  /// @param mentioned variables that some expression of the query or its result speaks of
  /// @param innerParts the plans of patterns in conditions
  public ExpressionCompiler(
      ReadTransaction tx, RowMemory memory, Set<String> mentioned, InnerParts innerParts) {
    this.tx = tx;
    this.graph = PhysicalGraph.of(tx);
    this.memory = memory;
    this.mentioned = mentioned;
    this.innerParts = innerParts;
  }

  /// Returns a condition or a value, ready to be evaluated.
  ///
  /// @throws IllegalArgumentException if it speaks of a variable that there is not, or asks of one
  ///   what it has not
  public Evaluation compile(Expression expression, Scope scope) {
    return switch (expression) {
      case Expression.Literal(Object value) -> _ -> value;
      case Expression.Parameter(String name) ->
          throw new IllegalArgumentException("parameter has no value name=" + name);
      case Expression.Variable(String name) -> {
        Scope.Variable variable = scope.get(name);
        yield binding -> binding.value(variable);
      }
      case Expression.Property property -> property(property, scope);
      case Expression.Comparison comparison -> comparison(comparison, scope);
      case Expression.TextMatch match -> textMatch(match, scope);
      case Expression.In in -> in(compile(in.element(), scope), compile(in.list(), scope));
      case Expression.ListOf(List<Expression> elements) -> listOf(compile(elements, scope));
      case Expression.IsNull(Expression operand) -> {
        Evaluation term = compile(operand, scope);
        yield binding -> term.evaluate(binding) == null;
      }
      case Expression.Not(Expression operand) -> not(compile(operand, scope));
      case Expression.And(List<Expression> operands) -> all(compile(operands, scope), false);
      case Expression.Or(List<Expression> operands) -> all(compile(operands, scope), true);
      case Expression.Arithmetic arithmetic -> {
        Evaluation left = compile(arithmetic.left(), scope);
        Evaluation right = compile(arithmetic.right(), scope);
        yield binding ->
            Arithmetics.apply(
                arithmetic.operator(), left.evaluate(binding), right.evaluate(binding));
      }
      case Expression.HasLabel hasLabel -> hasLabel(hasLabel, scope);
      case Expression.Exists(PatternPart part) -> exists(part, scope);
      case Expression.Function function -> function(function, scope);
      case Expression.Aggregate _ ->
          throw new IllegalArgumentException("an aggregate stands where rows are not together");
    };
  }

  private List<Evaluation> compile(List<Expression> expressions, Scope scope) {
    List<Evaluation> terms = new ArrayList<>(expressions.size());
    for (Expression expression : expressions) {
      terms.add(compile(expression, scope));
    }
    return terms;
  }

  /// Returns conditions, ready to be evaluated.
  Evaluation[] conditions(List<Expression> conditions, Scope scope) {
    return compile(conditions, scope).toArray(Evaluation[]::new);
  }

  /// Returns whether all of some conditions hold.
  static boolean allHold(Evaluation[] conditions, Binding binding) {
    for (Evaluation condition : conditions) {
      if (!condition.holds(binding)) {
        return false;
      }
    }
    return true;
  }

  private Evaluation property(Expression.Property property, Scope scope) {
    Scope.Variable variable = scope.get(property.variable());
    int key = graph.keyNumber(property.key());
    return switch (variable.kind()) {
      case NODE -> key < 0 ? _ -> null : new NodeProperty(variable.index(), key);
      case EDGE -> key < 0 ? _ -> null : new EdgeProperty(variable.index(), key);
      case PATH ->
          throw new IllegalArgumentException(
              "a path has no properties variable=" + property.variable());
    };
  }

  /// A property of a node.
  private static final class NodeProperty implements Evaluation {
    private final int variable;
    private final int key;
    private final PropertyBytes bytes = new PropertyBytes();

    NodeProperty(int variable, int key) {
      this.variable = variable;
      this.key = key;
    }

    @Override
    public @Nullable Object evaluate(Binding binding) {
      int slot = binding.node(variable);
      if (slot == Binding.NONE) {
        return null;
      }
      binding.graph().nodeProperties(slot, bytes);
      int index = bytes.find(key);
      return index < 0 ? null : bytes.valueAt(index);
    }
  }

  /// A property of an edge.
  private static final class EdgeProperty implements Evaluation {
    private final int variable;
    private final int key;
    private final PropertyBytes bytes = new PropertyBytes();

    EdgeProperty(int variable, int key) {
      this.variable = variable;
      this.key = key;
    }

    @Override
    public @Nullable Object evaluate(Binding binding) {
      EdgeList edge = binding.edge(variable);
      return edge.isNull() ? null : edgeProperty(binding.graph(), edge.record(0), key, bytes);
    }
  }

  /// Returns a property of an edge, or null.
  static @Nullable Object edgeProperty(
      PhysicalGraph graph, long recordId, int key, PropertyBytes bytes) {
    graph.edgeProperties(recordId, bytes);
    int index = bytes.find(key);
    return index < 0 ? null : bytes.valueAt(index);
  }

  private Evaluation comparison(Expression.Comparison comparison, Scope scope) {
    Evaluation left = compile(comparison.left(), scope);
    Evaluation right = compile(comparison.right(), scope);
    Relation relation = comparison.relation();
    return binding -> compare(relation, left.evaluate(binding), right.evaluate(binding));
  }

  private static @Nullable Boolean compare(
      Relation relation, @Nullable Object left, @Nullable Object right) {
    if (left == null || right == null) {
      return null;
    }
    if (relation == Relation.EQUAL || relation == Relation.NOT_EQUAL) {
      return ValueOrder.areEqual(left, right) == (relation == Relation.EQUAL);
    }
    if (!ValueOrder.isOfSameType(left, right)) {
      return null;
    }
    int order = ValueOrder.ORDER.compare(left, right);
    return switch (relation) {
      case LESS -> order < 0;
      case AT_MOST -> order <= 0;
      case GREATER -> order > 0;
      default -> order >= 0;
    };
  }

  private Evaluation textMatch(Expression.TextMatch match, Scope scope) {
    Evaluation text = compile(match.text(), scope);
    Evaluation part = compile(match.part(), scope);
    return binding -> {
      if (text.evaluate(binding) instanceof String whole
          && part.evaluate(binding) instanceof String piece) {
        return switch (match.relation()) {
          case STARTS_WITH -> whole.startsWith(piece);
          case ENDS_WITH -> whole.endsWith(piece);
          case CONTAINS -> whole.contains(piece);
        };
      }
      return null;
    };
  }

  private static Evaluation in(Evaluation element, Evaluation list) {
    return binding -> {
      Object wanted = element.evaluate(binding);
      if (!(list.evaluate(binding) instanceof List<?> values)) {
        return null;
      }
      if (values.isEmpty()) {
        return false;
      }
      boolean hasNull = wanted == null;
      for (Object value : values) {
        if (value == null) {
          hasNull = true;
        } else if (wanted != null && ValueOrder.areEqual(wanted, value)) {
          return true;
        }
      }
      return hasNull ? null : Boolean.FALSE;
    };
  }

  private static Evaluation listOf(List<Evaluation> elements) {
    return binding -> {
      List<@Nullable Object> values = new ArrayList<>(elements.size());
      for (Evaluation element : elements) {
        values.add(element.evaluate(binding));
      }
      return values;
    };
  }

  private static Evaluation not(Evaluation term) {
    return binding -> term.evaluate(binding) instanceof Boolean value ? !value : null;
  }

  /// Returns AND, or OR.
  ///
  /// @param decisive the value that one operand suffices for
  private static Evaluation all(List<Evaluation> terms, boolean decisive) {
    Evaluation[] operands = terms.toArray(Evaluation[]::new);
    return binding -> {
      boolean hasNull = false;
      for (Evaluation operand : operands) {
        if (operand.evaluate(binding) instanceof Boolean value) {
          if (value == decisive) {
            return decisive;
          }
        } else {
          hasNull = true;
        }
      }
      return hasNull ? null : Boolean.valueOf(!decisive);
    };
  }

  private Evaluation hasLabel(Expression.HasLabel hasLabel, Scope scope) {
    Scope.Variable variable = node(hasLabel.variable(), scope);
    int[] labels =
        hasLabel.labels().stream()
            .mapToInt(graph::labelNumber)
            .filter(number -> number > 0)
            .toArray();
    return binding -> {
      int slot = binding.node(variable.index());
      return slot == Binding.NONE ? null : (Boolean) isOneOf(graph.labelOf(slot), labels);
    };
  }

  static boolean isOneOf(int label, int[] labels) {
    for (int each : labels) {
      if (each == label) {
        return true;
      }
    }
    return false;
  }

  private static Scope.Variable node(String name, Scope scope) {
    return require(name, scope, Scope.Kind.NODE);
  }

  private static Scope.Variable require(String name, Scope scope, Scope.Kind kind) {
    Scope.Variable variable = scope.get(name);
    if (variable.kind() != kind) {
      throw new IllegalArgumentException(
          "variable stands for something else variable=%s kind=%s wanted=%s"
              .formatted(name, variable.kind(), kind));
    }
    return variable;
  }

  private Evaluation exists(PatternPart part, Scope scope) {
    PartPlan plan = innerParts.plan(() -> PartPlanner.plan(tx, part, scope, mentioned, false));
    PartRun run = new PartRun(plan, tx, memory, this);
    return binding -> {
      run.open(binding);
      return run.next();
    };
  }

  private Evaluation function(Expression.Function function, Scope scope) {
    String name = function.variable();
    return switch (function.name()) {
      case ID -> {
        int node = node(name, scope).index();
        yield binding -> {
          int slot = binding.node(node);
          return slot == Binding.NONE ? null : (Object) graph.nodeOf(slot);
        };
      }
      case LABEL -> {
        int node = node(name, scope).index();
        yield binding -> {
          int label = binding.node(node) == Binding.NONE ? 0 : graph.labelOf(binding.node(node));
          return label == 0 ? null : graph.labelName(label);
        };
      }
      case TYPE -> {
        int edge = require(name, scope, Scope.Kind.EDGE).index();
        yield binding ->
            binding.edge(edge).isNull() ? null : graph.typeName(binding.edge(edge).type(0));
      }
      case LENGTH -> {
        int path = require(name, scope, Scope.Kind.PATH).index();
        yield binding ->
            binding.path(path).isNull() ? null : (Object) (long) binding.path(path).size();
      }
      case START_NODE -> end(require(name, scope, Scope.Kind.EDGE).index(), true);
      case END_NODE -> end(require(name, scope, Scope.Kind.EDGE).index(), false);
    };
  }

  private Evaluation end(int edge, boolean isStart) {
    return binding -> {
      EdgeList list = binding.edge(edge);
      if (list.isNull()) {
        return null;
      }
      int slot = isStart ? list.source(0) : list.target(0);
      return new NodeValue(slot, graph.nodeOf(slot));
    };
  }
}
