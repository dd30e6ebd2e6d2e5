package dev.rookery.graph;

import java.util.Optional;

/// A node, as the transaction that it was read in sees it.
///
/// A light view: nothing is decoded before it is asked for. Valid until the transaction closes,
/// except [#id], which is valid for ever: ids are sequential and never reused. Equal to another
/// view of the same node id.
public interface Node extends PropertyReader {

  /// Returns the id: positive, stable, never reused.
  long id();

  /// Returns the label, if the node has one.
  Optional<String> label();
}
