package dev.rookery.storage.io;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/// The directories of a [SimulatedDisk]: which names are there, and which of them durably so.
///
/// Invariant: `durable` and then all `pending` changes give `live`.
///
/// Threads: guarded by the disk.
final class SimulatedNames {
  private final boolean isJournaling;
  private final Entries live;
  private final Entries durable;
  private final List<NameChange> pending = new ArrayList<>();

  /// @param isJournaling whether changes of all directories become durable together and in order
  SimulatedNames(boolean isJournaling) {
    this(isJournaling, new Entries(), new Entries());
  }

  private SimulatedNames(boolean isJournaling, Entries live, Entries durable) {
    this.isJournaling = isJournaling;
    this.live = live;
    this.durable = durable;
  }

  TreeMap<String, SimulatedFile> files() {
    return live.files;
  }

  TreeSet<String> directories() {
    return live.directories;
  }

  List<NameChange> pending() {
    return pending;
  }

  boolean isDirectory(String name) {
    return name.isEmpty() || live.directories.contains(name);
  }

  void change(NameChange change) {
    change.applyTo(live);
    pending.add(change);
  }

  /// Makes the entries of one directory durable, and what they rest on: a change can become so only
  /// after the earlier ones of the same names.
  void sync(String directory) {
    Set<String> names = new HashSet<>();
    List<NameChange> synced = new ArrayList<>();
    for (NameChange change : pending.reversed()) {
      if (isJournaling
          || FileNames.directoryOf(change.to).equals(directory)
          || !Collections.disjoint(names, change.names())) {
        names.addAll(change.names());
        synced.add(change);
      }
    }
    for (NameChange change : synced.reversed()) {
      change.applyTo(durable);
    }
    pending.removeAll(new HashSet<>(synced));
  }

  /// The sync of a file: with a journal it takes all changes of directories with it.
  void syncWithFile() {
    if (isJournaling) {
      sync("");
    }
  }

  /// Returns a copy that is as much and as little durable as these names.
  SimulatedNames copy() {
    Map<SimulatedFile, SimulatedFile> copies = new IdentityHashMap<>();
    UnaryOperator<SimulatedFile> copied =
        file -> file == null ? null : copies.computeIfAbsent(file, SimulatedFile::copy);
    SimulatedNames copy = new SimulatedNames(isJournaling, live.copy(copied), durable.copy(copied));
    for (NameChange change : pending) {
      copy.pending.add(
          new NameChange(change.sequence, change.from, change.to, copied.apply(change.file)));
    }
    return copy;
  }

  /// Returns the names that a power failure leaves, with their files.
  SimulatedNames afterPowerFailure(PowerFailure failure) {
    Entries left = durable.copy(file -> file);
    Set<String> lostNames = new HashSet<>();
    Predicate<NameChange> isLost =
        change ->
            !failure.keepsName(change.sequence)
                || !Collections.disjoint(lostNames, change.names())
                || (isJournaling && !lostNames.isEmpty());
    for (NameChange change : pending) {
      if (isLost.test(change)) {
        lostNames.addAll(change.names());
      } else {
        change.applyTo(left);
      }
    }
    left.files.keySet().removeIf(name -> !left.hasDirectoryOf(name));
    UnaryOperator<SimulatedFile> survivor = file -> file.afterPowerFailure(failure.survival(file));
    left.files.replaceAll((_, file) -> survivor.apply(file));
    return new SimulatedNames(isJournaling, left, left.copy(file -> file));
  }

  /// Names and what they stand for.
  private static final class Entries {
    private final TreeMap<String, SimulatedFile> files = new TreeMap<>();
    private final TreeSet<String> directories = new TreeSet<>();

    Entries copy(UnaryOperator<SimulatedFile> copied) {
      Entries copy = new Entries();
      files.forEach((name, file) -> copy.files.put(name, copied.apply(file)));
      copy.directories.addAll(directories);
      return copy;
    }

    boolean hasDirectoryOf(String name) {
      String directory = FileNames.directoryOf(name);
      return directory.isEmpty() || directories.contains(directory);
    }
  }

  /// One change of a directory.
  ///
  /// @param sequence its place among all changes of the disk
  /// @param from the name that goes, `""` if none does
  /// @param to the name that changes, and whose directory has to be synced
  /// @param file what the name stands for from then on, `null` for a directory; if it is the name
  ///   that goes, for nothing
  record NameChange(long sequence, String from, String to, SimulatedFile file) {
    static NameChange create(long sequence, String name, SimulatedFile file) {
      return new NameChange(sequence, "", name, file);
    }

    static NameChange createDirectory(long sequence, String name) {
      return new NameChange(sequence, "", name, null);
    }

    static NameChange delete(long sequence, String name) {
      return new NameChange(sequence, name, name, null);
    }

    private Set<String> names() {
      return from.isEmpty() || from.equals(to) ? Set.of(to) : Set.of(from, to);
    }

    private void applyTo(Entries entries) {
      if (!from.isEmpty()) {
        entries.files.remove(from);
      }
      if (file != null) {
        entries.files.put(to, file);
      } else if (from.isEmpty()) {
        entries.directories.add(to);
      }
    }
  }
}
