package dev.rookery.storage.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.rookery.storage.io.FaultPlan.Fault;
import dev.rookery.storage.io.FaultPlan.Operation;
import dev.rookery.storage.io.StorageFileSystem.OpenMode;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.util.EnumSet;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

final class FaultyFileSystemTest extends StorageFileSystemContract {
  private final FaultPlan faults = new FaultPlan();

  @Override
  StorageFileSystem create() {
    return new FaultyFileSystem(MemoryFileSystem.create(), faults);
  }

  @Test
  void failOnce_failsTheOneAfterTheSkipped() throws IOException {
    try (StorageFile file = create("f", "")) {
      faults.failOnce(Operation.WRITE, 2, Fault.IO_ERROR);
      file.write(bytes("a"), 0);
      file.write(bytes("b"), 1);
      assertThatExceptionOfType(IOException.class).isThrownBy(() -> file.write(bytes("c"), 2));
      file.write(bytes("d"), 2);

      assertThat(text(file)).isEqualTo("abd");
      assertThat(faults.hitCount()).isEqualTo(1);
      assertThat(faults.count(Operation.WRITE)).isEqualTo(5);
    }
  }

  @Test
  void failFrom_failsUntilCleared() throws IOException {
    try (StorageFile file = create("f", "")) {
      faults.failFrom(Operation.SYNC, 1, Fault.IO_ERROR);
      file.sync();
      assertThatExceptionOfType(IOException.class).isThrownBy(file::sync);
      assertThatExceptionOfType(IOException.class).isThrownBy(file::sync);
      faults.clear();
      file.sync();
    }
  }

  @Test
  void shortWrites_doHalf() throws IOException {
    try (StorageFile file = create("f", "")) {
      faults.failOnce(Operation.WRITE, 0, Fault.SHORT_WRITE);
      assertThatExceptionOfType(IOException.class)
          .isThrownBy(() -> file.write(bytes("abcdef"), 0))
          .isNotInstanceOf(NoSpaceException.class);
      faults.failOnce(Operation.WRITE, 0, Fault.NO_SPACE);
      assertThatExceptionOfType(NoSpaceException.class)
          .isThrownBy(() -> file.write(bytes("xyzw"), 3));

      assertThat(text(file)).isEqualTo("abcxy");
    }
  }

  @Test
  void add_concernsTheChosenFilesOnly() throws IOException {
    faults.add(
        EnumSet.of(Operation.WRITE, Operation.CREATE),
        name -> name.startsWith("bad"),
        0,
        true,
        Fault.NO_SPACE);

    create("good", "x").close();
    assertThatExceptionOfType(NoSpaceException.class).isThrownBy(() -> create("bad", "x"));
    assertThat(files.list("")).containsExactly("good");
  }

  private static void requirePunched(StorageFile file) throws IOException {
    if (!file.punch(0, 1)) {
      throw new IOException("no hole operation=" + Operation.PUNCH);
    }
  }

  @Test
  void everyOperation_canFail() throws IOException {
    create("f", "abc").close();
    try (StorageFile file = files.open("f", OpenMode.READ_WRITE)) {
      Map<Operation, ThrowingCallable> uses =
          Map.ofEntries(
              Map.entry(Operation.READ, () -> file.read(bytes("x"), 0)),
              Map.entry(Operation.WRITE, () -> file.write(bytes("x"), 0)),
              Map.entry(Operation.SYNC, file::sync),
              Map.entry(Operation.TRUNCATE, () -> file.truncate(1)),
              Map.entry(Operation.PUNCH, () -> requirePunched(file)),
              Map.entry(Operation.MAP, () -> file.map(0, 1, Arena.global())),
              Map.entry(Operation.OPEN, () -> files.open("f", OpenMode.READ)),
              Map.entry(Operation.CREATE, () -> files.open("g", OpenMode.CREATE_NEW)),
              Map.entry(Operation.RENAME, () -> files.rename("f", "g")),
              Map.entry(Operation.DELETE, () -> files.delete("f")),
              Map.entry(Operation.LIST, () -> files.list("")),
              Map.entry(Operation.CREATE_DIRECTORY, () -> files.createDirectory("d")),
              Map.entry(Operation.SYNC_DIRECTORY, () -> files.syncDirectory("")),
              Map.entry(Operation.LOCK, files::lock));
      assertThat(uses.keySet()).containsExactlyInAnyOrder(Operation.values());

      uses.forEach((operation, use) -> {
        faults.failOnce(operation, 0, Fault.IO_ERROR);
        assertThatExceptionOfType(IOException.class)
            .isThrownBy(use)
            .withMessageContaining(operation.name());
      });
      assertThat(files.list("")).containsExactly("f");
      assertThat(text(file)).isEqualTo("abc");
    }
  }
}
