package dev.rookery.storage.io;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/// What is in a file of a [SimulatedDisk], apart from its name.
///
/// Invariants:
/// 1. `durable` and then all `pending` changes give `live`, unless a sync has failed: what that
///    lost is in `live` alone, as it is in the cache of an operating system.
/// 2. Every mirror shows the bytes of `live`.
///
/// Threads: guarded by the disk.
final class SimulatedFile {
  static final int SECTOR_BYTES = 512;
  static final int CHUNK_BYTES = 64 << 10;
  private static final long PAGE_BYTES = 4096;

  /// Stays the same in all copies, so that the decisions of a seed do.
  final long id;

  private final CopyOnWriteBytes live;
  private final CopyOnWriteBytes durable;
  private final List<Change> pending = new ArrayList<>();
  private final List<Mirror> mirrors = new ArrayList<>();

  SimulatedFile(long id) {
    this(id, new CopyOnWriteBytes(), new CopyOnWriteBytes());
  }

  private SimulatedFile(long id, CopyOnWriteBytes live, CopyOnWriteBytes durable) {
    this.id = id;
    this.live = live;
    this.durable = durable;
  }

  /// Returns a copy that is as much and as little durable as this file.
  SimulatedFile copy() {
    SimulatedFile copy = new SimulatedFile(id, live.copy(), durable.copy());
    copy.pending.addAll(pending);
    return copy;
  }

  /// Returns the file that a power failure leaves, where all that is there is durable.
  SimulatedFile afterPowerFailure(Survival survival) {
    CopyOnWriteBytes survivors = survivors(survival);
    return new SimulatedFile(id, survivors.copy(), survivors);
  }

  long size() {
    return live.size();
  }

  List<Change> pending() {
    return pending;
  }

  byte[] read(long position, int length) {
    int count = Math.clamp(live.size() - position, 0, length);
    byte[] bytes = new byte[count];
    live.read(position, bytes, 0, count);
    return bytes;
  }

  void write(long sequence, long position, byte[] bytes) {
    live.write(position, bytes, 0, bytes.length);
    pending.add(new Change(sequence, position, bytes.length, bytes, live.size()));
    showInMirrors(position, bytes.length);
  }

  void truncate(long sequence, long newSize) {
    long lost = live.size() - newSize;
    if (lost > 0) {
      live.resize(newSize);
      pending.add(new Change(sequence, newSize, lost, new byte[0], newSize));
      showInMirrors(newSize, lost);
    }
  }

  void sync() {
    for (Change change : pending) {
      durable.adopt(live, change.position, change.length);
    }
    durable.resize(live.size());
    pending.clear();
  }

  /// Makes a stretch durable, in whole pages of the operating system, and nothing else. The length
  /// of the file must be durable already.
  void sync(long position, int length) {
    long from = position & -PAGE_BYTES;
    long to = Math.min(live.size(), (position + length + PAGE_BYTES - 1) & -PAGE_BYTES);
    if (to > durable.size()) {
      throw new IllegalStateException("written through behind what is durable");
    }
    durable.adopt(live, from, to - from);
    List<Change> rest = new ArrayList<>();
    for (Change change : pending) {
      if (change.isCut() || change.end() <= from || change.position >= to) {
        rest.add(change);
        continue;
      }
      if (change.position < from) {
        rest.add(change.part(change.position, from));
      }
      if (change.end() > to) {
        rest.add(change.part(to, change.end()));
      }
    }
    pending.clear();
    pending.addAll(rest);
  }

  /// A sync that fails: some of the changes are durable, the others never will be, although they
  /// can be read; unless something is written to the same block and synced.
  void failSync(Survival survival) {
    CopyOnWriteBytes survivors = survivors(survival);
    durable.resize(0);
    durable.adopt(survivors, 0, survivors.size());
    durable.resize(survivors.size());
    pending.clear();
  }

  /// Changes what lies on the disk, behind the back of the process.
  void overwrite(long position, byte[] bytes) {
    live.write(position, bytes, 0, bytes.length);
    durable.write(position, bytes, 0, bytes.length);
    showInMirrors(position, bytes.length);
  }

  /// Returns the memory that shows a chunk to one process, the same one each time.
  MemorySegment map(Object life, Arena arena, long chunk) {
    for (Mirror mirror : mirrors) {
      if (mirror.life == life && mirror.chunk == chunk) {
        return mirror.segment;
      }
    }
    Mirror mirror = new Mirror(life, chunk, MirrorMemory.take(arena));
    mirrors.add(mirror);
    showIn(mirror, chunk * CHUNK_BYTES, CHUNK_BYTES);
    return mirror.segment;
  }

  private void showInMirrors(long position, long length) {
    mirrors.removeIf(mirror -> !mirror.segment.scope().isAlive());
    for (Mirror mirror : mirrors) {
      showIn(mirror, position, length);
    }
  }

  private void showIn(Mirror mirror, long position, long length) {
    long chunkBegin = mirror.chunk * CHUNK_BYTES;
    long begin = Math.max(chunkBegin, position);
    long end = Math.min(chunkBegin + CHUNK_BYTES, position + length);
    if (begin < end) {
      // Of a part behind the end of the file the bytes are zero.
      live.read(begin, mirror.segment, begin - chunkBegin, (int) (end - begin));
    }
  }

  private CopyOnWriteBytes survivors(Survival survival) {
    CopyOnWriteBytes survivors = durable.copy();
    int[] cuts = IntStream.range(0, pending.size()).filter(i -> pending.get(i).isCut()).toArray();
    for (int index = 0; index < pending.size(); index++) {
      Change change = pending.get(index);
      long end = change.position + change.length;
      for (long begin = change.position; begin < end; ) {
        long sector = begin / SECTOR_BYTES;
        int count = (int) (Math.min(end, (sector + 1) * SECTOR_BYTES) - begin);
        if (index < bounded(survival.changes(sector), sector, cuts, survival.sizeChanges())) {
          change.applyTo(survivors, begin, count);
        }
        begin += count;
      }
    }
    int sizeChanges = survival.sizeChanges();
    survivors.resize(sizeChanges == 0 ? durable.size() : pending.get(sizeChanges - 1).sizeAfter);
    return survivors;
  }

  /// The sectors that a cut gave back follow the length: with the cut they show nothing from before
  /// it, without it nothing from after, as that went to other places of the disk.
  private int bounded(int changes, long sector, int[] cuts, int sizeChanges) {
    int bounded = changes;
    for (int index : cuts) {
      Change cut = pending.get(index);
      if (cut.position < (sector + 1) * SECTOR_BYTES
          && cut.position + cut.length > sector * SECTOR_BYTES) {
        bounded = sizeChanges > index ? Math.max(bounded, index + 1) : Math.min(bounded, index);
      }
    }
    return bounded;
  }

  /// How much of the pending changes of a file a power failure leaves.
  interface Survival {
    /// Returns how many of the changes the length of the file reflects.
    int sizeChanges();

    /// Returns how many of the changes a sector reflects. A sector is written as a whole, so it
    /// never reflects one change without those before.
    int changes(long sector);
  }

  /// One write or cut.
  ///
  /// @param sequence its place among all changes of the disk
  /// @param length of what was written or cut off
  /// @param bytes what was written, nothing for a cut
  record Change(long sequence, long position, long length, byte[] bytes, long sizeAfter) {
    boolean isCut() {
      return bytes.length == 0;
    }

    private long end() {
      return position + length;
    }

    private Change part(long from, long to) {
      byte[] some =
          Arrays.copyOfRange(
              bytes, Math.toIntExact(from - position), Math.toIntExact(to - position));
      return new Change(sequence, from, to - from, some, sizeAfter);
    }

    private void applyTo(CopyOnWriteBytes target, long begin, int count) {
      if (isCut()) {
        target.zero(begin, count);
      } else {
        target.write(begin, bytes, (int) (begin - position), count);
      }
    }
  }

  /// Memory of a process that shows a chunk of the file.
  private record Mirror(Object life, long chunk, MemorySegment segment) {}
}
