package dev.rookery.graph;

import dev.rookery.storage.tx.PageSavepoint;

/// A moment in a write transaction that it can go back to: see [WriteTransaction#savepoint].
/// Belongs to the transaction that made it and ends with it.
public final class Savepoint {
  private final PageSavepoint pages;

  Savepoint(PageSavepoint pages) {
    this.pages = pages;
  }

  PageSavepoint pages() {
    return pages;
  }

  @Override
  public String toString() {
    return "Savepoint";
  }
}
