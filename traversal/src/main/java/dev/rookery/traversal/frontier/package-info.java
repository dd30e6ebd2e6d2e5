/// State of a walk by slot: sets, queues and levels that cost memory only where the walk has been.
///
/// Nothing here knows edges or transactions. All of it belongs to one thread. Start at
/// [dev.rookery.traversal.frontier.SlotSet].
package dev.rookery.traversal.frontier;
