package dev.rookery.storage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rookery.storage.check.CheckReport;
import dev.rookery.storage.error.RookeryException;
import dev.rookery.storage.io.SimulatedDisk;
import dev.rookery.storage.io.StorageFileSystem;
import dev.rookery.storage.tx.PageReadTransaction;
import dev.rookery.storage.tx.PageWriteTransaction;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/// Copies the files of a database while it is written to, as `cp`, `tar` or `rsync` would: each
/// file from its beginning to its end, one after the other, while flushes, checkpoints and journal
/// switches go on. What comes of it is refused with an exception of ours, or by a check, or is
/// exactly some committed state, and stays good when it is written to.
///
/// With `-Dcopy.moved=true` the copy takes the original's place on its disk, so that nothing tells
/// it from the original: to show what can come of that.
final class CarelessCopyTest {
  private static final int PAGE_COUNT_MAX = 60;
  private static final boolean MOVED = Boolean.getBoolean("copy.moved");

  private enum Outcome {
    REFUSED_AT_OPEN,
    REFUSED_AT_READ,
    REFUSED_BY_CHECK,
    REFUSED_LATER,
    COMMITTED_STATE
  }

  /// What a copier takes, and in which order.
  private enum Way {
    DATA_FIRST,
    JOURNAL_FIRST,
    NO_JOURNAL,
    JOURNAL_LISTED_LATE
  }

  private static final Set<Outcome> OPENING =
      Set.of(Outcome.REFUSED_AT_OPEN, Outcome.COMMITTED_STATE);

  private final Map<Way, Map<Outcome, Integer>> outcomes = new TreeMap<>();

  @Test
  void carelessCopy_opened_isACommittedStateOrRefused() {
    int count = Integer.getInteger("copy.seeds", 400);
    StoreSeeds.forEach("CarelessCopyTest", count, this::copyWhileWriting);
    System.out.println("CarelessCopyTest outcomes=" + outcomes);
    if (Long.getLong("seed") == null) {
      assertThat(outcomes.values())
          .as("each way of copying gives a good state at times")
          .allSatisfy(way -> assertThat(way).containsKey(Outcome.COMMITTED_STATE))
          .as("a bad copy is refused before anything is read")
          .allSatisfy(way -> assertThat(way.keySet()).isSubsetOf(OPENING))
          .anySatisfy(way -> assertThat(way).containsKey(Outcome.REFUSED_AT_OPEN));
    }
  }

  private void copyWhileWriting(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    SimulatedDisk disk = new SimulatedDisk();
    StorageOptions options =
        StorageOptions.defaults()
            .withScratchBytes(random.nextBoolean() ? 64 << 10 : 1 << 20)
            .withJournalFileBytes(64 << 10)
            .inline();
    List<PageModel> states = new ArrayList<>(List.of(PageModel.ofNew()));
    StorageEnvironment environment = StorageEnvironment.open(disk.fileSystem(), options);
    for (int i = random.nextInt(30); i > 0; i--) {
      step(environment, states, random);
    }
    Way way = Way.values()[random.nextInt(Way.values().length)];
    Copier copier = new Copier(disk, way, random.split());
    int speed = 1 + random.nextInt(8);
    disk.observe(change -> {
      for (int i = 0; i < speed; i++) {
        copier.copySome();
      }
    });
    while (!copier.isDone()) {
      step(environment, states, random);
    }
    disk.observe(change -> {});
    environment.close();
    Outcome outcome = use(copier.copy, options, states, random);
    outcomes.computeIfAbsent(way, _ -> new TreeMap<>()).merge(outcome, 1, Integer::sum);
  }

  private static void step(
      StorageEnvironment environment, List<PageModel> states, SplittableRandom random) {
    if (random.nextInt(8) == 0) {
      environment.checkpoint();
      return;
    }
    commit(environment, states, random);
  }

  private static void commit(
      StorageEnvironment environment, List<PageModel> states, SplittableRandom random) {
    PageModel after = states.getLast().copy();
    try (PageWriteTransaction tx = environment.beginWrite()) {
      after.change(tx, random, PAGE_COUNT_MAX);
      if (tx.hasChanges()) {
        states.add(after);
        tx.commit(Durability.values()[random.nextInt(3)]);
      }
    }
  }

  /// Opens the copy, reads all of it, writes to it, closes it, and reads all of it again.
  private static Outcome use(
      SimulatedDisk copy,
      StorageOptions options,
      List<PageModel> originals,
      SplittableRandom random) {
    Outcome refused = Outcome.REFUSED_AT_OPEN;
    List<PageModel> states = new ArrayList<>();
    try {
      try (StorageEnvironment environment = StorageEnvironment.open(copy.fileSystem(), options)) {
        refused = Outcome.REFUSED_AT_READ;
        try (PageReadTransaction tx = environment.beginRead()) {
          assertThat(tx.sequence()).isLessThan(originals.size());
          states.addAll(originals.subList(0, (int) tx.sequence() + 1));
        }
        if (random.nextBoolean()) {
          readAll(environment, states.getLast());
          refused = Outcome.REFUSED_BY_CHECK;
          if (!isClean(environment, states.getLast())) {
            return refused;
          }
        }
        refused = Outcome.REFUSED_LATER;
        write(environment, states, random);
      }
      try (StorageEnvironment again = StorageEnvironment.open(copy.fileSystem(), options)) {
        readAll(again, states.getLast());
        assertThat(isClean(again, states.getLast())).isTrue();
      }
      return Outcome.COMMITTED_STATE;
    } catch (RookeryException e) {
      return refused;
    }
  }

  private static void write(
      StorageEnvironment environment, List<PageModel> states, SplittableRandom random) {
    for (int i = random.nextInt(12); i > 0; i--) {
      commit(environment, states, random);
    }
    if (random.nextBoolean()) {
      environment.checkpoint();
    }
    if (random.nextBoolean()) {
      readAll(environment, states.getLast());
    }
  }

  private static void readAll(StorageEnvironment environment, PageModel expected) {
    try (PageReadTransaction tx = environment.beginRead()) {
      expected.assertSeenBy(tx);
    }
  }

  private static boolean isClean(StorageEnvironment environment, PageModel expected) {
    CheckReport report = new CheckReport();
    try (PageReadTransaction tx = environment.beginRead()) {
      expected.claimAll(report);
      environment.check(tx, report);
    }
    return report.isClean();
  }

  /// A copy tool.
  private static final class Copier {
    private final SimulatedDisk source;
    private final SimulatedDisk copy = new SimulatedDisk(MOVED ? 0 : 1);
    private final Way way;
    private final SplittableRandom random;
    private final Deque<String> files = new ArrayDeque<>();
    private boolean isListed;
    private String current = "";
    private byte[] taken = {};
    private boolean isDone;

    Copier(SimulatedDisk source, Way way, SplittableRandom random) {
      this.source = source;
      this.way = way;
      this.random = random;
      try {
        StorageFileSystem target = copy.fileSystem();
        target.createRoot();
        target.createDirectory("journal");
        target.syncDirectory("");
        target.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      list();
    }

    private void list() {
      List<String> names = new ArrayList<>(source.files());
      names.sort(way == Way.JOURNAL_FIRST ? Comparator.reverseOrder() : Comparator.naturalOrder());
      if (way == Way.JOURNAL_FIRST) {
        // "journal/…" sorts behind "data.rkd"; the journal files themselves go in order.
        names.sort(Comparator.comparing(name -> name.startsWith("journal") ? name : "~"));
      }
      for (String name : names) {
        if (name.equals("data.rkd") || way != Way.NO_JOURNAL) {
          files.add(name);
        }
      }
      isListed = way != Way.JOURNAL_LISTED_LATE;
      if (!isListed) {
        files.removeIf(name -> name.startsWith("journal"));
      }
    }

    boolean isDone() {
      return isDone;
    }

    /// Copies a part of the current file.
    void copySome() {
      if (isDone || !nextFile()) {
        return;
      }
      try {
        byte[] content = source.read(current);
        int end = Math.min(content.length, taken.length + (4096 << random.nextInt(5)));
        int from = taken.length;
        if (from < end) {
          taken = Arrays.copyOf(taken, end);
          System.arraycopy(content, from, taken, from, end - from);
        }
        if (end >= content.length) {
          copy.put(current, taken);
          current = "";
        }
      } catch (NoSuchFileException e) {
        // Deleted meanwhile: who has it open copies on, who has not goes without.
        if (taken.length > 0) {
          copy.put(current, taken);
        }
        current = "";
      }
    }

    private boolean nextFile() {
      if (!current.isEmpty()) {
        return true;
      }
      if (files.isEmpty() && !isListed) {
        isListed = true;
        source.files().stream().filter(name -> name.startsWith("journal")).forEach(files::add);
      }
      if (files.isEmpty()) {
        isDone = true;
        return false;
      }
      current = files.remove();
      taken = new byte[0];
      return true;
    }
  }
}
