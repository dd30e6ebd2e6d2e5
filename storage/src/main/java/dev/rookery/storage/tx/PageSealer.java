package dev.rookery.storage.tx;

import dev.rookery.storage.journal.CompressionChoice;
import dev.rookery.storage.journal.FrameBuilder;
import dev.rookery.storage.journal.JournalRecord;
import dev.rookery.storage.journal.RecordBuilder;
import dev.rookery.storage.page.PageChecksum;
import dev.rookery.storage.page.PageLayout;
import dev.rookery.storage.schedule.IoLane;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// Has the changed pages of a commit sealed, and makes its journal record.
///
/// The pages are divided into parts, and the record is made of the frames of each, in order: it is
/// the same whoever seals them. Of a commit of many parts, the thread of a lane seals some beside
/// the committer, if it comes in time; parts that are ready before their turn are few.
///
/// Guarded by the writer lock. The lane's thread touches nothing of a commit after [#seal] has
/// returned.
final class PageSealer {
  /// How many pages are sealed in one go.
  private static final int PART_PAGES =
      Math.max(1, Integer.getInteger("dev.rookery.sealedPartPages", 256));

  /// Fewer parts take less time than it takes to wake a thread.
  private static final int SHARED_PARTS_MIN = 4;

  /// Parts may be begun so many before the one whose turn it is.
  private static final int PARTS_AHEAD = 4;

  /// What one thread seals with.
  static final class Tools {
    private final FrameBuilder frames;
    private final PageChecksum checksum;
    private @Nullable MemorySegment spilledPage;

    Tools(FrameBuilder frames, PageChecksum checksum) {
      this.frames = frames;
      this.checksum = checksum;
    }

    FrameBuilder frames() {
      return frames;
    }

    PageChecksum checksum() {
      return checksum;
    }

    /// Returns where a page that was spilled is sealed. Made when it is first needed.
    MemorySegment spilledPage() {
      MemorySegment page = spilledPage;
      if (page == null) {
        page = Arena.ofAuto().allocate(PageLayout.PAGE_BYTES, Long.BYTES);
        spilledPage = page;
      }
      return page;
    }
  }

  /// Pages that can be sealed independently of each other.
  interface Pages {
    /// Seals some of them. Called by two threads at once, for pages of their own.
    void seal(int from, int to, Tools tools) throws IOException;
  }

  private final IoLane lane;
  private final RecordBuilder builder;
  private final Tools own;
  private final Tools helpers;

  /// @param lane whose thread helps with commits of many pages
  PageSealer(IoLane lane, RecordBuilder builder, CompressionChoice compression, UUID database) {
    this.lane = lane;
    this.builder = builder;
    this.own = new Tools(builder.pages(), new PageChecksum(database));
    this.helpers = new Tools(new FrameBuilder(compression), new PageChecksum(database));
  }

  /// Seals pages and adds them to the record.
  ///
  /// @param count how many there are
  /// @throws java.io.UncheckedIOException if the record cannot be kept
  void seal(int count, Pages pages) throws IOException {
    if (count < SHARED_PARTS_MIN * PART_PAGES) {
      for (int from = 0; from < count; from += PART_PAGES) {
        pages.seal(from, Math.min(count, from + PART_PAGES), own);
        builder.endPages();
      }
      return;
    }
    Parts parts = new Parts(count, pages);
    try {
      parts.sealAll();
    } finally {
      parts.end();
      helpers.frames.reset();
    }
  }

  /// Adds a page that is free now to the record. To be called behind [#seal].
  void addFreed(long pageNumber) {
    own.frames.addFreed(pageNumber);
  }

  /// Adds what was added since the last call to the record, so that it needs no more memory than
  /// that may.
  void endPages() {
    builder.endPages();
  }

  /// Returns the record.
  ///
  /// @param sequence the sequence of the commit
  /// @param pageCount how many pages the database spans afterwards
  JournalRecord finish(long sequence, long pageCount) {
    return builder.finish(sequence, pageCount);
  }

  /// Drops what was added since the last record.
  void reset() {
    builder.reset();
  }

  /// The pages of one commit on their way. Fields are guarded by the monitor.
  private final class Parts {
    private final int pageCount;
    private final Pages pages;
    private final int count;
    private final Thread committer = Thread.currentThread();

    /// Frames of the parts that are ready and not appended, the first that of `appended`.
    private final List<@Nullable List<byte[]>> ready = new ArrayList<>();

    /// All parts before this one have been begun.
    private int begun;

    /// All parts before this one are in the record.
    private int appended;

    private boolean isInvited;
    private boolean isHelped;
    private boolean isOver;
    private @Nullable Throwable failure;

    Parts(int pageCount, Pages pages) {
      this.pageCount = pageCount;
      this.pages = pages;
      this.count = Math.ceilDiv(pageCount, PART_PAGES);
    }

    private List<byte[]> seal(int part, Tools tools) throws IOException {
      int from = part * PART_PAGES;
      pages.seal(from, Math.min(pageCount, from + PART_PAGES), tools);
      return tools.frames.take();
    }

    /// What the committer does.
    private void sealAll() throws IOException {
      while (appendedCount() < count) {
        invite();
        int part = begin();
        if (part >= 0) {
          finished(part, seal(part, own));
        }
        appendReady(part < 0);
        rethrow();
      }
    }

    private void invite() {
      synchronized (this) {
        if (isInvited || isHelped || begun + 1 >= count) {
          return;
        }
        isInvited = true;
      }
      try {
        lane.execute(this::help);
      } catch (OutOfMemoryError e) {
        // No thread is to be had. The committer seals all alone.
      }
    }

    /// What the thread of the lane does.
    private void help() {
      if (!enter()) {
        return;
      }
      try {
        int part;
        while ((part = begin()) >= 0) {
          finished(part, seal(part, helpers));
        }
      } catch (IOException | RuntimeException | Error e) {
        fail(e);
      } finally {
        leave();
      }
    }

    private synchronized boolean enter() {
      isInvited = false;
      isHelped = !isOver;
      return isHelped;
    }

    private synchronized void leave() {
      isHelped = false;
      notifyAll();
    }

    private synchronized void fail(Throwable e) {
      failure = e;
      isOver = true;
    }

    /// Returns a part to be sealed by the caller, or -1 if there is none, or none yet for the
    /// committer, who has others to append.
    private synchronized int begin() {
      awaitWhile(() -> isTooFarAhead() && mayWait());
      return isOver || begun == count || isTooFarAhead() ? -1 : begun++;
    }

    private boolean isTooFarAhead() {
      return !isOver && begun < count && begun - appended >= PARTS_AHEAD;
    }

    /// A lane without threads helps on the committer's, who must append then.
    private boolean mayWait() {
      return !Thread.currentThread().equals(committer);
    }

    private synchronized int appendedCount() {
      return appended;
    }

    private synchronized void finished(int part, List<byte[]> frames) {
      while (ready.size() <= part - appended) {
        ready.add(null);
      }
      ready.set(part - appended, frames);
      notifyAll();
    }

    /// Appends what is ready and has its turn.
    ///
    /// @param waits whether to wait until there is something, or never will be
    private void appendReady(boolean waits) {
      List<byte[]> frames;
      for (boolean first = waits; (frames = takeReady(first)) != null; first = false) {
        builder.append(frames);
      }
    }

    private synchronized @Nullable List<byte[]> takeReady(boolean waits) {
      awaitWhile(() -> waits && !isOver && firstReady() == null);
      List<byte[]> first = firstReady();
      if (first != null) {
        ready.removeFirst();
        appended++;
        notifyAll();
      }
      return first;
    }

    private @Nullable List<byte[]> firstReady() {
      return ready.isEmpty() ? null : ready.getFirst();
    }

    /// Waits while something holds, whatever interrupts the thread: nobody is to leave half done
    /// what others wait for. Called with the monitor.
    private void awaitWhile(BooleanSupplier holds) {
      boolean interrupted = false;
      while (holds.getAsBoolean()) {
        try {
          wait();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }

    private synchronized void rethrow() throws IOException {
      switch (failure) {
        case null -> {}
        case IOException e -> throw e;
        case RuntimeException e -> throw e;
        case Error e -> throw e;
        case Throwable e -> throw new IllegalStateException(e);
      }
    }

    /// Waits until nobody helps, and lets nobody begin.
    private synchronized void end() {
      isOver = true;
      notifyAll();
      awaitWhile(() -> isHelped);
    }
  }
}
