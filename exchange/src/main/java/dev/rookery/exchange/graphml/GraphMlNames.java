package dev.rookery.exchange.graphml;

/// Names of GraphML, and those that TinkerPop, Neo4j and Rookery have agreed on with themselves.
final class GraphMlNames {
  static final String NAMESPACE = "http://graphml.graphdrawing.org/xmlns";

  /// Namespace of what GraphML has no word for; readers that do not know it pass it over.
  static final String ROOKERY = "urn:rookery:graphml";

  /// Attribute of a key, in Rookery's namespace: the type of values that GraphML has no type for.
  static final String TYPE = "type";

  /// Ids of the keys that bear the label of a node and the type of an edge, as in TinkerPop.
  static final String NODE_LABEL = "labelV";

  static final String EDGE_LABEL = "labelE";

  /// Names of the keys of a graph that bear the edge types, one in each `data`.
  static final String SIMPLE_TYPE = "rookery.edgeType.simple";

  static final String MULTI_TYPE = "rookery.edgeType.multi";

  private GraphMlNames() {}
}
