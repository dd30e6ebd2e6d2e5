package dev.rookery.graph.index;

/// An index, as one transaction sees it.
///
/// @param definition what it is on
/// @param state how far it is
/// @param entryCount how many nodes are in it
/// @param failure why it was given up; empty unless it is [IndexState#FAILED]
public record IndexStatus(
    IndexDefinition definition, IndexState state, long entryCount, String failure) {}
