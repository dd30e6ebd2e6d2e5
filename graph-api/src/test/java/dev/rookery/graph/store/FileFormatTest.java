package dev.rookery.graph.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.rookery.graph.Graph;
import dev.rookery.graph.Multiplicity;
import dev.rookery.storage.page.PageLayout;
import dev.rookery.storage.page.PageType;
import java.io.IOException;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Compares `docs/FILE_FORMAT.md` with the code, and with the bytes of a small database.
class FileFormatTest {
  private static final Path DOCUMENT = Path.of("..", "docs", "FILE_FORMAT.md");
  private static final Pattern OFFSET = Pattern.compile("\\bint (\\w+_OFFSET) =");

  private static List<String> lines = List.of();
  private static FormatTables tables = new FormatTables(List.of());

  @BeforeAll
  static void readDocument() throws IOException {
    lines = Files.readAllLines(DOCUMENT);
    tables = new FormatTables(lines);
  }

  @BeforeEach
  void assumePageSize() {
    assumeTrue(PageLayout.PAGE_SHIFT == 13, "the document has the numbers of 8 KiB");
  }

  @Test
  void document_always_saysWhatTheCodeSays() {
    assertThat(tables.rows()).hasSizeGreaterThan(300);
    assertThat(tables.problems()).isEmpty();
  }

  @Test
  void document_always_namesAllOffsets() throws IOException {
    TreeSet<String> offsets = new TreeSet<>();
    for (Path root : List.of(Path.of("src/main/java"), Path.of("../storage/src/main/java"))) {
      try (Stream<Path> files = Files.walk(root)) {
        for (Path file : files.filter(path -> path.toString().endsWith(".java")).toList()) {
          String type = file.getFileName().toString().replace(".java", "");
          Matcher offset = OFFSET.matcher(Files.readString(file));
          while (offset.find()) {
            offsets.add(type + "." + offset.group(1));
          }
        }
      }
    }

    assertThat(offsets).hasSizeGreaterThan(100).isSubsetOf(tables.constants());
  }

  @Test
  void document_always_namesAllTypesTagsKindsAndIds() {
    List<String> names = new ArrayList<>();
    names.addAll(constants(PageType.class, ".*"));
    names.addAll(
        constants(
            PropertyLayout.class,
            "FALSE|TRUE|LONG_.|DOUBLE|LATIN_1|UTF_.*|BYTES|DATE.*|TIME|INSTANT|ZONED|DURATION"
                + "|UUID|LIST"));
    names.addAll(constants(GraphRoot.class, ".*_ID"));
    names.addAll(constants(Symbols.Kind.class, "[A-Z]+"));
    names.addAll(
        constants(
            IndexKeyEncoder.class,
            "ABSENT|FALSE|TRUE|NUMBER|STRING|BYTES|DATE|TIME|DATE_TIME|INSTANT|ZONED|DURATION"
                + "|UUID|LIST"));

    assertThat(names).hasSizeGreaterThan(45).isSubsetOf(tables.constants());
  }

  private static List<String> constants(Class<?> type, String pattern) {
    return Arrays.stream(type.getDeclaredFields())
        .filter(field -> Modifier.isStatic(field.getModifiers()) && !field.isSynthetic())
        .map(Field::getName)
        .filter(name -> name.matches(pattern))
        .map(name -> type.getName().replaceFirst(".*\\.", "").replace('$', '.') + "." + name)
        .toList();
  }

  @Test
  void problems_tamperedNumber_areFound() {
    int tampered = 0;
    for (FormatTables.Row row : tables.rows()) {
      if (row.hasConstant()) {
        String other = row.number().startsWith("\"") ? "\"tampered\"" : "7,777,777";

        assertThat(new FormatTables(alone(row, row.number())).problems())
            .as("%s", row)
            .noneMatch(problem -> problem.contains(", not "));
        assertThat(new FormatTables(alone(row, other)).problems())
            .as("%s", row)
            .anyMatch(problem -> problem.contains(row.constant() + " is "));
        tampered++;
      }
    }
    assertThat(tampered).isGreaterThan(250);
  }

  @Test
  void problems_tamperedLength_areFound() {
    List<String> table =
        List.of(
            "| offset | bytes | field | constant |",
            "|---|---|---|---|",
            "| 0 | 8 | page number | `PageLayout.PAGE_NUMBER_OFFSET` |",
            "| 8 | 8 | sequence | `PageLayout.SEQUENCE_OFFSET` |");
    List<String> tampered = new ArrayList<>(table);
    tampered.set(2, "| 0 | 4 | page number | `PageLayout.PAGE_NUMBER_OFFSET` |");

    assertThat(new FormatTables(table).problems()).isEmpty();
    assertThat(new FormatTables(tampered).problems()).containsExactly("line 4: 8, but 0 + 4");
  }

  @Test
  void problems_tamperedDocument_areFound() {
    List<String> tampered = new ArrayList<>(lines);
    tampered.replaceAll(line -> line.replace("| 40 | 8 | next node id", "| 41 | 8 | next node id"));

    assertThat(new FormatTables(tampered).problems())
        .hasSize(3)
        .anyMatch(problem -> problem.contains("GraphRoot.NEXT_NODE_OFFSET is 40, not 41"));
  }

  @Test
  void problems_removedRow_areFound() {
    List<String> without = new ArrayList<>(lines);
    assertThat(without.removeIf(line -> line.startsWith("| 28 | 4 | reserved |"))).isTrue();

    assertThat(new FormatTables(without).problems()).singleElement().asString().contains("26 + 2");
  }

  @Test
  void problems_unknownConstant_areFound() {
    FormatTables unknown =
        new FormatTables(
            List.of(
                "| value | meaning | constant |",
                "|---|---|---|",
                "| 1 | a | `PageType.ABSENT` |",
                "| 1 | b | `AbsentLayout.A` |"));

    assertThat(unknown.problems()).hasSize(2);
  }

  /// Returns a document of one row, with another number.
  private static List<String> alone(FormatTables.Row row, String number) {
    return List.of(
        "| value | meaning | constant |",
        "|---|---|---|",
        "| %s | | `%s` |".formatted(number, row.constant()));
  }

  @Test
  void propertySet_ofTheExample_hasTheseBytes() {
    int heading = lines.indexOf("### Example");
    StringBuilder hex = new StringBuilder();
    for (String line : lines.subList(heading, heading + 20)) {
      Matcher bytes = Pattern.compile("((?:[0-9A-F]{2} +)+) [a-z0-9].*").matcher(line + " .");
      if (bytes.matches()) {
        hex.append(bytes.group(1).replace(" ", ""));
      }
    }

    PropertyEncoder encoder = new PropertyEncoder();
    Map<String, Object> properties = Map.of("k1", true, "k2", 42);
    int length = encoder.encode(properties, key -> key.charAt(1) - '0');

    String encoded = HexFormat.of().withUpperCase().formatHex(encoder.buffer(), 0, length);
    assertThat(hex.toString()).isEqualTo(encoded).hasSize(24);
  }

  /// Follows the document, and nothing else, through the files of a database.
  @Test
  void database_ofTwoNodes_liesWhereTheDocumentSays(@TempDir Path directory) throws IOException {
    ByteBuffer journal;
    try (Graph graph = Graph.open(directory)) {
      graph.execute(tx -> {
        tx.declareEdgeType("KNOWS", Multiplicity.MULTI);
        long ada = tx.addNode("Person", Map.of("name", "Ada"));
        long charles = tx.addNode("Person", Map.of("text", "x".repeat(60)));
        tx.addEdge("KNOWS", ada, charles, Map.of("since", 1833));
        tx.addEdge("KNOWS", ada, charles);
      });
      journal = read(directory.resolve("journal/0000000000000001.rkj"));
    }
    ByteBuffer data = read(directory.resolve("data.rkd"));

    checkHeaderBlocks(data);
    checkJournal(journal, data);
    checkPageHeaders(data);
    checkNodes(data);
    checkEdges(data);
    assertThat(directory.resolve("journal")).isEmptyDirectory();
  }

  private static ByteBuffer read(Path file) throws IOException {
    return ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static void checkHeaderBlocks(ByteBuffer data) {
    assertThat(data.getLong(0)).isEqualTo(FormatTables.magic("ROOKERY1"));
    assertThat(data.getShort(at("HeaderBlocks.MAJOR_OFFSET"))).isEqualTo((short) 1);
    assertThat(data.getInt(at("HeaderBlocks.PAGE_SHIFT_OFFSET"))).isEqualTo(13);
    for (int block = 1; block <= 2; block++) {
      ByteBuffer entry = slice(data, block * 4096L);
      assertThat(entry.getLong(0)).isEqualTo(FormatTables.magic("RKDURABL"));
      assertThat(entry.getLong(at("HeaderBlocks.REVISION_OFFSET")) & 1).isEqualTo(block - 1);
      assertThat(entry.getLong(at("HeaderBlocks.SEQUENCE_OFFSET"))).isEqualTo(2);
      assertThat(entry.getLong(at("HeaderBlocks.PAGE_COUNT_OFFSET")) * 8192)
          .isEqualTo(data.capacity());
      assertThat(entry.getLong(at("HeaderBlocks.JOURNAL_FILE_OFFSET"))).isEqualTo(1);
    }
  }

  private static void checkJournal(ByteBuffer journal, ByteBuffer data) {
    assertThat(journal.getLong(0)).isEqualTo(FormatTables.magic("RKJOURN1"));
    assertThat(journal.getLong(at("JournalLayout.FILE_NUMBER_OFFSET"))).isEqualTo(1);
    assertThat(journal.getLong(at("JournalLayout.FILE_FIRST_SEQUENCE_OFFSET"))).isEqualTo(1);
    assertThat(journal.getLong(at("JournalLayout.FILE_CHAIN_OFFSET"))).isZero();
    ByteBuffer record = slice(journal, at("JournalLayout.FILE_HEADER_BYTES"));
    long length = checkRecord(record, journal, data, 1);
    long next = 4096 + (128 + length + 4095) / 4096 * 4096;
    checkRecord(slice(journal, next), journal, data, 2);
    ByteBuffer frame = slice(record, at("JournalLayout.RECORD_HEADER_BYTES"));
    assertThat(frame.getInt(4)).isBetween(1, frame.getInt(0));
    assertThat(slice(data, 4096).getLong(at("HeaderBlocks.JOURNAL_OFFSET_OFFSET")) % 64).isZero();
  }

  private static long checkRecord(
      ByteBuffer record, ByteBuffer journal, ByteBuffer data, long sequence) {
    assertThat(record.getLong(0)).isEqualTo(FormatTables.magic("RKRECORD"));
    assertThat(record.getLong(at("JournalLayout.RECORD_SALT_OFFSET")))
        .isEqualTo(journal.getLong(at("JournalLayout.FILE_SALT_OFFSET")));
    assertThat(record.getLong(at("JournalLayout.RECORD_UUID_OFFSET")))
        .isEqualTo(data.getLong(at("HeaderBlocks.UUID_OFFSET")));
    assertThat(record.getLong(at("JournalLayout.RECORD_SEQUENCE_OFFSET"))).isEqualTo(sequence);
    assertThat(record.getInt(at("JournalLayout.RECORD_FRAMES_OFFSET"))).isEqualTo(1);
    return record.getLong(at("JournalLayout.RECORD_LENGTH_OFFSET"));
  }

  private static void checkPageHeaders(ByteBuffer data) {
    ByteBuffer map = page(data, at("PageLayout.FIRST_PAGE"), "PageType.FREE_SPACE");
    int pageCount = data.capacity() / 8192;
    int taken = map.getInt(at("FreeSpaceMap.TAKEN_OFFSET"));
    assertThat(Long.bitCount(map.getLong(at("FreeSpaceMap.BITS_OFFSET"))))
        .isEqualTo(taken)
        .isLessThanOrEqualTo(pageCount);
    for (int number = 2; number < pageCount; number++) {
      ByteBuffer page = slice(data, number * 8192L);
      if ((map.getLong(at("FreeSpaceMap.BITS_OFFSET")) >>> number & 1) != 0) {
        assertThat(page.getLong(at("PageLayout.PAGE_NUMBER_OFFSET"))).isEqualTo(number);
        assertThat(page.getLong(at("PageLayout.SEQUENCE_OFFSET"))).isBetween(0L, 2L);
      }
    }
  }

  private static void checkNodes(ByteBuffer data) {
    ByteBuffer root = page(data, at("StorageEnvironment.ROOT_PAGE"), "PageType.ROOT");
    assertThat(root.getLong(at("GraphRoot.MAGIC_OFFSET")))
        .isEqualTo(FormatTables.magic("RKGRAPH1"));
    assertThat(root.getLong(at("GraphRoot.NEXT_NODE_OFFSET"))).isEqualTo(3);
    assertThat(root.getLong(at("GraphRoot.NODE_COUNT_OFFSET"))).isEqualTo(2);
    assertThat(root.getLong(at("GraphRoot.SLOT_COUNT_OFFSET"))).isEqualTo(2);
    assertThat(root.getInt(at("GraphRoot.LABEL_COUNT_OFFSET"))).isEqualTo(1);
    assertThat(root.getInt(at("GraphRoot.TYPE_COUNT_OFFSET"))).isEqualTo(1);
    assertThat(root.getInt(at("GraphRoot.KEY_COUNT_OFFSET"))).isEqualTo(3);

    ByteBuffer symbols = page(data, root.getLong(at("GraphRoot.SYMBOLS_OFFSET")), "PageType.LEAF");
    assertThat(symbols.getInt(at("PageLayout.STRUCTURE_OFFSET"))).isEqualTo(1);
    assertThat(symbols.getLong(at("BTreePage.ENTRY_COUNT_OFFSET"))).isEqualTo(5);
    ByteBuffer cell = slice(symbols, symbols.getShort(at("BTreePage.SLOTS_OFFSET")));
    assertThat(cell.getShort(0)).isEqualTo((short) 7);
    assertThat(cell.getShort(at("BTreePage.VALUE_BYTES_OFFSET"))).isEqualTo((short) 4);
    assertThat(text(cell, at("BTreePage.LEAF_CELL_BYTES"), 7)).isEqualTo("\0Person");

    ByteBuffer ids = entry(data, root, "GraphRoot.TRANSLATION_OFFSET", 128, 8, 2);
    assertThat(ids.getLong(0)).isEqualTo(2);
    ByteBuffer region = entry(data, root, "GraphRoot.REGIONS_OFFSET", 8, 128, 0);
    assertThat(region.getInt(at("RegionEntry.LIVE_OFFSET"))).isEqualTo(2);
    assertThat(region.getLong(at("RegionEntry.DELTA_OFFSET"))).isEqualTo(1);

    ByteBuffer slots = page(data, region.getLong(0), "PageType.NODE_SLOTS");
    assertThat(slots.getLong(at("NodeTable.IDS_OFFSET") + 8)).isEqualTo(2);
    assertThat(slots.getInt(at("NodeTable.LABELS_OFFSET") + 4)).isEqualTo(1);
    ByteBuffer cells = slice(slots, at("NodeTable.CELLS_OFFSET"));
    assertThat(cells.get(0)).isEqualTo((byte) 9);
    assertThat(text(cells, 1 + 6, 3)).isEqualTo("Ada");
    ByteBuffer inRecord = slice(cells, at("NodeTable.CELL_BYTES"));
    assertThat(inRecord.get(0)).isEqualTo((byte) 255);
    checkRecordOf(data, shortLong(inRecord, 1), 1, 66);
  }

  private static void checkEdges(ByteBuffer data) {
    ByteBuffer root = page(data, at("StorageEnvironment.ROOT_PAGE"), "PageType.ROOT");
    ByteBuffer type = entry(data, root, "GraphRoot.TYPES_OFFSET", 32, 32, 1);
    assertThat(type.getInt(at("EdgeTypes.FLAGS_OFFSET"))).isEqualTo(1);

    ByteBuffer outgoing = leaf(data, type.getLong(at("EdgeTypes.OUTGOING_OFFSET")), 18, 1);
    ByteBuffer incoming = leaf(data, type.getLong(at("EdgeTypes.INCOMING_OFFSET")), 19, 0);

    // Source slot 0 leads to slot 1 twice, with ordinals 0 and 1.
    long record = checkLeaf(outgoing, 0, 1L << 24, (1L << 24) + 1);
    assertThat(checkLeaf(incoming, 1, 0, 1)).isEqualTo(record);
    checkRecordOf(data, record, 1L << 40, 8);
  }

  /// Returns the only leaf of a forest of two edges from one source.
  ///
  /// @param counted 1 if the forest counts its entries, else 0
  private static ByteBuffer leaf(ByteBuffer data, long rootPage, int structure, int counted) {
    ByteBuffer root = page(data, rootPage, "PageType.FOREST_ROOT");
    assertThat(root.get(at("PageLayout.FLAGS_OFFSET")) & at("ForestDirectory.UNCOUNTED"))
        .isEqualTo(1 - counted);
    assertThat(root.getInt(at("PageLayout.STRUCTURE_OFFSET"))).isEqualTo(structure);
    assertThat(root.getLong(at("ForestLayout.ENTRIES_OFFSET"))).isEqualTo(2 * counted);
    assertThat(root.getLong(at("ForestLayout.SOURCES_OFFSET"))).isEqualTo(counted);
    ByteBuffer region = slice(root, at("ForestLayout.REGIONS_OFFSET"));
    assertThat(shortLong(region, at("ForestLayout.REGION_ENTRIES_OFFSET"))).isEqualTo(2 * counted);
    assertThat(region.getInt(at("ForestLayout.REGION_SOURCES_OFFSET"))).isEqualTo(counted);
    return page(data, shortLong(region, 0), "PageType.FOREST_LEAF");
  }

  /// Checks the tree of one source with two keys, and returns the first value.
  private static long checkLeaf(ByteBuffer leaf, int source, long firstKey, long secondKey) {
    int flags = leaf.get(at("PageLayout.FLAGS_OFFSET"));
    int keyBytes = (flags & at("ForestLeaf.WIDE")) != 0 ? 8 : 4;
    assertThat(flags & at("ForestLeaf.SPARSE")).isZero();
    assertThat(flags & at("ForestLeaf.VALUES")).isNotZero();
    assertThat(leaf.getShort(at("PageLayout.COUNT_OFFSET"))).isEqualTo((short) 1);
    assertThat(leaf.getShort(at("ForestLeaf.FIRST_OFFSET"))).isEqualTo((short) source);
    assertThat(leaf.getShort(at("ForestLeaf.LIVE_BYTES_OFFSET")))
        .isEqualTo((short) (2 * keyBytes + 12));
    int word = leaf.getInt(at("ForestLeaf.INDEX_OFFSET"));
    int start = (word & at("ForestLeaf.UNITS_MASK")) * 2;
    assertThat(word & at("ForestLeaf.BIG")).isZero();
    assertThat(word >>> at("ForestLeaf.LENGTH_SHIFT") & at("ForestLeaf.UNITS_MASK"))
        .isEqualTo(keyBytes + 6);
    assertThat(leaf.getShort(at("ForestLeaf.BLOCKS_OFFSET"))).isLessThanOrEqualTo((short) start);
    ByteBuffer block = slice(leaf, start);
    assertThat(block.getInt(0)).isEqualTo((int) firstKey);
    assertThat(block.getInt(keyBytes)).isEqualTo((int) secondKey);
    assertThat(shortLong(block, 2 * keyBytes + 6)).isZero();
    return shortLong(block, 2 * keyBytes);
  }

  private static void checkRecordOf(ByteBuffer data, long record, long owner, int length) {
    ByteBuffer page = page(data, record >>> 8, "PageType.TABLE_RECORDS");
    int slot = (int) record & 0xFF;
    ByteBuffer entry = slice(page, at("RecordLayout.DIRECTORY_OFFSET") + 4L * (slot - 1));
    assertThat(entry.getShort(at("SlottedPage.SLOT_LENGTH_OFFSET"))).isEqualTo((short) length);
    assertThat(page.getLong(entry.getShort(0))).isEqualTo(owner);
    assertThat(page.get(entry.getShort(0) + at("RecordLayout.OWNER_BYTES"))).isEqualTo((byte) 1);
  }

  /// Returns an entry of a paged table of one leaf.
  private static ByteBuffer entry(
      ByteBuffer data, ByteBuffer root, String table, int retiredBytes, int entryBytes, int index) {
    ByteBuffer top = page(data, root.getLong(at(table)), "PageType.PAGED_ROOT");
    assertThat(top.get(at("PageLayout.FLAGS_OFFSET"))).isEqualTo((byte) 1);
    assertThat(top.getShort(at("PageLayout.COUNT_OFFSET"))).isEqualTo((short) entryBytes);
    long leafPage = top.getLong(at("PageLayout.CONTENT_OFFSET"));
    ByteBuffer leaf = page(data, leafPage, "PageType.PAGED_LEAF");
    long entries = at("PagedLayout.RETIRED_OFFSET") + retiredBytes;
    return slice(leaf, entries + (long) entryBytes * index);
  }

  private static ByteBuffer page(ByteBuffer data, long pageNumber, String type) {
    ByteBuffer page = slice(data, pageNumber * at("PageLayout.PAGE_BYTES"));
    assertThat(page.get(at("PageLayout.TYPE_OFFSET"))).as(type).isEqualTo((byte) at(type));
    return page;
  }

  private static int at(String constant) {
    return (int) tables.number(constant);
  }

  private static ByteBuffer slice(ByteBuffer buffer, long from) {
    int length = buffer.capacity() - (int) from;
    return buffer.slice((int) from, length).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static long shortLong(ByteBuffer buffer, int offset) {
    return Integer.toUnsignedLong(buffer.getInt(offset))
        | (long) Short.toUnsignedInt(buffer.getShort(offset + 4)) << 32;
  }

  private static String text(ByteBuffer buffer, int offset, int length) {
    byte[] bytes = new byte[length];
    buffer.get(offset, bytes);
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }
}
