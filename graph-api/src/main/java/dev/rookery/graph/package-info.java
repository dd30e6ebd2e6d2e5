/// A typed property graph in an embedded, transactional database. Start at
/// [dev.rookery.graph.Graph].
package dev.rookery.graph;
