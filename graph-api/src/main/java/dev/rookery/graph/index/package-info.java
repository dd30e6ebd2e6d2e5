/// What a program says to and learns from indexes: definitions, states, and queries. Plain values;
/// start at [dev.rookery.graph.index.IndexDefinition] and [dev.rookery.graph.index.NodeQuery].
package dev.rookery.graph.index;
