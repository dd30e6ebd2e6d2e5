package dev.rookery.storage.io;

import dev.rookery.storage.io.SimulatedFile.Change;
import dev.rookery.storage.io.SimulatedFile.Survival;
import java.util.List;

/// The decisions of one power failure: what of the unsynced changes had reached the disk.
///
/// Each is a function of the seed and of what is decided, so that the order of asking is no matter.
///
/// @param firstLost the first change of the disk that is lost, and may be so in parts, if the mode
///   is [CrashMode#PREFIX]
record PowerFailure(long seed, CrashMode mode, long firstLost) {
  /// Questions that concern no sector; sectors are never negative.
  private static final int STYLE = -1;

  private static final int SIZE = -2;
  private static final int TORN = -3;
  private static final int NAMES = -4;

  /// Returns what is left of the changes of a file.
  Survival survival(SimulatedFile file) {
    List<Change> pending = file.pending();
    return switch (mode) {
      case LOSE_ALL_UNSYNCED -> new Uniform(0);
      case KEEP_ALL -> new Uniform(pending.size());
      case REORDER -> new Reordered(seed, file.id, pending.size());
      case PREFIX -> prefix(file);
    };
  }

  /// Returns whether a change of a directory is left, if those it depends on are.
  boolean keepsName(long sequence) {
    return switch (mode) {
      case LOSE_ALL_UNSYNCED -> false;
      case KEEP_ALL -> true;
      case PREFIX ->
          sequence < firstLost
              || (sequence == firstLost && (SeededHash.bits(seed, sequence, TORN) & 1) == 0);
      case REORDER ->
          switch ((int) SeededHash.below(4, SeededHash.bits(seed, 0, NAMES))) {
            case 0 -> false;
            case 1 -> true;
            default -> (SeededHash.bits(seed, sequence, NAMES) & 1) == 0;
          };
    };
  }

  private Survival prefix(SimulatedFile file) {
    List<Change> pending = file.pending();
    int kept = 0;
    while (kept < pending.size() && pending.get(kept).sequence() < firstLost) {
      kept++;
    }
    if (kept == pending.size() || pending.get(kept).sequence() > firstLost) {
      return new Uniform(kept);
    }
    Change torn = pending.get(kept);
    long firstSector = torn.position() / SimulatedFile.SECTOR_BYTES;
    long endSector =
        Math.ceilDiv(torn.position() + torn.length(), (long) SimulatedFile.SECTOR_BYTES);
    long bits = SeededHash.bits(seed, file.id, TORN);
    long tornSector = firstSector + SeededHash.below(endSector - firstSector + 1, bits >>> 1);
    return new Torn(kept, tornSector, (bits & 1) == 0 ? kept : kept + 1);
  }

  /// All sectors and the length agree.
  private record Uniform(int kept) implements Survival {
    @Override
    public int sizeChanges() {
      return kept;
    }

    @Override
    public int changes(long sector) {
      return kept;
    }
  }

  /// The write behind the last whole one has reached the sectors before one of them.
  private record Torn(int kept, long tornSector, int sizeChanges) implements Survival {
    @Override
    public int changes(long sector) {
      return sector < tornSector ? kept + 1 : kept;
    }
  }

  /// Each sector and the length go their own ways, save that for some seeds the file is lost or
  /// kept as a whole: the faults that need one file to be ahead of another are common then.
  private record Reordered(long seed, long file, int count) implements Survival {
    @Override
    public int sizeChanges() {
      return choose(SeededHash.bits(seed, file, SIZE));
    }

    @Override
    public int changes(long sector) {
      return switch ((int) SeededHash.below(4, SeededHash.bits(seed, file, STYLE))) {
        case 0 -> 0;
        case 1 -> count;
        default -> choose(SeededHash.bits(seed, file, sector));
      };
    }

    /// Most often nothing or all, as a sector is rarely written twice between two syncs.
    private int choose(long bits) {
      return switch ((int) (bits & 7)) {
        case 0, 1, 2 -> 0;
        case 3, 4, 5 -> count;
        default -> (int) SeededHash.below(count + 1, bits >>> 3);
      };
    }
  }
}
