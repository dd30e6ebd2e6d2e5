package dev.rookery.storage.journal;

import dev.rookery.storage.error.CorruptJournalException;
import dev.rookery.storage.io.StorageFile;
import dev.rookery.storage.io.StorageFileSystem;
import dev.rookery.storage.io.StorageFileSystem.OpenMode;
import dev.rookery.storage.page.HeaderBlocks;
import dev.rookery.storage.page.HeaderBlocks.DurableEntry;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Reads the journal after a crash, in two passes: the first finds where it ends, the second hands
/// out the changes. Neither writes anything; [#adopt] in between does.
///
/// What ends it: the first record that is not whole. That is the normal trace of a crash ("torn
/// tail"), unless something proves that the record was promised: a later file that goes on behind
/// it, or a later record that was written after the missing one had been synced. Then commits are
/// missing in the middle, and reading refuses.
public final class JournalReader {
  private static final int COPY_BYTES = 1 << 20;

  private final StorageFileSystem fileSystem;
  private final UUID database;

  /// Creates a reader of the journal of a database.
  public JournalReader(StorageFileSystem fileSystem, UUID database) {
    this.fileSystem = fileSystem;
    this.database = database;
  }

  /// Is handed what the journal says, in order.
  public interface ChangeVisitor {
    /// A page differs from its last version (or, if `fromZero`, from a page of zeros).
    ///
    /// @param diff valid during the call
    /// @return whether the difference was well formed
    boolean change(long pageNumber, boolean fromZero, Diff diff) throws IOException;

    /// A page is free.
    void freed(long pageNumber);

    /// A commit is complete.
    void committed(long sequence, long pageCount) throws IOException;
  }

  /// A difference, to be applied to a page.
  public interface Diff {
    /// Applies the difference and returns whether it was well formed.
    boolean applyTo(MemorySegment page);
  }

  /// What a scan found.
  ///
  /// @param end where the records end that follow each other without a gap
  /// @param damage what is missing behind it, if anything was promised there
  public record Findings(JournalEnd end, Optional<JournalDamage> damage) {}

  /// Where a scan stands.
  private static final class Progress {
    JournalPosition position;
    long sequence;
    long pageCount;
    final List<JournalEnd.Extent> extents = new ArrayList<>();

    /// Where the records begin that no sync is known to have covered, the first at
    /// `unsyncedSequence`.
    final ArrayDeque<JournalPosition> unsynced = new ArrayDeque<>();

    long unsyncedSequence;

    /// What is missing: nothing is read in order from there on.
    @Nullable String damage;

    /// Behind the position: how many records, the newest of them, and what they prove.
    long laterCount;

    long newestLater;
    @Nullable String proof;

    Progress(DurableEntry start) {
      this.position =
          new JournalPosition(start.journalFile(), start.journalOffset(), start.chain());
      this.sequence = start.sequence();
      this.pageCount = start.pageCount();
      this.unsyncedSequence = start.sequence() + 1;
    }

    /// Remembers where a record begins, and forgets those that it says are durable.
    void note(RecordHeader record, JournalPosition where) {
      unsynced.add(where);
      while (unsyncedSequence <= record.durable() && !unsynced.isEmpty()) {
        unsynced.remove();
        unsyncedSequence++;
      }
    }

    void seeLater(RecordHeader header, String file) {
      if (header.sequence() <= sequence) {
        return; // Of an earlier use of the file.
      }
      laterCount++;
      newestLater = Math.max(newestLater, header.sequence());
      if (proof == null && header.durable() > sequence) {
        proof =
            "promised commits are damaged file=%s from=%d durable=%d"
                .formatted(file, sequence + 1, header.durable());
      }
    }

    Optional<JournalDamage> damage() {
      String message = damage == null ? proof : damage;
      return message == null
          ? Optional.empty()
          : Optional.of(
              new JournalDamage(
                  message,
                  position.file(),
                  JournalLayout.fileName(position.file()),
                  position.offset(),
                  sequence + 1,
                  Math.max(sequence, newestLater),
                  laterCount));
    }

    /// Returns the parts of the extents that no sync is known to have covered, with the header of
    /// each file that begins in them.
    List<JournalEnd.Extent> unsyncedExtents() {
      List<JournalEnd.Extent> parts = new ArrayList<>();
      if (!unsynced.isEmpty()) {
        JournalPosition first = unsynced.getFirst();
        for (JournalEnd.Extent extent : extents) {
          if (extent.file() >= first.file()) {
            long from = extent.file() == first.file() ? first.offset() : extent.from();
            from = from == JournalLayout.FILE_HEADER_BYTES ? 0 : from;
            parts.add(
                new JournalEnd.Extent(extent.file(), from, extent.to(), extent.firstSequence()));
          }
        }
      }
      return parts;
    }
  }

  /// Finds the end of the journal behind a checkpoint. Reads everything behind it once, O(journal).
  ///
  /// @throws CorruptJournalException if commits are missing in the middle, or a file belongs to
  ///   another database
  public JournalEnd scan(HeaderBlocks.Start start) throws IOException {
    Findings findings = find(start);
    if (findings.damage().isPresent()) {
      throw new CorruptJournalException(findings.damage().get().message());
    }
    return findings.end();
  }

  /// As [#scan], for those who want what is before the damage.
  ///
  /// @throws CorruptJournalException if a file belongs to another database
  public Findings find(HeaderBlocks.Start opened) throws IOException {
    DurableEntry start = opened.flushed();
    List<Long> numbers = fileNumbers();
    Progress progress = new Progress(start);
    if (opened.isUnclean() && !numbers.contains(start.journalFile())) {
      progress.damage =
          "journal file is missing where replay starts file="
              + JournalLayout.fileName(start.journalFile());
    }
    List<JournalEnd.ExistingFile> files = new ArrayList<>();
    long next = start.journalFile() + 1;
    for (long number : numbers) {
      try (StorageFile file = fileSystem.open(JournalLayout.fileName(number), OpenMode.READ)) {
        files.add(new JournalEnd.ExistingFile(number, file.size()));
        next = Math.max(next, number + 1);
        if (number >= start.journalFile() && progress.damage == null) {
          scanFile(new RecordReader(database, file), number, start, progress);
        }
      }
    }
    searchBehind(numbers, progress);
    JournalEnd end =
        new JournalEnd(
            progress.position,
            progress.sequence,
            progress.pageCount,
            next,
            files,
            progress.extents,
            progress.unsyncedExtents());
    return new Findings(end, progress.damage());
  }

  private List<Long> fileNumbers() throws IOException {
    List<Long> numbers = new ArrayList<>();
    for (String name : fileSystem.list(JournalFiles.DIRECTORY)) {
      if (JournalLayout.isFileName(name)) {
        numbers.add(Long.parseLong(name, 0, name.indexOf('.'), 10));
      }
    }
    numbers.sort(Long::compare);
    return numbers;
  }

  /// Reads the records of one file, if it was ever begun.
  private static void scanFile(
      RecordReader records, long number, DurableEntry start, Progress progress) throws IOException {
    RecordReader.FileHeader header = records.fileHeader(number);
    boolean first = number == start.journalFile();
    if (header == null) {
      // If not the first: prepared and never begun, or its first write did not reach the disk.
      progress.damage = first ? "journal file header is damaged file=" + records.fileName() : null;
    } else if (!first
        && (header.firstSequence() != progress.sequence + 1
            || header.chain() != progress.position.chain())) {
      progress.damage =
          "commits are missing before file=%s its first=%d last found=%d"
              .formatted(records.fileName(), header.firstSequence(), progress.sequence);
    } else {
      long offset = first ? start.journalOffset() : JournalLayout.FILE_HEADER_BYTES;
      scanRecords(records, number, header.salt(), offset, progress);
    }
  }

  private static void scanRecords(
      RecordReader records, long number, long salt, long start, Progress progress)
      throws IOException {
    long firstSequence = progress.sequence + 1;
    long offset = start;
    while (true) {
      RecordHeader header = nextRecord(records, salt, offset, progress);
      if (header == null) {
        // Behind a sync the next record begins at the next block.
        offset = JournalLayout.align(offset, JournalLayout.BLOCK_BYTES);
        header = nextRecord(records, salt, offset, progress);
      }
      if (header == null) {
        break;
      }
      progress.note(header, new JournalPosition(number, offset, header.chainBefore()));
      offset =
          JournalLayout.align(
              offset + JournalLayout.RECORD_HEADER_BYTES + header.length(),
              JournalLayout.ALIGNMENT);
      progress.sequence = header.sequence();
      progress.pageCount = header.pageCount();
      progress.position = new JournalPosition(number, offset, header.chainAfter());
    }
    if (progress.sequence >= firstSequence) {
      progress.extents.add(
          new JournalEnd.Extent(number, start, progress.position.offset(), firstSequence));
    }
  }

  /// Returns the header of the record at an offset if it is the next one and all of it is there.
  private static @Nullable RecordHeader nextRecord(
      RecordReader records, long salt, long offset, Progress progress) throws IOException {
    RecordHeader header = records.record(salt, offset);
    return header != null
            && header.sequence() == progress.sequence + 1
            && header.chainBefore() == progress.position.chain()
            && records.isWhole(header, offset)
        ? header
        : null;
  }

  /// Looks behind the end for a record that proves that the missing one was promised: one that was
  /// written when the missing one was durable already. Whatever became of file headers, such a
  /// record is of this database and newer than the end, so no earlier life of a file has one.
  private void searchBehind(List<Long> numbers, Progress progress) throws IOException {
    for (long number : numbers) {
      if (number >= progress.position.file()) {
        boolean isLast = number == progress.position.file();
        try (StorageFile file = fileSystem.open(JournalLayout.fileName(number), OpenMode.READ)) {
          new RecordReader(database, file)
              .search(
                  isLast ? progress.position.offset() : 0,
                  header -> progress.seeLater(header, file.name()));
        }
      }
    }
  }

  /// Makes the records that a scan found durable, before anything is built on them: after a mere
  /// process crash they may be in the operating system's memory only.
  ///
  /// Those that no sync is known to have covered are written once more, byte by byte the same.
  /// After a sync that failed the system may take them for clean, and a further sync alone would do
  /// nothing.
  public void adopt(JournalEnd end) throws IOException {
    if (end.unsynced().isEmpty()) {
      return;
    }
    long longest =
        end.unsynced().stream().mapToLong(part -> part.to() - part.from()).max().orElse(0);
    ByteBuffer window = ByteBuffer.allocateDirect((int) Math.min(COPY_BYTES, longest));
    for (JournalEnd.Extent part : end.unsynced()) {
      try (StorageFile file =
          fileSystem.open(JournalLayout.fileName(part.file()), OpenMode.READ_WRITE)) {
        long position = part.from();
        while (position < part.to()) {
          window.clear().limit((int) Math.min(window.capacity(), part.to() - position));
          int length = file.read(window, position);
          if (length <= 0) {
            break; // The padding behind the last record need not be there.
          }
          file.write(window.flip(), position);
          position += length;
        }
        file.sync();
      }
    }
    fileSystem.syncDirectory(JournalFiles.DIRECTORY);
  }

  /// Hands out all changes that a scan found, in order.
  public void replay(JournalEnd end, ChangeVisitor visitor) throws IOException {
    for (JournalEnd.Extent extent : end.extents()) {
      try (StorageFile file =
          fileSystem.open(JournalLayout.fileName(extent.file()), OpenMode.READ)) {
        RecordReader records = new RecordReader(database, file);
        RecordReader.FileHeader header = records.fileHeader(extent.file());
        if (header == null) {
          throw new CorruptJournalException(
              "journal cannot be read again: a file header file=" + file.name());
        }
        new JournalReplay(records, visitor).replay(header.salt(), extent);
      }
    }
  }
}
