package dev.rookery.graph.store;

import dev.rookery.storage.error.CorruptDatabaseException;
import dev.rookery.storage.page.PageReader;
import dev.rookery.storage.page.PageWriter;
import dev.rookery.storage.tree.BTree;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/// Names of labels, edge types and property keys, interned: on the heap for reading, in a B+tree
/// for keeping.
///
/// Numbers begin with 1 and are never given twice, so one table serves all snapshots: a snapshot
/// that counts n names simply does not look at later ones. A table may hold names whose transaction
/// failed; they lie behind every count and are overwritten by the next ones.
///
/// ```
/// B+tree key: kind u8, name in UTF-8        value: number u32
/// ```
///
/// Immutable once published; the writer works on a copy of its own.
public final class Symbols {
  /// How many bytes a name may have.
  public static final int NAME_BYTES_MAX = 255;

  /// How much of a name that is too long appears in a message.
  private static final int SHOWN_CHARS_MAX = 40;

  /// What is named.
  enum Kind {
    LABEL(0, GraphRoot.LABEL_COUNT_OFFSET, LabelTree.LABEL_MAX),
    TYPE(1, GraphRoot.TYPE_COUNT_OFFSET, 0xFFFF),
    KEY(2, GraphRoot.KEY_COUNT_OFFSET, 0xFFFF);

    /// First byte of a key in the tree; in every file ever written.
    final byte code;

    /// Where the root page counts the names.
    final int countOffset;

    final int countMax;

    Kind(int code, int countOffset, int countMax) {
      this.code = (byte) code;
      this.countOffset = countOffset;
      this.countMax = countMax;
    }

    static Kind of(byte code) {
      for (Kind kind : values()) {
        if (kind.code == code) {
          return kind;
        }
      }
      throw new CorruptDatabaseException("symbol has an unknown kind kind=" + code);
    }
  }

  private final Map<Kind, Map<String, Integer>> numbers = new EnumMap<>(Kind.class);
  private final Map<Kind, List<String>> names = new EnumMap<>(Kind.class);

  private Symbols() {}

  private Symbols(Symbols other) {
    other.numbers.forEach((kind, all) -> numbers.put(kind, new HashMap<>(all)));
    other.names.forEach((kind, all) -> names.put(kind, new ArrayList<>(all)));
  }

  private Map<String, Integer> numbers(Kind kind) {
    return numbers.getOrDefault(kind, Map.of());
  }

  private List<String> names(Kind kind) {
    return names.getOrDefault(kind, List.of());
  }

  /// Reads all names. O(names).
  static Symbols load(PageReader pages) {
    Symbols symbols = new Symbols();
    BTree.Cursor cursor = tree(pages).cursor(pages);
    for (boolean found = cursor.first(); found; found = cursor.next()) {
      byte[] key = cursor.key();
      byte[] value = cursor.value();
      if (key.length < 2 || value.length != Integer.BYTES) {
        throw new CorruptDatabaseException("symbol has a wrong form key=" + Arrays.toString(key));
      }
      int number = ByteBuffer.wrap(value).order(ByteOrder.LITTLE_ENDIAN).getInt();
      Kind kind = Kind.of(key[0]);
      if (number < 1 || number > GraphRoot.getInt(pages, kind.countOffset)) {
        throw new CorruptDatabaseException("symbol has a wrong number number=" + number);
      }
      symbols.set(kind, new String(key, 1, key.length - 1, StandardCharsets.UTF_8), number);
    }
    return symbols;
  }

  private static BTree tree(PageReader pages) {
    return new BTree(GraphRoot.getLong(pages, GraphRoot.SYMBOLS_OFFSET));
  }

  /// Writes the tree anew, to free pages as low as there are.
  static void move(PageWriter pages, PageReader before) {
    tree(pages).drop(pages);
    BTree moved = new BTree(BTree.create(pages, GraphRoot.SYMBOLS_ID));
    BTree.Cursor cursor = tree(before).cursor(before);
    for (boolean found = cursor.first(); found; found = cursor.next()) {
      moved.put(pages, cursor.key(), cursor.value());
    }
    GraphRoot.setLong(pages, GraphRoot.SYMBOLS_OFFSET, moved.rootPage());
  }

  Symbols copy() {
    return new Symbols(this);
  }

  private void set(Kind kind, String name, int number) {
    List<String> all = names.computeIfAbsent(kind, absent -> new ArrayList<>());
    while (all.size() <= number) {
      all.add("");
    }
    all.set(number, name);
    numbers.computeIfAbsent(kind, absent -> new HashMap<>()).put(name, number);
  }

  /// Returns the number of a name among the first `count`, or -1.
  int find(Kind kind, String name, int count) {
    Integer number = numbers(kind).get(Objects.requireNonNull(name, "name"));
    // A name of a failed transaction may still be here, and its number belong to another name by
    // now.
    return number != null && number <= count && name.equals(name(kind, number)) ? number : -1;
  }

  /// Returns a name by its number.
  String name(Kind kind, int number) {
    List<String> all = names(kind);
    if (number < 1 || number >= all.size()) {
      throw new CorruptDatabaseException("no %s has the number %d".formatted(kind, number));
    }
    return all.get(number);
  }

  /// Returns the first `count` names, sorted.
  List<String> sorted(Kind kind, int count) {
    return names(kind).stream().skip(1).limit(count).sorted().toList();
  }

  /// Throws unless one more name can be added.
  static void checkRoom(PageReader pages, Kind kind) {
    if (GraphRoot.getInt(pages, kind.countOffset) >= kind.countMax) {
      throw new IllegalArgumentException(
          "too many different names kind=%s limit=%d".formatted(kind, kind.countMax));
    }
  }

  /// Adds a name, which must be new and for which there must be room, on the heap and in the tree,
  /// and returns its number.
  int add(PageWriter pages, Kind kind, String name) {
    int number = GraphRoot.getInt(pages, kind.countOffset) + 1;
    byte[] utf8 = name.getBytes(StandardCharsets.UTF_8);
    byte[] key = new byte[utf8.length + 1];
    key[0] = kind.code;
    System.arraycopy(utf8, 0, key, 1, utf8.length);
    byte[] value =
        ByteBuffer.allocate(Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN).putInt(number).array();
    tree(pages).put(pages, key, value);
    GraphRoot.setInt(pages, kind.countOffset, number);
    set(kind, name, number);
    return number;
  }

  /// Adds an edge type, which must be new.
  EdgeType addType(PageWriter pages, String name, boolean multi) {
    int number = add(pages, Kind.TYPE, name);
    return EdgeTypes.create(pages, number, name, multi);
  }

  private static String shown(String name) {
    return name.length() <= SHOWN_CHARS_MAX ? name : name.substring(0, SHOWN_CHARS_MAX) + "…";
  }

  /// Throws unless a name can be kept: not empty, not too long, and the same after a round trip
  /// through UTF-8.
  static void checkName(Kind kind, String name) {
    byte[] utf8 = name.getBytes(StandardCharsets.UTF_8);
    if (utf8.length == 0
        || utf8.length > NAME_BYTES_MAX
        || !new String(utf8, StandardCharsets.UTF_8).equals(name)) {
      throw new IllegalArgumentException(
          "name of a %s must be well-formed Unicode of 1 to %d bytes name=%s"
              .formatted(
                  kind.name().toLowerCase(java.util.Locale.ROOT), NAME_BYTES_MAX, shown(name)));
    }
  }
}
