package dev.rookery.graph.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rookery.storage.Durability;
import dev.rookery.storage.StorageEnvironment;
import dev.rookery.storage.StorageOptions;
import dev.rookery.storage.check.CheckReport;
import dev.rookery.storage.io.MemoryFileSystem;
import dev.rookery.storage.page.PageLayout;
import dev.rookery.storage.page.PageReader;
import dev.rookery.storage.page.PageType;
import dev.rookery.storage.table.PagedTable;
import dev.rookery.storage.tree.FixedSizeForest;
import dev.rookery.storage.tx.FreeSpaceMap;
import dev.rookery.storage.tx.PageReadTransaction;
import dev.rookery.storage.tx.PageWriteTransaction;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Each rule between the structures of a graph, broken by itself: the check names it, and nothing
/// else.
final class GraphCheckTest {
  private static final String LONG_TEXT = "x".repeat(200);

  private final StorageEnvironment environment =
      StorageEnvironment.open(MemoryFileSystem.create(), StorageOptions.defaults().inline());
  private final GraphStore store = GraphStore.open(environment);
  private final List<Long> nodes = new ArrayList<>();
  private EdgeType bare = new EdgeType(0, "", false, forest(), forest());
  private EdgeType rich = bare;
  private EdgeType multi = bare;

  private static FixedSizeForest forest() {
    return new FixedSizeForest(0);
  }

  /// Something done to the pages of a sound graph.
  private interface Damage {
    void apply(PageWriteTransaction pages, GraphEdit graph);
  }

  @BeforeEach
  void build() {
    change((pages, graph) -> {
      for (int i = 0; i < 10; i++) {
        String text = i < 6 ? LONG_TEXT : "short";
        nodes.add(graph.addNode(i % 2 == 0 ? "Even" : "", Map.of("text", text)));
      }
      bare = graph.declareType("BARE", false);
      rich = graph.declareType("RICH", false);
      multi = graph.declareType("MULTI", true);
      for (int i = 0; i < 8; i++) {
        graph.addEdge("BARE", nodes.get(i), nodes.get(i + 1), Map.of(), false);
        graph.addEdge("RICH", nodes.get(i), nodes.get(7 - i), Map.of("weight", i), false);
        graph.addEdge("MULTI", nodes.get(i), nodes.get(i / 2), Map.of("weight", i), false);
        graph.addEdge("MULTI", nodes.get(i), nodes.get(i / 2), Map.of(), false);
      }
      graph.deleteNode(nodes.get(9));
      graph.deleteNode(nodes.get(5));
    });
    assertThat(problems()).isEmpty();
  }

  @AfterEach
  void close() {
    environment.close();
  }

  private void change(Damage damage) {
    try (PageWriteTransaction pages = environment.beginWrite()) {
      GraphEdit graph = store.edit(pages);
      damage.apply(pages, graph);
      graph.commit(Durability.NONE, () -> {});
    }
  }

  private List<String> problems() {
    CheckReport report = new CheckReport();
    try (PageReadTransaction pages = environment.beginRead()) {
      store.check(pages, report);
      environment.check(pages, report);
    }
    return report.problems();
  }

  /// Damages the graph and expects the problems that begin with these words, in this order.
  private void assertProblems(Damage damage, String... beginnings) {
    change(damage);
    List<String> problems = problems();
    assertThat(problems).as("%s", problems).hasSize(beginnings.length);
    for (int i = 0; i < beginnings.length; i++) {
      assertThat(problems.get(i)).startsWith(beginnings[i]);
    }
  }

  private static void setCell(GraphEdit graph, PageWriteTransaction pages, long slot, byte[] cell) {
    MemorySegment own = graph.store.nodes().modifyCell(pages, slot);
    MemorySegment.copy(cell, 0, own, PageLayout.BYTE, 0, cell.length);
  }

  private static byte[] cell(GraphEdit graph, PageWriteTransaction pages, long slot) {
    long at = graph.store.nodes().cell(pages, slot);
    return pages
        .segmentAt(at)
        .asSlice(PageReader.offsetAt(at), NodeTable.CELL_BYTES)
        .toArray(PageLayout.BYTE);
  }

  @Test
  void edge_thatLacksItsOtherHalf() {
    assertProblems(
        (pages, graph) -> bare.incoming().remove(pages, 1, 0),
        "edges BARE page=-1: edge between slots 0 and 1 differs at its ends",
        "edges BARE page=-1: 6 outgoing edges and 5 incoming ones");
  }

  @Test
  void edge_whoseEndsNameDifferentRecords() {
    assertProblems(
        (pages, graph) -> multi.incoming().put(pages, 0, multi.key(1, 1), 77),
        "edges MULTI page=-1: edge between slots 1 and 0 differs at its ends",
        "edges MULTI page=-1: edge between slots 0 and 1 differs at its ends");
  }

  @Test
  void edge_toASlotWithoutNode() {
    assertProblems(
        (pages, graph) -> {
          bare.outgoing().put(pages, 2, 5, 0);
          bare.incoming().put(pages, 5, 2, 0);
        },
        "edges BARE page=-1: slot 5 has edges and no node");
  }

  @Test
  void edge_toASlotThatNeverWas() {
    assertProblems(
        (pages, graph) -> bare.outgoing().put(pages, 2, 1 << 20, 0),
        "edges BARE page=-1: edge between slots 2 and 1048576 differs at its ends",
        "edges BARE page=-1: 7 outgoing edges and 6 incoming ones");
  }

  @Test
  void edges_thatShareARecord() {
    assertProblems(
        (pages, graph) -> {
          long record = rich.outgoing().get(pages, 0, 7);
          long other = rich.outgoing().get(pages, 1, 6);
          graph.store.edgeRecords().delete(pages, other);
          rich.outgoing().put(pages, 1, 6, record);
          rich.incoming().put(pages, 6, 1, record);
        },
        "edges RICH page=-1: two edges share record",
        "edge records page=-1: record",
        "edge records page=-1: an edge names a record that does not exist");
  }

  @Test
  void edgeRecord_withoutEdge() {
    assertProblems(
        (pages, graph) ->
            graph
                .store
                .edgeRecords()
                .insert(pages, EdgeEntries.owner(rich.number(), 0), new byte[] {0}, 0),
        "edge records page=-1: record");
  }

  @Test
  void edgeRecord_thatDoesNotExist() {
    assertProblems(
        (pages, graph) -> graph.store.edgeRecords().delete(pages, rich.outgoing().get(pages, 0, 7)),
        "edge records page=-1: an edge names a record that does not exist");
  }

  @Test
  void nodeRecord_withoutNode() {
    assertProblems(
        (pages, graph) -> graph.store.nodeRecords().insert(pages, 8, new byte[100], 100),
        "node records page=-1: record",
        "node records page=-1: 5 nodes name 6 records");
  }

  @Test
  void nodes_thatShareARecord() {
    assertProblems(
        (pages, graph) -> setCell(graph, pages, 8, cell(graph, pages, 0)),
        "node records page=-1: 6 nodes name 5 records");
  }

  @Test
  void id_thatTranslatesToAnotherSlot() {
    assertProblems(
        (pages, graph) -> setTranslation(pages, nodes.get(3), 4 + 1),
        "node slots page=-1: node 4 does not translate to its slot 3",
        "translation page=-1: slot 4 is not of node 4");
  }

  @Test
  void id_thatWasNeverGiven() {
    assertProblems(
        (pages, graph) -> setTranslation(pages, 100, 3),
        "translation page=-1: id 100 is not as given");
  }

  @Test
  void id_thatIsNeitherThereNorRetired() {
    assertProblems(
        (pages, graph) -> setTranslation(pages, nodes.get(3), 0),
        "node slots page=-1: node 4 does not translate to its slot 3",
        "translation page=-1: id 4 is not as given");
  }

  private static void setTranslation(PageWriteTransaction pages, long node, long value) {
    long root = GraphRoot.getLong(pages, GraphRoot.TRANSLATION_OFFSET);
    long at = new PagedTable(root, Long.BYTES).modify(pages, node);
    pages.segmentAt(at).set(PageLayout.LONG, PageReader.offsetAt(at), value);
  }

  private static MemorySegment region(PageWriteTransaction pages) {
    long root = GraphRoot.getLong(pages, GraphRoot.REGIONS_OFFSET);
    long at = new PagedTable(root, RegionEntry.BYTES).modify(pages, 0);
    return pages.segmentAt(at).asSlice(PageReader.offsetAt(at), RegionEntry.BYTES);
  }

  @Test
  void slot_thatIsLost() {
    assertProblems(
        (pages, graph) -> region(pages).set(PageLayout.INT, RegionEntry.FREE_OFFSET, 0),
        "node slots page=-1: slots of region at 0 are lost");
  }

  @Test
  void chainOfFreeSlots_thatComesToANode() {
    assertProblems(
        (pages, graph) -> region(pages).set(PageLayout.INT, RegionEntry.FREE_OFFSET, 1),
        "node slots page=-1: chain of free slots of region at 0 is broken");
  }

  @Test
  void countOfNodesInARegion() {
    assertProblems(
        (pages, graph) -> region(pages).set(PageLayout.INT, RegionEntry.LIVE_OFFSET, 3),
        "node slots page=-1: live count is not 8");
  }

  @Test
  void delta_thatDoesNotHold() {
    assertProblems(
        (pages, graph) -> {
          region(pages).set(PageLayout.LONG, RegionEntry.DELTA_OFFSET, 2);
          for (int node = 1; node < 8; node++) {
            if (node != 5) {
              graph.deleteNode(nodes.get(node));
            }
          }
          graph.deleteNode(nodes.get(8));
        },
        "node slots page=-1: node 1 is not slot 0 + 2");
  }

  @Test
  void countOfNodes() {
    assertProblems(
        (pages, graph) -> GraphRoot.setLong(pages, GraphRoot.NODE_COUNT_OFFSET, 9),
        "graph root page=" + GraphRoot.PAGE + ": node count is not 8");
  }

  @Test
  void freeSlots_thatNobodyFinds() {
    assertProblems(
        (pages, graph) -> GraphRoot.setLong(pages, GraphRoot.FREE_REGION_OFFSET, 1),
        "graph root page=" + GraphRoot.PAGE + ": free slots before region 1");
  }

  @Test
  void label_withoutName() {
    assertProblems(
        (pages, graph) -> graph.store.nodes().setLabel(pages, 2, 5),
        "node slots page=-1: label 5 of slot 2 has no name");
  }

  @Test
  void propertyKey_withoutName() {
    assertProblems(
        (pages, graph) -> {
          PropertyEncoder encoder = new PropertyEncoder();
          int length = encoder.encode(Map.of("unnamed", 1), key -> 500);
          byte[] cell = new byte[length + 1];
          cell[0] = (byte) length;
          System.arraycopy(encoder.buffer(), 0, cell, 1, length);
          setCell(graph, pages, 8, cell);
        },
        "node properties page=-1: property key 500 has no name");
  }

  @Test
  void page_thatBelongsToNothing() {
    assertProblems((pages, graph) -> pages.allocate(PageType.LEAF, 99), "free-space map page=");
  }

  @Test
  void page_thatIsFreeAndUsed() {
    assertProblems(
        (pages, graph) -> {
          // Taken away from the map alone; its content stays.
          MemorySegment map = pages.modify(FreeSpaceMap.mapPage(0));
          long root = GraphRoot.getLong(pages, GraphRoot.NODE_RECORDS_OFFSET);
          long offset = 40 + (root >>> 6) * 8;
          map.set(PageLayout.LONG, offset, map.get(PageLayout.LONG, offset) & ~(1L << root));
          map.set(PageLayout.INT, 32, map.get(PageLayout.INT, 32) - 1);
        },
        "free-space map page=");
  }
}
