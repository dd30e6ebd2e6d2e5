package dev.rookery.storage.page;

import dev.rookery.storage.error.CorruptPageException;
import dev.rookery.storage.system.MappedMemory;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;

/// The data file as one snapshot maps it: chunks of equal length, each mapped once, and a bit for
/// each page that says whether its checksum was found right since the file was opened.
///
/// Immutable but for the bits. A snapshot keeps the mapping it was published with; a longer one
/// replaces it when the file has grown.
///
/// Invariants:
/// 1. A bit is set only after the page was verified, or never cleared once the engine wrote the
///    page itself; it is cleared where the page becomes part of a hole.
/// 2. A snapshot never reads here while the checkpointer writes the same page: as long as a
///    snapshot older than the flushed state lives, the flush does not happen, and every later one
///    still finds the page in scratch.
public final class PageMapping {
  private static final VarHandle BITS = MethodHandles.arrayElementVarHandle(long[].class);

  /// The system is asked about pieces of this length, whether all of it is in memory.
  private static final long RESIDENCY_PIECE_BYTES = 64L << 10;

  private static final long RESIDENCY_SAMPLES = 1024;

  private final String file;
  private final UUID database;

  /// The newest commits that pages in the file may be of.
  private final Bounds newest;

  private final int chunkShift;
  private final MemorySegment[] chunks;
  private final long[][] verified;

  /// A bit for each page that was written since the file was opened.
  private final long[][] written;

  private final long pageCount;

  /// Which commits pages may be of; the data file moves the bounds.
  ///
  /// A page that was not written since the file was opened is of a commit that was known then. A
  /// newer one is from another history: of a data file that was copied later than its journal.
  ///
  /// @param atOpening for pages that were not written since the file was opened
  /// @param now for pages that were
  record Bounds(AtomicLong atOpening, AtomicLong now) {
    Bounds() {
      this(new AtomicLong(Long.MAX_VALUE), new AtomicLong(Long.MAX_VALUE));
    }
  }

  PageMapping(
      String file,
      UUID database,
      Bounds newest,
      int chunkShift,
      MemorySegment[] chunks,
      long[][] verified,
      long[][] written) {
    this.file = file;
    this.database = database;
    this.newest = newest;
    this.chunkShift = chunkShift;
    this.chunks = chunks;
    this.verified = verified;
    this.written = written;
    long last = chunks.length == 0 ? 0 : chunks[chunks.length - 1].byteSize();
    this.pageCount =
        chunks.length == 0
            ? 0
            : ((long) (chunks.length - 1) << (chunkShift - PageLayout.PAGE_SHIFT))
                + (last >>> PageLayout.PAGE_SHIFT);
  }

  /// Returns how many pages are mapped.
  public long pageCount() {
    return pageCount;
  }

  /// Returns how much of the mapped file the system has in memory, or nothing where it does not
  /// tell, or where the file is unmapped, be it meanwhile. Estimated from [#RESIDENCY_SAMPLES]
  /// pieces where there are more. O(1): some milliseconds.
  public OptionalLong residentBytes() {
    try {
      return lookWhatIsLoaded();
    } catch (IllegalStateException e) {
      if (chunks[0].scope().isAlive()) {
        throw e;
      }
      return OptionalLong.empty();
    }
  }

  private OptionalLong lookWhatIsLoaded() {
    long pieces = 0;
    for (MemorySegment chunk : chunks) {
      if (!chunk.isMapped()) {
        return OptionalLong.empty();
      }
      pieces += chunk.byteSize() / RESIDENCY_PIECE_BYTES;
    }
    long stride = Math.max(1, pieces / RESIDENCY_SAMPLES);
    long sampled = 0;
    long loaded = 0;
    long at = 0;
    for (MemorySegment chunk : chunks) {
      for (; at < chunk.byteSize(); at += stride * RESIDENCY_PIECE_BYTES) {
        long bytes = Math.min(RESIDENCY_PIECE_BYTES, chunk.byteSize() - at);
        sampled += bytes;
        loaded += chunk.asSlice(at, bytes).isLoaded() ? bytes : 0;
      }
      at -= chunk.byteSize();
    }
    long mapped = pageCount << PageLayout.PAGE_SHIFT;
    return OptionalLong.of(sampled == 0 ? 0 : (long) ((double) loaded / sampled * mapped));
  }

  /// Has the system read neighbouring pages, as much at once as it can, and waits until they are in
  /// memory. Pages that are not mapped are left out. Nothing is verified.
  public void load(long firstPage, long count) {
    int pageShift = chunkShift - PageLayout.PAGE_SHIFT;
    long end = Math.min(pageCount, firstPage + count);
    for (long page = firstPage; page < end; ) {
      int chunk = (int) (page >>> pageShift);
      long chunkEnd = Math.min(end, (long) (chunk + 1) << pageShift);
      long offset = (page & ((1L << pageShift) - 1)) << PageLayout.PAGE_SHIFT;
      if (chunks[chunk].isMapped()) {
        chunks[chunk].asSlice(offset, (chunkEnd - page) << PageLayout.PAGE_SHIFT).load();
      }
      page = chunkEnd;
    }
  }

  /// Tells the system whether pages are going to be read here and there. Does nothing where it
  /// cannot be told, or where the file is unmapped, be it meanwhile.
  void expectScatteredReads(boolean isScattered) {
    try {
      for (MemorySegment chunk : chunks) {
        if (chunk.isMapped()) {
          var _ = MappedMemory.expectScatteredReads(chunk, isScattered);
        }
      }
    } catch (IllegalStateException e) {
      if (chunks[0].scope().isAlive()) {
        throw e;
      }
    }
  }

  MemorySegment[] chunks() {
    return chunks;
  }

  long[][] verifiedBits() {
    return verified;
  }

  long[][] writtenBits() {
    return written;
  }

  /// Forgets that pages were found right: whoever reads them, though nobody should, is told.
  void forget(long firstPage, long count) {
    int pageShift = chunkShift - PageLayout.PAGE_SHIFT;
    for (long page = firstPage; page < firstPage + count; page++) {
      int inChunk = (int) (page & ((1L << pageShift) - 1));
      long[] bits = verified[(int) (page >>> pageShift)];
      BITS.getAndBitwiseAnd(bits, inChunk >>> 6, ~(1L << inChunk));
    }
  }

  /// Notes that a page is being written.
  void noteWritten(long pageNumber) {
    int pageShift = chunkShift - PageLayout.PAGE_SHIFT;
    int inChunk = (int) (pageNumber & ((1L << pageShift) - 1));
    BITS.getAndBitwiseOr(written[(int) (pageNumber >>> pageShift)], inChunk >>> 6, 1L << inChunk);
  }

  private long newestOf(long pageNumber) {
    int pageShift = chunkShift - PageLayout.PAGE_SHIFT;
    int inChunk = (int) (pageNumber & ((1L << pageShift) - 1));
    long bits = (long) BITS.getVolatile(written[(int) (pageNumber >>> pageShift)], inChunk >>> 6);
    return ((bits >>> inChunk & 1) != 0 ? newest.now() : newest.atOpening()).get();
  }

  /// Returns the location of a page, after its checksum was verified once.
  public long locate(long pageNumber) {
    int pageShift = chunkShift - PageLayout.PAGE_SHIFT;
    long chunk = pageNumber >>> pageShift;
    if (chunk >= chunks.length || pageNumber >= pageCount) {
      throw new CorruptPageException(file, pageNumber, "a page number below " + pageCount, "more");
    }
    int inChunk = (int) (pageNumber & ((1L << pageShift) - 1));
    long bits = verified[(int) chunk][inChunk >>> 6];
    if ((bits >>> inChunk & 1) == 0) {
      verify(pageNumber, (int) chunk, inChunk);
    }
    return chunk << 36 | (long) inChunk << PageLayout.PAGE_SHIFT;
  }

  /// Returns the location of a page whatever it holds, or -1 if the file ends before it.
  public long locateUnverified(long pageNumber) {
    if (pageNumber >= pageCount) {
      return -1;
    }
    int pageShift = chunkShift - PageLayout.PAGE_SHIFT;
    long inChunk = pageNumber & ((1L << pageShift) - 1);
    return pageNumber >>> pageShift << 36 | inChunk << PageLayout.PAGE_SHIFT;
  }

  /// Returns the chunk that a location lies in.
  public MemorySegment segmentAt(long location) {
    return chunks[(int) (location >>> 36)];
  }

  /// Verifies a page anew, whatever was found out earlier.
  ///
  /// @throws CorruptPageException if it is not the page it should be
  public void verifyNow(long pageNumber, PageChecksum checksum) {
    long location = locateUnverified(pageNumber);
    if (location < 0) {
      throw new CorruptPageException(file, pageNumber, "a page number below " + pageCount, "more");
    }
    int sum;
    try {
      sum = checksum.ofMapped(segmentAt(location), PageReader.offsetAt(location));
    } catch (InternalError e) {
      // The kernel could not deliver the page: a bad sector, or somebody cut the file.
      CorruptPageException corrupt =
          new CorruptPageException(file, pageNumber, "a readable page", "an I/O error");
      corrupt.initCause(e);
      throw corrupt;
    }
    verifySum(pageNumber, checksum.lastCopy(), sum);
  }

  /// Verifies a page that was read from the file into memory of our own, unless it was found right
  /// before, as [#locate] does.
  ///
  /// @throws CorruptPageException if it is not the page it should be
  public void verifyCopy(long pageNumber, MemorySegment copy, PageChecksum checksum) {
    int pageShift = chunkShift - PageLayout.PAGE_SHIFT;
    int chunk = (int) (pageNumber >>> pageShift);
    int inChunk = (int) (pageNumber & ((1L << pageShift) - 1));
    if ((verified[chunk][inChunk >>> 6] >>> inChunk & 1) == 0) {
      verifySum(pageNumber, copy, checksum.of(copy));
      BITS.getAndBitwiseOr(verified[chunk], inChunk >>> 6, 1L << inChunk);
    }
  }

  /// Makes sure that a page lies in the file.
  ///
  /// @throws CorruptPageException if it does not
  public void requireMapped(long pageNumber) {
    if (pageNumber < 0 || pageNumber >= pageCount) {
      throw new CorruptPageException(file, pageNumber, "a page number below " + pageCount, "more");
    }
  }

  private void verifySum(long pageNumber, MemorySegment page, int sum) {
    int stored = page.get(PageLayout.INT, PageLayout.CHECKSUM_OFFSET);
    if (stored != sum) {
      throw new CorruptPageException(
          file, pageNumber, "checksum " + hex(sum), "checksum " + hex(stored));
    }
    long number = page.get(PageLayout.LONG, PageLayout.PAGE_NUMBER_OFFSET);
    if (number != pageNumber) {
      throw new CorruptPageException(file, pageNumber, "this page", "page " + number);
    }
    long sequence = page.get(PageLayout.LONG, PageLayout.SEQUENCE_OFFSET);
    long bound = newestOf(pageNumber);
    if (sequence < 0 || sequence > bound) {
      throw new CorruptPageException(
          file, pageNumber, "a commit up to " + bound, "commit " + sequence);
    }
  }

  private void verify(long pageNumber, int chunk, int inChunk) {
    // Rare: once for each page. A checksum of its own, because any thread may come here.
    verifyNow(pageNumber, new PageChecksum(database));
    BITS.getAndBitwiseOr(verified[chunk], inChunk >>> 6, 1L << inChunk);
  }

  private static String hex(int sum) {
    return Integer.toHexString(sum);
  }
}
