package dev.rookery.storage.mvcc;

import dev.rookery.storage.page.PageLayout;
import dev.rookery.storage.page.PageReader;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/// Copies pages of scratch from memory to spill files, neighbours in one write. Belongs to one
/// thread; reusable.
///
/// The pages in memory stay as they are until their owner has taken note of the new locations: a
/// full disk in the middle leaves everything as it was.
public final class SpillWriter {
  private static final int STAGING_PAGES = 32;

  private final ScratchPool pool;

  /// Made by [#begin] and given up by [#finish], because most stores never spill.
  private byte[] staging = new byte[0];

  private int stagedBytes;

  /// The location of what is staged.
  private long stagedAt;

  /// What was copied since the last [#begin], by index.
  private long[] pages = new long[64];

  private long[] from = new long[64];
  private long[] to = new long[64];
  private int count;

  /// Creates a writer for a pool.
  public SpillWriter(ScratchPool pool) {
    this.pool = pool;
  }

  /// Begins with nothing copied.
  public void begin() {
    count = 0;
    stagedBytes = 0;
    staging = new byte[STAGING_PAGES << PageLayout.PAGE_SHIFT];
  }

  /// Copies a page and returns whether there was room. The copy is born in the same version.
  ///
  /// @throws dev.rookery.storage.io.NoSpaceException if the disk is full
  public boolean add(long pageNumber, long location) throws IOException {
    long copy = pool.allocateSpilled(pool.born(location));
    if (copy == 0) {
      return false;
    }
    note(pageNumber, location, copy);
    pool.setChanged(copy, pool.changed(location));
    if (stagedBytes == staging.length || copy != stagedAt + stagedBytes) {
      write();
      stagedAt = copy;
    }
    MemorySegment page = pool.slabs()[ScratchPool.slab(location)];
    MemorySegment.copy(
        page,
        ValueLayout.JAVA_BYTE,
        PageReader.offsetAt(location),
        staging,
        stagedBytes,
        PageLayout.PAGE_BYTES);
    stagedBytes += PageLayout.PAGE_BYTES;
    return true;
  }

  private void note(long pageNumber, long location, long copy) {
    if (count == pages.length) {
      pages = Arrays.copyOf(pages, count * 2);
      from = Arrays.copyOf(from, count * 2);
      to = Arrays.copyOf(to, count * 2);
    }
    pages[count] = pageNumber;
    from[count] = location;
    to[count++] = copy;
  }

  private void write() throws IOException {
    if (stagedBytes > 0) {
      pool.writeSpilled(stagedAt, staging, stagedBytes);
    }
    stagedBytes = 0;
  }

  /// Writes all copies: from now on they can be read.
  ///
  /// @throws dev.rookery.storage.io.NoSpaceException if the disk is full
  public void finish() throws IOException {
    write();
    staging = new byte[0];
  }

  /// Gives all copies back, after a failure.
  public void undo() {
    for (int i = 0; i < count; i++) {
      pool.free(to[i]);
    }
    count = 0;
    stagedBytes = 0;
    staging = new byte[0];
  }

  /// Returns how many pages were copied.
  public int count() {
    return count;
  }

  /// Returns the number of a page that was copied.
  public long page(int index) {
    return pages[index];
  }

  /// Returns the location that it was copied from.
  public long from(int index) {
    return from[index];
  }

  /// Returns the location of the copy.
  public long to(int index) {
    return to[index];
  }
}
