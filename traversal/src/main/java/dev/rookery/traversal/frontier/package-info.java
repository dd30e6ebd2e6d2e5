/// State by slot. Of a walk: sets, queues and levels on the heap that cost memory only where the
/// walk has been, and belong to one thread. Of a run over the whole graph: values and sets for each
/// slot, off the heap, that its workers share.
///
/// Nothing here knows edges or transactions, but for loops over runs of keys. Start at
/// [dev.rookery.traversal.frontier.SlotSet] and [dev.rookery.traversal.frontier.SlotWork].
package dev.rookery.traversal.frontier;
