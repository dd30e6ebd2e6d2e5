package dev.rookery.storage;

import dev.rookery.storage.check.CheckReport;
import dev.rookery.storage.page.PageLayout;
import dev.rookery.storage.page.PageReader;
import dev.rookery.storage.page.PageWriter;
import dev.rookery.storage.table.PagedTable;
import dev.rookery.storage.table.RecordTable;
import dev.rookery.storage.table.RecordView;
import dev.rookery.storage.tree.BTree;
import dev.rookery.storage.tree.FixedSizeForest;
import dev.rookery.storage.tree.FixedSizeTree;
import dev.rookery.storage.tree.ForestCursor;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.zip.CRC32C;

/// One of each structure in a store, with its root in the store's root page: random changes, and a
/// hash of all that can be read.
final class StructuresModel {
  /// So many entries a walk visits before it gives up: a damaged tree may show the same leaf often.
  private static final int VISITED_MAX = 20_000;

  private static final int TABLE_ENTRY_BYTES = 24;
  private static final int TABLE_INDEX_END = 4000;
  private static final int SOURCE_END = 200_000;

  private final BTree names;
  private final FixedSizeTree numbers;
  private final FixedSizeForest edges;
  private final RecordTable records;
  private final PagedTable table;

  /// Opens the structures whose roots the root page names.
  StructuresModel(PageReader pages) {
    MemorySegment root = pages.page(StorageEnvironment.ROOT_PAGE);
    names = new BTree(rootOf(root, 0));
    numbers = new FixedSizeTree(rootOf(root, 1));
    edges = new FixedSizeForest(rootOf(root, 2));
    records = new RecordTable(rootOf(root, 3));
    table = new PagedTable(rootOf(root, 4), TABLE_ENTRY_BYTES);
  }

  private static long rootOf(MemorySegment root, int index) {
    return root.get(PageLayout.LONG, PageLayout.CONTENT_OFFSET + index * 8L);
  }

  /// Makes the structures and names them in the root page.
  static void create(PageWriter pages) {
    long[] roots = {
      BTree.create(pages, 1),
      FixedSizeTree.create(pages, 2, 6),
      FixedSizeForest.create(pages, 3),
      RecordTable.create(pages, 4),
      PagedTable.create(pages, 5, TABLE_ENTRY_BYTES)
    };
    MemorySegment root = pages.modify(StorageEnvironment.ROOT_PAGE);
    for (int i = 0; i < roots.length; i++) {
      root.set(PageLayout.LONG, PageLayout.CONTENT_OFFSET + i * 8L, roots[i]);
    }
  }

  /// Makes some random changes in all structures.
  void change(PageWriter pages, SplittableRandom random, int count) {
    List<Long> ids = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      byte[] bytes = new byte[random.nextInt(random.nextInt(40) == 0 ? 20_000 : 200)];
      random.nextBytes(bytes);
      long number = random.nextLong(3000);
      names.put(
          pages,
          ("name" + number).getBytes(java.nio.charset.StandardCharsets.US_ASCII),
          java.util.Arrays.copyOf(bytes, Math.min(bytes.length, 200)));
      numbers.put(pages, number * 77);
      edges.put(pages, random.nextInt(4) == 0 ? 5 : random.nextLong(SOURCE_END), number, i);
      ids.add(records.insert(pages, number, bytes, bytes.length));
      setEntry(pages, random.nextLong(TABLE_INDEX_END), number);
      if (random.nextInt(3) == 0) {
        names.remove(
            pages,
            ("name" + random.nextLong(3000)).getBytes(java.nio.charset.StandardCharsets.US_ASCII));
        numbers.remove(pages, random.nextLong(3000) * 77);
        edges.remove(pages, 5, random.nextLong(3000));
        records.delete(pages, ids.remove(random.nextInt(ids.size())));
      }
    }
  }

  private void setEntry(PageWriter pages, long index, long value) {
    long location;
    try {
      location = table.modify(pages, index);
    } catch (IllegalStateException e) {
      // The table's own word for an entry that is retired. Nobody retires any here, but damage may
      // look like it.
      if (!String.valueOf(e.getMessage()).startsWith("entry is retired")) {
        throw e;
      }
      return;
    }
    pages.segmentAt(location).set(PageLayout.LONG, PageReader.offsetAt(location), value);
  }

  /// Verifies all structures.
  void check(PageReader pages, CheckReport report) {
    report.claim(StorageEnvironment.ROOT_PAGE, "root");
    names.check(pages, report);
    numbers.check(pages, report);
    edges.check(pages, report);
    records.check(pages, report, (_, _) -> {});
    table.check(pages, report);
  }

  /// Reads everything and returns a hash of it.
  long hash(PageReader pages) {
    CRC32C crc = new CRC32C();
    hashTrees(pages, crc);
    hashForest(pages, crc);
    hashTables(pages, crc);
    return crc.getValue();
  }

  private void hashTrees(PageReader pages, CRC32C crc) {
    int left = VISITED_MAX;
    BTree.Cursor name = names.cursor(pages);
    while (name.next() && left-- > 0) {
      crc.update(name.key());
      crc.update(name.value());
    }
    FixedSizeTree.Cursor number = numbers.cursor(pages);
    while (number.next() && left-- > 0) {
      add(crc, number.key());
    }
  }

  private void hashForest(PageReader pages, CRC32C crc) {
    int left = VISITED_MAX;
    ForestCursor edge = edges.cursor(pages);
    long source = edge.seekNext(0, FixedSizeForest.SOURCE_END);
    while (source >= 0 && left-- > 0) {
      add(crc, source);
      while (edge.next() && left-- > 0) {
        add(crc, edge.key());
        add(crc, edge.value());
      }
      source = edge.seekNext(source + 1, FixedSizeForest.SOURCE_END);
    }
  }

  private void hashTables(PageReader pages, CRC32C crc) {
    List<Long> ids = new ArrayList<>();
    records.check(pages, new CheckReport(), (id, _) -> ids.add(id));
    RecordView view = new RecordView();
    for (long id : ids) {
      records.read(pages, id, view);
      add(crc, view.owner());
      for (int i = 0; i < view.length(); i++) {
        crc.update(view.segment().get(PageLayout.BYTE, view.offset() + i));
      }
    }
    for (int index = 0; index < TABLE_INDEX_END; index++) {
      long location = table.locate(pages, index);
      add(
          crc,
          location < 0
              ? location
              : pages.segmentAt(location).get(PageLayout.LONG, PageReader.offsetAt(location)));
    }
  }

  private static void add(CRC32C crc, long value) {
    for (int shift = 0; shift < Long.SIZE; shift += Byte.SIZE) {
      crc.update((int) (value >>> shift));
    }
  }
}
