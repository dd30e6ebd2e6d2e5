package dev.rookery.graph.order;

import dev.rookery.storage.tx.PageWriteTransaction;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;

/// The columns of one reorganisation: in memory as long as they fit into the budget together, in
/// pages of the transaction beyond that.
///
/// Closing gives memory and pages back. Belongs to the thread of the transaction.
public final class SlotColumns implements AutoCloseable {
  /// What the headers of the pages of columns say they belong to.
  private static final int STRUCTURE_ID = 15;

  /// Counts from here on need 8 bytes: the largest number is stored as one more.
  private static final long NARROW_COUNT_END = 0xFFFF_FFFFL;

  private final PageWriteTransaction pages;
  private final long slotCount;
  private final long budgetBytes;
  private final Arena arena = Arena.ofShared();
  private final List<ColumnInPages> inPages = new ArrayList<>();
  private long usedBytes;

  /// Prepares columns of `slotCount` numbers each, none larger than that.
  public SlotColumns(PageWriteTransaction pages, long slotCount, long budgetBytes) {
    this.pages = pages;
    this.slotCount = slotCount;
    this.budgetBytes = budgetBytes;
  }

  /// Returns how much memory the columns take.
  public long usedBytes() {
    return usedBytes;
  }

  /// Returns how many columns did not fit into memory.
  public int spilledCount() {
    return inPages.size();
  }

  SlotColumn create() {
    boolean wide = slotCount >= NARROW_COUNT_END;
    long bytes = Math.max(1, slotCount) * (wide ? Long.BYTES : Integer.BYTES);
    if (usedBytes + bytes > budgetBytes) {
      ColumnInPages column = new ColumnInPages(pages, STRUCTURE_ID);
      inPages.add(column);
      return column;
    }
    usedBytes += bytes;
    return new ColumnInMemory(arena.allocate(bytes, Long.BYTES), wide);
  }

  /// Gives the pages of the columns back to the transaction, before it commits. No column may be
  /// used afterwards.
  public void dropPages() {
    inPages.forEach(ColumnInPages::drop);
    inPages.clear();
  }

  /// Frees the memory. Pages are left to the transaction, which is being rolled back if
  /// [#dropPages] was not called.
  @Override
  public void close() {
    arena.close();
  }
}
