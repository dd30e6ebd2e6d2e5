import org.jspecify.annotations.NullMarked;

/// Traversals, pattern queries and whole-graph algorithms over a snapshot of the graph.
@NullMarked
module dev.rookery.traversal {
  requires static transitive org.jspecify;
  requires transitive dev.rookery.graph;
  requires dev.rookery.storage;
  requires it.unimi.dsi.fastutil.core;
  requires jdk.jfr;

  exports dev.rookery.traversal;
  exports dev.rookery.traversal.algorithm;
  exports dev.rookery.traversal.error;
  exports dev.rookery.traversal.pattern;
  exports dev.rookery.traversal.pattern.model;
  exports dev.rookery.traversal.region;
  exports dev.rookery.traversal.run;
}
