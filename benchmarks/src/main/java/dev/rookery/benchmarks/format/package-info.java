/// Small benchmarks of the decisions that are hard to change once the file format is frozen: how a
/// commit reaches the disk, how adjacency lies in a page, how the leaf of a source is found, how a
/// page of nodes is laid out, and which checksum guards a page.
///
/// None of them uses the engine: each builds just the bytes in question, so that two layouts can be
/// compared with all else equal. Start with [LeafScanBenchmark]. Compare variants within one run
/// only, and take the median of several runs: the ratios travel between machines, the nanoseconds
/// do not.
@NullMarked
package dev.rookery.benchmarks.format;

import org.jspecify.annotations.NullMarked;
