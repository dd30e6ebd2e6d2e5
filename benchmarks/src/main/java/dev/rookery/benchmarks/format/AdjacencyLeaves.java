package dev.rookery.benchmarks.format;

import static dev.rookery.benchmarks.format.LittleEndian.INT;
import static dev.rookery.benchmarks.format.LittleEndian.SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// The adjacency of a graph in leaf pages, in one of three layouts.
///
/// A leaf holds the targets of consecutive sources as runs of 4-byte values. It begins with the
/// page header, of which only two fields are filled in: the first source and the count of entries.
/// What follows differs:
///
/// | layout | after the header | a run |
/// | --- | --- | --- |
/// | `DENSE` | 2-byte offset for each source of the span, one more for the end | targets |
/// | `SPARSE` | 2-byte key of each source with edges, then offsets as above | targets |
/// | `HEADED` | 2-byte offset for each source of the span | 2-byte count, then targets |
///
/// The run of a source with more than a quarter page of targets is a stub {first page, count}; its
/// targets fill pages of their own. The top bit of its offset, or of its count, says so.
final class AdjacencyLeaves {
  /// Page size in bytes; a constant to the compiler, and a property so that sizes can be compared.
  static final int PAGE_SIZE = Integer.getInteger("rookery.benchmark.pageSize", 8192);

  static final int PAGE_SHIFT = Integer.numberOfTrailingZeros(PAGE_SIZE);
  static final int FIRST_SOURCE_OFFSET = 8;
  static final int COUNT_OFFSET = 12;
  static final int HEADER_LENGTH = 32;

  static final int BIG = 0x8000;
  static final int BIG_MASK = 0x7FFF;
  static final int BIG_PAGE_TARGETS = (PAGE_SIZE - HEADER_LENGTH) / 4;

  private static final int STUB_LENGTH = 8;
  private static final int INLINE_TARGETS_MAX = PAGE_SIZE / 4 / 4;
  private static final int REGION_MASK = 0xFFFF;

  /// Where the runs of a leaf are found; see the type's description.
  enum Layout {
    DENSE,
    SPARSE,
    HEADED
  }

  final MemorySegment pages;
  final int leafCount;

  /// The leaf of each source.
  final char[] leafOfSource = new char[PermutedGraph.NODE_COUNT];

  /// The first source of each leaf, as a directory knows it.
  final int[] firstSourceOfLeaf;

  private final PermutedGraph graph;
  private final Layout layout;
  private int bigPage;

  AdjacencyLeaves(PermutedGraph graph, Layout layout, Arena arena) {
    this.graph = graph;
    this.layout = layout;
    leafCount = assignLeaves();
    bigPage = leafCount;
    pages = arena.allocate((long) (leafCount + countBigPages()) << PAGE_SHIFT, PAGE_SIZE);
    firstSourceOfLeaf = new int[leafCount];
    int source = 0;
    for (int leaf = 0; leaf < leafCount; leaf++) {
      firstSourceOfLeaf[leaf] = source;
      source = writeLeaf(leaf, source);
    }
  }

  /// Returns the page with number `page`.
  MemorySegment page(int page) {
    return pages.asSlice((long) page << PAGE_SHIFT, PAGE_SIZE);
  }

  private int assignLeaves() {
    int leaf = 0;
    int used = HEADER_LENGTH + 4;
    for (int source = 0; source < PermutedGraph.NODE_COUNT; source++) {
      int length = entryLength(source) + runLength(source);
      if (used + length > PAGE_SIZE || (source != 0 && (source & REGION_MASK) == 0)) {
        leaf++;
        used = HEADER_LENGTH + 4;
      }
      used += length;
      leafOfSource[source] = (char) leaf;
    }
    return leaf + 1;
  }

  private int entryLength(int source) {
    return switch (layout) {
      case DENSE -> 2;
      case SPARSE -> graph.degree(source) == 0 ? 0 : 4;
      case HEADED -> 4;
    };
  }

  private int runLength(int source) {
    return isBig(source) ? STUB_LENGTH : 4 * graph.degree(source);
  }

  private boolean isBig(int source) {
    return graph.degree(source) > INLINE_TARGETS_MAX;
  }

  private int countBigPages() {
    int count = 0;
    for (int source = 0; source < PermutedGraph.NODE_COUNT; source++) {
      if (isBig(source)) {
        count += (graph.degree(source) + BIG_PAGE_TARGETS - 1) / BIG_PAGE_TARGETS;
      }
    }
    return count;
  }

  /// Writes the leaf that begins with `first` and returns the source after its last one.
  private int writeLeaf(int leaf, int first) {
    MemorySegment page = page(leaf);
    int end = first;
    int count = 0;
    while (end < PermutedGraph.NODE_COUNT && leafOfSource[end] == leaf) {
      count += hasEntry(end) ? 1 : 0;
      end++;
    }
    page.set(INT, FIRST_SOURCE_OFFSET, first);
    page.set(SHORT, COUNT_OFFSET, (short) count);
    int offsets = HEADER_LENGTH + (layout == Layout.SPARSE ? 2 * count : 0);
    int run = runsOffset(count);
    int index = 0;
    for (int source = first; source < end; source++) {
      if (hasEntry(source)) {
        if (layout == Layout.SPARSE) {
          page.set(SHORT, HEADER_LENGTH + 2L * index, (short) source);
        }
        int big = isBig(source) ? BIG : 0;
        page.set(SHORT, offsets + 2L * index, (short) (run | (layout == Layout.HEADED ? 0 : big)));
        run = writeRun(page, run, source, big);
        index++;
      }
    }
    if (layout != Layout.HEADED) {
      page.set(SHORT, offsets + 2L * count, (short) run);
    }
    return end;
  }

  /// Returns where the first run of a leaf with `count` entries begins.
  int runsOffset(int count) {
    int length =
        switch (layout) {
          case DENSE -> 2 * count + 2;
          case SPARSE -> 4 * count + 2;
          case HEADED -> 2 * count;
        };
    return HEADER_LENGTH + ((length + 3) & ~3);
  }

  private boolean hasEntry(int source) {
    return layout != Layout.SPARSE || graph.degree(source) > 0;
  }

  private int writeRun(MemorySegment page, int run, int source, int big) {
    int at = run;
    if (layout == Layout.HEADED) {
      page.set(SHORT, at, (short) (big != 0 ? BIG : graph.degree(source)));
      at += 2;
    }
    if (big != 0) {
      page.set(INT, at, bigPage);
      page.set(INT, at + 4L, graph.degree(source));
      writeBig(source);
      return at + STUB_LENGTH;
    }
    for (int i = graph.offsets[source]; i < graph.offsets[source + 1]; i++) {
      page.set(INT, at, graph.targets[i]);
      at += 4;
    }
    return at;
  }

  private void writeBig(int source) {
    int at = graph.offsets[source];
    int end = graph.offsets[source + 1];
    while (at < end) {
      int count = Math.min(BIG_PAGE_TARGETS, end - at);
      MemorySegment.copy(graph.targets, at, page(bigPage++), INT, HEADER_LENGTH, count);
      at += count;
    }
  }
}
