package dev.rookery.traversal;

import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.PrimitiveIterator;
import java.util.function.Function;

/// Asks a run for its next node when an iterator is asked whether there is one. Belongs to one
/// thread.
///
/// A run that throws has ended: the exception passes on, and from then on there is no next node.
final class Lookahead {
  private final Run run;
  private boolean found;
  private boolean ended;

  private Lookahead(Run run) {
    this.run = run;
  }

  /// Returns an iterator over what is made of each position of a run.
  static <T> Iterator<T> iterator(Run run, Function<? super Arrival, ? extends T> result) {
    Lookahead ahead = new Lookahead(run);
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return ahead.hasNext();
      }

      @Override
      public T next() {
        return result.apply(ahead.take());
      }
    };
  }

  /// Returns an iterator over the ids of the nodes of a run.
  static PrimitiveIterator.OfLong ids(Run run) {
    Lookahead ahead = new Lookahead(run);
    return new PrimitiveIterator.OfLong() {
      @Override
      public boolean hasNext() {
        return ahead.hasNext();
      }

      @Override
      public long nextLong() {
        return ahead.take().id();
      }
    };
  }

  private boolean hasNext() {
    if (!found && !ended) {
      ended = true; // Stays so if the run throws.
      found = run.next();
      ended = !found;
    }
    return found;
  }

  private Arrival take() {
    if (!hasNext()) {
      throw new NoSuchElementException("the traversal has no more nodes");
    }
    found = false;
    return run.position();
  }
}
