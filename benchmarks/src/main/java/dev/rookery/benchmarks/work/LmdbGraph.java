package dev.rookery.benchmarks.work;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.rookery.benchmarks.graph.RmatGraph;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.lmdbjava.ByteBufferProxy;
import org.lmdbjava.Cursor;
import org.lmdbjava.Dbi;
import org.lmdbjava.DbiFlags;
import org.lmdbjava.Env;
import org.lmdbjava.EnvFlags;
import org.lmdbjava.PutFlags;
import org.lmdbjava.SeekOp;
import org.lmdbjava.Txn;

/// A graph of one edge type in three LMDB tables, as one would write it by hand for this purpose.
///
/// | table | key | value |
/// | --- | --- | --- |
/// | nodes | node, `long` | number, `long`; then the text, if any |
/// | out | source, `int` | targets, sorted `int`s side by side (DUPFIXED, INTEGERDUP) |
/// | in | target, `int` | sources, likewise |
///
/// Nodes are numbered from 0. Integers have the machine's byte order, as LMDB wants them. Writes
/// may come from many threads, one at a time; reads go through [LmdbNeighbors].
final class LmdbGraph implements AutoCloseable {
  private static final long MAP_BYTES = 1L << 35;
  private static final int VALUE_BYTES_MAX = 256;

  /// How many neighbours [#loadSorted] hands over at once.
  private static final int MULTIPLE_MAX = 1 << 16;

  final Env<ByteBuffer> env;
  private final Dbi<ByteBuffer> nodes;
  private final Dbi<ByteBuffer> out;
  private final Dbi<ByteBuffer> in;

  /// The number of the next node; guarded by LMDB's write transaction.
  private long nextNode;

  /// @param flags MDB_NOSYNC or nothing
  LmdbGraph(Path directory, EnvFlags... flags) {
    env =
        Env.create(ByteBufferProxy.PROXY_OPTIMAL)
            .setMapSize(MAP_BYTES)
            .setMaxDbs(3)
            .open(directory.toFile(), flags);
    nodes = env.openDbi("nodes", DbiFlags.MDB_CREATE, DbiFlags.MDB_INTEGERKEY);
    out = openEdges("out");
    in = openEdges("in");
  }

  private Dbi<ByteBuffer> openEdges(String name) {
    return env.openDbi(
        name,
        DbiFlags.MDB_CREATE,
        DbiFlags.MDB_INTEGERKEY,
        DbiFlags.MDB_DUPSORT,
        DbiFlags.MDB_DUPFIXED,
        DbiFlags.MDB_INTEGERDUP);
  }

  /// Returns a direct buffer in the machine's byte order.
  static ByteBuffer buffer(int bytes) {
    return ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder());
  }

  /// The buffers that a writing thread passes to LMDB.
  static final class Buffers {
    private final ByteBuffer node = buffer(Long.BYTES);
    private final ByteBuffer value = buffer(VALUE_BYTES_MAX);
    private final ByteBuffer source = buffer(Integer.BYTES);
    private final ByteBuffer target = buffer(Integer.BYTES);
  }

  /// Adds nodes without text, with the numbers that [Peer#numberOf] gives.
  void addNodes(int count) {
    Buffers buffers = new Buffers();
    try (Txn<ByteBuffer> tx = env.txnWrite()) {
      for (int node = 0; node < count; node++) {
        buffers.value.clear().putLong(Peer.numberOf(node)).flip();
        buffers.node.putLong(0, nextNode++);
        nodes.put(tx, buffers.node, buffers.value);
      }
      tx.commit();
    }
  }

  /// Adds the edges from one index to another (exclusive) in one transaction, as they come.
  void addEdges(RmatGraph graph, int begin, int end) {
    Buffers buffers = new Buffers();
    try (Txn<ByteBuffer> tx = env.txnWrite()) {
      // LMDB wants the cursors of a write transaction closed before its end.
      try (Cursor<ByteBuffer> outgoing = out.openCursor(tx);
          Cursor<ByteBuffer> incoming = in.openCursor(tx)) {
        for (int i = begin; i < end; i++) {
          buffers.source.putInt(0, graph.sources[i]);
          buffers.target.putInt(0, graph.targets[i]);
          outgoing.put(buffers.source, buffers.target);
          incoming.put(buffers.target, buffers.source);
        }
      }
      tx.commit();
    }
  }

  /// Adds all edges, sorted on both cores, in one transaction: the fastest way there is, all
  /// neighbours of a node at once (MULTIPLE), each node behind the last (APPEND).
  void loadSorted(RmatGraph graph) {
    try (Txn<ByteBuffer> tx = env.txnWrite()) {
      append(tx, out, graph.sources, graph.targets);
      append(tx, in, graph.targets, graph.sources);
      tx.commit();
    }
  }

  private static void append(
      Txn<ByteBuffer> tx, Dbi<ByteBuffer> table, int[] nodes, int[] neighbors) {
    long[] edges = new long[nodes.length];
    for (int i = 0; i < edges.length; i++) {
      edges[i] = (long) nodes[i] << Integer.SIZE | neighbors[i];
    }
    Arrays.parallelSort(edges);
    ByteBuffer key = buffer(Integer.BYTES);
    ByteBuffer values = buffer(Integer.BYTES * MULTIPLE_MAX);
    try (Cursor<ByteBuffer> cursor = table.openCursor(tx)) {
      int end;
      for (int begin = 0; begin < edges.length; begin = end) {
        long node = edges[begin] >>> Integer.SIZE;
        values.clear();
        for (end = begin;
            end < edges.length && edges[end] >>> Integer.SIZE == node && end - begin < MULTIPLE_MAX;
            end++) {
          values.putInt((int) edges[end]);
        }
        key.putInt(0, (int) node);
        cursor.putMultiple(
            key, values.flip(), end - begin, PutFlags.MDB_MULTIPLE, PutFlags.MDB_APPENDDUP);
      }
    }
  }

  /// Adds a node with number and text and an edge to an earlier node, and returns that.
  long commit(Buffers buffers, long number, SplittableRandom random) {
    try (Txn<ByteBuffer> tx = env.txnWrite()) {
      long node = nextNode;
      long earlier = random.nextLong(node);
      buffers.value.clear().putLong(number);
      buffers.value.put(CommitLoop.TEXT_VALUE.getBytes(UTF_8)).flip();
      buffers.node.putLong(0, node);
      buffers.source.putInt(0, (int) node);
      buffers.target.putInt(0, (int) earlier);
      nodes.put(tx, buffers.node, buffers.value);
      out.put(tx, buffers.source, buffers.target);
      in.put(tx, buffers.target, buffers.source);
      nextNode = node + 1;
      tx.commit();
      return earlier;
    }
  }

  /// Returns the bytes of all pages that LMDB has ever used.
  long usedBytes() {
    return (env.info().lastPageNumber + 1) * env.stat().pageSize;
  }

  /// Returns the sum of the numbers of nodes.
  long sumNumbers(int[] wanted) {
    ByteBuffer key = buffer(Long.BYTES);
    long sum = 0;
    try (Txn<ByteBuffer> tx = env.txnRead()) {
      for (int node : wanted) {
        key.putLong(0, node);
        ByteBuffer value = nodes.get(tx, key);
        sum += value.order(ByteOrder.nativeOrder()).getLong(0);
      }
    }
    return sum;
  }

  /// Returns what [CommitLoop] has left, found by scans of all tables.
  CommitLoop.Written written() {
    try (Txn<ByteBuffer> tx = env.txnRead()) {
      long[] count = new long[3];
      long numberSum = sumFirst(tx, nodes, false, count, 0);
      long targetSum = sumFirst(tx, out, false, count, 1);
      long incomingSum = sumFirst(tx, in, true, count, 2);
      if (count[1] != count[0] - 1 || count[2] != count[1] || incomingSum != targetSum) {
        throw new IllegalStateException("tables disagree nodes=" + count[0] + " out=" + count[1]);
      }
      return new CommitLoop.Written(count[1], numberSum, targetSum);
    }
  }

  /// Sums the first integer of all values, or the keys, and counts them.
  private static long sumFirst(
      Txn<ByteBuffer> tx, Dbi<ByteBuffer> table, boolean keys, long[] count, int at) {
    long sum = 0;
    try (Cursor<ByteBuffer> cursor = table.openCursor(tx)) {
      for (boolean found = cursor.first(); found; found = cursor.next()) {
        ByteBuffer bytes = (keys ? cursor.key() : cursor.val()).order(ByteOrder.nativeOrder());
        sum += bytes.remaining() >= Long.BYTES ? bytes.getLong(0) : bytes.getInt(0);
        count[at]++;
      }
    }
    return sum;
  }

  /// Returns one number for all edges, see [Outcome#ofEdge].
  ///
  /// @param incoming whether to read them from the table by targets
  long edgesAnswer(boolean incoming) {
    long answer = 0;
    try (Txn<ByteBuffer> tx = env.txnRead();
        Cursor<ByteBuffer> cursor = (incoming ? in : out).openCursor(tx)) {
      for (boolean found = cursor.seek(SeekOp.MDB_FIRST); found; found = cursor.next()) {
        int key = cursor.key().order(ByteOrder.nativeOrder()).getInt(0);
        int value = cursor.val().order(ByteOrder.nativeOrder()).getInt(0);
        answer += incoming ? Outcome.ofEdge(value, key) : Outcome.ofEdge(key, value);
      }
    }
    return answer;
  }

  /// Returns a cursor over out-neighbours.
  LmdbNeighbors neighbors(Txn<ByteBuffer> tx) {
    return new LmdbNeighbors(out.openCursor(tx));
  }

  @Override
  public void close() {
    env.close();
  }
}
