package dev.rookery.storage.backup;

import dev.rookery.storage.error.CorruptBackupException;
import dev.rookery.storage.page.PageChecksum;
import dev.rookery.storage.page.PageLayout;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Reads a full archive and those that go on from it, in order, and hands out their pages once they
/// were verified.
///
/// Verified are: frames and their chain, each page (checksum, number, place in the order, sequence
/// between those of base and archive), that each archive goes on from exactly the state that the
/// one before left, and that the pages brought so far are those in use, with the state that the
/// archive names.
final class ChainReader {
  private final PageSink sink;
  private final PageLedger ledger = new PageLedger();
  private final List<ArchiveSummary> summaries = new ArrayList<>();
  private Optional<PageChecksum> checksum = Optional.empty();
  private long lastPage;

  /// Takes pages that were verified.
  @FunctionalInterface
  interface PageSink {
    /// Takes neighbouring pages, of ascending numbers.
    void write(long firstPage, byte[] bytes, int from, int length) throws IOException;
  }

  ChainReader(PageSink sink) {
    this.sink = sink;
  }

  /// Reads the next archive of the chain; returns whether there was one.
  boolean read(InputStream in, String name) throws IOException {
    Optional<ArchiveReader> opened = ArchiveReader.open(in, name);
    if (opened.isEmpty()) {
      return false;
    }
    ArchiveReader archive = opened.get();
    ArchiveHeader header = archive.header();
    requireNext(header, name);
    PageChecksum pageChecksum = checksum.orElseGet(() -> new PageChecksum(header.database()));
    checksum = Optional.of(pageChecksum);
    lastPage = PageLayout.FIRST_PAGE - 1;
    while (archive.next()) {
      MemorySegment raw = MemorySegment.ofArray(archive.raw());
      for (int at = 0; at < archive.rawLength(); at += PageLayout.PAGE_BYTES) {
        take(raw.asSlice(at, PageLayout.PAGE_BYTES), header, pageChecksum, name);
      }
      handOut(raw, archive.rawLength());
    }
    ArchiveSummary summary = archive.summary();
    if (ledger.settle(header.pageCount(), name) != summary.state()) {
      throw new CorruptBackupException(
          "archives do not give the state that was saved archive=" + name);
    }
    summaries.add(summary);
    return true;
  }

  private void requireNext(ArchiveHeader header, String name) {
    if (summaries.isEmpty()) {
      if (!header.isFull()) {
        throw new CorruptBackupException(
            "first archive is not a full one archive=%s base=%d"
                .formatted(name, header.baseSequence()));
      }
      return;
    }
    ArchiveSummary last = summaries.getLast();
    if (header.isFull()
        || !header.database().equals(last.database())
        || !header.lineage().equals(last.lineage())
        || header.baseSequence() != last.sequence()
        || header.baseState() != last.state()) {
      throw new CorruptBackupException(
          "archive does not go on from the one before archive=%s base=%d before=%d"
              .formatted(name, header.baseSequence(), last.sequence()));
    }
  }

  private void take(
      MemorySegment page, ArchiveHeader header, PageChecksum pageChecksum, String name) {
    long number = page.get(PageLayout.LONG, PageLayout.PAGE_NUMBER_OFFSET);
    long sequence = page.get(PageLayout.LONG, PageLayout.SEQUENCE_OFFSET);
    int stored = page.get(PageLayout.INT, PageLayout.CHECKSUM_OFFSET);
    long oldest = header.isFull() ? 0 : header.baseSequence() + 1;
    if (number <= lastPage
        || number >= header.pageCount()
        || sequence < oldest
        || sequence > header.sequence()
        || stored != pageChecksum.of(page)) {
      throw new CorruptBackupException(
          "page is damaged or out of place archive=%s page=%d sequence=%d behind=%d"
              .formatted(name, number, sequence, lastPage));
    }
    lastPage = number;
    ledger.put(number, page, name);
  }

  private void handOut(MemorySegment raw, int length) throws IOException {
    byte[] bytes = (byte[]) raw.heapBase().orElseThrow();
    int from = 0;
    while (from < length) {
      long first = numberAt(raw, from);
      int to = from + PageLayout.PAGE_BYTES;
      while (to < length && numberAt(raw, to) == first + ((to - from) >>> PageLayout.PAGE_SHIFT)) {
        to += PageLayout.PAGE_BYTES;
      }
      sink.write(first, bytes, from, to - from);
      from = to;
    }
  }

  private static long numberAt(MemorySegment raw, int at) {
    return raw.get(PageLayout.LONG, at + PageLayout.PAGE_NUMBER_OFFSET);
  }

  /// Returns what the archives read so far hold, in order.
  List<ArchiveSummary> summaries() {
    return List.copyOf(summaries);
  }
}
