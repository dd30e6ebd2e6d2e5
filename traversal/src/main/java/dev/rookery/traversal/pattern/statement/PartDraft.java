package dev.rookery.traversal.pattern.statement;

import dev.rookery.traversal.pattern.model.EdgePattern;
import dev.rookery.traversal.pattern.model.Expression;
import dev.rookery.traversal.pattern.model.Morphism;
import dev.rookery.traversal.pattern.model.NodePattern;
import dev.rookery.traversal.pattern.model.PatternPart;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// A [PatternPart] that grows element by element. Belongs to one thread.
///
/// A node may appear again and again. Labels and properties of its first appearances stand in its
/// pattern; what later ones ask for besides becomes a condition: a second set of labels, or a
/// second value for a property.
public final class PartDraft {
  /// A name that begins so was not given by the caller.
  public static final String ANONYMOUS = "#";

  private static final class NodeDraft {
    private final Set<String> labels = new LinkedHashSet<>();
    private final Map<String, Expression> properties = new LinkedHashMap<>();
  }

  private final Morphism morphism;
  private final Map<String, NodeDraft> nodes = new LinkedHashMap<>();
  private final List<EdgePattern> edges = new ArrayList<>();
  private final Set<String> edgeNames = new LinkedHashSet<>();
  private final List<Expression> conditions = new ArrayList<>();

  /// Begins a part without elements.
  public PartDraft(Morphism morphism) {
    this.morphism = morphism;
  }

  /// Returns what may be the same in it.
  public Morphism morphism() {
    return morphism;
  }

  /// Returns whether it has no node.
  public boolean isEmpty() {
    return nodes.isEmpty();
  }

  /// Returns whether a node of it has that name.
  public boolean hasNode(String variable) {
    return nodes.containsKey(variable);
  }

  /// Returns whether an edge of it has that name.
  public boolean hasEdge(String variable) {
    return edgeNames.contains(variable);
  }

  /// Adds a node, or an appearance of a node.
  ///
  /// @throws IllegalArgumentException if an edge has that name
  public void addNode(String variable, Set<String> labels) {
    if (edgeNames.contains(variable)) {
      throw new IllegalArgumentException("variable is an edge already variable=" + variable);
    }
    NodeDraft node = nodes.computeIfAbsent(variable, _ -> new NodeDraft());
    if (node.labels.isEmpty()) {
      node.labels.addAll(labels);
    } else if (!labels.isEmpty() && !labels.equals(node.labels)) {
      addCondition(new Expression.HasLabel(variable, labels));
    }
  }

  /// Demands that a property of a node of this part equals a value.
  public void addProperty(String variable, String key, Expression value) {
    NodeDraft node = nodes.get(variable);
    if (node == null) {
      throw new IllegalArgumentException("no such node variable=" + variable);
    }
    Expression first = node.properties.putIfAbsent(key, value);
    if (first != null && !first.equals(value)) {
      addCondition(
          new Expression.Comparison(
              Expression.Relation.EQUAL, new Expression.Property(variable, key), value));
    }
  }

  /// Adds an edge between nodes of this part.
  ///
  /// @throws IllegalArgumentException if its name is used already
  public void addEdge(EdgePattern edge) {
    if (nodes.containsKey(edge.variable()) || !edgeNames.add(edge.variable())) {
      throw new IllegalArgumentException("variable is used twice variable=" + edge.variable());
    }
    edges.add(edge);
  }

  /// Adds a condition; all must hold.
  public void addCondition(Expression condition) {
    conditions.addAll(condition.conjuncts());
  }

  /// Returns the part as it is.
  ///
  /// @throws IllegalArgumentException if it has no node, or a path may be endless
  public PatternPart build() {
    List<NodePattern> built = new ArrayList<>();
    nodes.forEach(
        (variable, node) -> built.add(new NodePattern(variable, node.labels, node.properties)));
    return new PatternPart(built, edges, all(conditions), morphism);
  }

  private static Expression all(List<Expression> conditions) {
    return switch (conditions.size()) {
      case 0 -> Expression.Literal.TRUE;
      case 1 -> conditions.getFirst();
      default -> new Expression.And(conditions);
    };
  }
}
