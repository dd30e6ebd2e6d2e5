package dev.rookery.storage.journal;

import dev.rookery.storage.error.CorruptJournalException;
import dev.rookery.storage.io.StorageFile;
import dev.rookery.storage.io.StorageFileSystem;
import dev.rookery.storage.io.StorageFileSystem.OpenMode;
import dev.rookery.storage.page.HeaderBlocks.DurableEntry;
import dev.rookery.storage.page.PageLayout;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.zip.CRC32C;
import net.jpountz.lz4.LZ4Exception;
import net.jpountz.lz4.LZ4Factory;
import net.jpountz.lz4.LZ4SafeDecompressor;

/// Reads the journal after a crash, in two passes: the first finds where it ends, the second hands
/// out the changes. Neither writes anything; [#adopt] in between does.
///
/// What ends it: the first record that is not whole. That is the normal trace of a crash ("torn
/// tail"), unless something proves that the record was promised: a later file that goes on behind
/// it, or a later record that was written after the missing one had been synced. Then commits are
/// missing in the middle, and reading refuses.
public final class JournalReader {
  private static final int SEARCH_BYTES = 1 << 20;
  private static final LZ4SafeDecompressor DECOMPRESSOR =
      LZ4Factory.safeInstance().safeDecompressor();

  private final StorageFileSystem fileSystem;
  private final UUID database;
  private ByteBuffer frame = ByteBuffer.allocate(64 << 10).order(ByteOrder.LITTLE_ENDIAN);
  private byte[] raw = new byte[0];

  /// Creates a reader of the journal of a database.
  public JournalReader(StorageFileSystem fileSystem, UUID database) {
    this.fileSystem = fileSystem;
    this.database = database;
  }

  /// Is handed what the journal says, in order.
  public interface ChangeVisitor {
    /// A page differs from its last version (or, if `fromZero`, from a page of zeros).
    ///
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

  private record FileHeader(long salt, long firstSequence, long chain) {}

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
  public JournalEnd scan(DurableEntry start) throws IOException {
    List<Long> numbers = fileNumbers();
    Progress progress = new Progress(start);
    List<JournalEnd.ExistingFile> files = new ArrayList<>();
    long next = start.journalFile() + 1;
    for (long number : numbers) {
      try (StorageFile file = fileSystem.open(JournalLayout.fileName(number), OpenMode.READ)) {
        files.add(new JournalEnd.ExistingFile(number, file.size()));
        next = Math.max(next, number + 1);
        if (number >= start.journalFile()) {
          scanFile(file, number, start, progress);
        }
      }
    }
    searchBehind(numbers, progress);
    return new JournalEnd(
        progress.position,
        progress.sequence,
        progress.pageCount,
        next,
        files,
        progress.extents,
        progress.unsyncedExtents());
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
  private void scanFile(StorageFile file, long number, DurableEntry start, Progress progress)
      throws IOException {
    Optional<FileHeader> found = readFileHeader(file, number);
    boolean first = number == start.journalFile();
    if (found.isEmpty()) {
      if (first) {
        throw new CorruptJournalException("journal file header is damaged file=" + file.name());
      }
      return; // Prepared and never begun, or its first write did not reach the disk.
    }
    FileHeader header = found.get();
    long offset = first ? start.journalOffset() : JournalLayout.FILE_HEADER_BYTES;
    if (!first
        && (header.firstSequence() != progress.sequence + 1
            || header.chain() != progress.position.chain())) {
      throw new CorruptJournalException(
          "commits are missing before file=%s its first=%d last found=%d"
              .formatted(file.name(), header.firstSequence(), progress.sequence));
    }
    scanRecords(file, number, header.salt(), offset, progress);
  }

  private void scanRecords(StorageFile file, long number, long salt, long start, Progress progress)
      throws IOException {
    long firstSequence = progress.sequence + 1;
    long offset = start;
    while (true) {
      Optional<RecordHeader> found = wholeRecord(file, salt, offset, progress);
      if (found.isEmpty()) {
        // Behind a sync the next record begins at the next block.
        offset = JournalLayout.align(offset, JournalLayout.BLOCK_BYTES);
        found = wholeRecord(file, salt, offset, progress);
      }
      if (found.isEmpty()) {
        break;
      }
      RecordHeader header = found.get();
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

  private record RecordHeader(
      long salt,
      long sequence,
      long chainBefore,
      long length,
      long pageCount,
      long durable,
      long hash,
      int frames,
      long chainAfter) {}

  private Optional<FileHeader> readFileHeader(StorageFile file, long number) throws IOException {
    ByteBuffer header =
        ByteBuffer.allocate(JournalLayout.FILE_HEADER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    int length = file.read(header, 0);
    CRC32C crc = new CRC32C();
    crc.update(header.array(), 0, JournalLayout.FILE_CRC_OFFSET);
    if (length < JournalLayout.FILE_HEADER_BYTES
        || header.getLong(0) != JournalLayout.FILE_MAGIC
        || header.getInt(JournalLayout.FILE_CRC_OFFSET) != (int) crc.getValue()
        || header.getLong(JournalLayout.FILE_NUMBER_OFFSET) != number) {
      return Optional.empty();
    }
    if (!JournalLayout.sameDatabase(header, JournalLayout.FILE_UUID_OFFSET, database)) {
      throw new CorruptJournalException(
          "journal file belongs to another database file=" + file.name());
    }
    return Optional.of(
        new FileHeader(
            header.getLong(JournalLayout.FILE_SALT_OFFSET),
            header.getLong(JournalLayout.FILE_FIRST_SEQUENCE_OFFSET),
            header.getLong(JournalLayout.FILE_CHAIN_OFFSET)));
  }

  private Optional<RecordHeader> readRecordHeader(StorageFile file, long salt, long offset)
      throws IOException {
    ByteBuffer header =
        ByteBuffer.allocate(JournalLayout.RECORD_HEADER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    if (file.read(header, offset) < JournalLayout.RECORD_HEADER_BYTES) {
      return Optional.empty();
    }
    return parseRecordHeader(header).filter(record -> record.salt() == salt);
  }

  private Optional<RecordHeader> parseRecordHeader(ByteBuffer header) {
    if (header.getLong(0) != JournalLayout.RECORD_MAGIC) {
      return Optional.empty();
    }
    CRC32C crc = new CRC32C();
    crc.update(header.array(), header.arrayOffset(), JournalLayout.RECORD_CRC_OFFSET);
    if (header.getInt(JournalLayout.RECORD_CRC_OFFSET) != (int) crc.getValue()
        || !JournalLayout.sameDatabase(header, JournalLayout.RECORD_UUID_OFFSET, database)) {
      return Optional.empty();
    }
    long salt = header.getLong(JournalLayout.RECORD_SALT_OFFSET);
    long chainAfter = RecordHash.ofRecordHeader(header.array(), header.arrayOffset());
    return Optional.of(
        new RecordHeader(
            salt,
            header.getLong(JournalLayout.RECORD_SEQUENCE_OFFSET),
            header.getLong(JournalLayout.RECORD_CHAIN_OFFSET),
            header.getLong(JournalLayout.RECORD_LENGTH_OFFSET),
            header.getLong(JournalLayout.RECORD_PAGE_COUNT_OFFSET),
            header.getLong(JournalLayout.RECORD_DURABLE_OFFSET),
            header.getLong(JournalLayout.RECORD_HASH_OFFSET),
            header.getInt(JournalLayout.RECORD_FRAMES_OFFSET),
            chainAfter));
  }

  /// Returns the header of the record at an offset if it is the next one and all of it is there.
  private Optional<RecordHeader> wholeRecord(
      StorageFile file, long salt, long offset, Progress progress) throws IOException {
    Optional<RecordHeader> found = readRecordHeader(file, salt, offset);
    if (found.isEmpty()) {
      return found;
    }
    RecordHeader header = found.get();
    boolean next =
        header.sequence() == progress.sequence + 1
            && header.chainBefore() == progress.position.chain()
            && header.length() >= 0
            && header.length() <= file.size() - offset - JournalLayout.RECORD_HEADER_BYTES;
    return next && framesAreWhole(file, offset + JournalLayout.RECORD_HEADER_BYTES, header)
        ? found
        : Optional.empty();
  }

  private boolean framesAreWhole(StorageFile file, long start, RecordHeader header)
      throws IOException {
    RecordHash hash = new RecordHash();
    long offset = start;
    long end = start + header.length();
    int count = 0;
    while (offset < end) {
      int length = readFrame(file, offset, end);
      if (length < 0) {
        return false;
      }
      hash.update(frame.array(), 0, length);
      offset += length;
      count++;
    }
    return hash.value() == header.hash() && count == header.frames();
  }

  /// Reads one frame with its header into [#frame] and returns its length, or -1 if it cannot be
  /// one.
  private int readFrame(StorageFile file, long offset, long end) throws IOException {
    if (end - offset < JournalLayout.FRAME_HEADER_BYTES) {
      return -1;
    }
    frame.clear().limit(JournalLayout.FRAME_HEADER_BYTES);
    if (file.read(frame, offset) < JournalLayout.FRAME_HEADER_BYTES) {
      return -1;
    }
    int rawLength = frame.getInt(0);
    int stored = frame.getInt(Integer.BYTES);
    // Judged before anything is allocated: the lengths may be anybody's.
    if (rawLength <= 0
        || rawLength > JournalLayout.FRAME_RAW_BYTES_MAX
        || stored <= 0
        || stored > rawLength
        || stored > end - offset - JournalLayout.FRAME_HEADER_BYTES) {
      return -1;
    }
    int length = JournalLayout.FRAME_HEADER_BYTES + stored;
    if (frame.capacity() < length) {
      frame = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    }
    frame.clear().limit(length);
    return file.read(frame, offset) < length ? -1 : length;
  }

  /// Looks behind the end for a record that proves that the missing one was promised: one that was
  /// written when the missing one was durable already. Whatever became of file headers, such a
  /// record is of this database and newer than the end, so no earlier life of a file has one.
  private void searchBehind(List<Long> numbers, Progress progress) throws IOException {
    for (long number : numbers) {
      if (number >= progress.position.file()) {
        boolean isLast = number == progress.position.file();
        try (StorageFile file = fileSystem.open(JournalLayout.fileName(number), OpenMode.READ)) {
          search(file, isLast ? progress.position.offset() : 0, progress.sequence);
        }
      }
    }
  }

  private void search(StorageFile file, long from, long lastFound) throws IOException {
    long position = JournalLayout.align(from, JournalLayout.ALIGNMENT);
    int windowBytes = Math.clamp(file.size() - position, 0, SEARCH_BYTES);
    ByteBuffer window = ByteBuffer.allocate(windowBytes).order(ByteOrder.LITTLE_ENDIAN);
    int length;
    while ((length = file.read(window.clear(), position)) >= JournalLayout.RECORD_HEADER_BYTES) {
      int last = length - JournalLayout.RECORD_HEADER_BYTES;
      for (int at = 0; at <= last; at += JournalLayout.ALIGNMENT) {
        if (window.getLong(at) == JournalLayout.RECORD_MAGIC) {
          ByteBuffer header = window.slice(at, JournalLayout.RECORD_HEADER_BYTES);
          Optional<RecordHeader> later =
              parseRecordHeader(header.order(ByteOrder.LITTLE_ENDIAN))
                  .filter(record -> record.durable() > lastFound);
          if (later.isPresent()) {
            throw new CorruptJournalException(
                "promised commits are damaged file=%s from=%d durable=%d"
                    .formatted(file.name(), lastFound + 1, later.get().durable()));
          }
        }
      }
      position += (last / JournalLayout.ALIGNMENT + 1L) * JournalLayout.ALIGNMENT;
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
    ByteBuffer window = ByteBuffer.allocateDirect((int) Math.min(SEARCH_BYTES, longest));
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
        long salt = readFileHeader(file, extent.file()).orElseThrow().salt();
        replayExtent(file, salt, extent, visitor);
      }
    }
  }

  private void replayExtent(
      StorageFile file, long salt, JournalEnd.Extent extent, ChangeVisitor visitor)
      throws IOException {
    long offset = extent.from();
    long sequence = extent.firstSequence();
    while (offset < extent.to()) {
      Optional<RecordHeader> found = readRecordHeader(file, salt, offset);
      if (found.isEmpty() || found.get().sequence() != sequence) {
        offset = JournalLayout.align(offset, JournalLayout.BLOCK_BYTES);
        found = readRecordHeader(file, salt, offset);
      }
      RecordHeader header = found.orElseThrow(() -> changed(file, "a record"));
      long start = offset + JournalLayout.RECORD_HEADER_BYTES;
      replayFrames(file, start, header, visitor);
      visitor.committed(header.sequence(), header.pageCount());
      offset = JournalLayout.align(start + header.length(), JournalLayout.ALIGNMENT);
      sequence++;
    }
  }

  private static CorruptJournalException changed(StorageFile file, String what) {
    return new CorruptJournalException(
        "journal cannot be read again: " + what + " file=" + file.name());
  }

  private void replayFrames(
      StorageFile file, long start, RecordHeader header, ChangeVisitor visitor) throws IOException {
    long offset = start;
    long end = start + header.length();
    while (offset < end) {
      int length = readFrame(file, offset, end);
      if (length < 0) {
        throw changed(file, "a frame");
      }
      int rawLength = unpack(length, file);
      replayEntries(rawLength, file, header.pageCount(), visitor);
      offset += length;
    }
  }

  /// Brings the raw bytes of the frame just read to [#raw] and returns how many there are.
  private int unpack(int frameLength, StorageFile file) {
    int rawLength = frame.getInt(0);
    int stored = frameLength - JournalLayout.FRAME_HEADER_BYTES;
    if (raw.length < rawLength) {
      raw = new byte[Math.max(rawLength, 64 << 10)];
    }
    if (stored == rawLength) {
      System.arraycopy(frame.array(), JournalLayout.FRAME_HEADER_BYTES, raw, 0, rawLength);
      return rawLength;
    }
    try {
      int got =
          DECOMPRESSOR.decompress(
              frame.array(), JournalLayout.FRAME_HEADER_BYTES, stored, raw, 0, rawLength);
      if (got == rawLength) {
        return rawLength;
      }
    } catch (LZ4Exception e) {
      throw new CorruptJournalException("frame cannot be unpacked file=" + file.name(), e);
    }
    throw changed(file, "a packed frame");
  }

  private void replayEntries(int rawLength, StorageFile file, long pageCount, ChangeVisitor visitor)
      throws IOException {
    ByteBuffer entries = ByteBuffer.wrap(raw).order(ByteOrder.LITTLE_ENDIAN);
    int at = 0;
    while (at < rawLength) {
      if (rawLength - at < JournalLayout.ENTRY_HEADER_BYTES) {
        throw changed(file, "an entry");
      }
      long word = entries.getLong(at);
      int body = at + JournalLayout.ENTRY_HEADER_BYTES;
      int bodyLength = entries.getInt(at + Long.BYTES);
      if (bodyLength < 0 || bodyLength > rawLength - body) {
        throw changed(file, "an entry's length");
      }
      long page = word & (1L << JournalLayout.KIND_SHIFT) - 1;
      if (page < PageLayout.FIRST_PAGE
          || page >= pageCount
          || !replayEntry(
              (int) (word >>> JournalLayout.KIND_SHIFT), page, body, bodyLength, visitor)) {
        throw changed(file, "an entry for page " + page);
      }
      at = body + bodyLength;
    }
  }

  private boolean replayEntry(int kind, long page, int body, int length, ChangeVisitor visitor)
      throws IOException {
    byte[] source = raw;
    return switch (kind) {
      case JournalLayout.KIND_DIFF ->
          visitor.change(
              page, false, target -> PageDiff.apply(source, body, body + length, target));
      case JournalLayout.KIND_FROM_ZERO ->
          visitor.change(page, true, target -> PageDiff.apply(source, body, body + length, target));
      case JournalLayout.KIND_FREED -> {
        visitor.freed(page);
        yield true;
      }
      default -> false;
    };
  }
}
