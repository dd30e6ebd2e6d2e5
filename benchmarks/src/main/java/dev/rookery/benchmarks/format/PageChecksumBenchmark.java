package dev.rookery.benchmarks.format;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.zip.CRC32C;
import net.jpountz.xxhash.XXHash64;
import net.jpountz.xxhash.XXHashFactory;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/// Time to compute the checksum of one block that lies outside the heap.
///
/// Decides which checksum guards pages and journal records, and whether a page may be summed where
/// it lies or is better copied to the heap first. The blocks are 4 MiB in all, visited in turn.
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 400, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 4, time = 400, timeUnit = TimeUnit.MILLISECONDS)
public class PageChecksumBenchmark {
  private static final int TOTAL_LENGTH = 4 << 20;
  private static final long SEED = 27491095L;

  /// Bytes in a block: a small journal body, or a page.
  @Param({"512", "8192"})
  int blockLength;

  private final Arena arena = Arena.ofShared();
  private final MemorySegment blocks = arena.allocate(TOTAL_LENGTH, 8192);
  private final ByteBuffer buffer = blocks.asByteBuffer();
  private final byte[] heapBlocks = new byte[TOTAL_LENGTH];
  private final CRC32C crc = new CRC32C();
  private final XXHash64 xxHash = XXHashFactory.safeInstance().hash64();
  private byte[] copy = new byte[0];
  private int at;

  /// Fills the blocks.
  @Setup
  public void fill() {
    copy = new byte[blockLength];
    new Random(SEED).nextBytes(heapBlocks);
    MemorySegment.copy(heapBlocks, 0, blocks, JAVA_BYTE, 0, TOTAL_LENGTH);
  }

  /// Releases the blocks.
  @TearDown
  public void close() {
    arena.close();
  }

  /// CRC32C of the block where it lies, through one buffer over the segment.
  @Benchmark
  public long crc32cInPlace() {
    int start = next();
    buffer.limit(start + blockLength).position(start);
    crc.reset();
    crc.update(buffer);
    return crc.getValue();
  }

  /// CRC32C of the block where it lies, through a buffer made for the page.
  @Benchmark
  public long crc32cOfSlice() {
    crc.reset();
    crc.update(blocks.asSlice(next(), blockLength).asByteBuffer());
    return crc.getValue();
  }

  /// CRC32C of a copy on the heap.
  @Benchmark
  public long crc32cOfCopy() {
    MemorySegment.copy(blocks, JAVA_BYTE, next(), copy, 0, blockLength);
    crc.reset();
    crc.update(copy, 0, blockLength);
    return crc.getValue();
  }

  /// XXH64 of a block on the heap, as a journal buffer would be.
  @Benchmark
  public long xxh64OnHeap() {
    return xxHash.hash(heapBlocks, next(), blockLength, SEED);
  }

  /// XXH64 of a copy on the heap.
  @Benchmark
  public long xxh64OfCopy() {
    MemorySegment.copy(blocks, JAVA_BYTE, next(), copy, 0, blockLength);
    return xxHash.hash(copy, 0, blockLength, SEED);
  }

  /// XXH64 of the block where it lies, through one buffer over the segment.
  @Benchmark
  public long xxh64InPlace() {
    buffer.clear();
    return xxHash.hash(buffer, next(), blockLength, SEED);
  }

  private int next() {
    at = (at + blockLength) & (TOTAL_LENGTH - 1);
    return at;
  }
}
