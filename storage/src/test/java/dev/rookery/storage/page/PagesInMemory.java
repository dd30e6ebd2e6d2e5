package dev.rookery.storage.page;

import dev.rookery.storage.error.CorruptPageException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/// Pages without a store, for tests of the structures: copy-on-write, strict about who may change
/// what.
///
/// [#commit] ends a "transaction": pages modified so far turn read-only again, so that a structure
/// which writes to a page it did not modify is found out, and so is one that changes more of a page
/// than it announced. [#rollback] restores the state of the last commit.
public final class PagesInMemory implements PageWriter {
  private final Arena arena = Arena.ofAuto();
  private final Map<Long, MemorySegment> committed = new HashMap<>();
  private final Map<Long, MemorySegment> own = new HashMap<>();
  private final Set<Long> freed = new HashSet<>();

  /// The blocks of each page that were announced to be changed.
  private final Map<Long, Long> announced = new HashMap<>();

  private MemorySegment[] segments = new MemorySegment[16];
  private int segmentCount;
  private final Map<Long, Integer> segmentIndexes = new HashMap<>();
  private long nextPage = 4;
  private long committedNextPage = 4;

  @Override
  public long locate(long pageNumber) {
    if (freed.contains(pageNumber) || !segmentIndexes.containsKey(pageNumber)) {
      throw corrupt(pageNumber, "an allocated page", "a free one");
    }
    return (long) segmentIndexes.get(pageNumber) << 36;
  }

  @Override
  public MemorySegment segmentAt(long location) {
    return segments[(int) (location >>> 36)];
  }

  @Override
  public long pageCount() {
    return nextPage;
  }

  @Override
  public RuntimeException corrupt(long pageNumber, String expected, String found) {
    return new CorruptPageException("memory", pageNumber, expected, found);
  }

  @Override
  public MemorySegment modify(long pageNumber) {
    announced.put(pageNumber, PageBlocks.ALL);
    return modifyOwn(pageNumber);
  }

  @Override
  public MemorySegment modify(long pageNumber, long offset, long length) {
    announced.merge(pageNumber, PageBlocks.of(offset, length), (a, b) -> a | b);
    return modifyOwn(pageNumber);
  }

  @Override
  public MemorySegment modifyBlocks(long pageNumber, long blocks) {
    announced.merge(pageNumber, blocks, (a, b) -> a | b);
    return modifyOwn(pageNumber);
  }

  private MemorySegment modifyOwn(long pageNumber) {
    locate(pageNumber);
    MemorySegment mine = own.get(pageNumber);
    if (mine == null) {
      mine = arena.allocate(PageLayout.PAGE_BYTES, 8);
      mine.copyFrom(page(pageNumber));
      own.put(pageNumber, mine);
      remember(pageNumber, mine);
    }
    return mine;
  }

  @Override
  public long allocate(byte type, int structureId) {
    if (!freed.isEmpty()) {
      long page = freed.iterator().next();
      freed.remove(page);
      initialise(page, type, structureId);
      return page;
    }
    return allocateRun(1, type, structureId);
  }

  @Override
  public long allocateRun(int count, byte type, int structureId) {
    if (count < 1 || count > maxRun()) {
      throw new IllegalArgumentException("count=" + count);
    }
    long first = nextPage;
    nextPage += count;
    for (long page = first; page < nextPage; page++) {
      initialise(page, type, structureId);
    }
    return first;
  }

  @Override
  public int maxRun() {
    return 1024;
  }

  @Override
  public void free(long pageNumber) {
    locate(pageNumber);
    freed.add(pageNumber);
    own.remove(pageNumber);
  }

  /// Ends the transaction and keeps its changes.
  public void commit() {
    own.forEach((page, segment) -> {
      checkAnnounced(page, segment);
      committed.put(page, segment.asReadOnly());
      remember(page, segment.asReadOnly());
    });
    freed.forEach(committed::remove);
    own.clear();
    announced.clear();
    committedNextPage = nextPage;
    committedFreed.clear();
    committedFreed.addAll(freed);
  }

  private final Set<Long> committedFreed = new HashSet<>();

  private void checkAnnounced(long page, MemorySegment segment) {
    MemorySegment before = committed.get(page);
    if (before != null && !PageBlocks.holdAllDifferences(before, segment, announced.get(page))) {
      throw new IllegalStateException("page was changed where nobody announced it page=" + page);
    }
  }

  /// Ends the transaction and drops its changes.
  public void rollback() {
    own.clear();
    announced.clear();
    freed.clear();
    freed.addAll(committedFreed);
    segmentIndexes.clear();
    segmentCount = 0;
    committed.forEach(this::remember);
    nextPage = committedNextPage;
  }

  /// Returns how many pages are allocated and not freed.
  public long liveCount() {
    return nextPage - 4 - freed.size();
  }

  private void initialise(long page, byte type, int structureId) {
    MemorySegment segment = arena.allocate(PageLayout.PAGE_BYTES, 8);
    segment.set(PageLayout.LONG, PageLayout.PAGE_NUMBER_OFFSET, page);
    segment.set(PageLayout.INT, PageLayout.STRUCTURE_OFFSET, structureId);
    segment.set(PageLayout.BYTE, PageLayout.TYPE_OFFSET, type);
    own.put(page, segment);
    announced.put(page, PageBlocks.ALL);
    remember(page, segment);
  }

  private void remember(long page, MemorySegment segment) {
    if (segmentCount == segments.length) {
      segments = java.util.Arrays.copyOf(segments, segmentCount * 2);
    }
    segments[segmentCount] = segment;
    segmentIndexes.put(page, segmentCount++);
  }
}
