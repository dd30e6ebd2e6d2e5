package dev.rookery.traversal.pattern.plan;

import java.util.List;

/// Edges between a node that is bound and one that is to be.
///
/// @param from the bound node
/// @param legs the edges, walked from there
/// @param isCounted whether as many matches are made as there are such edges; else one is enough
/// @param text for people
public record Link(int from, List<Leg> legs, boolean isCounted, String text) {}
