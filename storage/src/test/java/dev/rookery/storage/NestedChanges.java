package dev.rookery.storage;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rookery.storage.error.SavepointException;
import dev.rookery.storage.tx.PageSavepoint;
import dev.rookery.storage.tx.PageWriteTransaction;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/// Random changes of a transaction and a model, with savepoints made, gone back to and released in
/// between.
final class NestedChanges {
  private record Moment(PageSavepoint savepoint, PageModel model) {}

  private final PageWriteTransaction tx;
  private final SplittableRandom random;
  private final int pageCountMax;
  private final List<Moment> alive = new ArrayList<>();
  private final List<PageSavepoint> ended = new ArrayList<>();
  private PageModel model;

  private NestedChanges(
      PageWriteTransaction tx, PageModel model, SplittableRandom random, int pageCountMax) {
    this.tx = tx;
    this.model = model;
    this.random = random;
    this.pageCountMax = pageCountMax;
  }

  /// Makes some changes and returns what all pages hold after them. Three times out of four there
  /// are no savepoints.
  static PageModel make(
      PageWriteTransaction tx, PageModel model, SplittableRandom random, int pageCountMax) {
    NestedChanges changes = new NestedChanges(tx, model, random, pageCountMax);
    if (random.nextInt(4) > 0) {
      changes.model.change(tx, random, pageCountMax);
    } else {
      int steps = 2 + random.nextInt(14);
      for (int i = 0; i < steps; i++) {
        changes.step();
      }
    }
    return changes.model;
  }

  private void step() {
    switch (random.nextInt(8)) {
      case 0, 1 -> alive.add(new Moment(tx.savepoint(), model.copy()));
      case 2, 3 -> {
        if (!alive.isEmpty()) {
          goBack(random.nextInt(alive.size()));
        }
      }
      case 4 -> {
        if (!alive.isEmpty()) {
          int index = random.nextInt(alive.size());
          tx.release(alive.get(index).savepoint());
          end(index);
          model.assertSeenBy(tx);
        }
      }
      default -> model.change(tx, random, pageCountMax);
    }
    if (random.nextInt(3) == 0) {
      tx.relieve();
    }
    if (!ended.isEmpty() && random.nextInt(8) == 0) {
      PageSavepoint gone = ended.get(random.nextInt(ended.size()));
      assertThatThrownBy(() -> tx.rollbackTo(gone)).isInstanceOf(SavepointException.class);
    }
  }

  private void goBack(int index) {
    Moment moment = alive.get(index);
    tx.rollbackTo(moment.savepoint());
    end(index + 1);
    model = moment.model().copy();
    model.assertSeenBy(tx);
  }

  private void end(int from) {
    while (alive.size() > from) {
      ended.add(alive.removeLast().savepoint());
    }
  }
}
