/// What a pattern query asks for, as immutable values: nodes, edges, conditions, what to return.
/// The text and the builder both make these; nothing here knows a graph. Begin with
/// [MatchStatement].
package dev.rookery.traversal.pattern.model;
