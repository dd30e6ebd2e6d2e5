package dev.rookery.storage.table;

import dev.rookery.storage.check.CheckReport;
import dev.rookery.storage.page.PageReader;
import dev.rookery.storage.page.PageWriter;

/// Records by physical id, without any index: O(1) to read, update and delete.
///
/// A record id is page number · 256 + slot index, 48 bits, never 0. Compaction inside a page changes no id. Each
/// record names its one owner, in 8 bytes that mean something to the user of the table only. A record that outgrows
/// its page moves, and [#update] returns its new id. The root page number never changes. An instance is a handle
/// without state that all threads may share.
public final class RecordTable {

  /// Creates an empty table and returns its root page.
  public static long create(PageWriter pages, int structureId) {
    throw new IllegalStateException();
  }

  /// Opens the table at a root page.
  public RecordTable(long rootPage) {}

  /// Returns how many records there are. O(1).
  public long count(PageReader pages) {
    throw new IllegalStateException();
  }

  /// Stores the first `length` bytes as a new record (0 to 1 GiB) and returns its id.
  public long insert(PageWriter pages, long owner, byte[] bytes, int length) {
    throw new IllegalStateException();
  }

  /// Replaces the bytes of a record and returns its id, which is another one if the record had to move.
  public long update(PageWriter pages, long recordId, byte[] bytes, int length) {
    throw new IllegalStateException();
  }

  /// Deletes a record.
  public void delete(PageWriter pages, long recordId) {
    throw new IllegalStateException();
  }

  /// Points the view at the bytes of a record: in place for a record on a slotted page, at a heap copy for a large
  /// one. Any id that is not the id of a record of this table is a [corrupt page][PageReader#corrupt].
  public void read(PageReader pages, long recordId, RecordView view) {
    throw new IllegalStateException();
  }

  /// Frees all pages, the root as well.
  public void drop(PageWriter pages) {
    throw new IllegalStateException();
  }

  /// Verifies the invariants, claims all pages, and shows every record to the visitor.
  public void check(PageReader pages, CheckReport report, RecordVisitor visitor) {
    throw new IllegalStateException();
  }

  /// Is shown the records of a table.
  @FunctionalInterface
  public interface RecordVisitor {
    /// Is called for one record.
    void visit(long recordId, long owner);
  }
}
