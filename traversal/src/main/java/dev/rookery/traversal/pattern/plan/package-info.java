/// Plans of patterns, as values: in which order variables are bound, and how. Start at
/// [dev.rookery.traversal.pattern.plan.PartPlan].
package dev.rookery.traversal.pattern.plan;
