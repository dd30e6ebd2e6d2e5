package dev.rookery.storage.tx;

import dev.rookery.storage.mvcc.ReaderTable.ActiveReader;
import dev.rookery.storage.mvcc.ScratchPool;
import dev.rookery.storage.mvcc.Snapshot;
import dev.rookery.storage.mvcc.SpillWriter;
import dev.rookery.storage.schedule.IoScheduler;
import java.io.IOException;
import java.util.concurrent.TimeUnit;

/// Moves committed pages from memory to spill files where they cannot be flushed, because a long
/// reader or a full disk stands in the way.
///
/// A copy is written first; then a publication names it in the place of the page in memory, if that
/// was not changed meanwhile; and the memory is freed as any superseded version is. Pages that a
/// long reader sees are left where they are: their memory would not become free.
///
/// On the files' lane.
final class CommittedSpill {
  /// A reader that is younger is about to end, and is not waited for.
  private static final long SHORT_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  private final CommitPipeline pipeline;
  private final SnapshotBoard board;
  private final ScratchPool pool;
  private final IoScheduler scheduler;
  private final SpillWriter writer;

  CommittedSpill(CommitPipeline pipeline, IoScheduler scheduler) {
    this.pipeline = pipeline;
    this.board = pipeline.board();
    this.pool = board.pool();
    this.scheduler = scheduler;
    this.writer = new SpillWriter(pool);
  }

  /// Moves pages, the oldest versions first, until memory holds no more than so many, or none is
  /// left that would help, or spill files are used up.
  ///
  /// @throws dev.rookery.storage.io.NoSpaceException if the disk is full; nothing is lost
  void run(long pagesLeft) throws IOException {
    long wanted = pool.usedCount() - pagesLeft;
    if (wanted <= 0 || !pool.canSpill()) {
      return;
    }
    ActiveReader pin = board.begin();
    try {
      PageLog candidates = candidates(pin.snapshot());
      copy(candidates, wanted);
      pipeline.publishSpill(writer);
    } finally {
      board.end(pin);
      board.reclaim();
    }
  }

  /// Returns the pages whose memory would become free, with their locations, by the publications
  /// that brought them.
  private PageLog candidates(Snapshot snapshot) {
    long pinned = newestOfLongReaders();
    PageLog byAge = new PageLog();
    PageLog pages = new PageLog();
    snapshot
        .table()
        .forEach((page, location) -> {
          long born = pool.born(location);
          if (born > pinned && !pool.isSpilled(location)) {
            byAge.add(born - pinned, 0);
            pages.add(page, location);
          }
        });
    PageLog candidates = new PageLog();
    for (long packed : byAge.order()) {
      int index = PageLog.indexOf(packed);
      candidates.add(pages.pages[index], pages.values[index]);
    }
    return candidates;
  }

  private long newestOfLongReaders() {
    long now = scheduler.nanoTime();
    long[] newest = {0};
    board
        .readers()
        .forEach(reader -> {
          boolean isLong = scheduler.isRepeatable() || now - reader.beganNanos() > SHORT_NANOS;
          if (!reader.isEngine() && isLong) {
            newest[0] = Math.max(newest[0], reader.snapshot().version());
          }
        });
    return newest[0];
  }

  private void copy(PageLog candidates, long wanted) throws IOException {
    boolean done = false;
    writer.begin();
    try {
      boolean hasRoom = true;
      for (int i = 0; hasRoom && i < candidates.count && writer.count() < wanted; i++) {
        hasRoom = writer.add(candidates.pages[i], candidates.values[i]);
      }
      writer.finish();
      done = true;
    } finally {
      if (!done) {
        writer.undo();
      }
    }
  }
}
