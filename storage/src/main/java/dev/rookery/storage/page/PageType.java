package dev.rookery.storage.page;

/// What a page holds: the number in its header.
///
/// These numbers are in every file ever written. Never change one; add at the end.
public final class PageType {
  /// Bits that say which pages of a group are taken.
  public static final byte FREE_SPACE = 1;

  /// The page that the user of the store starts from.
  public static final byte ROOT = 2;

  /// Inner page of a B+tree.
  public static final byte BRANCH = 3;

  /// Leaf page of a B+tree.
  public static final byte LEAF = 4;

  /// Inner page of a fixed-size tree.
  public static final byte FIXED_BRANCH = 5;

  /// Leaf page of a fixed-size tree.
  public static final byte FIXED_LEAF = 6;

  /// Root page of a paged table.
  public static final byte PAGED_ROOT = 7;

  /// Inner page of a paged table.
  public static final byte PAGED_BRANCH = 8;

  /// Leaf page of a paged table.
  public static final byte PAGED_LEAF = 9;

  /// Root page of a table of records.
  public static final byte TABLE_ROOT = 10;

  /// Slotted page of a table of records.
  public static final byte TABLE_RECORDS = 11;

  /// One page of a record too large for a slotted page.
  public static final byte TABLE_LARGE = 12;

  /// Root page of a forest of fixed-size trees.
  public static final byte FOREST_ROOT = 13;

  /// Fences of a region of a forest.
  public static final byte FOREST_FENCES = 14;

  /// Leaf page of a forest: the small trees of a span of sources.
  public static final byte FOREST_LEAF = 15;

  /// Slots of nodes.
  public static final byte NODE_SLOTS = 16;

  /// Entries of the regions of a forest that have no room in its root page.
  public static final byte FOREST_DIRECTORY = 17;

  private PageType() {}
}
