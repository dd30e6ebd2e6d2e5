/// The property graph: nodes, edges, properties and their indexes.
package dev.rookery.graph;
