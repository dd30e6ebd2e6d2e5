package dev.rookery.graph.error;

import dev.rookery.graph.index.IndexDefinition;
import dev.rookery.storage.error.RookeryException;
import java.util.List;

/// A change would give a node the values that another node has in a unique index. Nothing of that
/// call was done.
public final class UniqueViolationException extends RookeryException {
  private static final long serialVersionUID = 1L;

  /// How much of the values appears in the message.
  private static final int SHOWN_CHARS_MAX = 200;

  private final transient IndexDefinition index;
  private final transient List<Object> values;
  private final long existingNode;
  private final long node;

  /// Creates the exception.
  ///
  /// @param index the index
  /// @param values the values, in the order of its properties
  /// @param existingNode the node that has them
  /// @param node the node that was to get them; one that was to be added, by the id that it was to
  ///   have
  public UniqueViolationException(
      IndexDefinition index, List<Object> values, long existingNode, long node) {
    super(
        "unique index has these values already index=%s values=%s existingNode=%d node=%d"
            .formatted(index, shown(values), existingNode, node));
    this.index = index;
    this.values = List.copyOf(values);
    this.existingNode = existingNode;
    this.node = node;
  }

  private static String shown(List<Object> values) {
    String text = values.toString();
    return text.length() <= SHOWN_CHARS_MAX ? text : text.substring(0, SHOWN_CHARS_MAX) + "…";
  }

  /// Returns the index.
  public IndexDefinition index() {
    return index;
  }

  /// Returns the values, in the order of the index's properties.
  public List<Object> values() {
    return values;
  }

  /// Returns the node that has the values.
  public long existingNode() {
    return existingNode;
  }

  /// Returns the node that was to get the values; one that was to be added, by the id that it was
  /// to have.
  public long node() {
    return node;
  }
}
