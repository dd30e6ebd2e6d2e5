package dev.rookery.graph.store;

import dev.rookery.storage.check.CheckReport;
import dev.rookery.storage.error.CorruptDatabaseException;
import dev.rookery.storage.page.PageLayout;
import dev.rookery.storage.page.PageReader;
import dev.rookery.storage.page.PageWriter;
import dev.rookery.storage.table.RecordTable;
import dev.rookery.storage.table.RecordView;
import dev.rookery.storage.tree.FixedSizeTree;
import it.unimi.dsi.fastutil.longs.LongOpenHashSet;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/// The change feed as it is stored: the newest commits' changes, up to a limit, in a fixed-size
/// tree and a record table of their own.
///
/// ```
/// key, 8 bytes     value, 8 bytes
/// 0                how many bytes of changes are kept at most
/// 1                how many there are
/// 2                the commit up to which changes are lost
/// 16 + sequence    the record with the changes of a commit, 0 where they are incomplete
/// ```
///
/// A record has the changes in the form of [ChangeKind], and names the sequence as its owner.
/// Entries are written by the transaction whose changes they hold, so both are there or neither.
public final class ChangeLog {
  static final long LIMIT_KEY = 0;
  static final long BYTES_KEY = 1;
  static final long LOST_KEY = 2;
  static final long FIRST_KEY = 16;

  /// What an entry costs besides its bytes.
  private static final long ENTRY_BYTES = 32;

  private final PageReader pages;
  private final FixedSizeTree tree;
  private final RecordTable records;

  private ChangeLog(PageReader pages, long treeRoot) {
    this.pages = pages;
    this.tree = new FixedSizeTree(treeRoot);
    this.records = new RecordTable(GraphRoot.getLong(pages, GraphRoot.CHANGE_RECORDS_OFFSET));
  }

  /// Returns the feed of a snapshot or transaction, or null if it is switched off.
  static @Nullable ChangeLog open(PageReader pages) {
    long root = GraphRoot.getLong(pages, GraphRoot.CHANGES_OFFSET);
    return root == 0 ? null : new ChangeLog(pages, root);
  }

  /// Switches the feed on, or changes its limit.
  ///
  /// @param sequence the commit that does so: changes behind it are kept
  static void enable(PageWriter pages, long sequence, long bytesMax) {
    ChangeLog log = open(pages);
    if (log == null) {
      long root = FixedSizeTree.create(pages, GraphRoot.CHANGES_ID, Long.BYTES);
      long records = RecordTable.create(pages, GraphRoot.CHANGE_RECORDS_ID);
      GraphRoot.setLong(pages, GraphRoot.CHANGES_OFFSET, root);
      GraphRoot.setLong(pages, GraphRoot.CHANGE_RECORDS_OFFSET, records);
      log = new ChangeLog(pages, root);
      log.set(pages, LOST_KEY, sequence);
    }
    log.set(pages, LIMIT_KEY, bytesMax);
    log.trim(pages);
  }

  /// Switches the feed off and gives its pages back.
  static void disable(PageWriter pages) {
    ChangeLog log = open(pages);
    if (log != null) {
      log.tree.drop(pages);
      log.records.drop(pages);
      GraphRoot.setLong(pages, GraphRoot.CHANGES_OFFSET, 0);
      GraphRoot.setLong(pages, GraphRoot.CHANGE_RECORDS_OFFSET, 0);
    }
  }

  private long get(long key) {
    long at = tree.find(pages, key);
    return at < 0 ? 0 : pages.segmentAt(at).get(PageLayout.LONG, PageReader.offsetAt(at));
  }

  private void set(PageWriter writer, long key, long value) {
    long at = tree.put(writer, key);
    writer.segmentAt(at).set(PageLayout.LONG, PageReader.offsetAt(at), value);
  }

  /// Returns how many bytes of changes are kept at most.
  public long bytesMax() {
    return get(LIMIT_KEY);
  }

  /// Returns the commit up to which changes are lost.
  public long lostUpTo() {
    return get(LOST_KEY);
  }

  /// Adds the changes of the transaction that is to be the commit of a sequence.
  void append(PageWriter writer, long sequence, ChangeRecorder recorder) {
    int length = recorder.isIncomplete() ? 0 : recorder.position();
    long record =
        recorder.isIncomplete() ? 0 : records.insert(writer, sequence, recorder.bytes(), length);
    set(writer, FIRST_KEY + sequence, record);
    set(writer, BYTES_KEY, get(BYTES_KEY) + ENTRY_BYTES + length);
    trim(writer);
  }

  /// Deletes the oldest entries until the rest keeps the limit. O(deleted).
  private void trim(PageWriter writer) {
    long bytesMax = bytesMax();
    long bytes = get(BYTES_KEY);
    RecordView view = new RecordView();
    while (bytes > bytesMax) {
      FixedSizeTree.Cursor cursor = tree.cursor(pages);
      if (!cursor.seek(FIRST_KEY)) {
        throw new CorruptDatabaseException("change feed counts bytes of no changes bytes=" + bytes);
      }
      long key = cursor.key();
      long record = valueOf(cursor);
      bytes -= ENTRY_BYTES;
      if (record != 0) {
        records.read(pages, record, view);
        bytes -= view.length();
        records.delete(writer, record);
      }
      tree.remove(writer, key);
      set(writer, LOST_KEY, key - FIRST_KEY);
    }
    set(writer, BYTES_KEY, bytes);
  }

  private long valueOf(FixedSizeTree.Cursor cursor) {
    long at = cursor.valueLocation();
    return pages.segmentAt(at).get(PageLayout.LONG, PageReader.offsetAt(at));
  }

  /// Is given the changes of commits.
  public interface Visitor {
    /// Takes one commit's changes and returns whether it wants more.
    boolean visit(long sequence, Changes changes);
  }

  /// Visits the commits behind one, in their order.
  ///
  /// @param graph knows the names
  public void read(GraphView graph, long after, Visitor visitor) {
    FixedSizeTree.Cursor cursor = tree.cursor(pages);
    RecordView view = new RecordView();
    boolean found = cursor.seek(FIRST_KEY + after + 1);
    boolean wantsMore = true;
    while (found && wantsMore) {
      long record = valueOf(cursor);
      Changes changes = Changes.INCOMPLETE;
      if (record != 0) {
        records.read(pages, record, view);
        byte[] bytes = new byte[view.length()];
        MemorySegment.copy(view.segment(), PageLayout.BYTE, view.offset(), bytes, 0, bytes.length);
        changes = new Changes(true, ChangeDecoder.decode(graph, bytes, 0, bytes.length));
      }
      wantsMore = visitor.visit(cursor.key() - FIRST_KEY, changes);
      found = cursor.next();
    }
  }

  /// Verifies both structures, and that entries and records name each other.
  void check(CheckReport report) {
    tree.check(pages, report);
    LongOpenHashSet named = new LongOpenHashSet();
    FixedSizeTree.Cursor cursor = tree.cursor(pages);
    for (boolean found = cursor.seek(FIRST_KEY); found; found = cursor.next()) {
      long record = valueOf(cursor);
      if (record != 0 && !named.add(record)) {
        report.problem("change feed", -1, "two commits name one record " + record);
      }
    }
    long[] bytes = {ENTRY_BYTES * entryCount()};
    RecordView view = new RecordView();
    records.check(
        pages,
        report,
        (record, owner) -> {
          records.read(pages, record, view);
          bytes[0] += view.length();
          if (!named.remove(record) || get(FIRST_KEY + owner) != record) {
            report.problem("change feed", -1, "no commit names record " + record);
          }
        });
    if (!named.isEmpty()) {
      report.problem("change feed", -1, named.size() + " commits name records that are not there");
    }
    if (bytes[0] != get(BYTES_KEY)) {
      report.problem(
          "change feed", -1, "counts %d bytes and has %d".formatted(get(BYTES_KEY), bytes[0]));
    }
  }

  private long entryCount() {
    long count = 0;
    FixedSizeTree.Cursor cursor = tree.cursor(pages);
    for (boolean found = cursor.seek(FIRST_KEY); found; found = cursor.next()) {
      count++;
    }
    return count;
  }
}
