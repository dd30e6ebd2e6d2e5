package dev.rookery.checks.samples.storage;

import dev.rookery.checks.samples.graph.LeaksStorage;

final class StorageUsesGraph {
  Object graph = LeaksStorage.pages();
}
