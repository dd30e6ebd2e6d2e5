package dev.rookery.graph.store;

import dev.rookery.storage.page.PageReader;
import dev.rookery.storage.page.PageWriter;
import dev.rookery.storage.tree.BTree;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// The entries of one index: a B+tree.
///
/// ```
/// key: the values of the properties one after the other (see IndexKeyEncoder), node id u6
/// value: nothing; or a byte whose bit i says that the value of property i is cut
/// ```
///
/// The node id, not the slot: entries stay good when nodes move.
final class IndexEntries {
  /// Length of a node id at the end of a key; the highest byte is the first.
  static final int NODE_BYTES = 6;

  private static final byte[] WHOLE = {};

  private IndexEntries() {}

  static long create(PageWriter pages) {
    return BTree.create(pages, GraphRoot.INDEX_ENTRIES_ID);
  }

  /// Returns the node that a key is of.
  static long nodeOf(byte[] key) {
    long node = 0;
    for (int i = key.length - NODE_BYTES; i < key.length; i++) {
      node = (node << Byte.SIZE) | (key[i] & 0xFF);
    }
    return node;
  }

  /// Returns the value of an entry with cut properties.
  static byte[] value(int cutMask) {
    return cutMask == 0 ? WHOLE : new byte[] {(byte) cutMask};
  }

  /// Returns whether one of the first properties of an entry may be cut.
  static boolean isCut(byte[] value) {
    return value.length > 0;
  }

  static boolean startsWith(byte[] key, byte[] prefix) {
    return key.length >= prefix.length
        && Arrays.equals(key, 0, prefix.length, prefix, 0, prefix.length);
  }

  /// Returns the values in a key, without the node.
  static byte[] valuesOf(byte[] key) {
    return Arrays.copyOf(key, key.length - NODE_BYTES);
  }

  /// Returns the smallest string that is behind all that begin so, or null if there is none.
  static byte @Nullable [] successor(byte[] prefix) {
    for (int i = prefix.length - 1; i >= 0; i--) {
      if (prefix[i] != -1) {
        byte[] next = Arrays.copyOf(prefix, i + 1);
        next[i]++;
        return next;
      }
    }
    return null;
  }

  /// An entry that is to be put or removed.
  ///
  /// @param index the index that it is in
  /// @param key its key
  /// @param cutMask which of its properties are cut
  /// @param isComplete whether the node has all properties of the index
  @SuppressWarnings("ArrayRecordComponent") // Never compared.
  record Entry(StoredIndex index, byte[] key, int cutMask, boolean isComplete) {

    void put(PageWriter pages) {
      index.tree().put(pages, key, value(cutMask));
    }

    void remove(PageWriter pages) {
      if (!index.tree().remove(pages, key) && index.isReady()) {
        throw pages.corrupt(index.rootPage(), "an entry of node %d".formatted(nodeOf(key)), "none");
      }
    }
  }

  /// Returns the entry of a node, or null if it has none because it lacks the first property.
  static @Nullable Entry entryOf(
      StoredIndex index, long node, PropertyBytes properties, IndexKeyEncoder encoder) {
    int first = properties.find(index.keyNumber(0));
    if (first < 0) {
      return null;
    }
    encoder.clear();
    int cutMask = encoder.append(properties, first) ? 1 : 0;
    boolean isComplete = true;
    for (int i = 1; i < index.keyCount(); i++) {
      int found = properties.find(index.keyNumber(i));
      if (found < 0) {
        encoder.appendAbsent();
        isComplete = false;
      } else if (encoder.append(properties, found)) {
        cutMask |= 1 << i;
      }
    }
    encoder.appendNode(node);
    return new Entry(index, encoder.toBytes(), cutMask, isComplete);
  }

  /// Returns how many entries an index has.
  static long count(PageReader pages, StoredIndex index) {
    return index.rootPage() == 0 ? 0 : index.tree().count(pages);
  }
}
