/// A transactional store of pages, and the structures on them. Knows no graph.
///
/// Start at [dev.rookery.storage.StorageEnvironment].
package dev.rookery.storage;
