package dev.rookery.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.rookery.storage.Durability;
import dev.rookery.storage.error.CorruptBackupException;
import dev.rookery.storage.error.DatabaseLockedException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Backups of graphs as users make them: to directories and streams, beside writers, and back.
class GraphBackupTest {
  @TempDir Path directory;

  private static long add(Graph graph, int count) {
    return graph.write(tx -> {
      long last = 0;
      for (int i = 0; i < count; i++) {
        long node = tx.addNode("Person", Map.of("name", "n" + i, "text", "x".repeat(i % 200)));
        if (last != 0) {
          tx.addEdge("KNOWS", last, node, Map.of("since", i));
        }
        last = node;
      }
      return last;
    });
  }

  private static void assertHolds(Path database, long nodes) {
    try (Graph graph = Graph.open(database, GraphOptions.defaults().withCreateIfMissing(false));
        ReadTransaction tx = graph.beginRead()) {
      assertThat(tx.nodeCount()).isEqualTo(nodes);
      assertThat(graph.check()).isEmpty();
    }
  }

  @Test
  void backup_toADirectory_isFullOnceAndIncrementalThen() throws IOException {
    Path backups = directory.resolve("backups");
    Path restored = directory.resolve("restored");
    try (Graph graph = Graph.open(directory.resolve("people"))) {
      add(graph, 5000);
      BackupSummary full = graph.backup(backups);
      add(graph, 3);
      BackupSummary second = graph.backup(backups);
      BackupSummary same = graph.backup(backups);
      add(graph, 3);
      BackupSummary third = graph.backup(backups);

      assertThat(full.full()).isTrue();
      assertThat(second.full()).isFalse();
      assertThat(second.baseSequence()).isEqualTo(full.sequence());
      assertThat(second.bytes()).isLessThan(full.bytes() / 4);
      assertThat(same).isEqualTo(second);
      assertThat(third.baseSequence()).isEqualTo(second.sequence());
      assertThat(GraphBackup.verify(backups)).containsExactly(full, second, third);
      assertThat(GraphBackup.restore(backups, restored)).isEqualTo(third);
      add(graph, 1); // The database and its copy go their own ways.
    }
    assertHolds(restored, 5006);
    try (Graph again = Graph.open(restored)) {
      add(again, 10);
      assertThatThrownBy(() -> again.backup(backups))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("restored");
      assertThat(again.backup(directory.resolve("backups-of-restored")).full()).isTrue();
    }
    assertHolds(restored, 5016);
  }

  @Test
  void backupFull_asked_makesTheEarlierOnesDispensable() throws IOException {
    Path backups = directory.resolve("backups");
    try (Graph graph = Graph.open(directory.resolve("people"))) {
      add(graph, 10);
      graph.backup(backups);
      add(graph, 10);
      graph.backup(backups);
      BackupSummary full = graph.backupFull(backups);
      add(graph, 10);
      BackupSummary last = graph.backup(backups);

      assertThat(GraphBackup.verify(backups)).containsExactly(full, last);
    }
    GraphBackup.restore(backups, directory.resolve("restored"));
    assertHolds(directory.resolve("restored"), 30);
  }

  @Test
  void backup_toStreams_isRestoredFromOne() throws IOException {
    ByteArrayOutputStream stream = new ByteArrayOutputStream();
    try (Graph graph = Graph.inMemory()) {
      add(graph, 100);
      BackupSummary full = graph.backup(stream);
      add(graph, 100);
      graph.backup(stream, full);
      assertThatThrownBy(() -> graph.backup(stream, graph.backup(new ByteArrayOutputStream())))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("nothing was committed");
    }
    byte[] archives = stream.toByteArray();

    assertThat(GraphBackup.verify(new ByteArrayInputStream(archives))).hasSize(2);
    GraphBackup.restore(new ByteArrayInputStream(archives), directory.resolve("restored"));
    assertHolds(directory.resolve("restored"), 200);
  }

  @Test
  void backup_ofUnsyncedCommits_makesThemDurable() throws IOException {
    GraphOptions lazy = GraphOptions.defaults().withDurability(Durability.NONE);
    try (Graph graph = Graph.open(directory.resolve("people"), lazy)) {
      add(graph, 10);
      long syncs = graph.stats().syncs();
      graph.backup(directory.resolve("backups"));

      assertThat(graph.stats().syncs()).isGreaterThan(syncs);
    }
  }

  @Test
  void backup_byAnInterruptedThread_isMadeAndKeepsTheInterrupt() throws IOException {
    try (Graph graph = Graph.open(directory.resolve("people"))) {
      add(graph, 100);
      Thread.currentThread().interrupt();
      graph.backup(directory.resolve("backups"));
      assertThat(Thread.interrupted()).isTrue();
      add(graph, 100);
    }
    GraphBackup.verify(directory.resolve("backups"));
  }

  @Test
  void backup_whereItDoesNotBelong_isRefused() throws IOException {
    Path backups = directory.resolve("backups");
    try (Graph one = Graph.open(directory.resolve("one"));
        Graph two = Graph.open(directory.resolve("two"))) {
      one.backup(backups);
      assertThatThrownBy(() -> two.backup(backups))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("another database");
      assertThatThrownBy(() -> one.backup(directory.resolve("two")))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("data.rkd");
      Files.writeString(directory.resolve("file"), "text");
      assertThatThrownBy(() -> one.backup(directory.resolve("file")))
          .isInstanceOf(FileSystemException.class);
    }
    assertThatThrownBy(() -> GraphBackup.restore(backups, directory.resolve("one")))
        .isInstanceOf(IllegalArgumentException.class);
    assertHolds(directory.resolve("one"), 0);
  }

  @Test
  void restore_intoADatabaseInUse_isRefused() throws IOException {
    Path backups = directory.resolve("backups");
    Path target = directory.resolve("target");
    try (Graph graph = Graph.open(directory.resolve("people"))) {
      graph.backup(backups);
    }
    Files.createDirectory(target);
    try (var lock = dev.rookery.storage.io.DirectoryFileSystem.open(target, false).lock()) {
      assertThat(lock).isNotNull();
      assertThatThrownBy(() -> GraphBackup.restore(backups, target))
          .isInstanceOf(DatabaseLockedException.class);
    }
    GraphBackup.restore(backups, target);
    assertHolds(target, 0);
  }

  @Test
  void verify_ofNothing_isRefused() {
    assertThatThrownBy(() -> GraphBackup.verify(directory.resolve("absent")))
        .isInstanceOf(CorruptBackupException.class);
    assertThat(directory.resolve("absent")).doesNotExist();
  }

  @Test
  void files_ofBackupAndRestore_areTheOwnersAlone() throws IOException {
    assumeTrue(Files.getFileStore(directory).supportsFileAttributeView("posix"));
    Path backups = directory.resolve("backups");
    Path restored = directory.resolve("restored");
    try (Graph graph = Graph.open(directory.resolve("people"))) {
      graph.backup(backups);
    }
    GraphBackup.restore(backups, restored);

    for (Path root : List.of(backups, restored)) {
      try (Stream<Path> paths = Files.walk(root)) {
        assertThat(paths.toList())
            .hasSizeGreaterThan(1)
            .allSatisfy(path ->
                assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
                    .isEqualTo(Files.isDirectory(path) ? "rwx------" : "rw-------"));
      }
    }
  }

  @Test
  void links_inABackupDirectory_areNotFollowed() throws IOException {
    Path backups = directory.resolve("backups");
    try (Graph graph = Graph.open(directory.resolve("people"))) {
      BackupSummary made = graph.backup(backups);
      String name = "backup-%016d.rkb".formatted(made.sequence());
      Files.move(backups.resolve(name), directory.resolve("elsewhere"));
      Files.createSymbolicLink(backups.resolve(name), directory.resolve("elsewhere"));
      assertThatThrownBy(() -> GraphBackup.verify(backups)).isInstanceOf(FileSystemException.class);
      Files.delete(backups.resolve(name));
      Path victim = Files.writeString(directory.resolve("victim"), "untouched");
      Files.createSymbolicLink(backups.resolve("backup.new"), victim);
      assertThatThrownBy(() -> graph.backup(backups)).isInstanceOf(FileSystemException.class);
      assertThat(victim).hasContent("untouched");
    }
  }

  @Test
  void plainCopy_ofAClosedDatabase_opens() throws IOException {
    Path people = directory.resolve("people");
    try (Graph graph = Graph.open(people)) {
      add(graph, 500);
    }
    Path copy = Files.createDirectory(directory.resolve("copy"));
    Files.copy(people.resolve("data.rkd"), copy.resolve("data.rkd"));

    assertHolds(copy, 500);
  }
}
