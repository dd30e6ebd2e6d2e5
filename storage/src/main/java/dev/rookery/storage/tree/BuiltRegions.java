package dev.rookery.storage.tree;

import dev.rookery.storage.page.PageWriter;

/// Regions that a [ForestBuilder] has made, not part of a forest yet. Immutable.
public final class BuiltRegions {
  private static final int FIELDS = 4;

  /// For each region its number, root page, entries and sources.
  private final long[] fields;

  BuiltRegions(long[] fields) {
    this.fields = fields;
  }

  /// Returns how many there are.
  public int count() {
    return fields.length / FIELDS;
  }

  /// Puts one of them into a forest, in place of what that has of the region; those pages are
  /// freed. O(pages freed).
  public void link(FixedSizeForest forest, PageWriter pages, int index) {
    int at = FIELDS * index;
    forest.linkRegion(pages, fields[at], fields[at + 1], fields[at + 2], fields[at + 3]);
  }
}
