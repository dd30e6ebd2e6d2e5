package dev.rookery.storage.journal;

/// Says whether a frame is worth compressing: only if that takes less time than writing what it
/// saves.
///
/// On a disk that takes half a gigabyte in a second, pure-Java LZ4 is the slower half of a large
/// commit; on one that takes a tenth of that, it is the quicker one. Both speeds are measured while
/// commits are made, and every so often a frame is compressed anyway, so that the estimate keeps
/// up.
///
/// Threads: those that seal pages ask and report what compressing took, the journal's thread
/// reports what writing took.
public final class CompressionChoice {
  /// Below this LZ4 gains less than a sector.
  private static final int FRAME_BYTES_MIN = 1024;

  /// A write of up to this length takes as long as one of 4 KiB, so packing it saves no time unless
  /// the disk is slow.
  private static final int SMALL_FRAME_BYTES = 64 << 10;

  /// Packing a small frame takes so many times as long for a byte as a large one: clearing the
  /// table of the compressor is most of it.
  private static final int SMALL_FRAME_FACTOR = 4;

  /// Every so many frames one is compressed to measure it; the seldomer, the longer that has not
  /// paid.
  private static final int SAMPLE_EVERY_MIN = 32;

  private static final int SAMPLE_EVERY_MAX = 1024;

  /// Shorter writes say more about the latency of a sync than about the disk's speed.
  private static final long WRITE_BYTES_MIN = 256 << 10;

  /// How much the newest measurement counts.
  private static final double WEIGHT = 0.2;

  private final boolean measured;
  private int sampleEvery = SAMPLE_EVERY_MIN;
  private int framesSinceSample;

  /// Time that compressing a byte takes.
  private double compressNanosPerByte;

  /// Which part of the bytes compressing takes away.
  private double savedShare;

  /// Written by the journal's thread; 0 as long as nothing was measured.
  private volatile double writeNanosPerByte;

  private CompressionChoice(boolean measured) {
    this.measured = measured;
  }

  /// Returns a choice that always compresses: for runs that must repeat byte for byte.
  public static CompressionChoice always() {
    return new CompressionChoice(false);
  }

  /// Returns a choice that measures. Until it knows better it compresses large frames and leaves
  /// small ones as they are.
  public static CompressionChoice measured() {
    return new CompressionChoice(true);
  }

  /// Returns whether to compress a frame of `rawBytes`.
  synchronized boolean compress(int rawBytes) {
    if (rawBytes < FRAME_BYTES_MIN || !measured) {
      return rawBytes >= FRAME_BYTES_MIN;
    }
    double gain = savedShare * writeNanosPerByte;
    if (rawBytes < SMALL_FRAME_BYTES) {
      return SMALL_FRAME_FACTOR * compressNanosPerByte < gain;
    }
    if (writeNanosPerByte == 0 || compressNanosPerByte < gain) {
      sampleEvery = SAMPLE_EVERY_MIN;
      framesSinceSample = 0;
      return true;
    }
    if (++framesSinceSample < sampleEvery) {
      return false;
    }
    sampleEvery = Math.min(2 * sampleEvery, SAMPLE_EVERY_MAX);
    framesSinceSample = 0;
    return true;
  }

  /// Reports what compressing a frame took and brought.
  synchronized void compressed(int rawBytes, int storedBytes, long nanos) {
    double saved = 1 - Math.min(1.0, (double) storedBytes / rawBytes);
    boolean first = compressNanosPerByte == 0;
    compressNanosPerByte = blend(compressNanosPerByte, (double) nanos / rawBytes, first);
    savedShare = blend(savedShare, saved, first);
  }

  /// Reports how long it took to write bytes to the journal, with the sync if there was one.
  public void written(long bytes, long nanos) {
    if (measured && bytes >= WRITE_BYTES_MIN) {
      double old = writeNanosPerByte;
      writeNanosPerByte = blend(old, (double) nanos / bytes, old == 0);
    }
  }

  private static double blend(double old, double measurement, boolean first) {
    return first ? measurement : old + WEIGHT * (measurement - old);
  }
}
