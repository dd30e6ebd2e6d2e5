/// Subgraph queries: patterns of nodes and edges, as text or built, and the rows that they give.
/// Start at [dev.rookery.traversal.pattern.Pattern]; to build one, at
/// [dev.rookery.traversal.pattern.PatternBuilder] and [dev.rookery.traversal.pattern.Term].
package dev.rookery.traversal.pattern;
