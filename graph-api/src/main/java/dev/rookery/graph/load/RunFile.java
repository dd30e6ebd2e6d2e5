package dev.rookery.graph.load;

import dev.rookery.storage.page.PageLayout;
import dev.rookery.storage.tx.LoadFile;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Runs in a file, which is made when the first one is written.
///
/// ```
/// tuple: key 8 bytes, [value 8 bytes], [length 4 bytes, bytes]
/// ```
///
/// Thread-safe; each [Writer] and cursor belongs to one thread.
final class RunFile implements AutoCloseable {
  /// How much is written or read at once.
  static final int BUFFER_BYTES = 64 << 10;

  private final Supplier<LoadFile> files;
  private final LoadMemory memory;
  private @Nullable LoadFile file;

  RunFile(Supplier<LoadFile> files, LoadMemory memory) {
    this.files = files;
    this.memory = memory;
  }

  private synchronized LoadFile file() {
    if (file == null) {
      file = files.get();
    }
    return file;
  }

  /// Returns how many bytes were written.
  synchronized long bytes() {
    return file == null ? 0 : file.bytes();
  }

  /// A stretch of the file.
  ///
  /// @param form what its tuples have
  record Run(long position, long bytes, Form form) {}

  /// What a tuple has besides its key.
  enum Form {
    /// Nothing.
    KEY,
    /// A number.
    VALUE,
    /// Bytes.
    BYTES
  }

  /// Begins a run that will have so many bytes.
  Writer writer(long bytes, Form form) {
    return new Writer(file(), file().reserve(bytes), bytes, form);
  }

  /// Returns a cursor over a run.
  RunCursor cursor(Run run) {
    return new FileCursor(file(), run, memory);
  }

  /// Writes all that a cursor gives as one run.
  ///
  /// @param bytes how many that are, at most
  Run write(RunCursor tuples, long bytes, Form form) {
    Writer writer = writer(bytes, form);
    while (tuples.advance()) {
      writer.put(tuples);
    }
    return writer.finish();
  }

  /// Merges the first `fanIn` runs of a list to one in their place, so that what came first stays
  /// first.
  void mergeFirst(List<Run> runs, int fanIn) {
    List<Run> first = runs.subList(0, fanIn);
    List<RunCursor> cursors = new ArrayList<>();
    first.forEach(run -> cursors.add(cursor(run)));
    long bytes = first.stream().mapToLong(Run::bytes).sum();
    Run merged = write(new RunMerge(cursors), bytes, first.getFirst().form());
    first.clear();
    runs.addFirst(merged);
  }

  @Override
  public synchronized void close() {
    if (file != null) {
      file.close();
      file = null;
    }
  }

  /// Writes one run.
  final class Writer {
    private final LoadFile target;
    private final Run run;
    private final byte[] buffer = new byte[BUFFER_BYTES];
    private final MemorySegment segment = MemorySegment.ofArray(buffer);
    private long position;
    private int filled;

    Writer(LoadFile target, long position, long bytes, Form form) {
      this.target = target;
      this.run = new Run(position, bytes, form);
      this.position = position;
      memory.take(BUFFER_BYTES);
    }

    /// Puts what a cursor stands on.
    void put(RunCursor tuple) {
      put(tuple.key);
      if (run.form() == Form.VALUE) {
        put(tuple.value());
      } else if (run.form() == Form.BYTES) {
        put(tuple.bytes(), 0, tuple.length());
      }
    }

    void put(long number) {
      if (filled + Long.BYTES > BUFFER_BYTES) {
        flush();
      }
      segment.set(PageLayout.LONG, filled, number);
      filled += Long.BYTES;
    }

    void put(byte[] bytes, int offset, int length) {
      if (filled + Integer.BYTES > BUFFER_BYTES) {
        flush();
      }
      segment.set(PageLayout.INT, filled, length);
      filled += Integer.BYTES;
      int done = 0;
      while (done < length) {
        if (filled == BUFFER_BYTES) {
          flush();
        }
        int part = Math.min(length - done, BUFFER_BYTES - filled);
        System.arraycopy(bytes, offset + done, buffer, filled, part);
        filled += part;
        done += part;
      }
    }

    private void flush() {
      target.write(buffer, filled, position);
      position += filled;
      filled = 0;
    }

    /// Ends the run, which may have become shorter than was said.
    Run finish() {
      flush();
      memory.giveBack(BUFFER_BYTES);
      return new Run(run.position(), position - run.position(), run.form());
    }
  }

  /// Reads one run.
  private static final class FileCursor extends RunCursor {
    private final LoadFile source;
    private final LoadMemory memory;
    private final Form form;
    private final byte[] buffer = new byte[BUFFER_BYTES];
    private final MemorySegment segment = MemorySegment.ofArray(buffer);
    private byte[] bytes = new byte[64];
    private int length;
    private long value;
    private long position;
    private final long end;
    private int at;
    private int filled;
    private boolean isClosed;

    FileCursor(LoadFile source, Run run, LoadMemory memory) {
      this.source = source;
      this.memory = memory;
      this.form = run.form();
      this.position = run.position();
      this.end = run.position() + run.bytes();
      memory.take(BUFFER_BYTES);
    }

    @Override
    boolean advance() {
      if (at == filled && position == end) {
        close();
        return false;
      }
      key = number();
      if (form == Form.VALUE) {
        value = number();
      } else if (form == Form.BYTES) {
        readBytes();
      }
      return true;
    }

    private long number() {
      require(Long.BYTES);
      long number = segment.get(PageLayout.LONG, at);
      at += Long.BYTES;
      return number;
    }

    private void readBytes() {
      require(Integer.BYTES);
      length = segment.get(PageLayout.INT, at);
      at += Integer.BYTES;
      if (length > bytes.length) {
        bytes = new byte[Math.max(length, 2 * bytes.length)];
      }
      int done = 0;
      while (done < length) {
        require(1);
        int part = Math.min(length - done, filled - at);
        System.arraycopy(buffer, at, bytes, done, part);
        at += part;
        done += part;
      }
    }

    /// Sees to it that so many bytes lie in the buffer.
    private void require(int count) {
      if (filled - at >= count) {
        return;
      }
      int rest = filled - at;
      System.arraycopy(buffer, at, buffer, 0, rest);
      int wanted = (int) Math.min(BUFFER_BYTES - rest, end - position);
      source.read(ByteBuffer.wrap(buffer, rest, wanted), position);
      position += wanted;
      at = 0;
      filled = rest + wanted;
    }

    @Override
    long value() {
      return value;
    }

    @Override
    int length() {
      return length;
    }

    @Override
    byte[] bytes() {
      return bytes;
    }

    @Override
    void close() {
      if (!isClosed) {
        isClosed = true;
        memory.giveBack(BUFFER_BYTES);
      }
    }
  }
}
