/// Whole works, done by Rookery and by its peers side by side: commits, loads, reads, walks.
///
/// [WorkBenchmarks] is the program, `benchmarks/run` starts it. Peers take turns within one run, so
/// that a slow moment of the machine meets all of them; what counts is the ratio of the medians.
///
/// **Invariants**
/// 1. Every peer does the same work on the same [dev.rookery.benchmarks.graph.RmatGraph] with the
///    same [Queries].
/// 2. Every run gives an answer. Where a peer's answer differs from the others', no figure is
///    printed.
/// 3. Each peer's loops are its own: no callback shared between peers stands in a hot loop.
///
/// Read [Work], then [Peer], then one of the peers; [CsrPeer] is the shortest.
@NullMarked
package dev.rookery.benchmarks.work;

import org.jspecify.annotations.NullMarked;
