package dev.rookery.graph;

/// What a bulk load has done.
///
/// @param nodes nodes added
/// @param edges edges added
/// @param duplicates edges that were not added, because a SIMPLE type had one between the same
///   nodes already: the first one stays
/// @param memoryBytesPeak the most memory that the load had for itself, by its own account
/// @param spilledBytes how many bytes went through files because memory was short
/// @param sequence the commit that made everything visible
public record BulkLoadSummary(
    long nodes,
    long edges,
    long duplicates,
    long memoryBytesPeak,
    long spilledBytes,
    long sequence) {}
