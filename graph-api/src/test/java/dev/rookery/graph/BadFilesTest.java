package dev.rookery.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.rookery.storage.Durability;
import dev.rookery.storage.StorageOptions;
import dev.rookery.storage.error.DatabaseClosedException;
import dev.rookery.storage.error.DatabaseLockedException;
import dev.rookery.storage.error.DiskFullException;
import dev.rookery.storage.error.FormatVersionException;
import dev.rookery.storage.error.NotADatabaseException;
import dev.rookery.storage.error.ReadOnlyException;
import dev.rookery.storage.error.RookeryException;
import dev.rookery.storage.io.CrashMode;
import dev.rookery.storage.io.FaultPlan.Fault;
import dev.rookery.storage.io.FaultPlan.Operation;
import dev.rookery.storage.io.SimulatedDisk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Directories and files that are not as they should be, and disks without room: each has its
/// exception, and what was there is still there.
final class BadFilesTest {
  private static final String DATA = "data.rkd";

  /// Where the identity block keeps its major version and its checksum.
  private static final int MAJOR_OFFSET = 8;

  private static final int CRC_OFFSET = 4092;

  @TempDir Path directory;

  private Path database() {
    return directory.resolve("database");
  }

  /// Makes a database with one node and returns its directory.
  private Path makeDatabase() {
    try (Graph graph = Graph.open(database())) {
      graph.execute(tx -> tx.addNode("Person", Map.of("name", "Ann")));
    }
    return database();
  }

  private static void assertNothingLost(Path database) {
    try (Graph graph = Graph.open(database)) {
      assertThat(graph.<String>read(tx -> tx.node(1).getString("name"))).isEqualTo("Ann");
      assertThat(graph.check()).isEmpty();
    }
  }

  /// Returns the name and the content of every file.
  private static Map<String, String> contents(Path directory) throws IOException {
    Map<String, String> all = new TreeMap<>();
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.toList()) {
        String content =
            Files.isRegularFile(file)
                ? HexFormat.of().formatHex(Files.readAllBytes(file))
                : "directory";
        all.put(directory.relativize(file).toString(), content);
      }
    }
    return all;
  }

  @Test
  void open_twiceInTheProcess_isRefused() throws IOException {
    Path database = makeDatabase();
    Path link = Files.createSymbolicLink(directory.resolve("link"), database);
    try (Graph graph = Graph.open(database)) {
      assertThatThrownBy(() -> Graph.open(database)).isInstanceOf(DatabaseLockedException.class);
      assertThatThrownBy(() -> Graph.open(link)).isInstanceOf(DatabaseLockedException.class);
      assertThatThrownBy(() -> Graph.open(database.resolve("..").resolve("database")))
          .isInstanceOf(DatabaseLockedException.class);
      graph.execute(tx -> tx.setProperty(1, "age", 31));
    }
    assertNothingLost(database);
  }

  @Test
  void open_inAnotherProcess_isRefused() throws Exception {
    Path database = makeDatabase();
    try (Graph graph = Graph.open(database)) {
      Process other = ChildProcess.start(OpenInOtherProcess.class, database.toString());
      String answer = new String(other.getInputStream().readAllBytes());
      assertThat(other.waitFor(60, TimeUnit.SECONDS)).isTrue();
      assertThat(answer).contains("DatabaseLockedException");
      assertThat(graph.check()).isEmpty();
    }
    assertNothingLost(database);
  }

  /// Tries to open a database, and prints how it went.
  static final class OpenInOtherProcess {
    public static void main(String[] arguments) {
      try (Graph graph = Graph.open(Path.of(arguments[0]))) {
        System.out.println("opened " + graph.stats().nodes());
      } catch (RookeryException e) {
        System.out.println(e.getClass().getSimpleName());
      }
    }
  }

  @Test
  void open_afterClose_works() {
    Path database = makeDatabase();
    Graph graph = Graph.open(database);
    graph.close();
    graph.close();

    assertThatThrownBy(graph::beginRead).isInstanceOf(DatabaseClosedException.class);
    assertThatThrownBy(graph::beginWrite).isInstanceOf(DatabaseClosedException.class);
    assertThatThrownBy(graph::sync).isInstanceOf(DatabaseClosedException.class);
    assertThatThrownBy(graph::checkpoint).isInstanceOf(DatabaseClosedException.class);
    assertThatThrownBy(graph::stats).isInstanceOf(DatabaseClosedException.class);
    assertThatThrownBy(graph::check).isInstanceOf(DatabaseClosedException.class);
    assertNothingLost(database);
  }

  @Test
  void open_aDirectoryOfOtherFiles_leavesItAlone() throws IOException {
    Files.writeString(directory.resolve("letter.txt"), "Dear Ann");
    Map<String, String> before = contents(directory);

    assertThatThrownBy(() -> Graph.open(directory)).isInstanceOf(NotADatabaseException.class);

    assertThat(contents(directory)).isEqualTo(before);
  }

  @Test
  void open_aFile_isRefused() throws IOException {
    Path file = Files.writeString(directory.resolve("letter.txt"), "Dear Ann");

    assertThatThrownBy(() -> Graph.open(file)).isInstanceOf(NotADatabaseException.class);

    assertThat(file).hasContent("Dear Ann");
  }

  @Test
  void open_aMissingDirectoryThatMustExist_isRefused() {
    GraphOptions options = GraphOptions.defaults().withCreateIfMissing(false);

    assertThatThrownBy(() -> Graph.open(database(), options))
        .isInstanceOf(NotADatabaseException.class);

    assertThat(database()).doesNotExist();
  }

  @Test
  void open_aNewerFormat_isRefused() throws IOException {
    Path data = makeDatabase().resolve(DATA);
    byte[] bytes = Files.readAllBytes(data);
    byte[] newer = bytes.clone();
    ByteBuffer block = ByteBuffer.wrap(newer).order(ByteOrder.LITTLE_ENDIAN);
    block.putShort(MAJOR_OFFSET, (short) (block.getShort(MAJOR_OFFSET) + 1));
    CRC32C crc = new CRC32C();
    crc.update(newer, 0, CRC_OFFSET);
    block.putInt(CRC_OFFSET, (int) crc.getValue());
    Files.write(data, newer);

    assertThatThrownBy(() -> Graph.open(database())).isInstanceOf(FormatVersionException.class);

    assertThat(Files.readAllBytes(data)).isEqualTo(newer);
    Files.write(data, bytes);
    assertNothingLost(database());
  }

  @Test
  void open_aTruncatedDataFile_isRefusedOrNoticed() throws IOException {
    Path data = makeDatabase().resolve(DATA);
    byte[] bytes = Files.readAllBytes(data);
    for (int length :
        new int[] {0, 1, 100, 4096, 8191, 16384, bytes.length / 2, bytes.length - 1}) {
      Files.write(data, java.util.Arrays.copyOf(bytes, length));
      assertThatThrownBy(
              () -> {
                try (Graph graph = Graph.open(database())) {
                  graph.<String>read(tx -> tx.node(1).getString("name"));
                  throw new RookeryException("" + graph.check()) {};
                }
              })
          .describedAs("length %d", length)
          .isInstanceOf(RookeryException.class)
          .hasMessageNotContaining("[]");
    }
    Files.write(data, bytes);
    assertNothingLost(database());
  }

  @Test
  void readOnly_refusesChangesAndWritesNothing() throws IOException {
    Path database = makeDatabase();
    Map<String, String> before = contents(database);
    try (Graph graph = Graph.open(database, GraphOptions.defaults().withReadOnly(true))) {
      assertThat(graph.<String>read(tx -> tx.node(1).getString("name"))).isEqualTo("Ann");
      assertThatThrownBy(graph::beginWrite).isInstanceOf(ReadOnlyException.class);
      assertThatThrownBy(() -> graph.execute(tx -> tx.addNode()))
          .isInstanceOf(ReadOnlyException.class);
      graph.checkpoint();
      graph.sync();
      assertThat(graph.check()).isEmpty();
    }
    assertThat(contents(database)).isEqualTo(before);
    assertNothingLost(database);
  }

  @Test
  void readOnly_aMissingDatabase_isRefused() {
    GraphOptions options = GraphOptions.defaults().withReadOnly(true);

    assertThatThrownBy(() -> Graph.open(database(), options)).isInstanceOf(RookeryException.class);

    assertThat(database()).doesNotExist();
  }

  private static StorageOptions options() {
    return StorageOptions.defaults()
        .withScratchBytes(64 << 10)
        .withBackgroundSyncMillis(100)
        .withJournalFileBytes(64 << 10)
        .inline();
  }

  private static Graph open(SimulatedDisk disk) {
    return Graph.open(disk.fileSystem(), options(), Durability.SYNC);
  }

  @Test
  void flippedBits_areNoticedOrDoNotMatter() {
    TestSeeds.forEach(
        "BadFilesTest.flippedBits",
        2,
        seed -> {
          SimulatedDisk disk = new SimulatedDisk();
          GraphScript script = GraphScript.random(seed, 150);
          TreeMap<Long, ReferenceGraph> states;
          SimulatedDisk closed;
          SimulatedDisk killed;
          try (GraphScriptRun run = new GraphScriptRun(() -> open(disk), true)) {
            states = run.play(script).survivors().states();
            killed = disk.fork(seed, CrashMode.KEEP_ALL);
            run.finish();
          }
          closed = disk.fork(seed, CrashMode.KEEP_ALL);
          SplittableRandom random = new SplittableRandom(seed);
          for (int i = 0; i < 300; i++) {
            flip(i % 2 == 0 ? closed : killed, random, states);
          }
        });
  }

  private static void flip(
      SimulatedDisk intact, SplittableRandom random, Map<Long, ReferenceGraph> states) {
    SimulatedDisk disk = intact.fork(0, CrashMode.KEEP_ALL);
    List<String> files = disk.files();
    String file = files.get(random.nextInt(files.size()));
    long offset = -1;
    try {
      byte[] bytes = disk.read(file);
      if (bytes.length == 0) {
        return;
      }
      offset =
          random.nextInt(4) == 0
              ? random.nextInt(Math.min(bytes.length, 16384))
              : random.nextInt(bytes.length);
      disk.overwrite(
          file, offset, new byte[] {(byte) (bytes[(int) offset] ^ 1 << random.nextInt(8))});
      try (Graph graph = open(disk);
          ReadTransaction tx = graph.beginRead()) {
        graph.check();
        states.get(tx.sequence()).assertSeenBy(tx);
      }
    } catch (RookeryException expected) {
      assertThat(expected).hasMessageNotContaining("null");
    } catch (IOException | RuntimeException | AssertionError e) {
      throw new AssertionError("flipped bit file=%s offset=%d".formatted(file, offset), e);
    }
  }

  @Test
  void fullDisk_refusesTheCommitAndGoesOnLater() {
    SimulatedDisk disk = new SimulatedDisk();
    try (Graph graph = open(disk)) {
      graph.execute(tx -> tx.addNode("Person", Map.of("name", "Ann")));
      // The room for a commit is set aside before, so that only these can lack it.
      disk.faults().failFrom(Operation.CREATE, 0, Fault.NO_SPACE);
      disk.faults().failFrom(Operation.TRUNCATE, 0, Fault.NO_SPACE);
      disk.faults().add(EnumSet.of(Operation.WRITE), DATA::equals, 0, true, Fault.NO_SPACE);
      int refused = 0;
      for (int i = 0; i < 40; i++) {
        try {
          fillSome(graph, 4_000, i);
        } catch (DiskFullException e) {
          refused++;
        }
      }
      assertThat(refused).isPositive();
      assertThat(graph.<String>read(tx -> tx.node(1).getString("name"))).isEqualTo("Ann");

      disk.faults().clear();

      fillSome(graph, 10, 77);
      assertThat(graph.check()).isEmpty();
    }
    try (Graph graph = open(disk)) {
      assertThat(graph.<String>read(tx -> tx.node(1).getString("name"))).isEqualTo("Ann");
      assertThat(graph.check()).isEmpty();
    }
  }

  private static void fillSome(Graph graph, int byteCount, long seed) {
    byte[] bytes = new byte[byteCount];
    new SplittableRandom(seed).nextBytes(bytes);
    graph.execute(tx -> tx.addNode("Filler", Map.of("bytes", bytes)));
  }

  @Test
  void fullDisk_ofTheSystem_refusesTheCommitAndGoesOnLater() throws Exception {
    Path mount = Files.createDirectory(directory.resolve("small-disk"));
    assumeTrue(run("mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", mount.toString()));
    try {
      Path ballast = mount.resolve("ballast");
      Files.write(
          ballast, new byte[256 << 10]); // What waits in scratch, and a file of the journal.
      Path database = mount.resolve("database");
      StorageOptions options =
          StorageOptions.defaults()
              .withScratchBytes(256 << 10)
              .withBackgroundSyncMillis(5)
              .withJournalFileBytes(128 << 10);
      long kept;
      try (Graph graph = openIn(database, options)) {
        graph.execute(tx -> tx.addNode("Person", Map.of("name", "Ann")));
        assertThatThrownBy(
                () -> {
                  for (int i = 0; i < 2_000; i++) {
                    fillSome(graph, 4_000, i);
                  }
                })
            .isInstanceOf(DiskFullException.class);
        kept = graph.<Long>read(ReadTransaction::nodeCount);
        Files.delete(ballast);
        graph.execute(tx -> tx.setProperty(1, "age", 31));
        assertThat(graph.check()).isEmpty();
      }
      try (Graph graph = openIn(database, options)) {
        assertThat(graph.<Long>read(ReadTransaction::nodeCount)).isEqualTo(kept);
        assertThat(graph.<Long>read(tx -> tx.node(1).getLong("age"))).isEqualTo(31);
        assertThat(graph.check()).isEmpty();
      }
    } finally {
      run("umount", mount.toString());
    }
  }

  private static Graph openIn(Path database, StorageOptions options) {
    return Graph.open(
        dev.rookery.storage.io.DirectoryFileSystem.open(database, false), options, Durability.SYNC);
  }

  private static boolean run(String... command) throws Exception {
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      process.getInputStream().readAllBytes();
      return process.waitFor() == 0;
    } catch (IOException e) {
      return false; // There is no such command here.
    }
  }
}
