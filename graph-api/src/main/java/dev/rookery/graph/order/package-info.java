/// Orders of nodes for a reorganisation: breadth-first, by communities, by degree.
///
/// An order is computed on one snapshot, by slots, over the edges of all types in both directions.
/// What is kept for each slot lies in [dev.rookery.graph.order.SlotColumns]: off the heap within a
/// budget, beyond it in pages that the store spills. Begin with
/// [dev.rookery.graph.order.BreadthFirstOrder].
package dev.rookery.graph.order;
