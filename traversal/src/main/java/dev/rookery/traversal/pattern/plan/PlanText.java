package dev.rookery.traversal.pattern.plan;

import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// Plans as text for people. Without state.
public final class PlanText {
  private PlanText() {}

  /// Returns what a step does: one line.
  ///
  /// @param count how many matches were found behind it, or null if it was not run
  public static String step(Scope scope, Step step, @Nullable LongSupplier count) {
    String what =
        switch (step) {
          case Step.NodeScan scan ->
              "scan " + node(scope, scan.node()) + " from " + start(scan.start());
          case Step.NodeJoin join -> join(scope, join);
          case Step.EdgeBind edge ->
              "bind edge %s between %s and %s"
                  .formatted(
                      of(scope, Scope.Kind.EDGE, edge.edge()),
                      node(scope, edge.from()),
                      node(scope, edge.to()));
          case Step.PathExpand path ->
              "walk path %s from %s to %s"
                  .formatted(
                      of(scope, Scope.Kind.PATH, path.path()),
                      node(scope, path.from()),
                      node(scope, path.to()));
        };
    String estimate = String.format(Locale.ROOT, "%.4g", step.estimate());
    String real = count == null ? "" : " found=" + count.getAsLong();
    return "%-60s expected=%s%s%s".formatted(what, estimate, real, conditions(step));
  }

  private static String join(Scope scope, Step.NodeJoin join) {
    List<String> links = join.links().stream().map(Link::text).toList();
    String without =
        join.excluded().isEmpty()
            ? ""
            : " without " + String.join(", ", join.excluded().stream().map(Link::text).toList());
    String reused =
        join.reused() < 0 ? "" : " (rows of step %d again)".formatted(join.reused() + 1);
    return "join %s in %s%s%s"
        .formatted(node(scope, join.node()), String.join(" and ", links), without, reused);
  }

  private static String start(Start start) {
    return switch (start) {
      case Start.Slots _ -> "label or all nodes";
      case Start.Index index -> "index, " + index.query();
      case Start.Id _ -> "id";
    };
  }

  private static String conditions(Step step) {
    int count =
        switch (step) {
          case Step.NodeScan scan -> scan.conditions().conditions().size();
          case Step.NodeJoin join -> join.conditions().conditions().size();
          case Step.EdgeBind edge -> edge.conditions().size();
          case Step.PathExpand path ->
              path.conditions().size() + path.toConditions().conditions().size();
        };
    return count == 0 ? "" : " conditions=" + count;
  }

  private static String node(Scope scope, int index) {
    return "(" + of(scope, Scope.Kind.NODE, index) + ")";
  }

  private static String of(Scope scope, Scope.Kind kind, int index) {
    for (Scope.Variable variable : scope.named()) {
      if (variable.kind() == kind && variable.index() == index) {
        return Objects.requireNonNull(variable.name());
      }
    }
    return "";
  }
}
