/// How a described walk reads a snapshot: described edges, looked up as steps, and the kernels that
/// walk them.
///
/// Everything works on slots; ids are translated only where a user looks. Start at
/// [dev.rookery.traversal.engine.Steps].
package dev.rookery.traversal.engine;
