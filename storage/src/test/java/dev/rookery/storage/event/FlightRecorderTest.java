package dev.rookery.storage.event;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rookery.storage.Durability;
import dev.rookery.storage.StorageEnvironment;
import dev.rookery.storage.StorageOptions;
import dev.rookery.storage.io.DirectoryFileSystem;
import dev.rookery.storage.page.PageType;
import dev.rookery.storage.tx.PageWriteTransaction;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The flight recorder hears of everything that takes time on a disk.
final class FlightRecorderTest {
  @TempDir Path directory;

  private static void commit(StorageEnvironment environment, Durability durability) {
    try (PageWriteTransaction tx = environment.beginWrite()) {
      tx.allocate(PageType.LEAF, 1);
      tx.commit(durability);
    }
  }

  private StorageEnvironment open(Path database) {
    return StorageEnvironment.open(
        DirectoryFileSystem.open(database, false), StorageOptions.defaults());
  }

  @Test
  void eachKindOfWork_isRecorded() throws IOException {
    Path database = directory.resolve("db");
    Path file = directory.resolve("recording.jfr");
    try (Recording recording = new Recording()) {
      for (Class<?> event :
          List.of(
              CommitEvent.class,
              JournalWriteEvent.class,
              JournalSyncEvent.class,
              FlushEvent.class,
              CheckpointEvent.class,
              RecoveryEvent.class)) {
        recording.enable(event.asSubclass(jdk.jfr.Event.class)).withoutThreshold();
      }
      recording.start();
      try (StorageEnvironment environment = open(database)) {
        commit(environment, Durability.SYNC);
        commit(environment, Durability.BACKGROUND);
        environment.sync();
        environment.checkpoint();
        assertThat(environment.stats().sequence()).isEqualTo(2);
      }
      recording.stop();
      recording.dump(file);
    }
    List<RecordedEvent> events =
        RecordingFile.readAllEvents(file).stream()
            .filter(event -> event.getEventType().getName().startsWith("dev.rookery."))
            .filter(event -> event.getString("database").contains(directory.toString()))
            .toList();
    assertThat(events)
        .filteredOn(event -> event.getEventType().getName().equals("dev.rookery.Commit"))
        .extracting(event -> event.getLong("sequence") + event.getString("durability"))
        .containsExactly("1SYNC", "2BACKGROUND");
    assertThat(of(events, "JournalWrite"))
        .hasSize(2)
        .allSatisfy(event -> assertThat(event.getLong("bytes")).isPositive());
    assertThat(of(events, "JournalSync")).hasSize(1);
    assertThat(of(events, "Flush")).isNotEmpty();
    assertThat(of(events, "Checkpoint"))
        .extracting(event -> event.getLong("sequence"))
        .contains(2L);
    assertThat(of(events, "Recovery")).hasSize(1);
    assertThat(Files.size(file)).isPositive();
  }

  private static List<RecordedEvent> of(List<RecordedEvent> events, String name) {
    return events.stream()
        .filter(event -> event.getEventType().getName().equals("dev.rookery." + name))
        .toList();
  }
}
