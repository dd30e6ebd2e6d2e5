package dev.rookery.storage.page;

import java.lang.foreign.MemorySegment;

/// Pages as one write transaction sees and changes them. Used by one thread at a time.
public interface PageWriter extends PageReader {

  /// Returns the transaction's own copy of a page, made on the first call, to be changed in place.
  /// The segment is valid until the page is freed, or the transaction ends, makes a savepoint, goes
  /// back to one, or is relieved of pages that do not fit into memory. Segments from [#page] of the
  /// same page, taken before the first call, show the old content.
  MemorySegment modify(long pageNumber);

  /// As [#modify], for a caller that changes no more than `length` bytes (at least 1) from `offset`
  /// on; other calls may add other stretches. A commit then looks for changes nowhere else: a byte
  /// that is changed outside of what was announced is lost.
  default MemorySegment modify(long pageNumber, long offset, long length) {
    return modify(pageNumber);
  }

  /// As [#modify], for a caller that changes nothing outside of some blocks (see [PageBlocks]).
  default MemorySegment modifyBlocks(long pageNumber, long blocks) {
    return modify(pageNumber);
  }

  /// Allocates a page, with its header written and its content zero, and returns its number. A page
  /// that this transaction freed may be returned.
  long allocate(byte type, int structureId);

  /// Allocates `count` neighbouring pages (at most [#maxRun]) and returns the number of the first;
  /// each is a page of its own, with its header written and its content zero.
  long allocateRun(int count, byte type, int structureId);

  /// Returns how many pages [#allocateRun] can give at most.
  int maxRun();

  /// Gives a page back. Older snapshots go on seeing it.
  ///
  /// @throws dev.rookery.storage.error.CorruptPageException if the page is free already
  void free(long pageNumber);
}
