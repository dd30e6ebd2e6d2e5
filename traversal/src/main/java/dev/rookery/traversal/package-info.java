/// Traversals of a snapshot: described once, run lazily, on nodes, paths or a subgraph.
///
/// Start at [dev.rookery.traversal.Traversal], whose page says what is walked, what is returned and
/// in which order, and at [dev.rookery.traversal.ShortestPath].
///
/// Large runs (`RegionWalk`) go over regions by levels (`LevelWalk`) or in any order
/// (`SpreadWalk`).
///
/// A description (`Traversal`: start nodes, `EdgeSelection`, `Shape`, `Filters`) knows no snapshot.
/// A run binds it to one: the names become `Steps`, a `Run` walks, a `Gate` decides about each
/// arrival, a `WalkLog` remembers the way. Where no callback has a say, a kernel of the engine room
/// does the same without them. Other engines fit behind the same descriptions.
package dev.rookery.traversal;
