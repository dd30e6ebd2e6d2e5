package dev.rookery.graph.store;

import dev.rookery.graph.index.IndexDefinition;
import dev.rookery.graph.index.IndexState;
import dev.rookery.storage.error.CorruptDatabaseException;
import dev.rookery.storage.page.PageLayout;
import dev.rookery.storage.page.PageReader;
import dev.rookery.storage.page.PageWriter;
import dev.rookery.storage.tree.BTree;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The catalog of indexes as it is stored: a B+tree, made with the first index.
///
/// ```
/// key: number of the index, u4, the highest byte first; from 1 on
/// value:
/// offset bytes field
///      0     1 state: 0 building, 1 ready, 2 failed
///      1     1 flags: bit 0 = unique
///      2     1 properties, 1 to 4
///      3     1 reserved
///      4     4 number of the label
///      8     8 root of the entries, 0 if failed
///     16     8 building: first node id that was not looked at yet
///     24     8 numbers of the properties, 2 bytes each
///     32       failed: why, in UTF-8
/// ```
///
/// The root page counts versions: a change of the catalog is another version. What a build has
/// looked at is none.
final class IndexTable {
  static final int STATE_OFFSET = 0;
  static final int FLAGS_OFFSET = STATE_OFFSET + Byte.BYTES;
  static final int PROPERTIES_OFFSET = FLAGS_OFFSET + Byte.BYTES;
  static final int LABEL_OFFSET = PROPERTIES_OFFSET + 2 * Byte.BYTES;
  static final int ENTRIES_OFFSET = LABEL_OFFSET + Integer.BYTES;
  static final int NEXT_NODE_OFFSET = ENTRIES_OFFSET + Long.BYTES;
  static final int KEYS_OFFSET = NEXT_NODE_OFFSET + Long.BYTES;
  static final int FAILURE_OFFSET =
      KEYS_OFFSET + IndexDefinition.KEY_COUNT_MAX * PropertyLayout.KEY_BYTES;

  static final int BUILDING = 0;
  static final int READY = 1;
  static final int FAILED = 2;

  /// The flag of a unique index.
  static final int UNIQUE = 1;

  /// How much of a reason is kept.
  private static final int FAILURE_BYTES_MAX = 600;

  private IndexTable() {}

  /// Returns the tree, or null if there never was an index.
  static @Nullable BTree tree(PageReader pages) {
    long root = GraphRoot.getLong(pages, GraphRoot.INDEXES_OFFSET);
    return root == 0 ? null : new BTree(root);
  }

  private static BTree treeOrNew(PageWriter pages) {
    BTree tree = tree(pages);
    if (tree == null) {
      tree = new BTree(BTree.create(pages, GraphRoot.INDEXES_ID));
      GraphRoot.setLong(pages, GraphRoot.INDEXES_OFFSET, tree.rootPage());
    }
    return tree;
  }

  private static byte[] key(int number) {
    byte[] key = new byte[Integer.BYTES];
    for (int i = 0; i < key.length; i++) {
      key[i] = (byte) (number >>> (Integer.SIZE - Byte.SIZE * (i + 1)));
    }
    return key;
  }

  /// Returns the version of the catalog; 0 if there never was an index.
  static long version(PageReader pages) {
    return GraphRoot.getLong(pages, GraphRoot.INDEX_VERSION_OFFSET);
  }

  private static void nextVersion(PageWriter pages) {
    GraphRoot.setLong(pages, GraphRoot.INDEX_VERSION_OFFSET, version(pages) + 1);
  }

  /// Reads the catalog. O(indexes).
  static IndexCatalog load(PageReader pages, Symbols symbols) {
    BTree tree = tree(pages);
    if (tree == null) {
      return new IndexCatalog(version(pages), List.of());
    }
    List<StoredIndex> indexes = new ArrayList<>();
    BTree.Cursor cursor = tree.cursor(pages);
    for (boolean isFound = cursor.first(); isFound; isFound = cursor.next()) {
      byte[] key = cursor.key();
      if (key.length != Integer.BYTES) {
        throw corrupt("a key of 4 bytes", key.length);
      }
      int number = MemorySegment.ofArray(key).get(PageLayout.INT, 0);
      indexes.add(read(Integer.reverseBytes(number), cursor.value(), symbols));
    }
    return new IndexCatalog(version(pages), indexes);
  }

  private static StoredIndex read(int number, byte[] value, Symbols symbols) {
    if (value.length < FAILURE_OFFSET) {
      throw corrupt("an entry of %d bytes".formatted(FAILURE_OFFSET), value.length);
    }
    MemorySegment entry = MemorySegment.ofArray(value);
    int keyCount = value[PROPERTIES_OFFSET];
    if (keyCount < 1 || keyCount > IndexDefinition.KEY_COUNT_MAX) {
      throw corrupt("1 to 4 properties", keyCount);
    }
    int label = entry.get(PageLayout.INT, LABEL_OFFSET);
    int[] keyNumbers = new int[keyCount];
    List<String> keys = new ArrayList<>();
    for (int i = 0; i < keyCount; i++) {
      long at = KEYS_OFFSET + (long) i * PropertyLayout.KEY_BYTES;
      keyNumbers[i] = PageLayout.unsignedShort(entry, at);
      keys.add(symbols.name(Symbols.Kind.KEY, keyNumbers[i]));
    }
    boolean isUnique = (value[FLAGS_OFFSET] & UNIQUE) != 0;
    return new StoredIndex(
        number,
        definition(symbols.name(Symbols.Kind.LABEL, label), keys, isUnique),
        label,
        keyNumbers,
        state(value[STATE_OFFSET]),
        entry.get(PageLayout.LONG, ENTRIES_OFFSET),
        new String(value, FAILURE_OFFSET, value.length - FAILURE_OFFSET, StandardCharsets.UTF_8));
  }

  private static IndexDefinition definition(String label, List<String> keys, boolean isUnique) {
    try {
      return new IndexDefinition(label, keys, isUnique);
    } catch (IllegalArgumentException e) {
      throw new CorruptDatabaseException("catalog of indexes: " + e.getMessage(), e);
    }
  }

  private static IndexState state(int code) {
    return switch (code) {
      case BUILDING -> IndexState.BUILDING;
      case READY -> IndexState.READY;
      case FAILED -> IndexState.FAILED;
      default -> throw corrupt("a state of an index", code);
    };
  }

  private static int code(IndexState state) {
    return switch (state) {
      case BUILDING -> BUILDING;
      case READY -> READY;
      case FAILED -> FAILED;
    };
  }

  private static CorruptDatabaseException corrupt(String expected, long found) {
    return new CorruptDatabaseException(
        "catalog of indexes expected=%s found=%d".formatted(expected, found));
  }

  /// Returns a number for another index: it was never used before.
  static int takeNumber(PageWriter pages) {
    int number = GraphRoot.getInt(pages, GraphRoot.INDEX_COUNT_OFFSET) + 1;
    GraphRoot.setInt(pages, GraphRoot.INDEX_COUNT_OFFSET, number);
    return number;
  }

  /// Writes an index, as another version.
  ///
  /// @param nextNode the first node id that a build has not looked at
  static void write(PageWriter pages, StoredIndex index, long nextNode) {
    byte[] failure = index.failure().getBytes(StandardCharsets.UTF_8);
    int failureBytes = Math.min(failure.length, FAILURE_BYTES_MAX);
    byte[] value = new byte[FAILURE_OFFSET + failureBytes];
    System.arraycopy(failure, 0, value, FAILURE_OFFSET, failureBytes);
    value[STATE_OFFSET] = (byte) code(index.state());
    value[FLAGS_OFFSET] = (byte) (index.isUnique() ? UNIQUE : 0);
    value[PROPERTIES_OFFSET] = (byte) index.keyCount();
    MemorySegment entry = MemorySegment.ofArray(value);
    entry.set(PageLayout.INT, LABEL_OFFSET, index.labelNumber());
    entry.set(PageLayout.LONG, ENTRIES_OFFSET, index.rootPage());
    entry.set(PageLayout.LONG, NEXT_NODE_OFFSET, nextNode);
    for (int i = 0; i < index.keyCount(); i++) {
      long at = KEYS_OFFSET + (long) i * PropertyLayout.KEY_BYTES;
      entry.set(PageLayout.SHORT, at, (short) index.keyNumber(i));
    }
    treeOrNew(pages).put(pages, key(index.number()), value);
    nextVersion(pages);
  }

  /// Removes an index, which makes another version.
  static void remove(PageWriter pages, StoredIndex index) {
    treeOrNew(pages).remove(pages, key(index.number()));
    nextVersion(pages);
  }

  private static byte[] value(PageReader pages, StoredIndex index) {
    BTree tree = tree(pages);
    byte[] value = tree == null ? null : tree.get(pages, key(index.number()));
    if (value == null || value.length < FAILURE_OFFSET) {
      throw corrupt("index " + index.number(), value == null ? -1 : value.length);
    }
    return value;
  }

  /// Returns the first node id that a build has not looked at.
  static long nextNode(PageReader pages, StoredIndex index) {
    return MemorySegment.ofArray(value(pages, index)).get(PageLayout.LONG, NEXT_NODE_OFFSET);
  }

  /// Notes how far a build has looked. No other version.
  static void setNextNode(PageWriter pages, StoredIndex index, long nextNode) {
    byte[] value = value(pages, index);
    MemorySegment.ofArray(value).set(PageLayout.LONG, NEXT_NODE_OFFSET, nextNode);
    treeOrNew(pages).put(pages, key(index.number()), value);
  }
}
