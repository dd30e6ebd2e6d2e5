package dev.rookery.traversal.pattern.result;

import dev.rookery.graph.ReadTransaction;
import dev.rookery.traversal.pattern.match.PartRun;
import dev.rookery.traversal.pattern.model.EdgePattern;
import dev.rookery.traversal.pattern.model.Expression;
import dev.rookery.traversal.pattern.model.Expression.Aggregate;
import dev.rookery.traversal.pattern.model.MatchStatement;
import dev.rookery.traversal.pattern.model.NodePattern;
import dev.rookery.traversal.pattern.model.PatternPart;
import dev.rookery.traversal.pattern.model.ReturnItem;
import dev.rookery.traversal.pattern.model.SortKey;
import dev.rookery.traversal.pattern.plan.PartPlan;
import dev.rookery.traversal.pattern.plan.PlanText;
import dev.rookery.traversal.pattern.plan.Scope;
import dev.rookery.traversal.pattern.planner.PartPlanner;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// The plans of all parts of a query, and its columns.
///
/// @param parts the pattern, then its optional parts
/// @param scope all variables
/// @param mentioned variables that some expression speaks of
/// @param columns what is computed of each match
/// @param isCount whether all that is returned is how many matches there are
record StatementPlan(
    List<PartPlan> parts, Scope scope, Set<String> mentioned, Columns columns, boolean isCount) {

  /// Plans a query.
  ///
  /// @param isOnlyCounted whether matches are counted, and nothing is returned
  static StatementPlan of(ReadTransaction tx, MatchStatement statement, boolean isOnlyCounted) {
    boolean isCount = isOnlyCounted || isCountOfRows(statement);
    Set<String> mentioned = mentioned(statement, isOnlyCounted);
    boolean usesSymmetry = isCount && statement.optionals().isEmpty();
    List<PartPlan> parts = new ArrayList<>();
    PartPlan main = PartPlanner.plan(tx, statement.part(), Scope.empty(), mentioned, usesSymmetry);
    parts.add(main);
    Scope scope = main.scope();
    for (PatternPart optional : statement.optionals()) {
      PartPlan part = PartPlanner.plan(tx, optional, scope, mentioned, false);
      parts.add(part);
      scope = part.scope();
    }
    scope = scope.inner();
    return new StatementPlan(parts, scope, mentioned, new Columns(statement, scope), isCount);
  }

  private static boolean isCountOfRows(MatchStatement statement) {
    return statement.returns().size() == 1
        && statement.order().isEmpty()
        && statement.returns().getFirst().expression() instanceof Aggregate aggregate
        && aggregate.argument() == null;
  }

  private static Set<String> mentioned(MatchStatement statement, boolean isOnlyCounted) {
    Set<String> names = new HashSet<>();
    List<PatternPart> parts = new ArrayList<>(statement.optionals());
    parts.add(statement.part());
    for (PatternPart part : parts) {
      names.addAll(part.where().variables());
      for (NodePattern node : part.nodes()) {
        addAll(names, node.properties().values());
      }
      for (EdgePattern edge : part.edges()) {
        addAll(names, edge.properties().values());
        if (statement.returns().isEmpty() && !isOnlyCounted) {
          names.add(edge.variable());
        }
      }
    }
    if (!isOnlyCounted) {
      addAll(names, statement.returns().stream().map(ReturnItem::expression).toList());
      addAll(names, statement.order().stream().map(SortKey::expression).toList());
    }
    return names;
  }

  private static void addAll(Set<String> names, Iterable<Expression> expressions) {
    for (Expression expression : expressions) {
      names.addAll(expression.variables());
    }
  }

  /// Returns the plan as text: a line for each step.
  ///
  /// @param hasRun whether the workers have found something that is worth telling
  String explain(MatchRun[] workers, boolean hasRun) {
    StringBuilder text = new StringBuilder();
    for (int part = 0; part < parts.size(); part++) {
      PartPlan plan = parts.get(part);
      text.append(part == 0 ? "match" : "optional match");
      if (plan.symmetries().size() > 1) {
        text.append(" (one of ").append(plan.symmetries().size()).append(" that are alike)");
      }
      text.append('\n');
      for (int step = 0; step < plan.steps().size(); step++) {
        long found = 0;
        for (MatchRun worker : workers) {
          PartRun run = part == 0 ? worker.main() : worker.optionals().get(part - 1);
          found += run.found(step);
        }
        long all = found;
        text.append("  ")
            .append(step + 1)
            .append(". ")
            .append(PlanText.step(plan.scope(), plan.steps().get(step), hasRun ? () -> all : null))
            .append('\n');
      }
    }
    return text.toString();
  }
}
