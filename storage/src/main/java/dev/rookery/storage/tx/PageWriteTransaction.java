package dev.rookery.storage.tx;

import dev.rookery.storage.Durability;
import dev.rookery.storage.page.PageWriter;

/// The one change of the pages that is under way.
public abstract class PageWriteTransaction implements PageWriter, AutoCloseable {
  /// For the store.
  protected PageWriteTransaction() {}

  /// Returns the sequence that the commit will have.
  public abstract long sequence();

  /// Commits; the transaction has ended when this returns or throws.
  public abstract void commit(Durability durability);

  /// Takes all changes back. Does nothing if the transaction has ended.
  public abstract void rollback();

  /// Rolls back unless the transaction has ended.
  @Override
  public void close() {
    rollback();
  }
}
