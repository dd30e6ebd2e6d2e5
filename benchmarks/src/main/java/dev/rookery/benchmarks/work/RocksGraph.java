package dev.rookery.benchmarks.work;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.rookery.benchmarks.graph.RmatGraph;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.BloomFilter;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.ColumnFamilyOptions;
import org.rocksdb.CompressionType;
import org.rocksdb.DBOptions;
import org.rocksdb.DataBlockIndexType;
import org.rocksdb.EnvOptions;
import org.rocksdb.FlushOptions;
import org.rocksdb.IngestExternalFileOptions;
import org.rocksdb.LRUCache;
import org.rocksdb.Options;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.SstFileWriter;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;

/// A graph of one edge type in RocksDB, as one would write it by hand for this purpose.
///
/// | column family | key | value |
/// | --- | --- | --- |
/// | nodes | node, `long` | number, `long`; then the text, if any |
/// | out | type, `short`; source, `int`; target, `int` | nothing |
/// | in | type, `short`; target, `int`; source, `int` | nothing |
///
/// Nodes are numbered from 0; integers are big-endian, so that keys sort by them. A transaction is
/// one [WriteBatch]; RocksDB itself lets those of many threads share a sync. Writes may come from
/// many threads at once; nobody looks whether the other end of an edge is stored yet, which costs
/// less than what a transaction of the other peers sees to. `unordered_write` would be faster from
/// many threads, but gives up snapshots that do not change.
final class RocksGraph implements AutoCloseable {
  private static final short TYPE = 1;
  private static final int PREFIX_BYTES = Short.BYTES + Integer.BYTES;
  private static final int EDGE_BYTES = PREFIX_BYTES + Integer.BYTES;
  private static final byte[] NOTHING = {};
  private static final long CACHE_BYTES = 1L << 30;
  private static final long MEMTABLE_BYTES = 128L << 20;
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
  private static final VarHandle SHORT =
      MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.BIG_ENDIAN);

  /// What is to be closed, the newest first.
  private final Deque<AutoCloseable> natives = new ArrayDeque<>();

  private final Queue<WriteBatch> batches = new ConcurrentLinkedQueue<>();
  private final Path directory;
  private final RocksDB database;
  private final ColumnFamilyHandle nodes;
  private final ColumnFamilyHandle out;
  private final ColumnFamilyHandle in;
  private final WriteOptions writeOptions;
  private final ReadOptions readOptions;
  private final ReadOptions neighborOptions;
  private final AtomicLong nextNode = new AtomicLong();

  /// A batch and the keys that a writing thread fills again and again.
  static final class Buffers {
    private final WriteBatch batch = new WriteBatch();
    private final byte[] node = new byte[Long.BYTES];
    private final byte[] value = new byte[Long.BYTES + CommitLoop.TEXT_VALUE.length()];
    private final byte[] outgoing = new byte[EDGE_BYTES];
    private final byte[] incoming = new byte[EDGE_BYTES];

    private Buffers() {
      byte[] text = CommitLoop.TEXT_VALUE.getBytes(UTF_8);
      System.arraycopy(text, 0, value, Long.BYTES, text.length);
      SHORT.set(outgoing, 0, TYPE);
      SHORT.set(incoming, 0, TYPE);
    }

    private void setEdge(int source, int target) {
      INT.set(outgoing, Short.BYTES, source);
      INT.set(outgoing, PREFIX_BYTES, target);
      INT.set(incoming, Short.BYTES, target);
      INT.set(incoming, PREFIX_BYTES, source);
    }
  }

  /// @param sync whether a commit waits for the disk; else for the operating system
  RocksGraph(Path directory, boolean sync) {
    this.directory = directory;
    RocksDB.loadLibrary();
    ColumnFamilyOptions nodeOptions = familyOptions();
    ColumnFamilyOptions edgeOptions = familyOptions().useFixedLengthPrefixExtractor(PREFIX_BYTES);
    DBOptions options =
        keep(new DBOptions())
            .setCreateIfMissing(true)
            .setCreateMissingColumnFamilies(true)
            .setMaxBackgroundJobs(2);
    List<ColumnFamilyHandle> families = new ArrayList<>();
    try {
      database =
          RocksDB.open(
              options,
              directory.toString(),
              List.of(
                  new ColumnFamilyDescriptor(RocksDB.DEFAULT_COLUMN_FAMILY, nodeOptions),
                  new ColumnFamilyDescriptor("out".getBytes(US_ASCII), edgeOptions),
                  new ColumnFamilyDescriptor("in".getBytes(US_ASCII), edgeOptions)),
              families);
    } catch (RocksDBException e) {
      throw failed(e);
    }
    keep(database);
    families.forEach(this::keep);
    nodes = families.get(0);
    out = families.get(1);
    in = families.get(2);
    writeOptions = keep(new WriteOptions()).setSync(sync);
    readOptions = keep(new ReadOptions()).setVerifyChecksums(false);
    neighborOptions = keep(new ReadOptions()).setVerifyChecksums(false).setPrefixSameAsStart(true);
  }

  private ColumnFamilyOptions familyOptions() {
    BlockBasedTableConfig table =
        new BlockBasedTableConfig()
            .setBlockCache(keep(new LRUCache(CACHE_BYTES)))
            .setFilterPolicy(keep(new BloomFilter(10)))
            .setDataBlockIndexType(DataBlockIndexType.kDataBlockBinaryAndHash);
    return keep(new ColumnFamilyOptions())
        .setWriteBufferSize(MEMTABLE_BYTES)
        .setCompressionType(CompressionType.LZ4_COMPRESSION)
        .setTableFormatConfig(table);
  }

  private <T extends AutoCloseable> T keep(T object) {
    natives.push(object);
    return object;
  }

  private static IllegalStateException failed(RocksDBException e) {
    return new IllegalStateException("rocksdb failed", e);
  }

  /// Returns the buffers of one writing thread; they end with the graph.
  Buffers buffers() {
    Buffers buffers = new Buffers();
    batches.add(buffers.batch);
    return buffers;
  }

  /// Adds nodes without text, with the numbers that [Peer#numberOf] gives.
  void addNodes(int count) {
    Buffers buffers = buffers();
    byte[] number = new byte[Long.BYTES];
    try {
      for (int node = 0; node < count; node++) {
        LONG.set(buffers.node, 0, nextNode.getAndIncrement());
        LONG.set(number, 0, Peer.numberOf(node));
        buffers.batch.put(nodes, buffers.node, number);
        if (node % Peer.BATCH_EDGES == Peer.BATCH_EDGES - 1 || node == count - 1) {
          write(buffers);
        }
      }
    } catch (RocksDBException e) {
      throw failed(e);
    }
  }

  /// Adds the edges from one index to another (exclusive) in one transaction, as they come.
  void addEdges(Buffers buffers, RmatGraph graph, int begin, int end) {
    try {
      for (int i = begin; i < end; i++) {
        buffers.setEdge(graph.sources[i], graph.targets[i]);
        buffers.batch.put(out, buffers.outgoing, NOTHING);
        buffers.batch.put(in, buffers.incoming, NOTHING);
      }
      write(buffers);
    } catch (RocksDBException e) {
      throw failed(e);
    }
  }

  /// Adds all edges, sorted on both cores, as files made outside and taken in.
  void ingestSorted(RmatGraph graph) {
    try {
      ingest(out, graph.sources, graph.targets);
      ingest(in, graph.targets, graph.sources);
    } catch (RocksDBException e) {
      throw failed(e);
    }
  }

  private void ingest(ColumnFamilyHandle family, int[] nodes, int[] neighbors)
      throws RocksDBException {
    long[] edges = new long[nodes.length];
    for (int i = 0; i < edges.length; i++) {
      edges[i] = (long) nodes[i] << Integer.SIZE | neighbors[i];
    }
    Arrays.parallelSort(edges);
    String file = directory.resolve("sorted.sst").toString();
    byte[] key = new byte[EDGE_BYTES];
    SHORT.set(key, 0, TYPE);
    try (Options options = new Options(new DBOptions(), family.getDescriptor().getOptions());
        EnvOptions environment = new EnvOptions();
        SstFileWriter writer = new SstFileWriter(environment, options);
        IngestExternalFileOptions ingestion = new IngestExternalFileOptions().setMoveFiles(true)) {
      writer.open(file);
      for (long edge : edges) {
        INT.set(key, Short.BYTES, (int) (edge >>> Integer.SIZE));
        INT.set(key, PREFIX_BYTES, (int) edge);
        writer.put(key, NOTHING);
      }
      writer.finish();
      database.ingestExternalFile(family, List.of(file), ingestion);
    }
  }

  /// Adds a node with number and text and an edge to an earlier node, and returns that.
  long commit(Buffers buffers, long number, SplittableRandom random) {
    long node = nextNode.getAndIncrement();
    long earlier = random.nextLong(node);
    LONG.set(buffers.node, 0, node);
    LONG.set(buffers.value, 0, number);
    buffers.setEdge((int) node, (int) earlier);
    try {
      buffers.batch.put(nodes, buffers.node, buffers.value);
      buffers.batch.put(out, buffers.outgoing, NOTHING);
      buffers.batch.put(in, buffers.incoming, NOTHING);
      write(buffers);
    } catch (RocksDBException e) {
      throw failed(e);
    }
    return earlier;
  }

  private void write(Buffers buffers) throws RocksDBException {
    database.write(writeOptions, buffers.batch);
    buffers.batch.clear();
  }

  /// Brings everything into sorted files as dense as they get, and returns their length.
  long fileBytes() {
    try (FlushOptions flush = new FlushOptions().setWaitForFlush(true)) {
      database.flush(flush, List.of(nodes, out, in));
      database.compactRange(nodes);
      database.compactRange(out);
      database.compactRange(in);
      return database.getAggregatedLongProperty("rocksdb.live-sst-files-size");
    } catch (RocksDBException e) {
      throw failed(e);
    }
  }

  /// Returns the sum of the numbers of nodes.
  long sumNumbers(int[] wanted) {
    byte[] key = new byte[Long.BYTES];
    byte[] value = new byte[Long.BYTES];
    long sum = 0;
    try {
      for (int node : wanted) {
        LONG.set(key, 0, (long) node);
        if (database.get(nodes, readOptions, key, value) < Long.BYTES) {
          throw new IllegalStateException("rocksdb misses node=" + node);
        }
        sum += (long) LONG.get(value, 0);
      }
    } catch (RocksDBException e) {
      throw failed(e);
    }
    return sum;
  }

  /// Returns the sum of all out-neighbours of nodes.
  long sumNeighbors(int[] wanted) {
    byte[] prefix = new byte[PREFIX_BYTES];
    byte[] key = new byte[EDGE_BYTES];
    SHORT.set(prefix, 0, TYPE);
    long sum = 0;
    try (RocksIterator edges = database.newIterator(out, neighborOptions)) {
      for (int node : wanted) {
        INT.set(prefix, Short.BYTES, node);
        for (edges.seek(prefix); edges.isValid(); edges.next()) {
          edges.key(key);
          sum += (int) INT.get(key, PREFIX_BYTES);
        }
      }
      edges.status();
    } catch (RocksDBException e) {
      throw failed(e);
    }
    return sum;
  }

  /// Returns what [CommitLoop] has left, found by scans of all families.
  CommitLoop.Written written() {
    long nodeCount = 0;
    long numberSum = 0;
    try (ReadOptions all = new ReadOptions().setTotalOrderSeek(true);
        RocksIterator found = database.newIterator(nodes, all)) {
      for (found.seekToFirst(); found.isValid(); found.next()) {
        numberSum += (long) LONG.get(found.value(), 0);
        nodeCount++;
      }
      found.status();
      long[] outgoing = countAndSum(database.newIterator(out, all), PREFIX_BYTES);
      long[] incoming = countAndSum(database.newIterator(in, all), Short.BYTES);
      if (outgoing[0] != nodeCount - 1
          || incoming[0] != outgoing[0]
          || incoming[1] != outgoing[1]) {
        throw new IllegalStateException(
            "families disagree nodes=" + nodeCount + " out=" + outgoing[0]);
      }
      return new CommitLoop.Written(outgoing[0], numberSum, outgoing[1]);
    } catch (RocksDBException e) {
      throw failed(e);
    }
  }

  /// Counts keys and sums the integer at an offset in them; closes the iterator.
  private static long[] countAndSum(RocksIterator edges, int offset) throws RocksDBException {
    try (edges) {
      long count = 0;
      long sum = 0;
      for (edges.seekToFirst(); edges.isValid(); edges.next()) {
        sum += (int) INT.get(edges.key(), offset);
        count++;
      }
      edges.status();
      return new long[] {count, sum};
    }
  }

  /// Returns one number for all edges, see [Outcome#ofEdge].
  ///
  /// @param incoming whether to read them from the family by targets
  long edgesAnswer(boolean incoming) {
    long answer = 0;
    try (ReadOptions all = new ReadOptions().setTotalOrderSeek(true);
        RocksIterator edges = database.newIterator(incoming ? in : out, all)) {
      for (edges.seekToFirst(); edges.isValid(); edges.next()) {
        byte[] key = edges.key();
        int first = (int) INT.get(key, Short.BYTES);
        int second = (int) INT.get(key, PREFIX_BYTES);
        answer += incoming ? Outcome.ofEdge(second, first) : Outcome.ofEdge(first, second);
      }
      edges.status();
    } catch (RocksDBException e) {
      throw failed(e);
    }
    return answer;
  }

  @Override
  public void close() {
    batches.forEach(WriteBatch::close);
    try {
      while (!natives.isEmpty()) {
        natives.pop().close();
      }
    } catch (Exception e) { // What AutoCloseable declares; objects of RocksDB throw nothing.
      throw new IllegalStateException("rocksdb did not close", e);
    }
  }
}
