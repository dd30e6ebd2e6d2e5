package dev.rookery.traversal.engine;

import java.util.concurrent.atomic.AtomicLongArray;

/// The parts of one pass, each handed out once: every worker has a share of neighbouring parts,
/// takes them from the front, and when it has no more takes one from the back of the largest share.
///
/// Thread-safe, without locks.
final class WorkShares {
  /// Room between two shares, so that no two lie in one cache line.
  private static final int STRIDE = 16;

  private final int workerCount;

  /// For each worker its first part, and in the lower half the end of its share.
  private final AtomicLongArray shares;

  WorkShares(int partCount, int workerCount) {
    this.workerCount = workerCount;
    shares = new AtomicLongArray(workerCount * STRIDE);
    for (int worker = 0; worker < workerCount; worker++) {
      long first = (long) partCount * worker / workerCount;
      long end = (long) partCount * (worker + 1) / workerCount;
      shares.set(worker * STRIDE, first << Integer.SIZE | end);
    }
  }

  /// Returns the next part of a worker's own share, or -1 if it is used up.
  int take(int worker) {
    int at = worker * STRIDE;
    while (true) {
      long share = shares.get(at);
      if (size(share) == 0) {
        return -1;
      }
      if (shares.compareAndSet(at, share, share + (1L << Integer.SIZE))) {
        return (int) (share >>> Integer.SIZE);
      }
    }
  }

  /// Returns the last part of the largest share, or -1 if all are used up.
  int steal() {
    while (true) {
      int richest = -1;
      int most = 0;
      for (int worker = 0; worker < workerCount; worker++) {
        int size = size(shares.get(worker * STRIDE));
        if (size > most) {
          most = size;
          richest = worker * STRIDE;
        }
      }
      if (richest < 0) {
        return -1;
      }
      long share = shares.get(richest);
      if (size(share) > 0 && shares.compareAndSet(richest, share, share - 1)) {
        return (int) share - 1;
      }
    }
  }

  private static int size(long share) {
    return (int) share - (int) (share >>> Integer.SIZE);
  }
}
