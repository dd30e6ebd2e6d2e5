/// Pattern queries: which nodes and edges of a graph hang together in a given way.
///
/// Begin with [PatternBuilder] and [Term].
package dev.rookery.traversal.pattern;
