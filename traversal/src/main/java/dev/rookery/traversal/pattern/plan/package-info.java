/// In which order the variables of a pattern are bound, and how: names looked up in a snapshot,
/// estimates, and the steps that an executor takes. Start at
/// [dev.rookery.traversal.pattern.plan.PartPlanner].
package dev.rookery.traversal.pattern.plan;
