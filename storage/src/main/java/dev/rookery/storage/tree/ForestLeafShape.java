package dev.rookery.storage.tree;

/// The encoding that suits some neighbouring sources, and the length of a leaf in it.
final class ForestLeafShape {
  /// With this many slots for each source or fewer the index is dense. It is smaller up to 1.5; a
  /// bit of space is given for an index that needs no search.
  private static final int DENSE_SLOTS_PER_SOURCE = 2;

  private int firstSlot;
  private int lastSlot;
  private int sourceCount;
  private int bigCount;
  private int entryCount;
  private boolean wide;
  private boolean valued;

  /// Adds a source with its entries; its slot must be behind those added before.
  void add(int slot, int entries, boolean isWide, boolean hasValues) {
    addSlot(slot);
    entryCount += entries;
    wide |= isWide;
    valued |= hasValues;
  }

  /// Adds a source with pages of its own.
  void addBig(int slot) {
    addSlot(slot);
    bigCount++;
  }

  private void addSlot(int slot) {
    if (sourceCount == 0) {
      firstSlot = slot;
    }
    lastSlot = slot;
    sourceCount++;
  }

  boolean isSparse() {
    return isSparse(lastSlot - firstSlot + 1, sourceCount);
  }

  /// Returns whether so many slots with so many sources among them are listed one by one.
  static boolean isSparse(int slotSpan, int sources) {
    return slotSpan > DENSE_SLOTS_PER_SOURCE * sources;
  }

  boolean hasValues() {
    return valued;
  }

  int flags() {
    return (isSparse() ? ForestLeaf.SPARSE : 0)
        | (wide ? ForestLeaf.WIDE : 0)
        | (valued ? ForestLeaf.VALUES : 0);
  }

  int keyBytes() {
    return wide ? Long.BYTES : Integer.BYTES;
  }

  int entryBytes() {
    return keyBytes() + (valued ? ForestLayout.SHORT_LONG_BYTES : 0);
  }

  /// Returns how many slots the index lists.
  int slotCount() {
    return isSparse() ? sourceCount : lastSlot - firstSlot + 1;
  }

  /// Returns how long all blocks are together.
  int liveBytes() {
    return entryCount * entryBytes() + bigCount * ForestBigTree.RECORD_BYTES;
  }

  /// Returns how many bytes of the page are in use.
  int bytes() {
    int slotBytes = isSparse() ? ForestLeaf.SPARSE_BYTES : ForestLeaf.DENSE_BYTES;
    return ForestLeaf.INDEX_OFFSET + slotCount() * slotBytes + liveBytes();
  }
}
