package dev.rookery.benchmarks.work;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/// Commits one small transaction after the other for some seconds, from one or more threads.
///
/// A transaction adds a node with two properties, [Peer#NUMBER] and [#TEXT], and an edge to an
/// earlier node. The loop remembers sums of what it wrote, so that the store can be held to it.
public final class CommitLoop {
  /// Name of the second property.
  static final String TEXT = "text";

  /// Its value: with the number, about 64 bytes.
  static final String TEXT_VALUE = "forty-eight characters of text, always the same!";

  private CommitLoop() {}

  /// A transaction, durable when it returns as far as was asked for.
  public interface Commit {
    /// Adds a node and an edge to an earlier one, drawn by `random`, and returns the earlier one.
    long commit(long number, SplittableRandom random);
  }

  /// What a store must hold after the loop, besides what was there before.
  ///
  /// @param commits how many nodes and edges there are
  /// @param numberSum the sum of the nodes' numbers
  /// @param targetSum the sum of the edges' targets
  public record Written(long commits, long numberSum, long targetSum) {
    static final Written NOTHING = new Written(0, 0, 0);

    Written plus(Written other) {
      return new Written(
          commits + other.commits, numberSum + other.numberSum, targetSum + other.targetSum);
    }

    /// Throws unless a store holds exactly that.
    public void check(String peer, Written found) {
      if (!equals(found)) {
        throw new IllegalStateException(peer + " expected=" + this + " found=" + found);
      }
    }
  }

  /// What was written, and how fast.
  ///
  /// @param perSecond transactions per second
  public record Result(Written written, double perSecond) {}

  /// Runs the loop in the calling thread, or in as many threads as asked for.
  public static Result run(int threadCount, double seconds, Commit commit) {
    long begin = System.nanoTime();
    long end = begin + (long) (seconds * 1e9);
    Written written =
        threadCount == 1 ? loop(0, end, commit) : runThreads(threadCount, end, commit);
    return new Result(written, written.commits / Outcome.secondsSince(begin));
  }

  private static Written runThreads(int threadCount, long end, Commit commit) {
    Written sum = Written.NOTHING;
    try (ExecutorService threads = Executors.newFixedThreadPool(threadCount)) {
      List<Future<Written>> parts = new ArrayList<>();
      for (int thread = 0; thread < threadCount; thread++) {
        int seed = thread;
        parts.add(threads.submit(() -> loop(seed, end, commit)));
      }
      for (Future<Written> part : parts) {
        sum = sum.plus(part.get());
      }
    } catch (ExecutionException e) {
      throw new IllegalStateException("a writer failed", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
    return sum;
  }

  private static Written loop(int seed, long end, Commit commit) {
    SplittableRandom random = new SplittableRandom(seed);
    long count = 0;
    long numberSum = 0;
    long targetSum = 0;
    while (System.nanoTime() - end < 0) {
      targetSum += commit.commit(count, random);
      numberSum += count;
      count++;
    }
    return new Written(count, numberSum, targetSum);
  }
}
