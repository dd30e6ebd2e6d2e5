package dev.rookery.graph;

import dev.rookery.graph.error.BulkLoadException;
import dev.rookery.graph.error.NodeNotFoundException;
import dev.rookery.graph.load.EdgeLoad;
import dev.rookery.graph.load.LoadMemory;
import dev.rookery.graph.load.LoadWatch;
import dev.rookery.graph.load.NodeKeys;
import dev.rookery.graph.store.EdgeType;
import dev.rookery.graph.store.GraphLoad;
import dev.rookery.graph.store.GraphStore;
import dev.rookery.storage.error.TransactionClosedException;
import dev.rookery.storage.tx.PageWriteTransaction;
import dev.rookery.storage.tx.UnseenPages;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Loads many nodes and edges at once, into an empty graph or to what is there already.
///
/// Edges come in any order. They are sorted, within a budget of memory, through files below the
/// database directory where they are many, and their structures built in one go. Nothing of it can
/// be seen before [#finish], which makes all of it visible and durable at once, by one small
/// commit. [#close] without `finish`, an exception, or a crash leave the graph as it was.
///
/// A loader is the one writer of the graph from its beginning to its end: other writers wait,
/// readers go on. As far as it reuses nothing, the database grows by what is loaded; space that is
/// free already is left to other writers.
///
/// After an exception other than one for a wrong argument the loader can only be closed. A wrong
/// argument ([IllegalArgumentException], [NodeNotFoundException],
/// [dev.rookery.graph.error.PropertyException]) changes nothing, and the load may go on.
///
/// Belongs to the thread that began it, but for [#cancel].
///
/// ```java
/// try (BulkLoader load = graph.bulkLoad(BulkLoadOptions.defaults())) {
///   long ann = load.addNode("Person", Map.of("name", "Ann"));
///   long bob = load.addNode("Person", Map.of("name", "Bob"));
///   load.addEdge("KNOWS", ann, bob);
///   load.finish();
/// }
/// ```
public final class BulkLoader implements AutoCloseable {
  private static final byte[] NO_BYTES = new byte[0];
  private static final int TOLD_EVERY = 0xFFFF;

  /// Slots are sorted as numbers of 4 bytes.
  private static final long SLOT_END = 0xFFFF_FFFFL;

  private final PageWriteTransaction tx;
  private final BulkLoadOptions options;
  private final LoadMemory memory;
  private final GraphLoad graph;
  private final EdgeLoad edges;
  private final NodeKeys keys;
  private final long beginNanos = System.nanoTime();
  private final AtomicLong builtCount = new AtomicLong();
  private long edgeCount;

  /// What `edgeCount` was lately, for other threads.
  private volatile long toldEdgeCount;

  private volatile boolean isCancelled;
  private long taken;
  private boolean isFailed;
  private boolean isEnded;

  /// The type that was asked for last: mostly the same one as before.
  private @Nullable EdgeType lastType;

  private String lastTypeName = "";

  /// @param memoryBytes instead of what the options say: tests go below what users may
  BulkLoader(GraphStore store, PageWriteTransaction tx, BulkLoadOptions options, long memoryBytes) {
    this.tx = tx;
    this.options = options;
    this.memory = new LoadMemory(memoryBytes);
    int frames = EdgeLoad.framesMax(memoryBytes);
    memory.take(UnseenPages.bytesOf(frames));
    this.graph = new GraphLoad(store, tx, frames);
    this.keys = new NodeKeys(memory);
    this.edges = new EdgeLoad(graph, memory, options.threadCount(), new Watch());
  }

  private void checkOpen() {
    if (isEnded) {
      throw new TransactionClosedException("bulk load has ended");
    }
    tx.checkMine();
    if (isFailed) {
      throw new BulkLoadException("bulk load has failed and can only be closed");
    }
    if ((++taken & TOLD_EVERY) == 0) {
      toldEdgeCount = edgeCount;
      checkTime();
      tell();
    }
  }

  private void checkTime() {
    if (isCancelled) {
      throw failed(new BulkLoadException("bulk load was cancelled " + counts()));
    }
    if (options.timeout().isPresent()
        && System.nanoTime() - beginNanos > options.timeout().get().toNanos()) {
      throw failed(
          new BulkLoadException(
              "bulk load took too long timeout=%s %s"
                  .formatted(options.timeout().get(), counts())));
    }
  }

  private String counts() {
    return "nodes=%d edges=%d built=%d"
        .formatted(graph.nodeCount(), toldEdgeCount, builtCount.get());
  }

  private BulkLoadException failed(BulkLoadException exception) {
    isFailed = true;
    return exception;
  }

  private void tell() {
    options
        .listener()
        .accept(new BulkLoadProgress(graph.nodeCount(), toldEdgeCount, builtCount.get()));
  }

  /// Runs a change; what fails in the middle of it leaves a load that can only be closed.
  private <T> T guarded(Function<GraphLoad, T> change) {
    boolean done = false;
    try {
      T result = change.apply(graph);
      done = true;
      return result;
    } finally {
      isFailed |= !done && (tx.isBroken() || tx.isClosed());
    }
  }

  /// Adds a node without label and returns its id.
  public long addNode() {
    return addNode("", Map.of());
  }

  /// Adds a node and returns its id.
  public long addNode(String label) {
    return addNode(label, Map.of());
  }

  /// Adds a node with properties and returns its id.
  ///
  /// @throws IllegalArgumentException if the label is not a good name; an empty one means none
  /// @throws dev.rookery.graph.error.PropertyException if a property is not allowed
  public long addNode(String label, Map<String, ?> properties) {
    checkOpen();
    return guarded(load -> load.addNode(label, properties));
  }

  /// Adds a node that bears a key of the outside world, by which [#findNode(long)] finds it as long
  /// as the load lasts. The key is not stored in the graph. Keys take memory of the load: 16 to 32
  /// bytes each, and may take half of it.
  ///
  /// @throws IllegalArgumentException if a node bears the key already
  public long addNode(long key, String label, Map<String, ?> properties) {
    checkOpen();
    if (keys.find(key) != 0) {
      throw new IllegalArgumentException("a node has this key already key=" + key);
    }
    long node = guarded(load -> load.addNode(label, properties));
    isFailed = true; // Unless there is room for the key.
    keys.add(key, node);
    isFailed = false;
    return node;
  }

  /// As [#addNode(long, String, Map)], with a text for a key, which takes about 25 bytes and its
  /// length.
  public long addNode(String key, String label, Map<String, ?> properties) {
    checkOpen();
    if (keys.find(key) != 0) {
      throw new IllegalArgumentException("a node has this key already key=" + key);
    }
    long node = guarded(load -> load.addNode(label, properties));
    isFailed = true; // Unless there is room for the key.
    keys.add(key, node);
    isFailed = false;
    return node;
  }

  /// Returns the node of this load that bears a key.
  public OptionalLong findNode(long key) {
    checkOpen();
    long node = keys.find(key);
    return node == 0 ? OptionalLong.empty() : OptionalLong.of(node);
  }

  /// Returns the node of this load that bears a key.
  public OptionalLong findNode(String key) {
    checkOpen();
    long node = keys.find(key);
    return node == 0 ? OptionalLong.empty() : OptionalLong.of(node);
  }

  /// Declares an edge type; one that is not declared becomes SIMPLE with its first edge.
  ///
  /// @throws IllegalArgumentException if it exists with another multiplicity
  public void declareEdgeType(String type, Multiplicity multiplicity) {
    checkOpen();
    guarded(load -> load.edit().declareType(type, multiplicity == Multiplicity.MULTI));
  }

  private EdgeType typeOf(String name) {
    EdgeType last = lastType;
    if (last != null && lastTypeName.equals(name)) {
      return last;
    }
    EdgeType type =
        guarded(load -> {
          int number = load.edit().typeNumber(name);
          return number > 0 ? load.edit().type(number) : load.edit().declareType(name, false);
        });
    lastType = type;
    lastTypeName = name;
    return type;
  }

  /// Adds an edge between nodes, new or not. Whether it is a duplicate is found out later.
  ///
  /// @throws NodeNotFoundException if there is no such node
  public void addEdge(String type, long source, long target) {
    checkOpen();
    add(typeOf(type), source, target, NO_BYTES, 0);
  }

  /// Adds an edge with properties.
  ///
  /// @throws NodeNotFoundException if there is no such node
  /// @throws dev.rookery.graph.error.PropertyException if a property is not allowed
  public void addEdge(String type, long source, long target, Map<String, ?> properties) {
    checkOpen();
    EdgeType edgeType = typeOf(type);
    if (properties.isEmpty()) {
      add(edgeType, source, target, NO_BYTES, 0);
      return;
    }
    int length = guarded(load -> load.encode(properties));
    add(edgeType, source, target, graph.encoded(), length);
  }

  private void add(EdgeType type, long source, long target, byte[] bytes, int length) {
    long from = slotOf(source);
    long to = slotOf(target);
    if (from >= SLOT_END || to >= SLOT_END) {
      throw new IllegalArgumentException(
          "node lies behind what bulk load can sort source=%d target=%d".formatted(source, target));
    }
    boolean done = false;
    try {
      edges.add(type, from, to, bytes, length);
      done = true;
    } finally {
      isFailed |= !done;
    }
    edgeCount++;
  }

  private long slotOf(long node) {
    return graph.slotOf(node);
  }

  /// Builds what was added, and makes it visible and durable.
  ///
  /// @throws BulkLoadException if it was cancelled or took too long
  /// @throws dev.rookery.storage.error.DiskFullException if there is no room; nothing was loaded
  /// @throws dev.rookery.storage.error.StorageFailedException if a write or sync failed; nothing
  ///   was loaded, as far as is known
  public BulkLoadSummary finish() {
    checkOpen();
    toldEdgeCount = edgeCount;
    checkTime();
    isFailed = true; // Unless all of it works.
    keys.close();
    edges.build();
    checkTime();
    long sequence = graph.commit();
    isEnded = true;
    BulkLoadSummary summary =
        new BulkLoadSummary(
            graph.nodeCount(),
            edges.addedCount(),
            edges.duplicateCount(),
            memory.peakBytes(),
            edges.spilledBytes(),
            sequence);
    edges.close();
    tell();
    return summary;
  }

  /// Has the load end soon, by an exception on its own thread. From any thread.
  public void cancel() {
    isCancelled = true;
  }

  /// Gives up what was added, unless [#finish] has returned. Idempotent.
  @Override
  public void close() {
    if (!isEnded) {
      isEnded = true;
      try (graph) {
        edges.close();
      }
    }
  }

  /// Looks on for all threads of the load.
  private final class Watch implements LoadWatch {
    @Override
    public void built(long count) {
      builtCount.addAndGet(count);
      check();
      tell();
    }

    @Override
    public void check() {
      checkTime();
    }
  }
}
