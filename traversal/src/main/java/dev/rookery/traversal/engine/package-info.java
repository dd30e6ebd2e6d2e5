/// How a snapshot is walked: selected edges, looked up as steps; the kernels of described walks;
/// and runs over all regions, with their workers, memory, shares of work and ways to read pages.
///
/// Everything works on slots; ids are translated only where a user looks. Start at
/// [dev.rookery.traversal.engine.Steps], and for whole graphs at
/// [dev.rookery.traversal.engine.RegionRun].
package dev.rookery.traversal.engine;
