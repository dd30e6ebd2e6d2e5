/// The graphs that benchmarks store, and their rows on the heap: RMAT as drawn, Kronecker as the
/// GAP Benchmark Suite draws it, and graphs whose nodes and edges come in random order.
@NullMarked
package dev.rookery.benchmarks.graph;

import org.jspecify.annotations.NullMarked;
