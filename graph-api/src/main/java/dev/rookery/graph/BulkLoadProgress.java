package dev.rookery.graph;

/// How far a bulk load has come.
///
/// @param nodesTaken nodes taken
/// @param edgesTaken edges taken
/// @param edgesBuilt edges sorted into place so far, in both directions: at the end twice those
///   that were taken
public record BulkLoadProgress(long nodesTaken, long edgesTaken, long edgesBuilt) {}
