package dev.rookery.traversal.algorithm;

import dev.rookery.traversal.engine.EndedRun;
import dev.rookery.traversal.run.RunReport;

/// How many nodes each of several searches has found at each distance from its start node. Searches
/// are known by their index among the start nodes.
///
/// Immutable and thread-safe; independent of the transaction.
public final class SourceLevels {
  private final long[] sources;
  private final long[][] sizes;
  private final long nodeCount;
  private final EndedRun ended;

  /// @param sizes for each search how many nodes there are at each distance
  /// @param nodeCount of the graph
  SourceLevels(long[] sources, long[][] sizes, long nodeCount, EndedRun ended) {
    this.sources = sources;
    this.sizes = sizes;
    this.nodeCount = nodeCount;
    this.ended = ended;
  }

  /// Returns how many searches there were.
  public int sourceCount() {
    return sources.length;
  }

  /// Returns the start node of a search.
  public long source(int index) {
    return sources[index];
  }

  /// Returns how many nodes a search has found at each distance, from 0 on.
  public long[] sizes(int index) {
    return sizes[index].clone();
  }

  /// Returns how many nodes a search has found, its start node as well. O(levels).
  public long reachedCount(int index) {
    long count = 0;
    for (long size : sizes[index]) {
      count += size;
    }
    return count;
  }

  /// Returns the sum of the distances of all nodes that a search has found. O(levels).
  public long distanceSum(int index) {
    long sum = 0;
    for (int distance = 0; distance < sizes[index].length; distance++) {
      sum += distance * sizes[index][distance];
    }
    return sum;
  }

  /// Returns the largest distance that a search has found: without a limit of depth, the
  /// eccentricity of its start node among the nodes it reaches. O(1).
  public int eccentricity(int index) {
    return sizes[index].length - 1;
  }

  /// Returns how near a start node is to all others, from 0 to 1: how many others it reaches,
  /// divided by the sum of their distances, and that times the share of all others that these are
  /// (Wasserman and Faust, *Social Network Analysis*, 1994). 0 if it reaches none. O(levels).
  public double closeness(int index) {
    double others = reachedCount(index) - 1;
    return others == 0 ? 0 : others / distanceSum(index) * (others / (nodeCount - 1));
  }

  /// Returns what the run has done: a round for each level.
  public RunReport report() {
    return ended.report();
  }
}
