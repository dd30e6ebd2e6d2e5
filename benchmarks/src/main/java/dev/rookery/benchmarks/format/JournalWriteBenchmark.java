package dev.rookery.benchmarks.format;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.DSYNC;
import static java.nio.file.StandardOpenOption.WRITE;
import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/// Time of one durable commit: a record written behind the previous one and made durable.
///
/// Decides how the journal file is opened (direct and synchronous, synchronous, or buffered with a
/// forced sync) and whether it is worth preparing its blocks. The median counts; the mean is that
/// of the disk's worst moments. A disk that acknowledges from a volatile cache makes all modes look
/// better than they are, so the ratios are what to read.
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 1, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 3, time = 500, timeUnit = TimeUnit.MILLISECONDS)
public class JournalWriteBenchmark {
  private static final int BLOCK_LENGTH = 4096;
  private static final int FILE_LENGTH = 128 << 20;
  private static final int FILL_LENGTH = 1 << 20;

  /// How a write becomes durable.
  public enum Sync {
    /// Around the page cache, each write synchronous.
    DIRECT_DSYNC,
    /// Through the page cache, each write synchronous.
    DSYNC_ONLY,
    /// Through the page cache, then `force(false)`.
    FORCE;

    FileChannel open(Path file) throws IOException {
      return switch (this) {
        case DIRECT_DSYNC -> FileChannel.open(file, WRITE, DSYNC, direct());
        case DSYNC_ONLY -> FileChannel.open(file, WRITE, DSYNC);
        case FORCE -> FileChannel.open(file, WRITE);
      };
    }

    /// Returns the option for direct I/O by its name: javac warns of any mention of its type, and
    /// that warning cannot be suppressed.
    private static OpenOption direct() throws IOException {
      try {
        Class<?> type = Class.forName("com.sun.nio.file.ExtendedOpenOption");
        return (OpenOption) type.getField("DIRECT").get(null);
      } catch (ReflectiveOperationException e) {
        throw new IOException("direct I/O is not available", e);
      }
    }
  }

  /// What the file's blocks are before the first record is written.
  public enum Blocks {
    /// Allocated and written with zeros.
    ZEROED,
    /// Those of a full file of records, renamed.
    RECYCLED,
    /// Holes below the end of the file.
    SPARSE,
    /// None: each write extends the file.
    GROWING
  }

  @Param Sync sync = Sync.FORCE;

  @Param Blocks blocks = Blocks.ZEROED;

  /// Bytes of a commit.
  @Param({"4096", "16384"})
  int commitLength;

  /// Where the file is made; must be on the disk to be measured.
  @Param("target")
  String directory = "target";

  private final Arena arena = Arena.ofShared();
  private Path file = Path.of("");
  private @Nullable FileChannel channel;
  private ByteBuffer commit = ByteBuffer.allocate(0);
  private long position;

  /// Prepares the file and opens it.
  @Setup(Level.Trial)
  public void open() throws IOException {
    MemorySegment bytes = arena.allocate(commitLength, BLOCK_LENGTH);
    fillRandomly(bytes);
    commit = bytes.asByteBuffer();
    file = Path.of(directory).resolve("journal-benchmark-" + ProcessHandle.current().pid());
    prepare();
    channel = sync.open(file);
    position = BLOCK_LENGTH;
  }

  /// Closes and deletes the file.
  @TearDown(Level.Trial)
  public void close() throws IOException {
    requireNonNull(channel).close();
    Files.deleteIfExists(file);
    arena.close();
  }

  /// Starts anew in a fresh file if the present one might fill up in the coming iteration.
  @Setup(Level.Iteration)
  public void roll() throws IOException {
    if (position > FILE_LENGTH / 2) {
      requireNonNull(channel).close();
      Files.deleteIfExists(file);
      prepare();
      channel = sync.open(file);
      position = BLOCK_LENGTH;
    }
  }

  /// Writes one record and waits until it is durable.
  @Benchmark
  public long commit() throws IOException {
    if (position + commitLength > FILE_LENGTH) {
      position = BLOCK_LENGTH;
    }
    FileChannel journal = requireNonNull(channel);
    commit.clear();
    while (commit.hasRemaining()) {
      journal.write(commit, position + commit.position());
    }
    if (sync == Sync.FORCE) {
      journal.force(false);
    }
    position += commitLength;
    return position;
  }

  private void prepare() throws IOException {
    Path previous = file.resolveSibling(file.getFileName() + ".free");
    switch (blocks) {
      case ZEROED -> fill(file, false);
      case RECYCLED -> {
        fill(previous, true);
        Files.move(previous, file, StandardCopyOption.REPLACE_EXISTING);
      }
      case SPARSE -> {
        try (FileChannel made = FileChannel.open(file, CREATE, WRITE)) {
          made.write(ByteBuffer.allocate(1), FILE_LENGTH - 1L);
          made.force(true);
        }
      }
      case GROWING -> {
        try (FileChannel made = FileChannel.open(file, CREATE, WRITE)) {
          made.write(ByteBuffer.allocate(BLOCK_LENGTH), 0);
          made.force(true);
        }
      }
    }
  }

  private void fill(Path path, boolean randomly) throws IOException {
    try (Arena temporary = Arena.ofConfined();
        FileChannel made = FileChannel.open(path, CREATE, WRITE)) {
      MemorySegment bytes = temporary.allocate(FILL_LENGTH);
      if (randomly) {
        fillRandomly(bytes);
      }
      for (long at = 0; at < FILE_LENGTH; at += FILL_LENGTH) {
        made.write(bytes.asByteBuffer(), at);
      }
      made.force(true);
    }
  }

  private static void fillRandomly(MemorySegment bytes) {
    byte[] content = new byte[(int) bytes.byteSize()];
    new Random(27491095L).nextBytes(content);
    MemorySegment.copy(content, 0, bytes, ValueLayout.JAVA_BYTE, 0, content.length);
  }
}
