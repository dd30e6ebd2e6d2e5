package dev.rookery.storage.journal;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/// Frames are compressed only where that is quicker than writing what it saves.
class CompressionChoiceTest {
  private static final int FRAME_BYTES = 1 << 20;
  private static final int FRAMES = 320;
  private static final int SMALL_BYTES = 8 << 10;

  @Test
  void always_whateverIsMeasured_compresses() {
    CompressionChoice choice = CompressionChoice.always();
    choice.compressed(FRAME_BYTES, FRAME_BYTES / 2, FRAME_BYTES * 100L);
    choice.written(FRAME_BYTES, 1);

    assertThat(compressedOf(choice)).isEqualTo(FRAMES);
  }

  @Test
  void shortFrame_neverWorthIt() {
    assertThat(CompressionChoice.always().compress(1023)).isFalse();
    assertThat(CompressionChoice.measured().compress(1023)).isFalse();
  }

  @Test
  void smallFrame_isCompressedOnASlowDiskOnly() {
    CompressionChoice choice = CompressionChoice.measured();
    assertThat(choice.compress(SMALL_BYTES)).isFalse();
    choice.compressed(FRAME_BYTES, FRAME_BYTES / 2, FRAME_BYTES * 4L);
    choice.written(FRAME_BYTES, FRAME_BYTES * 10L); // Saves 5 ns a byte for 4, 16 in a small frame.
    assertThat(choice.compress(SMALL_BYTES)).isFalse();
    assertThat(choice.compress(FRAME_BYTES)).isTrue();

    for (int i = 0; i < 20; i++) {
      choice.written(FRAME_BYTES, FRAME_BYTES * 100L);
    }

    assertThat(choice.compress(SMALL_BYTES)).isTrue();
    assertThat(CompressionChoice.always().compress(SMALL_BYTES)).isTrue();
  }

  @Test
  void measured_beforeAnythingWasWritten_compresses() {
    assertThat(compressedOf(CompressionChoice.measured())).isEqualTo(FRAMES);
  }

  @Test
  void measured_onAFastDisk_compressesSamplesOnly_everSeldomer() {
    CompressionChoice choice = CompressionChoice.measured();
    choice.compressed(FRAME_BYTES, FRAME_BYTES / 2, FRAME_BYTES * 4L);
    choice.written(FRAME_BYTES, FRAME_BYTES * 2L); // Saves 1 ns a byte for 4.

    assertThat(compressedOf(choice)).isEqualTo(3); // After 32, 64 and 128 that were not.
  }

  @Test
  void measured_onASlowDisk_compresses() {
    CompressionChoice choice = CompressionChoice.measured();
    choice.compressed(FRAME_BYTES, FRAME_BYTES / 2, FRAME_BYTES * 4L);
    choice.written(FRAME_BYTES, FRAME_BYTES * 10L); // Saves 5 ns a byte for 4.

    assertThat(compressedOf(choice)).isEqualTo(FRAMES);
  }

  @Test
  void measured_onADiskThatSlowsDown_compressesAgain() {
    CompressionChoice choice = CompressionChoice.measured();
    choice.compressed(FRAME_BYTES, FRAME_BYTES / 2, FRAME_BYTES * 4L);
    choice.written(FRAME_BYTES, FRAME_BYTES);
    assertThat(compressedOf(choice)).isLessThan(FRAMES);

    for (int i = 0; i < 20; i++) {
      choice.written(FRAME_BYTES, FRAME_BYTES * 20L);
    }

    assertThat(compressedOf(choice)).isEqualTo(FRAMES);
  }

  @Test
  void measured_shortWrites_tellNothing() {
    CompressionChoice choice = CompressionChoice.measured();
    choice.compressed(FRAME_BYTES, FRAME_BYTES / 2, FRAME_BYTES * 4L);
    choice.written(4096, 1);

    assertThat(compressedOf(choice)).isEqualTo(FRAMES);
  }

  private static int compressedOf(CompressionChoice choice) {
    int count = 0;
    for (int i = 0; i < FRAMES; i++) {
      count += choice.compress(FRAME_BYTES) ? 1 : 0;
    }
    return count;
  }
}
