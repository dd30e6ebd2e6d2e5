package dev.rookery.graph.load;

import dev.rookery.graph.store.EdgeType;
import dev.rookery.graph.store.GraphLoad;
import dev.rookery.storage.page.PageLayout;
import dev.rookery.storage.page.PageReader;
import dev.rookery.storage.tree.BuiltRegions;
import dev.rookery.storage.tree.FixedSizeForest;
import dev.rookery.storage.tree.ForestBuilder;
import dev.rookery.storage.tx.UnseenPages;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// All edges of a load: takes them in any order, sorts them within a budget of memory, and builds
/// the forests of both directions.
///
/// Memory: one chunk for each type that edges come of, small as long as they are few; sorted runs
/// as long as there is room; the windows of [UnseenPages]; buffers of merges. When a chunk is full,
/// it is sorted both ways, on two threads; when memory is full, sorted runs go to the file. Of
/// edges with properties the second thread sorts and writes a chunk while the next one is filled,
/// and fetches and merges runs ahead of the thread that stores records and builds.
///
/// Belongs to one thread.
public final class EdgeLoad implements AutoCloseable {
  private static final int CHUNK_EDGES_MIN = 64;
  private static final int CHUNK_EDGES_MAX = 1 << 20;

  private final GraphLoad graph;
  private final LoadMemory memory;
  private final LoadWatch watch;
  private final LoadThreads threads;
  private final RunFile file;
  private final int chunkEdgesMax;
  private final int fanInMax;
  private final int framesMax;

  /// By number of the type; those that no edge came of are absent.
  private final List<@Nullable TypeEdges> types = new ArrayList<>();

  private final RadixSort outgoingSort = new RadixSort();
  private final RadixSort incomingSort = new RadixSort();
  private long[] outgoingSpare = new long[0];
  private long[] incomingSpare = new long[0];

  /// How much the chunks of all types take that have grown.
  private long chunkBytes;

  private long addedCount;
  private long duplicateCount;
  private boolean isClosed;

  /// The edges of one type.
  private final class TypeEdges {
    final EdgeType type;
    final KeyRuns outgoing = new KeyRuns(file, memory);
    final KeyRuns incoming = new KeyRuns(file, memory);

    /// The edges that came last, unsorted.
    long[] chunk = new long[CHUNK_EDGES_MIN];

    int count;

    /// From the first edge with properties on, all edges go here; `properties[0]` or nothing.
    final List<PropertyRuns> properties = new ArrayList<>(1);

    TypeEdges(EdgeType type) {
      this.type = type;
      memory.take((long) Long.BYTES * chunk.length);
    }
  }

  /// Creates a load without edges.
  ///
  /// @param threadCount how many threads may work at once, 1 or 2
  public EdgeLoad(GraphLoad graph, LoadMemory memory, int threadCount, LoadWatch watch) {
    this.graph = graph;
    this.memory = memory;
    this.watch = watch;
    this.threads = new LoadThreads(threadCount);
    this.file = new RunFile(graph.space()::newFile, memory);
    long limit = memory.limitBytes();
    this.chunkEdgesMax =
        Math.clamp(Long.highestOneBit(limit / 256), CHUNK_EDGES_MIN, CHUNK_EDGES_MAX);
    this.fanInMax = Math.clamp(limit / 8 / RunFile.BUFFER_BYTES, 4, 512);
    this.framesMax = framesMax(limit);
    memory.take(2 * UnseenPages.bytesOf(framesMax));
  }

  /// Returns how many pages a window keeps where a load has so much memory.
  public static int framesMax(long limitBytes) {
    return Math.clamp(limitBytes / 64 / PageLayout.PAGE_BYTES, 48, 512);
  }

  /// Adds an edge between slots below 2^32.
  ///
  /// @param properties whose first `length` bytes are its properties
  public void add(EdgeType type, long from, long to, byte[] properties, int length) {
    long key = from << Integer.SIZE | to;
    TypeEdges edges = edgesOf(type);
    if (length > 0 && edges.properties.isEmpty()) {
      edges.properties.add(new PropertyRuns(file, memory, threads, propertyBytesMax()));
    }
    if (!edges.properties.isEmpty()) {
      boolean grew = edges.properties.getFirst().add(key, properties, length);
      if (grew && memory.isShortOf(2L * propertyBytesMax())) {
        makeRoom();
      }
      return;
    }
    if (edges.count == edges.chunk.length) {
      grow(edges);
    }
    edges.chunk[edges.count++] = key;
  }

  private int propertyBytesMax() {
    return Math.clamp(memory.limitBytes() / 32, 1 << 10, 16 << 20);
  }

  private TypeEdges edgesOf(EdgeType type) {
    while (types.size() <= type.number()) {
      types.add(null);
    }
    TypeEdges edges = types.get(type.number());
    if (edges == null) {
      edges = new TypeEdges(type);
      types.set(type.number(), edges);
    }
    return edges;
  }

  /// Makes room for an edge behind a full chunk.
  private void grow(TypeEdges edges) {
    int length = edges.chunk.length;
    long added = (long) Long.BYTES * length;
    if (length < chunkEdgesMax
        && chunkBytes + added <= memory.limitBytes() / 8
        && !memory.isShortOf(2 * added)) {
      memory.take(added);
      chunkBytes += added;
      edges.chunk = Arrays.copyOf(edges.chunk, 2 * length);
      return;
    }
    sortChunk(edges);
  }

  /// Sorts the chunk of a type both ways; it is empty then.
  private void sortChunk(TypeEdges edges) {
    watch.check();
    int count = edges.count;
    if (count == 0) {
      return;
    }
    reserveSpares(count);
    if (memory.isShortOf(2L * Long.BYTES * count)) {
      spillAll();
    }
    memory.take(2L * Long.BYTES * count);
    long[] outgoing = new long[count];
    long[] incoming = new long[count];
    threads.both(
        () -> outgoingSort.sort(edges.chunk, count, 0, outgoing, outgoingSpare),
        () -> incomingSort.sort(edges.chunk, count, Integer.SIZE, incoming, incomingSpare));
    edges.outgoing.add(outgoing);
    edges.incoming.add(incoming);
    edges.count = 0;
  }

  private void reserveSpares(int count) {
    if (outgoingSpare.length < count) {
      memory.take(2L * Long.BYTES * (count - outgoingSpare.length));
      outgoingSpare = new long[count];
      incomingSpare = new long[count];
    }
  }

  /// Writes all sorted runs to the file.
  private void spillAll() {
    watch.check();
    threads.both(
        () -> present().forEach(edges -> edges.outgoing.spill(fanInMax)),
        () -> present().forEach(edges -> edges.incoming.spill(fanInMax)));
  }

  /// Takes back what chunks have of memory, where many types are loaded at once.
  private void makeRoom() {
    spillAll();
    for (TypeEdges edges : present()) {
      if (!memory.isShortOf(2L * propertyBytesMax())) {
        return;
      }
      edges.properties.forEach(PropertyRuns::shrink);
    }
  }

  private List<TypeEdges> present() {
    List<TypeEdges> present = new ArrayList<>();
    for (TypeEdges edges : types) {
      if (edges != null) {
        present.add(edges);
      }
    }
    return present;
  }

  /// What was built of a type.
  private record Built(TypeEdges edges, BuiltRegions outgoing, BuiltRegions incoming) {}

  /// Builds all forests, makes them durable, and links them in the transaction, which is ready to
  /// be committed then.
  public void build() {
    for (TypeEdges edges : present()) {
      sortChunk(edges);
      memory.giveBack((long) Long.BYTES * edges.chunk.length);
      edges.chunk = new long[0];
    }
    memory.giveBack(2L * Long.BYTES * outgoingSpare.length);
    outgoingSpare = new long[0];
    incomingSpare = new long[0];
    List<TypeEdges> bare = present();
    bare.removeIf(edges -> !edges.properties.isEmpty());
    List<TypeEdges> rich = present();
    rich.removeAll(bare);
    if (memory.isShortOf(2L * fanInMax * RunFile.BUFFER_BYTES)) {
      spillAll();
    }
    List<Built> built = new ArrayList<>();
    try (UnseenPages outgoing = graph.space().open(framesMax);
        UnseenPages incoming = graph.space().open(framesMax)) {
      buildBare(bare, outgoing, incoming, built);
      rich.forEach(edges -> built.add(buildRich(edges)));
      graph.adopt(List.of(outgoing, incoming));
    }
    for (Built each : built) {
      EdgeType type = each.edges().type;
      graph.link(type.outgoing(), each.outgoing());
      graph.link(type.incoming(), each.incoming());
    }
  }

  private void buildBare(
      List<TypeEdges> bare, UnseenPages outgoing, UnseenPages incoming, List<Built> built) {
    List<BuiltRegions> outgoingRegions = new ArrayList<>();
    List<BuiltRegions> incomingRegions = new ArrayList<>();
    PageReader before = graph.reader();
    threads.both(
        () -> {
          for (TypeEdges edges : bare) {
            outgoingRegions.add(buildBare(edges, before, outgoing, true));
          }
          outgoing.finish();
        },
        () -> {
          for (TypeEdges edges : bare) {
            incomingRegions.add(buildBare(edges, before, incoming, false));
          }
          incoming.finish();
        });
    for (int i = 0; i < bare.size(); i++) {
      built.add(new Built(bare.get(i), outgoingRegions.get(i), incomingRegions.get(i)));
    }
  }

  private BuiltRegions buildBare(
      TypeEdges edges, PageReader before, UnseenPages window, boolean isOutgoing) {
    KeyRuns runs = isOutgoing ? edges.outgoing : edges.incoming;
    EdgeType type = edges.type;
    FixedSizeForest forest = isOutgoing ? type.outgoing() : type.incoming();
    ForestBuilder builder = GraphLoad.builder(window, type, isOutgoing);
    RunCursor all = only(runs.cursors());
    EdgeMerge merge = new EdgeMerge(all, type, forest, before, builder, null, watch);
    merge.run();
    runs.close();
    if (isOutgoing) {
      count(merge);
    }
    return builder.finish();
  }

  private static RunCursor only(List<RunCursor> cursors) {
    return cursors.size() == 1 ? cursors.getFirst() : new RunMerge(cursors);
  }

  private void count(EdgeMerge merge) {
    addedCount += merge.addedCount();
    duplicateCount += merge.duplicateCount();
  }

  /// Builds both directions of a type some of whose edges have properties: first by source, giving
  /// each edge that stays its record, then by target.
  private Built buildRich(TypeEdges edges) {
    EdgeType type = edges.type;
    PropertyRuns properties = edges.properties.getFirst();
    RecordRuns records =
        new RecordRuns(file, memory, threads, Math.max(CHUNK_EDGES_MIN, chunkEdgesMax / 4));
    List<RunCursor> cursors = new ArrayList<>(edges.outgoing.cursors());
    cursors.addAll(properties.cursors(fanInMax));
    ForestBuilder outgoing = GraphLoad.builder(graph.pages(), type, true);
    EdgeMerge bySource =
        new EdgeMerge(
            ahead(new RunMerge(cursors)),
            type,
            type.outgoing(),
            graph.reader(),
            outgoing,
            (from, to, edge) -> {
              long record =
                  edge.length() == 0
                      ? 0
                      : graph.insertEdgeRecord(type, from, edge.bytes(), edge.length());
              records.add(to << Integer.SIZE | from, record);
              return record;
            },
            watch);
    bySource.run();
    count(bySource);
    edges.outgoing.close();
    edges.incoming.close();
    properties.close();
    ForestBuilder incoming = GraphLoad.builder(graph.pages(), type, false);
    new EdgeMerge(
            ahead(records.sorted(fanInMax)),
            type,
            type.incoming(),
            graph.reader(),
            incoming,
            (_, _, edge) -> edge.value(),
            watch)
        .run();
    records.close();
    return new Built(edges, outgoing.finish(), incoming.finish());
  }

  /// Returns a run that is fetched by the second thread, where there is one.
  private RunCursor ahead(RunCursor run) {
    return threads.hasSecond() ? new RunAhead(run, threads, memory) : run;
  }

  /// Returns how many edges were added.
  public long addedCount() {
    return addedCount;
  }

  /// Returns how many edges were not added because there was one of their SIMPLE type already.
  public long duplicateCount() {
    return duplicateCount;
  }

  /// Returns how many bytes went to the file of runs.
  public long spilledBytes() {
    return file.bytes();
  }

  /// Ends threads and gives memory and files back. Idempotent.
  @Override
  public void close() {
    if (!isClosed) {
      isClosed = true;
      try (file) {
        threads.close();
      }
    }
  }
}
