package dev.rookery.traversal.pattern.plan;

import dev.rookery.traversal.pattern.model.Expression;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a node must meet to be bound to a variable.
///
/// @param labels numbers of labels of which it must have one, or null if any will do
/// @param others nodes that it must not be, whole paths included if [#isOffPaths]
/// @param same nodes that it must be
/// @param bounds nodes whose slots must not be below its own: of matches that are the same but for
///   a symmetry of the pattern, one is found
/// @param isOffPaths whether it must not lie within a path
/// @param conditions what else must hold
@SuppressWarnings("ArrayRecordComponent") // Never compared.
public record NodeConditions(
    int @Nullable [] labels,
    int[] others,
    int[] same,
    int[] bounds,
    boolean isOffPaths,
    List<Expression> conditions) {

  /// Any node meets these.
  public static final NodeConditions NONE =
      new NodeConditions(null, new int[0], new int[0], new int[0], false, List.of());
}
