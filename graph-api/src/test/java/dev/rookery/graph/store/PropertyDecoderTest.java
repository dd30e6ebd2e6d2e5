package dev.rookery.graph.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import dev.rookery.graph.error.PropertyException;
import dev.rookery.storage.error.CorruptDatabaseException;
import dev.rookery.storage.error.RookeryException;
import dev.rookery.storage.page.PageLayout;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZonedDateTime;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class PropertyDecoderTest {
  private static final long AT = EncodedProperties.OFFSET;

  @Test
  void find_readsOneAndNotTheOthers() {
    EncodedProperties set =
        EncodedProperties.of(Map.of("k30", "Ā first", "k20", 42L, "k10", List.of("Ā", "b")));
    int first = PropertyDecoder.valueStart(set.segment(), AT, set.length(), 0);
    int last = PropertyDecoder.valueStart(set.segment(), AT, set.length(), 2);
    set.segment().asSlice(AT + first, 3).fill((byte) 0xFF);
    set.segment().asSlice(AT + last, set.length() - last).fill((byte) 0xFF);

    int index = set.find("k20");

    assertThat(PropertyDecoder.longAt(set.segment(), AT, set.length(), index)).isEqualTo(42);
    assertThat(set.find("k11")).isEqualTo(-1);
    assertThatThrownBy(() -> set.value("k30")).isInstanceOf(CorruptDatabaseException.class);
    assertThatThrownBy(() -> set.value("k10")).isInstanceOf(CorruptDatabaseException.class);
    assertThatThrownBy(set::validate).isInstanceOf(CorruptDatabaseException.class);
  }

  @Test
  void typedReads_answerByType() {
    EncodedProperties set =
        EncodedProperties.of(
            Map.of("k6", true, "k5", false, "k4", -7, "k3", 0.5, "k2", "hé", "k1", List.of(1)));
    MemorySegment segment = set.segment();
    int length = set.length();

    assertThat(PropertyDecoder.booleanAt(segment, AT, length, 0)).isTrue();
    assertThat(PropertyDecoder.booleanAt(segment, AT, length, 1)).isFalse();
    assertThat(PropertyDecoder.longAt(segment, AT, length, 2)).isEqualTo(-7);
    assertThat(PropertyDecoder.doubleAt(segment, AT, length, 2)).isEqualTo(-7.0);
    assertThat(PropertyDecoder.doubleAt(segment, AT, length, 3)).isEqualTo(0.5);
    assertThat(PropertyDecoder.stringAt(segment, AT, length, 4)).isEqualTo("hé");
    String names = "";
    String kinds = "";
    for (int i = 0; i < 6; i++) {
      names += PropertyDecoder.typeName(segment, AT, length, i) + ";";
      kinds += PropertyDecoder.isBoolean(segment, AT, length, i) ? "b" : "";
      kinds += PropertyDecoder.isLong(segment, AT, length, i) ? "l" : "";
      kinds += PropertyDecoder.isDouble(segment, AT, length, i) ? "d" : "";
      kinds += PropertyDecoder.isString(segment, AT, length, i) ? "s" : "";
    }
    assertThat(names).isEqualTo("Boolean;Boolean;Long;Double;String;List of Long;");
    assertThat(kinds).isEqualTo("bblds");
  }

  @Test
  void typedReads_ofAnotherType_areRefused() {
    EncodedProperties set = EncodedProperties.of(Map.of("k2", "x", "k1", List.of()));
    MemorySegment segment = set.segment();
    int length = set.length();

    assertThatThrownBy(() -> PropertyDecoder.longAt(segment, AT, length, 0))
        .isInstanceOf(PropertyException.class)
        .hasMessage("property is of another type asked=Long type=String");
    assertThatThrownBy(() -> PropertyDecoder.doubleAt(segment, AT, length, 0))
        .isInstanceOf(PropertyException.class);
    assertThatThrownBy(() -> PropertyDecoder.booleanAt(segment, AT, length, 0))
        .isInstanceOf(PropertyException.class);
    assertThatThrownBy(() -> PropertyDecoder.stringAt(segment, AT, length, 1))
        .isInstanceOf(PropertyException.class)
        .hasMessage("property is of another type asked=String type=List");
    assertThatThrownBy(() -> set.valueAt(2)).isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> set.valueAt(-1)).isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Test
  void findAndTypedReads_allocateNothing() {
    EncodedProperties set =
        EncodedProperties.of(Map.of("k3", 1000, "k2", 0.5, "k1", true)).outsideOfHeap();
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    readAll(set, 20_000);

    long before = threads.getCurrentThreadAllocatedBytes();
    long sum = readAll(set, 20_000);
    long allocatedBytes = threads.getCurrentThreadAllocatedBytes() - before;

    assertThat(sum).isEqualTo(2_001 * 20_000L);
    assertThat(allocatedBytes).isLessThan(20_000);
  }

  private static long readAll(EncodedProperties set, int count) {
    MemorySegment segment = set.segment();
    int length = set.length();
    long sum = 0;
    for (int i = 0; i < count; i++) {
      int number = PropertyDecoder.find(segment, AT, length, 65_533);
      sum += PropertyDecoder.longAt(segment, AT, length, number);
      sum += (long) PropertyDecoder.doubleAt(segment, AT, length, number);
      int flag = PropertyDecoder.find(segment, AT, length, 65_535);
      sum += PropertyDecoder.booleanAt(segment, AT, length, flag) ? 1 : 0;
      sum += PropertyDecoder.find(segment, AT, length, 5) + 1;
    }
    return sum;
  }

  @Test
  void damage_ofAnyByte_isAnAnswerOrARookeryException() {
    long seed = RandomProperties.chooseSeed("damage_ofAnyByte_isAnAnswerOrARookeryException", 3);
    RandomProperties random = new RandomProperties(seed);
    for (int round = 0; round < 3_000; round++) {
      byte[] bytes = EncodedProperties.of(random.set(round % 200 == 0 ? 150 : 6)).bytes();
      SplittableRandom bits = random.random();
      for (int flips = bits.nextInt(1, 4); flips > 0 && bytes.length > 0; flips--) {
        int span = bits.nextBoolean() ? Math.min(bytes.length, 20) : bytes.length;
        bytes[bits.nextInt(span)] ^= (byte) bits.nextInt(1, 256);
      }
      if (bits.nextInt(10) == 0) {
        bytes = Arrays.copyOf(bytes, bits.nextInt(bytes.length + 5));
      }
      readEverything(EncodedProperties.of(bytes));
    }
  }

  @Test
  void noise_isAnAnswerOrARookeryException() {
    long seed = RandomProperties.chooseSeed("noise_isAnAnswerOrARookeryException", 4);
    RandomProperties random = new RandomProperties(seed);
    for (int round = 0; round < 5_000; round++) {
      byte[] bytes = random.bytes(random.random().nextInt(60));
      if (bytes.length > 0) {
        bytes[0] &= (byte) 0x83;
      }
      readEverything(EncodedProperties.of(bytes));
    }
  }

  private static void readEverything(EncodedProperties set) {
    PropertyEncoder encoder = new PropertyEncoder();
    MemorySegment segment = set.segment();
    int length = set.length();
    attempt(set::validate);
    attempt(() -> PropertyDecoder.find(segment, AT, length, 7));
    attempt(() -> encoder.replace(segment, AT, length, 40_000, "new"));
    attempt(() -> encoder.replace(segment, AT, length, 40_000, null));
    int count;
    try {
      count = set.count();
    } catch (CorruptDatabaseException _) {
      return;
    }
    for (int i = 0; i < count; i++) {
      int index = i;
      attempt(() -> set.valueAt(index));
      attempt(() -> PropertyDecoder.typeName(segment, AT, length, index));
      attempt(() -> PropertyDecoder.booleanAt(segment, AT, length, index));
      attempt(() -> PropertyDecoder.longAt(segment, AT, length, index));
      attempt(() -> PropertyDecoder.doubleAt(segment, AT, length, index));
      attempt(() -> PropertyDecoder.stringAt(segment, AT, length, index));
    }
  }

  private static void attempt(Runnable read) {
    try {
      read.run();
    } catch (RookeryException _) {
      // One of the two allowed outcomes.
    }
  }

  @Test
  void validSet_afterDamage_isNeverEqualToItself() {
    RandomProperties random = new RandomProperties(5);
    for (int round = 0; round < 60; round++) {
      Map<String, Object> properties = random.set(5);
      byte[] bytes = EncodedProperties.of(properties).bytes();
      for (int i = 0; i < bytes.length; i++) {
        bytes[i] ^= 1;
        EncodedProperties damaged = EncodedProperties.of(bytes);
        requireOtherSet(damaged, properties);
        bytes[i] ^= 1;
      }
    }
  }

  /// A damaged set is found out, or it is the canonical form of other properties.
  private static void requireOtherSet(EncodedProperties damaged, Map<String, Object> properties) {
    Map<String, Object> decoded;
    try {
      damaged.validate();
      decoded = damaged.decode();
    } catch (RookeryException _) {
      return;
    }
    if (decoded.values().stream().noneMatch(PropertyDecoderTest::mayBeNaN)) {
      assertThat(EncodedProperties.comparable(decoded))
          .isNotEqualTo(EncodedProperties.comparable(properties));
      assertThat(EncodedProperties.of(decoded).bytes()).isEqualTo(damaged.bytes());
    }
  }

  private static boolean mayBeNaN(Object value) {
    return value instanceof Double number && number.isNaN()
        || value instanceof List<?> list && list.stream().anyMatch(PropertyDecoderTest::mayBeNaN);
  }

  @Test
  void badValues_areFoundOut() {
    requireDamage(LocalTime.NOON, 0, Long.MAX_VALUE);
    requireDamage(LocalDate.MAX, 0, Long.MAX_VALUE);
    requireDamage(ZonedDateTime.parse("2024-01-01T00:00Z"), 0, Long.MAX_VALUE);
    requireDamage(ZonedDateTime.parse("2024-01-01T00:00Z"), 5, -1);
    requireDamage(List.of("a", "b"), 0, 0x7FFF_FFFFL);
    requireDamage(List.of("a", "b"), 4, 0x7FFF_FFFF_7FFF_FFFFL);
    requireDamage(List.of(true, true, true, true, true, true, true, true), 0, 2);
    requireDamage("Ā".repeat(4), 0, -1);
  }

  private static void requireDamage(Object value, int from, long number) {
    EncodedProperties set = EncodedProperties.of(Map.of("k1", value));
    assertThatCode(set::validate).doesNotThrowAnyException();
    int start = PropertyDecoder.valueStart(set.segment(), AT, set.length(), 0);
    set.segment().set(PageLayout.LONG, AT + start + from, number);
    assertThatThrownBy(() -> set.valueAt(0)).isInstanceOf(CorruptDatabaseException.class);
    assertThatThrownBy(set::validate).isInstanceOf(CorruptDatabaseException.class);
  }

  @Test
  void timeZone_thatIsNotKnown_isNoDamage() {
    EncodedProperties set =
        EncodedProperties.of(Map.of("k1", ZonedDateTime.parse("2024-01-01T00:00Z[Europe/Berlin]")));
    set.segment().set(PageLayout.BYTE, AT + set.length() - 1, (byte) 'm');

    assertThatThrownBy(() -> set.value("k1"))
        .isInstanceOf(PropertyException.class)
        .hasMessage("time zone is not known to this Java zone=Europe/Berlim");
    set.validate();
  }

  @Test
  void longerForms_areNotCanonical() {
    byte[] oneInTwoBytes = {1, 1, 0, PropertyLayout.LONG_2, 8, 0, 1, 0};
    byte[] asciiAsUtf8 = {1, 1, 0, PropertyLayout.UTF_8, 7, 0, 'a'};
    byte[] keyZero = {1, 0, 0, PropertyLayout.TRUE, 6, 0};
    byte[] sameKeys = {2, 5, 0, 5, 0, PropertyLayout.TRUE, PropertyLayout.TRUE, 11, 0, 11, 0};
    byte[] wideEnd = {(byte) 0x81, 1, 0, PropertyLayout.TRUE, 8, 0, 0, 0};
    byte[] gapAtTheEnd = {1, 1, 0, PropertyLayout.TRUE, 6, 0, 0};
    for (byte[] bytes :
        List.of(oneInTwoBytes, asciiAsUtf8, keyZero, sameKeys, wideEnd, gapAtTheEnd)) {
      assertThatThrownBy(() -> EncodedProperties.of(bytes).validate())
          .isInstanceOf(CorruptDatabaseException.class);
    }
  }
}
