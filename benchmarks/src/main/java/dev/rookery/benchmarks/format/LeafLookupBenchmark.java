package dev.rookery.benchmarks.format;

import static dev.rookery.benchmarks.format.LittleEndian.INT;
import static dev.rookery.benchmarks.format.LittleEndian.SHORT;
import static dev.rookery.benchmarks.format.LittleEndian.unsignedShort;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.BitSet;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/// Time to find the leaf page of a random source inside its region.
///
/// A region has a directory page with the first slot of each leaf in order (the fences) and the
/// page number of each leaf. Decides whether it needs a locator besides: a 2-byte leaf ordinal for
/// each of its 65,536 slots, or a coarse one of 2 KiB in the directory page, with the ordinal for
/// each 64th slot, from which the fences are walked. One region is the hot case; 4,096 regions have
/// 32 MiB of directories and 512 MiB of locators, which no cache holds.
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@OperationsPerInvocation(LeafLookupBenchmark.LOOKUP_COUNT)
@Fork(1)
@Warmup(iterations = 3, time = 400, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 4, time = 400, timeUnit = TimeUnit.MILLISECONDS)
public class LeafLookupBenchmark {
  static final int LOOKUP_COUNT = 4096;

  private static final int PAGE_SHIFT = 13;
  private static final int PAGE_SIZE = 1 << PAGE_SHIFT;
  private static final int REGION_SHIFT = 16;
  private static final int SLOT_COUNT = 1 << REGION_SHIFT;
  private static final int SLOT_MASK = SLOT_COUNT - 1;
  private static final int LOCATOR_SHIFT = REGION_SHIFT + 1;

  private static final int COUNT_OFFSET = 12;
  private static final int FENCES_OFFSET = 32;
  private static final int LEAF_COUNT_MAX = 1018;
  private static final int LEAVES_OFFSET = FENCES_OFFSET + 2 * LEAF_COUNT_MAX;
  private static final int COARSE_OFFSET = LEAVES_OFFSET + 4 * LEAF_COUNT_MAX;
  private static final int COARSE_SHIFT = 6;
  private static final int COARSE_MASK = (1 << COARSE_SHIFT) - 1;
  private static final long SEED = 27491095L;

  /// Leaves of the region; where they begin is drawn at random.
  @Param({"1", "16", "64", "512"})
  int leafCount;

  /// Regions that the sources are drawn from.
  @Param({"1", "4096"})
  int regionCount;

  private final Arena arena = Arena.ofShared();
  private MemorySegment directories = MemorySegment.NULL;
  private MemorySegment locators = MemorySegment.NULL;
  private long random = SEED;

  /// Writes directories and locators, and checks that all searches agree.
  @Setup
  public void build() {
    directories = arena.allocate((long) regionCount << PAGE_SHIFT, PAGE_SIZE);
    locators = arena.allocate((long) regionCount << LOCATOR_SHIFT, PAGE_SIZE);
    for (int region = 0; region < regionCount; region++) {
      writeDirectory(region);
    }
    if (fromSeed(this::fences) != fromSeed(this::locator)
        || fromSeed(this::fences) != fromSeed(this::coarseLocator)) {
      throw new IllegalStateException("the searches differ");
    }
  }

  /// Releases the memory.
  @TearDown
  public void close() {
    arena.close();
  }

  /// Draws the sources only; to be subtracted from the others.
  @Benchmark
  public int drawing() {
    int sum = 0;
    for (int i = 0; i < LOOKUP_COUNT; i++) {
      sum += nextSource();
    }
    return sum;
  }

  /// Binary search over the fences of the directory page.
  @Benchmark
  public int fences() {
    int sum = 0;
    for (int i = 0; i < LOOKUP_COUNT; i++) {
      int source = nextSource();
      MemorySegment directory = directory(source >>> REGION_SHIFT);
      sum += leafPage(directory, searchFences(directory, source & SLOT_MASK));
    }
    return sum;
  }

  /// The locator, then the page number from the directory page.
  @Benchmark
  public int locator() {
    int sum = 0;
    for (int i = 0; i < LOOKUP_COUNT; i++) {
      int source = nextSource();
      int region = source >>> REGION_SHIFT;
      int ordinal = unsignedShort(locators, locatorOffset(region, source & SLOT_MASK));
      sum += leafPage(directory(region), ordinal);
    }
    return sum;
  }

  /// The coarse locator, then the fences from there on, then the page number.
  @Benchmark
  public int coarseLocator() {
    int sum = 0;
    for (int i = 0; i < LOOKUP_COUNT; i++) {
      int source = nextSource();
      MemorySegment directory = directory(source >>> REGION_SHIFT);
      sum += leafPage(directory, walkFences(directory, source & SLOT_MASK));
    }
    return sum;
  }

  private int fromSeed(IntSupplier search) {
    random = SEED;
    return search.getAsInt();
  }

  private void writeDirectory(int region) {
    BitSet firstSlots = drawFirstSlots(region);
    MemorySegment directory = directory(region);
    directory.set(SHORT, COUNT_OFFSET, (short) leafCount);
    int ordinal = -1;
    for (int slot = 0; slot < SLOT_COUNT; slot++) {
      if (firstSlots.get(slot)) {
        ordinal++;
        directory.set(SHORT, FENCES_OFFSET + 2L * ordinal, (short) slot);
        directory.set(INT, LEAVES_OFFSET + 4L * ordinal, region * leafCount + ordinal);
      }
      if ((slot & COARSE_MASK) == 0) {
        directory.set(SHORT, COARSE_OFFSET + 2L * (slot >>> COARSE_SHIFT), (short) ordinal);
      }
      locators.set(SHORT, locatorOffset(region, slot), (short) ordinal);
    }
  }

  private BitSet drawFirstSlots(int region) {
    SplittableRandom draw = new SplittableRandom(SEED + region);
    BitSet firstSlots = new BitSet(SLOT_COUNT);
    firstSlots.set(0);
    for (int count = 1; count < leafCount; ) {
      int slot = draw.nextInt(SLOT_COUNT);
      count += firstSlots.get(slot) ? 0 : 1;
      firstSlots.set(slot);
    }
    return firstSlots;
  }

  private MemorySegment directory(int region) {
    return directories.asSlice((long) region << PAGE_SHIFT, PAGE_SIZE);
  }

  private static long locatorOffset(int region, int slot) {
    return ((long) region << LOCATOR_SHIFT) + 2L * slot;
  }

  private static int leafPage(MemorySegment directory, int ordinal) {
    return directory.get(INT, LEAVES_OFFSET + 4 * ordinal);
  }

  /// Returns the last leaf whose first slot is not after `slot`; no branch depends on the fences.
  private static int searchFences(MemorySegment directory, int slot) {
    int base = 0;
    for (int length = unsignedShort(directory, COUNT_OFFSET); length > 1; ) {
      int half = length >>> 1;
      int fence = unsignedShort(directory, FENCES_OFFSET + 2 * (base + half));
      base += half & ((fence - slot - 1) >> 31);
      length -= half;
    }
    return base;
  }

  private static int walkFences(MemorySegment directory, int slot) {
    int count = unsignedShort(directory, COUNT_OFFSET);
    int ordinal = unsignedShort(directory, COARSE_OFFSET + 2 * (slot >>> COARSE_SHIFT));
    while (ordinal + 1 < count
        && unsignedShort(directory, FENCES_OFFSET + 2 * (ordinal + 1)) <= slot) {
      ordinal++;
    }
    return ordinal;
  }

  /// A linear congruential step; its high bits choose region and slot.
  private int nextSource() {
    random = random * 6364136223846793005L + 1442695040888963407L;
    long high = random >>> 32;
    return (int) ((high * ((long) regionCount << REGION_SHIFT)) >>> 32);
  }
}
