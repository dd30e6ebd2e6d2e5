/// Users' own passes over the whole graph, region by region, on several threads and beyond memory.
///
/// Start at [dev.rookery.traversal.region.Regions], whose page has an example; a
/// [dev.rookery.traversal.region.LongNodeProgram] says less and gets more done for it.
package dev.rookery.traversal.region;
