package dev.rookery.storage.tx;

import dev.rookery.storage.mvcc.PageTranslationTable;

/// A moment in a write transaction that it can go back to: see [PageWriteTransaction#savepoint].
/// Costs no copy of any page.
public final class PageSavepoint {
  final PageWriteTransaction owner;

  /// Where the transaction's pages are that were its pages then. What they hold stays as it is
  /// while the savepoint lives; where that is changes when they are spilled.
  PageTranslationTable table;

  final long pageCount;

  /// How long the transaction's logs were.
  final int changedCount;

  final int freedCount;
  final int replacedCount;
  final int shadowedCount;

  /// How many savepoints were made before it and are alive; -1 once it has ended.
  int depth;

  PageSavepoint(
      PageWriteTransaction owner,
      PageTranslationTable table,
      long pageCount,
      int[] logCounts,
      int depth) {
    this.owner = owner;
    this.table = table;
    this.pageCount = pageCount;
    this.changedCount = logCounts[0];
    this.freedCount = logCounts[1];
    this.replacedCount = logCounts[2];
    this.shadowedCount = logCounts[3];
    this.depth = depth;
  }

  @Override
  public String toString() {
    return "PageSavepoint[sequence=%d, depth=%d]".formatted(owner.sequence(), depth);
  }
}
