package dev.rookery.traversal.pattern;

import dev.rookery.traversal.pattern.model.EdgePattern;
import dev.rookery.traversal.pattern.model.EdgePattern.Length;
import dev.rookery.traversal.pattern.model.Expression;
import dev.rookery.traversal.pattern.model.MatchStatement;
import dev.rookery.traversal.pattern.model.Morphism;
import dev.rookery.traversal.pattern.model.PatternPart;
import dev.rookery.traversal.pattern.model.ReturnItem;
import dev.rookery.traversal.pattern.model.SortKey;
import dev.rookery.traversal.pattern.statement.AnonymousNames;
import dev.rookery.traversal.pattern.statement.PartDraft;
import dev.rookery.traversal.pattern.statement.SortColumns;
import dev.rookery.traversal.pattern.statement.StatementCheck;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Makes a pattern query step by step, the way one draws it: a node, an edge, the node at its other
/// end.
///
/// ```java
/// PatternBuilder.match()
///     .node("a", "Person").with("name", parameter("n"))
///     .out("KNOWS").as("r").to("b")
///     .out("KNOWS").times(1, 3).to("c")
///     .where(property("a", "age").lessThan(property("c", "age")))
///     .returning(variable("a").as("a"), count(variable("c")).as("n"))
///     .orderByDescending("n")
///     .limit(10)
///     .build();
/// ```
///
/// Says the same as `(a:Person {name: $n})-[r:KNOWS]->(b)-[:KNOWS*1..3]->(c) WHERE a.age < c.age
/// RETURN a, count(c) AS n ORDER BY n DESC LIMIT 10`, and the statements are equal. What values and
/// conditions there are says [Term].
///
/// A node that is named again is the same node, and must be all that is said of it. Each method
/// changes the builder and returns it. Belongs to one thread.
public final class PatternBuilder {
  private final List<PartDraft> parts = new ArrayList<>();
  private final List<ReturnItem> returns = new ArrayList<>();
  private final List<SortKey> order = new ArrayList<>();
  private boolean isDistinct;
  private @Nullable Expression skip;
  private @Nullable Expression limit;
  private @Nullable String current;
  private int anonymousCount;

  private PatternBuilder(Morphism morphism) {
    parts.add(new PartDraft(morphism));
  }

  /// Begins a query in which no two edges are the same.
  public static PatternBuilder match() {
    return match(Morphism.DISTINCT_EDGES);
  }

  /// Begins a query.
  ///
  /// @param morphism what may be the same
  public static PatternBuilder match(Morphism morphism) {
    return new PatternBuilder(morphism);
  }

  /// Goes to a node with a name, a new one or one that was there before.
  ///
  /// @param labels of which it must have one; none stands for any
  /// @throws IllegalArgumentException if an edge has that name
  public PatternBuilder node(String variable, String... labels) {
    return nodeNamed(Term.requireName("variable", variable), labels);
  }

  /// Goes to a new node without a name.
  ///
  /// @param labels of which it must have one; none stands for any
  public PatternBuilder anyNode(String... labels) {
    return nodeNamed(nextAnonymous(), labels);
  }

  private PatternBuilder nodeNamed(String variable, String... labels) {
    part().addNode(variable, namesOf("label", labels));
    current = variable;
    return this;
  }

  /// Demands that a property of the node equals a value.
  ///
  /// @param value a term or a constant
  /// @throws IllegalArgumentException if there is no node yet
  public PatternBuilder with(String key, @Nullable Object value) {
    part().addProperty(current(), Term.requireName("key", key), Term.expressionOf(value));
    return this;
  }

  /// Begins an edge that starts at the node.
  ///
  /// @param types of which it must have one; none stands for any
  /// @throws IllegalArgumentException if there is no node yet
  public EdgeStep out(String... types) {
    return new EdgeStep(this, current(), Way.OUT, namesOf("type", types));
  }

  /// Begins an edge that ends at the node.
  ///
  /// @param types of which it must have one; none stands for any
  /// @throws IllegalArgumentException if there is no node yet
  public EdgeStep in(String... types) {
    return new EdgeStep(this, current(), Way.IN, namesOf("type", types));
  }

  /// Begins an edge that starts or ends at the node.
  ///
  /// @param types of which it must have one; none stands for any
  /// @throws IllegalArgumentException if there is no node yet
  public EdgeStep both(String... types) {
    return new EdgeStep(this, current(), Way.BOTH, namesOf("type", types));
  }

  /// Demands that a condition holds, besides others.
  public PatternBuilder where(Term condition) {
    part().addCondition(condition.expression());
    return this;
  }

  /// Begins a part that may be missing; nodes, edges and conditions that follow belong to it.
  ///
  /// @throws IllegalArgumentException if the part before has no node
  public PatternBuilder optional() {
    return optional(Morphism.DISTINCT_EDGES);
  }

  /// As [#optional()].
  ///
  /// @param morphism what may be the same within the part
  public PatternBuilder optional(Morphism morphism) {
    if (part().isEmpty()) {
      throw new IllegalArgumentException("pattern has no node parts=" + parts.size());
    }
    parts.add(new PartDraft(morphism));
    current = null;
    return this;
  }

  /// Adds columns. Without any, all variables with names are returned.
  public PatternBuilder returning(ReturnItem... items) {
    returns.addAll(Arrays.asList(items));
    return this;
  }

  /// Adds columns: variables, by their names.
  public PatternBuilder returning(String... variables) {
    for (String variable : variables) {
      returns.add(Term.variable(variable).as(variable));
    }
    return this;
  }

  /// Returns equal rows once.
  public PatternBuilder distinct() {
    isDistinct = true;
    return this;
  }

  /// Sorts rows by a column, the smallest first, after what they are sorted by already.
  public PatternBuilder orderBy(String column) {
    return orderBy(Term.variable(column).ascending());
  }

  /// Sorts rows by a column, the largest first, after what they are sorted by already.
  public PatternBuilder orderByDescending(String column) {
    return orderBy(Term.variable(column).descending());
  }

  /// Sorts rows, after what they are sorted by already.
  public PatternBuilder orderBy(SortKey... keys) {
    order.addAll(Arrays.asList(keys));
    return this;
  }

  /// Leaves out rows at the beginning.
  ///
  /// @param count a number, or a [Term#parameter]
  public PatternBuilder skip(Object count) {
    skip = Term.expressionOf(count);
    return this;
  }

  /// Returns so many rows at most.
  ///
  /// @param count a number, or a [Term#parameter]
  public PatternBuilder limit(Object count) {
    limit = Term.expressionOf(count);
    return this;
  }

  /// Returns the statement, which later changes of the builder do not touch.
  ///
  /// @throws IllegalArgumentException if it makes no sense, with what is at fault
  public MatchStatement build() {
    List<PatternPart> built = parts.stream().map(PartDraft::build).toList();
    List<SortKey> sorted = new ArrayList<>();
    for (SortKey key : order) {
      Expression column = SortColumns.columnOf(key.expression(), returns);
      sorted.add(new SortKey(column, key.isDescending()));
    }
    MatchStatement statement =
        AnonymousNames.number(
            new MatchStatement(
                built.getFirst(),
                built.subList(1, built.size()),
                returns,
                isDistinct,
                sorted,
                skip,
                limit));
    StatementCheck.check(statement);
    return statement;
  }

  /// Returns what is looked for, without anything else.
  PatternPart buildPart() {
    boolean isAlone = returns.isEmpty() && order.isEmpty() && skip == null && limit == null;
    if (parts.size() > 1 || isDistinct || !isAlone) {
      throw new IllegalArgumentException(
          "pattern in a condition has more than nodes, edges and conditions parts=%d columns=%d"
              .formatted(parts.size(), returns.size()));
    }
    return part().build();
  }

  private PartDraft part() {
    return parts.getLast();
  }

  private String current() {
    if (current == null) {
      throw new IllegalArgumentException(
          "part of the pattern has no node yet part=" + parts.size());
    }
    return current;
  }

  private String nextAnonymous() {
    return PartDraft.ANONYMOUS + anonymousCount++;
  }

  private static Set<String> namesOf(String what, String... names) {
    Set<String> found = new LinkedHashSet<>();
    for (String name : names) {
      found.add(Term.requireName(what, name));
    }
    return found;
  }

  private enum Way {
    OUT,
    IN,
    BOTH
  }

  /// An edge that lacks its other end. Belongs to one thread.
  public static final class EdgeStep {
    private final PatternBuilder builder;
    private final String from;
    private final Way way;
    private final Set<String> types;
    private final Map<String, Expression> properties = new LinkedHashMap<>();
    private @Nullable String variable;
    private Length length = Length.ONE;

    private EdgeStep(PatternBuilder builder, String from, Way way, Set<String> types) {
      this.builder = builder;
      this.from = from;
      this.way = way;
      this.types = types;
    }

    /// Gives the edge, or the list of edges of the path, a name.
    public EdgeStep as(String name) {
      variable = Term.requireName("variable", name);
      return this;
    }

    /// Demands that a property of the edge, or of each edge of the path, equals a value.
    ///
    /// @param value a term or a constant
    /// @throws IllegalArgumentException if the property has a value already
    public EdgeStep with(String key, @Nullable Object value) {
      if (properties.putIfAbsent(key, Term.expressionOf(value)) != null) {
        throw new IllegalArgumentException("property is given twice key=" + key);
      }
      return this;
    }

    /// Makes it a path of so many edges.
    public EdgeStep times(int count) {
      return times(count, count);
    }

    /// Makes it a path of at least and at most so many edges.
    public EdgeStep times(int min, int max) {
      length = Length.between(min, max);
      return this;
    }

    /// Makes it a path of at least so many edges.
    public EdgeStep timesAtLeast(int min) {
      return times(min, Length.UNBOUNDED);
    }

    /// Ends the edge at a node with a name, and goes there.
    ///
    /// @param labels of which the node must have one; none stands for any
    /// @throws IllegalArgumentException if a name is used for something else already
    public PatternBuilder to(String node, String... labels) {
      return end(Term.requireName("variable", node), labels);
    }

    /// Ends the edge at a new node without a name, and goes there.
    ///
    /// @param labels of which the node must have one; none stands for any
    public PatternBuilder toAny(String... labels) {
      return end(null, labels);
    }

    private PatternBuilder end(@Nullable String node, String... labels) {
      String edge = variable == null ? builder.nextAnonymous() : variable;
      String other = node == null ? builder.nextAnonymous() : node;
      builder.nodeNamed(other, labels);
      builder
          .part()
          .addEdge(
              new EdgePattern(
                  edge,
                  way == Way.IN ? other : from,
                  way == Way.IN ? from : other,
                  types,
                  way != Way.BOTH,
                  length,
                  properties));
      return builder;
    }
  }
}
