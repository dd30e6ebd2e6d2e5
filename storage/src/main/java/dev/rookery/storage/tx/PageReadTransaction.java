package dev.rookery.storage.tx;

import dev.rookery.storage.page.PageReader;

/// An immutable snapshot of all pages.
public abstract class PageReadTransaction implements PageReader, AutoCloseable {
  /// For the store.
  protected PageReadTransaction() {}

  /// Returns the sequence of the newest commit that the snapshot contains.
  public abstract long sequence();

  @Override
  public abstract void close();
}
