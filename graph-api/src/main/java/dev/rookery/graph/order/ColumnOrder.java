package dev.rookery.graph.order;

import dev.rookery.graph.store.SlotOrder;

/// An order as two columns: slots by position, and positions by slot.
final class ColumnOrder implements SlotOrder {
  final SlotColumn slots;
  final SlotColumn positions;
  private long count;

  ColumnOrder(SlotColumn slots, SlotColumn positions) {
    this(slots, positions, 0);
  }

  ColumnOrder(SlotColumn slots, SlotColumn positions, long count) {
    this.slots = slots;
    this.positions = positions;
    this.count = count;
  }

  /// Puts a slot behind the last one, unless it has a position.
  void append(long slot) {
    if (positions.get(slot) == SlotColumn.NONE) {
      slots.set(count, slot);
      positions.set(slot, count++);
    }
  }

  @Override
  public long count() {
    return count;
  }

  @Override
  public long slotAt(long position) {
    return slots.get(position);
  }

  @Override
  public long positionOf(long slot) {
    return positions.get(slot);
  }
}
