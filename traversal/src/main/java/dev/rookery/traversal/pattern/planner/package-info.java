/// Makes plans of patterns: looks names up, estimates from counts and samples of the snapshot,
/// finds an order of the nodes, and what need not be done twice. Start at
/// [dev.rookery.traversal.pattern.planner.PartPlanner].
package dev.rookery.traversal.pattern.planner;
