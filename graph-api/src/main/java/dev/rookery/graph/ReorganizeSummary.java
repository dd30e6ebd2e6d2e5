package dev.rookery.graph;

/// What a reorganisation has done.
///
/// @param nodes how many nodes were written
/// @param edges how many edges were written
/// @param pagesBefore how many pages the database had
/// @param pagesAfter how many it has; the file gets as short when the graph is closed
/// @param memoryBytes how much memory held what is known of each node
/// @param sequence the commit
public record ReorganizeSummary(
    long nodes, long edges, long pagesBefore, long pagesAfter, long memoryBytes, long sequence) {}
