import org.jspecify.annotations.NullMarked;

/// The transactional store below the graph: pages, journal, snapshots, trees and tables.
@NullMarked
@SuppressWarnings("module") // The friends below are compiled after this module.
module dev.rookery.storage {
  requires static transitive org.jspecify;
  requires jdk.jfr;
  requires jdk.unsupported; // com.sun.nio.file.ExtendedOpenOption, nothing else.
  requires org.lz4.java;

  exports dev.rookery.storage;
  exports dev.rookery.storage.error;
  exports dev.rookery.storage.backup to
      dev.rookery.graph;
  exports dev.rookery.storage.check to
      dev.rookery.graph;
  exports dev.rookery.storage.io to
      dev.rookery.graph;
  exports dev.rookery.storage.page to
      dev.rookery.graph,
      dev.rookery.traversal;
  exports dev.rookery.storage.schedule to
      dev.rookery.graph;
  exports dev.rookery.storage.table to
      dev.rookery.graph;
  exports dev.rookery.storage.tree to
      dev.rookery.graph,
      dev.rookery.traversal;
  exports dev.rookery.storage.tx to
      dev.rookery.graph,
      dev.rookery.traversal;
}
