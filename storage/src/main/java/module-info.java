import org.jspecify.annotations.NullMarked;

/// The transactional store below the graph: pages, journal, snapshots, trees and tables.
@NullMarked
@SuppressWarnings("module") // The friends below are compiled after this module.
module dev.rookery.storage {
  requires static transitive org.jspecify;
  requires org.lz4.java;
}
