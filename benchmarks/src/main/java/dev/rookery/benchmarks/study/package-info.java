/// Studies of one property of Rookery's store each, measured against itself: syncs for each commit,
/// the cost of a snapshot, reads beside a writer, time to open and to recover, many databases.
///
/// [StudyBenchmarks] is the program, `benchmarks/run --study` starts it. A study has its own tables
/// and fills them once in each round; what it compares with each other, it measures within one
/// round.
///
/// **Invariants**
/// 1. A study holds the store to what it wrote, and throws if that is not there.
/// 2. A study leaves nothing behind: its directories are gone after each round, or after `close`.
///
/// Read [Study], then [CommitSyncs], which is the shortest.
@NullMarked
package dev.rookery.benchmarks.study;

import org.jspecify.annotations.NullMarked;
