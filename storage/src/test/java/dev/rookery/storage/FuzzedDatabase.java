package dev.rookery.storage;

import dev.rookery.storage.check.CheckReport;
import dev.rookery.storage.io.CrashMode;
import dev.rookery.storage.io.SimulatedDisk;
import dev.rookery.storage.journal.JournalForger;
import dev.rookery.storage.page.DataFileForger;
import dev.rookery.storage.page.PageLayout;
import dev.rookery.storage.tx.PageReadTransaction;
import dev.rookery.storage.tx.PageWriteTransaction;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.UUID;

/// A sound database, the states that it has been in, and damaged copies of it.
final class FuzzedDatabase {
  static final StorageOptions OPTIONS =
      StorageOptions.defaults()
          .withScratchBytes(256 << 10)
          .withBackgroundSyncMillis(5)
          .withJournalFileBytes(64 << 10)
          .inline();

  private static final String DATA = "data.rkd";
  private static final long[] NASTY = {
    0, 1, -1, Long.MAX_VALUE, Long.MIN_VALUE, Integer.MAX_VALUE, 0xFFFF_FFFFL, 1L << 40, 1L << 56
  };

  private final Map<String, byte[]> files = new TreeMap<>();
  private final Map<Long, Long> hashBySequence = new HashMap<>();
  private final UUID database;
  private final SimulatedDisk disk;

  /// Makes a database, closed or killed.
  FuzzedDatabase(long seed, boolean killed) {
    SplittableRandom random = new SplittableRandom(seed);
    SimulatedDisk made = new SimulatedDisk(seed);
    StorageEnvironment environment = StorageEnvironment.open(made.fileSystem(), OPTIONS);
    int commits = 6 + random.nextInt(10);
    note(environment);
    for (int i = 0; i < commits; i++) {
      try (PageWriteTransaction tx = environment.beginWrite()) {
        if (i == 0) {
          StructuresModel.create(tx);
        }
        new StructuresModel(tx).change(tx, random, 1 + random.nextInt(60));
        tx.commit(Durability.SYNC);
      }
      note(environment);
      if (random.nextInt(5) == 0) {
        environment.checkpoint();
      }
    }
    if (!killed) {
      environment.close();
    }
    disk = made.crash(seed, CrashMode.KEEP_ALL);
    for (String name : disk.files()) {
      files.put(name, read(name));
    }
    database = DataFileForger.database(files.get(DATA));
  }

  private void note(StorageEnvironment environment) {
    try (PageReadTransaction tx = environment.beginRead()) {
      long hash = tx.sequence() == 0 ? 0 : new StructuresModel(tx).hash(tx);
      hashBySequence.put(tx.sequence(), hash);
    }
  }

  private byte[] read(String name) {
    try {
      return disk.read(name);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// A damaged copy.
  ///
  /// @param forged whether checksums were made right again, so that the damage cannot be told
  record Copy(SimulatedDisk disk, boolean forged, String what) {}

  /// Returns a copy with some damage.
  Copy damaged(SplittableRandom random, List<FuzzedDatabase> others) {
    SimulatedDisk copy = disk.fork(1, CrashMode.KEEP_ALL);
    StringBuilder what = new StringBuilder();
    boolean forged = random.nextInt(3) > 0;
    if (random.nextInt(12) == 0) {
      damageNames(copy, random, others, what);
      forged = false;
    }
    int rounds = 1 + random.nextInt(3);
    for (int i = 0; i < rounds; i++) {
      List<String> names = copy.files();
      if (!names.isEmpty()) {
        String name = names.get(random.nextInt(names.size()));
        copy.put(name, damage(name, contentOf(copy, name), random, forged, what));
      }
    }
    return new Copy(copy, forged, what.toString());
  }

  private static byte[] contentOf(SimulatedDisk copy, String name) {
    try {
      return copy.read(name);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Deletes a file, puts one in the place of another, or brings one from another database.
  private void damageNames(
      SimulatedDisk copy,
      SplittableRandom random,
      List<FuzzedDatabase> others,
      StringBuilder what) {
    List<String> names = new ArrayList<>(files.keySet());
    String name = names.get(random.nextInt(names.size()));
    FuzzedDatabase other = others.get(random.nextInt(others.size()));
    List<String> theirs = new ArrayList<>(other.files.keySet());
    String from = theirs.get(random.nextInt(theirs.size()));
    switch (random.nextInt(3)) {
      case 0 -> {
        try {
          copy.remove(name);
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }
      case 1 -> copy.put(name, files.get(names.get(random.nextInt(names.size()))));
      default -> copy.put(name, other.files.get(from));
    }
    what.append("names ").append(name).append(' ').append(from).append("; ");
  }

  private byte[] damage(
      String name, byte[] content, SplittableRandom random, boolean forged, StringBuilder what) {
    byte[] damaged = content.clone();
    if (!forged && random.nextInt(8) == 0) {
      int length = random.nextInt(damaged.length + 20_000);
      what.append(name).append(" length ").append(length).append("; ");
      return Arrays.copyOf(damaged, length);
    }
    if (damaged.length < 64) {
      return damaged;
    }
    List<Integer> records = name.equals(DATA) ? List.of() : JournalForger.records(damaged);
    int times = 1 + random.nextInt(4);
    for (int i = 0; i < times; i++) {
      int at = Math.min(place(name, damaged, records, random), damaged.length - 16);
      change(damaged, at, random);
      what.append(name).append('@').append(at).append("; ");
      if (forged && name.equals(DATA)) {
        DataFileForger.forge(damaged, at, database);
      }
    }
    if (forged && !name.equals(DATA)) {
      JournalForger.forge(damaged, records);
    }
    return damaged;
  }

  /// Anywhere, but most often where headers are.
  private static int place(
      String name, byte[] content, List<Integer> records, SplittableRandom random) {
    int any = random.nextInt(content.length - 16);
    if (name.equals(DATA)) {
      int inPage = PageLayout.STRUCTURE_OFFSET + random.nextInt(120);
      int page = any >>> PageLayout.PAGE_SHIFT << PageLayout.PAGE_SHIFT;
      return switch (random.nextInt(6)) {
        case 0 -> random.nextInt(4) * 4096 + random.nextInt(64);
        case 1, 2, 3 -> Math.min(page + inPage, content.length - 16);
        default -> any;
      };
    }
    if (records.isEmpty() || random.nextInt(12) == 0) {
      return random.nextInt(64);
    }
    int record = records.get(random.nextInt(records.size()));
    return Math.min(record + random.nextInt(random.nextBoolean() ? 200 : 4000), any | 0xFFFF)
        % (content.length - 16);
  }

  private static void change(byte[] content, int at, SplittableRandom random) {
    switch (random.nextInt(6)) {
      case 0 -> content[at] ^= (byte) (1 << random.nextInt(8));
      case 1 -> content[at] = (byte) random.nextInt();
      case 2 -> {
        long nasty = NASTY[random.nextInt(NASTY.length)];
        int width = 1 << random.nextInt(4);
        for (int i = 0; i < width; i++) {
          content[at + i] = (byte) (nasty >>> i * 8);
        }
      }
      case 3 -> {
        int length = Math.min(1 + random.nextInt(600), content.length - at);
        int from = random.nextInt(content.length - length + 1);
        System.arraycopy(content, from, content, at, length);
      }
      case 4 -> {
        int length = Math.min(1 + random.nextInt(9000), content.length - at);
        Arrays.fill(content, at, at + length, (byte) (random.nextBoolean() ? 0 : 0xFF));
      }
      default -> {
        // A small number where numbers of pages and counts are.
        content[at] = (byte) random.nextInt(80);
        content[at + 1] = 0;
      }
    }
  }

  /// Uses a damaged copy in every way: opens, checks, reads, changes, closes, opens again.
  ///
  /// @throws dev.rookery.storage.error.RookeryException if the damage was told
  void use(Copy copy, SplittableRandom random, List<FuzzedDatabase> others) {
    for (int life = 0; life < 2; life++) {
      try (StorageEnvironment environment =
          StorageEnvironment.open(copy.disk().fileSystem(), OPTIONS)) {
        long hash;
        try (PageReadTransaction tx = environment.beginRead()) {
          boolean told = !isClean(environment, tx);
          hash = tx.sequence() == 0 ? 0 : new StructuresModel(tx).hash(tx);
          if (life == 0 && !copy.forged() && !told) {
            judge(tx.sequence(), hash, others);
          }
        }
        if (life == 0) {
          write(environment, random);
          environment.checkpoint();
        }
      }
    }
  }

  /// Another database may have taken the place of this one as a whole.
  private static void judge(long sequence, long hash, List<FuzzedDatabase> all) {
    for (FuzzedDatabase one : all) {
      Long expected = one.hashBySequence.get(sequence);
      if (expected != null && expected == hash) {
        return;
      }
    }
    throw new AssertionError("wrong data sequence=" + sequence);
  }

  private static boolean isClean(StorageEnvironment environment, PageReadTransaction tx) {
    CheckReport report = new CheckReport();
    if (tx.sequence() > 0) {
      new StructuresModel(tx).check(tx, report);
    }
    environment.check(tx, report);
    return report.isClean();
  }

  private static void write(StorageEnvironment environment, SplittableRandom random) {
    try (PageWriteTransaction tx = environment.beginWrite()) {
      if (tx.sequence() == 1) {
        StructuresModel.create(tx);
      }
      new StructuresModel(tx).change(tx, random, 12);
      tx.commit(Durability.SYNC);
    }
  }
}
