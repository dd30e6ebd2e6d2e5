package dev.rookery.graph;

import dev.rookery.storage.tx.PageSavepoint;

/// A moment in a write transaction that it can go back to: see [WriteTransaction#savepoint].
/// Belongs to the transaction that made it and ends with it.
public final class Savepoint {
  private final PageSavepoint pages;
  private final int changePosition;

  /// @param changePosition how much of the transaction's changes was noted down before
  Savepoint(PageSavepoint pages, int changePosition) {
    this.pages = pages;
    this.changePosition = changePosition;
  }

  int changePosition() {
    return changePosition;
  }

  PageSavepoint pages() {
    return pages;
  }

  @Override
  public String toString() {
    return "Savepoint";
  }
}
