import org.jspecify.annotations.NullMarked;

/// The property graph: nodes, edges, properties, indexes, change feed, import and export.
@NullMarked
@SuppressWarnings("module") // The friends below are compiled after this module.
module dev.rookery.graph {
  requires static transitive org.jspecify;
  requires transitive dev.rookery.storage;
  requires it.unimi.dsi.fastutil.core;

  exports dev.rookery.graph;
  exports dev.rookery.graph.change;
  exports dev.rookery.graph.error;
  exports dev.rookery.graph.index;
  exports dev.rookery.graph.store to
      dev.rookery.traversal;
}
