import org.jspecify.annotations.NullMarked;

/// The property graph: nodes, edges, properties, indexes, change feed, import and export.
@NullMarked
@SuppressWarnings("module") // The friends below are compiled after this module.
module dev.rookery.graph {
  requires static transitive org.jspecify;
  requires dev.rookery.storage;
  requires it.unimi.dsi.fastutil.core;
  requires roaringbitmap;
}
