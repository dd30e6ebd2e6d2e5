package dev.rookery.graph;

import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// An iterator that looks for its next element only when asked, over something that answers `null`
/// at its end.
final class Lazily<T> implements Iterator<T> {
  private final Supplier<@Nullable T> source;
  private @Nullable T next;
  private boolean looked;

  Lazily(Supplier<@Nullable T> source) {
    this.source = source;
  }

  @Override
  public boolean hasNext() {
    if (!looked) {
      next = source.get();
      looked = true;
    }
    return next != null;
  }

  @Override
  public T next() {
    if (!hasNext() || next == null) {
      throw new NoSuchElementException();
    }
    looked = false;
    return next;
  }
}
