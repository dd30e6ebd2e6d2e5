package dev.rookery.benchmarks.work;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.lmdbjava.Cursor;
import org.lmdbjava.GetOp;
import org.lmdbjava.SeekOp;

/// A cursor over a node's neighbours in LMDB, a page of them at a time.
///
/// ```java
/// for (boolean more = neighbors.seek(node); more; more = neighbors.nextRun()) {
///   … neighbors.run() …
/// }
/// ```
///
/// Belongs to one thread and ends before its transaction.
final class LmdbNeighbors implements AutoCloseable {
  private final Cursor<ByteBuffer> cursor;
  private final ByteBuffer key = LmdbGraph.buffer(Integer.BYTES);

  LmdbNeighbors(Cursor<ByteBuffer> cursor) {
    this.cursor = cursor;
  }

  /// Moves to the first run of a node's neighbours and returns whether it has any.
  boolean seek(int node) {
    key.putInt(0, node);
    // A single neighbour has no page of its own: GET_MULTIPLE leaves the value that the first
    // step has found.
    return cursor.get(key, GetOp.MDB_SET) && cursor.seek(SeekOp.MDB_GET_MULTIPLE);
  }

  /// Moves to the next run and returns whether there is one.
  boolean nextRun() {
    return cursor.seek(SeekOp.MDB_NEXT_MULTIPLE);
  }

  /// Returns the neighbours of this run, as `int`s from 0 to the limit. Valid until the next move.
  ByteBuffer run() {
    return cursor.val().order(ByteOrder.nativeOrder());
  }

  @Override
  public void close() {
    cursor.close();
  }
}
