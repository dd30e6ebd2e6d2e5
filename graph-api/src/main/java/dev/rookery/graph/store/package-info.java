/// The graph on pages: node slots, translation of ids, adjacency, symbols, and the two kinds of
/// transaction.
///
/// Start at [dev.rookery.graph.store.PhysicalGraph] for what is stored, and at the transactions for
/// what happens.
package dev.rookery.graph.store;
