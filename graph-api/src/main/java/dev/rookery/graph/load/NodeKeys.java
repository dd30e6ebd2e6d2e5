package dev.rookery.graph.load;

import dev.rookery.graph.error.BulkLoadException;
import dev.rookery.storage.page.PageLayout;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;

/// Which node bears a key of the outside world, a number or a text, as long as a load lasts. In
/// memory: 16 to 32 bytes for a number, about 25 and its length for a text. Belongs to one thread.
///
/// The places of keys depend on a random number, so that nobody can choose keys that collide.
public final class NodeKeys {
  private static final int CHUNK_SHIFT = 18;
  private static final int CHUNK_BYTES = 1 << CHUNK_SHIFT;
  private static final int ALIGNMENT_SHIFT = 2;
  private static final int CHUNK_COUNT_MAX =
      1 << (Integer.SIZE - 1 - CHUNK_SHIFT + ALIGNMENT_SHIFT);
  private static final int PLACES_MIN = 64;
  private static final int HEAD_BYTES = Long.BYTES + Integer.BYTES;
  private static final long MULTIPLIER = 0x9E37_79B9_7F4A_7C15L;

  private final LoadMemory memory;
  private final long salt = UUID.randomUUID().getLeastSignificantBits();

  /// Numbers: key and node by place, node 0 = free.
  private long[] numbers = new long[PLACES_MIN];

  private long[] nodes = new long[PLACES_MIN];
  private int numberCount;

  /// Texts: place of the entry in the chunks, in steps of 4 bytes, plus 1; 0 = free.
  private int[] places = new int[PLACES_MIN];

  private int textCount;

  /// Entries: node 8, length 4, bytes.
  private final List<MemorySegment> chunks = new ArrayList<>();

  private int chunkEnd = CHUNK_BYTES;
  private long takenBytes;

  /// Creates an empty map.
  public NodeKeys(LoadMemory memory) {
    this.memory = memory;
    memory.take(2L * Long.BYTES * PLACES_MIN + (long) Integer.BYTES * PLACES_MIN);
  }

  private void take(long bytes) {
    takenBytes += bytes;
    if (takenBytes > memory.limitBytes() / 2) {
      throw new BulkLoadException(
          "keys of nodes do not fit into the memory of the load keys=%d memoryBytes=%d"
              .formatted((long) numberCount + textCount, memory.limitBytes()));
    }
    memory.take(bytes);
  }

  private void giveBack(long bytes) {
    takenBytes -= bytes;
    memory.giveBack(bytes);
  }

  private long mixed(long key) {
    long mixed = (key ^ salt) * MULTIPLIER;
    mixed ^= mixed >>> 32;
    return mixed * MULTIPLIER;
  }

  private int placeOf(long key) {
    int mask = numbers.length - 1;
    int at = (int) (mixed(key) >>> 32) & mask;
    while (nodes[at] != 0 && numbers[at] != key) {
      at = at + 1 & mask;
    }
    return at;
  }

  /// Returns the node that bears a key, or 0.
  public long find(long key) {
    return nodes[placeOf(key)];
  }

  /// Notes the node that bears a key, which no node has yet.
  public void add(long key, long node) {
    if (numberCount * 3L >= numbers.length * 2L) {
      growNumbers();
    }
    int at = placeOf(key);
    numbers[at] = key;
    nodes[at] = node;
    numberCount++;
  }

  private void growNumbers() {
    long[] oldNumbers = numbers;
    long[] oldNodes = nodes;
    take(4L * Long.BYTES * oldNumbers.length);
    numbers = new long[2 * oldNumbers.length];
    nodes = new long[numbers.length];
    for (int i = 0; i < oldNumbers.length; i++) {
      if (oldNodes[i] != 0) {
        int at = placeOf(oldNumbers[i]);
        numbers[at] = oldNumbers[i];
        nodes[at] = oldNodes[i];
      }
    }
    giveBack(2L * Long.BYTES * oldNumbers.length);
  }

  private long mixed(MemorySegment bytes, long offset, int length) {
    long mixed = salt ^ length;
    int at = 0;
    for (; at + Long.BYTES <= length; at += Long.BYTES) {
      mixed = (mixed ^ bytes.get(PageLayout.LONG, offset + at)) * MULTIPLIER;
      mixed ^= mixed >>> 29;
    }
    for (; at < length; at++) {
      mixed = (mixed ^ bytes.get(PageLayout.BYTE, offset + at)) * MULTIPLIER;
      mixed ^= mixed >>> 29;
    }
    return mixed(mixed);
  }

  /// Returns the place of a text, or the free one where it would be.
  private int placeOf(MemorySegment text) {
    int mask = places.length - 1;
    int length = (int) text.byteSize();
    int at = (int) (mixed(text, 0, length) >>> 32) & mask;
    while (places[at] != 0 && !holds(places[at] - 1, text, length)) {
      at = at + 1 & mask;
    }
    return at;
  }

  private MemorySegment chunkOf(int entry) {
    return chunks.get(entry >>> (CHUNK_SHIFT - ALIGNMENT_SHIFT));
  }

  private static int offsetOf(int entry) {
    return (entry << ALIGNMENT_SHIFT) & (CHUNK_BYTES - 1);
  }

  private boolean holds(int entry, MemorySegment text, int length) {
    MemorySegment chunk = chunkOf(entry);
    int offset = offsetOf(entry);
    return chunk.get(PageLayout.INT, offset + (long) Long.BYTES) == length
        && MemorySegment.mismatch(
                chunk, offset + HEAD_BYTES, offset + HEAD_BYTES + (long) length, text, 0, length)
            < 0;
  }

  private static MemorySegment bytesOf(String key) {
    byte[] bytes = key.getBytes(StandardCharsets.UTF_8);
    if (bytes.length > CHUNK_BYTES / 4) {
      throw new IllegalArgumentException("key of a node is too long bytes=" + bytes.length);
    }
    return MemorySegment.ofArray(bytes);
  }

  /// Returns the node that bears a key, or 0.
  public long find(String key) {
    int place = places[placeOf(bytesOf(key))];
    return place == 0 ? 0 : chunkOf(place - 1).get(PageLayout.LONG, offsetOf(place - 1));
  }

  /// Notes the node that bears a key, which no node has yet.
  public void add(String key, long node) {
    if (textCount * 3L >= places.length * 2L) {
      growTexts();
    }
    MemorySegment text = bytesOf(key);
    int length = (int) text.byteSize();
    int bytes = (HEAD_BYTES + length + (1 << ALIGNMENT_SHIFT) - 1) & -(1 << ALIGNMENT_SHIFT);
    if (chunkEnd + bytes > CHUNK_BYTES) {
      if (chunks.size() == CHUNK_COUNT_MAX) {
        throw new BulkLoadException("too many keys of nodes keys=" + textCount);
      }
      take(CHUNK_BYTES);
      chunks.add(MemorySegment.ofArray(new byte[CHUNK_BYTES]));
      chunkEnd = 0;
    }
    MemorySegment chunk = chunks.getLast();
    chunk.set(PageLayout.LONG, chunkEnd, node);
    chunk.set(PageLayout.INT, chunkEnd + (long) Long.BYTES, length);
    MemorySegment.copy(text, 0, chunk, chunkEnd + (long) HEAD_BYTES, length);
    int entry =
        ((chunks.size() - 1) << (CHUNK_SHIFT - ALIGNMENT_SHIFT)) + (chunkEnd >>> ALIGNMENT_SHIFT);
    places[placeOf(text)] = entry + 1;
    chunkEnd += bytes;
    textCount++;
  }

  private void growTexts() {
    int[] old = places;
    take(2L * Integer.BYTES * old.length);
    places = new int[2 * old.length];
    int mask = places.length - 1;
    for (int place : old) {
      if (place != 0) {
        MemorySegment chunk = chunkOf(place - 1);
        int offset = offsetOf(place - 1);
        int length = chunk.get(PageLayout.INT, offset + (long) Long.BYTES);
        int at = (int) (mixed(chunk, offset + (long) HEAD_BYTES, length) >>> 32) & mask;
        while (places[at] != 0) {
          at = at + 1 & mask;
        }
        places[at] = place;
      }
    }
    giveBack((long) Integer.BYTES * old.length);
  }

  /// Gives the memory back.
  public void close() {
    memory.giveBack(
        2L * Long.BYTES * numbers.length
            + (long) Integer.BYTES * places.length
            + (long) CHUNK_BYTES * chunks.size());
    numbers = Arrays.copyOf(numbers, 1);
    nodes = new long[1];
    places = new int[1];
    chunks.clear();
  }
}
