package dev.rookery.storage.backup;

import dev.rookery.storage.error.CorruptBackupException;
import dev.rookery.storage.page.PageLayout;
import dev.rookery.storage.tx.FreeSpaceMap;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Which pages a chain of archives has brought, with which checksums, beside what the free-space
/// map in those same archives says: at the end of each archive both must agree.
///
/// Takes 4 bytes for each page in use, and 3 KiB for each group of the free-space map. Grows by
/// what was read, never by what was claimed: a group exists once its map page has come.
final class PageLedger {
  private static final int CHUNK_WORDS = 8;
  private static final int CHUNK_PAGES = CHUNK_WORDS * Long.SIZE;
  private static final int GROUP_CHUNKS = FreeSpaceMap.GROUP_PAGES / CHUNK_PAGES;

  private final List<@Nullable Chunk[]> groups = new ArrayList<>();

  /// Neighbouring pages of a group.
  private static final class Chunk {
    final long[] taken = new long[CHUNK_WORDS];
    final long[] present = new long[CHUNK_WORDS];

    /// Those that the current archive has brought.
    final long[] fresh = new long[CHUNK_WORDS];

    final int[] checksums = new int[CHUNK_PAGES];
  }

  /// Notes a page. Each group begins with its map page, and no group is left out.
  void put(long pageNumber, MemorySegment page, String archive) {
    long group = pageNumber / FreeSpaceMap.GROUP_PAGES;
    boolean isMap = pageNumber == FreeSpaceMap.mapPage(group);
    if (group > groups.size() || (group == groups.size() && !isMap)) {
      throw new CorruptBackupException(
          "page comes before the map of its group archive=%s page=%d"
              .formatted(archive, pageNumber));
    }
    if (group == groups.size()) {
      groups.add(new @Nullable Chunk[GROUP_CHUNKS]);
    }
    if (isMap) {
      putMap(groups.get((int) group), page);
    }
    int inGroup = (int) (pageNumber % FreeSpaceMap.GROUP_PAGES);
    Chunk chunk = chunk(groups.get((int) group), inGroup / CHUNK_PAGES);
    int inChunk = inGroup % CHUNK_PAGES;
    chunk.present[inChunk >>> 6] |= 1L << inChunk;
    chunk.fresh[inChunk >>> 6] |= 1L << inChunk;
    chunk.checksums[inChunk] = page.get(PageLayout.INT, PageLayout.CHECKSUM_OFFSET);
  }

  private static Chunk chunk(@Nullable Chunk[] group, int index) {
    Chunk chunk = group[index];
    if (chunk == null) {
      chunk = new Chunk();
      group[index] = chunk;
    }
    return chunk;
  }

  private static void putMap(@Nullable Chunk[] group, MemorySegment map) {
    for (int word = 0; word < FreeSpaceMap.GROUP_PAGES / Long.SIZE; word++) {
      long bits = FreeSpaceMap.takenBits(map, word);
      int index = word / CHUNK_WORDS;
      if (bits != 0 || group[index] != null) {
        chunk(group, index).taken[word % CHUNK_WORDS] = bits;
      }
    }
  }

  /// Compares what has come with what should have, forgets the pages that are free, and returns the
  /// hash of the state.
  ///
  /// @throws CorruptBackupException if a page in use is missing, or one that is free was brought
  long settle(long pageCount, String archive) {
    long groupCount = Math.ceilDiv(pageCount, (long) FreeSpaceMap.GROUP_PAGES);
    while (groups.size() > groupCount) {
      groups.removeLast(); // The database has become smaller.
    }
    if (groups.size() != groupCount) {
      throw new CorruptBackupException(
          "archive lacks maps of pages archive=%s expected=%d found=%d"
              .formatted(archive, groupCount, groups.size()));
    }
    StateHash state = new StateHash();
    for (int group = 0; group < groups.size(); group++) {
      @Nullable Chunk[] chunks = groups.get(group);
      for (int index = 0; index < GROUP_CHUNKS; index++) {
        Chunk chunk = chunks[index];
        if (chunk != null) {
          long first = (long) group * FreeSpaceMap.GROUP_PAGES + (long) index * CHUNK_PAGES;
          settle(chunk, first, pageCount, state, archive);
        }
      }
    }
    return state.finish(pageCount);
  }

  private static void settle(
      Chunk chunk, long first, long pageCount, StateHash state, String archive) {
    for (int word = 0; word < CHUNK_WORDS; word++) {
      long firstOfWord = first + ((long) word << 6);
      long taken = chunk.taken[word] & ~headerBits(firstOfWord);
      long wrong = (taken & ~chunk.present[word]) | (chunk.fresh[word] & ~taken);
      wrong |= taken & bitsFrom(pageCount - firstOfWord);
      if (wrong != 0) {
        long page = firstOfWord + Long.numberOfTrailingZeros(wrong);
        throw new CorruptBackupException(
            "page is missing, or free, or outside the database archive=%s page=%d"
                .formatted(archive, page));
      }
      chunk.present[word] = taken;
      chunk.fresh[word] = 0;
      for (long bits = taken; bits != 0; bits &= bits - 1) {
        int bit = Long.numberOfTrailingZeros(bits);
        state.add(firstOfWord + bit, chunk.checksums[(word << 6) + bit]);
      }
    }
  }

  /// Returns the bits of the header blocks, which are taken and no pages.
  static long headerBits(long firstOfWord) {
    return firstOfWord == 0 ? (1L << PageLayout.FIRST_PAGE) - 1 : 0;
  }

  /// Returns the bits at and behind a bit.
  private static long bitsFrom(long bit) {
    return bit >= Long.SIZE ? 0 : bit <= 0 ? -1L : -1L << bit;
  }
}
