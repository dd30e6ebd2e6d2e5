package dev.rookery.graph.store;

/// Numbers of the kinds of changes, as they are stored. They never change.
///
/// ```
/// kind                         fields
/// 1 node added                 node, label, properties
/// 2 node deleted               node
/// 3 label set                  node, label
/// 4 node property set          node, properties (one)
/// 5 node property removed      node, key
/// 6 node properties replaced   node, properties
/// 7 edge type declared         type, multi (1 byte)
/// 8 edge added                 type, source, target, ordinal, properties
/// 9 edge deleted               type, source, target, ordinal
/// 10 edges deleted             type, source, target
/// 11 edge property set         type, source, target, ordinal, properties (one)
/// 12 edge property removed     type, source, target, ordinal, key
/// 13 edge properties replaced  type, source, target, properties
/// ```
///
/// A kind has 1 byte, a node 8, a label, type, key and ordinal 4; properties have 4 for their
/// length, and then the bytes of [PropertyLayout].
final class ChangeKind {
  static final byte NODE_ADDED = 1;
  static final byte NODE_DELETED = 2;
  static final byte LABEL_SET = 3;
  static final byte NODE_PROPERTY_SET = 4;
  static final byte NODE_PROPERTY_REMOVED = 5;
  static final byte NODE_PROPERTIES_REPLACED = 6;
  static final byte EDGE_TYPE_DECLARED = 7;
  static final byte EDGE_ADDED = 8;
  static final byte EDGE_DELETED = 9;
  static final byte EDGES_DELETED = 10;
  static final byte EDGE_PROPERTY_SET = 11;
  static final byte EDGE_PROPERTY_REMOVED = 12;
  static final byte EDGE_PROPERTIES_REPLACED = 13;

  private ChangeKind() {}
}
