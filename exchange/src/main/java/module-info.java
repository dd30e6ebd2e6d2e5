import org.jspecify.annotations.NullMarked;

/// Import and export of graphs.
@NullMarked
module dev.rookery.exchange {
  requires static transitive org.jspecify;
  requires transitive dev.rookery.graph;
  requires com.fasterxml.jackson.core;
  requires java.xml;

  exports dev.rookery.exchange;
}
