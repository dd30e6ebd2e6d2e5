package dev.rookery.graph.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What is encoded comes back, and equal sets have equal bytes.
class PropertyRoundTripTest {
  private static Stream<Object> values() {
    List<Object> values = new ArrayList<>(List.of(true, false, "", "a", "ÿ", "Ā", "한글"));
    for (int shift = 0; shift < 64; shift++) {
      long power = 1L << shift;
      Collections.addAll(values, power, -power, power - 1, -power - 1);
    }
    values.addAll(
        List.of(
            0.0, -0.0, Double.NaN, Double.MIN_VALUE, Double.MAX_VALUE, Double.NEGATIVE_INFINITY));
    values.addAll(List.of("\uD83D\uDC1F", "\uD83D", "\uDC1Fx", "x\uDC1F\uD83D", "\uFFFD", "\0"));
    values.addAll(List.of(new byte[0], new byte[] {-128, 0, 127}, new byte[70_000]));
    values.addAll(List.of(LocalDate.EPOCH, LocalDate.MIN, LocalDate.MAX));
    values.addAll(List.of(LocalDate.ofEpochDay(1L << 31), LocalDate.ofEpochDay((1L << 31) - 1)));
    values.addAll(List.of(LocalTime.MIN, LocalTime.MAX, LocalTime.NOON));
    values.addAll(List.of(LocalDateTime.MIN, LocalDateTime.MAX));
    values.addAll(List.of(Instant.MIN, Instant.MAX, Instant.EPOCH, Instant.ofEpochSecond(-1, 1)));
    values.addAll(List.of(Duration.ZERO, Duration.ofSeconds(Long.MIN_VALUE), Duration.ofNanos(-1)));
    values.add(Duration.ofSeconds(Long.MAX_VALUE, 999_999_999));
    values.addAll(List.of(new UUID(0, 0), new UUID(Long.MIN_VALUE, -1)));
    ZoneId berlin = ZoneId.of("Europe/Berlin");
    LocalDateTime twice = LocalDateTime.of(2024, 10, 27, 2, 30);
    values.addAll(
        List.of(
            ZonedDateTime.ofLocal(twice, berlin, ZoneOffset.ofHours(1)),
            ZonedDateTime.ofLocal(twice, berlin, ZoneOffset.ofHours(2)),
            ZonedDateTime.of(LocalDateTime.MIN, ZoneOffset.MAX),
            ZonedDateTime.of(LocalDateTime.MAX, ZoneOffset.MIN),
            ZonedDateTime.of(twice, ZoneOffset.UTC),
            ZonedDateTime.of(twice, ZoneId.of("UTC"))));
    values.addAll(List.of(List.of(), List.of(0L), List.of(0L, 1L << 40), List.of(true, false)));
    values.addAll(List.of(List.of("a", "Ā", "\uD83D"), List.of(LocalDate.EPOCH, LocalDate.MAX)));
    values.addAll(List.of(List.of("", ""), List.of(new byte[0], new byte[3])));
    return values.stream();
  }

  @ParameterizedTest
  @MethodSource("values")
  void value_ofAnyType_comesBack(Object value) {
    EncodedProperties set = EncodedProperties.of(Map.of("k1", value, "k2", 7L, "k3", "end"));

    set.validate();

    assertThat(EncodedProperties.comparable(set.decode()))
        .isEqualTo(EncodedProperties.comparable(Map.of("k1", value, "k2", 7L, "k3", "end")));
  }

  @Test
  void numbers_ofNarrowClasses_areWidened() {
    Map<String, Object> given = new LinkedHashMap<>();
    given.put("k1", (byte) -3);
    given.put("k2", (short) 300);
    given.put("k3", 70_000);
    given.put("k4", 0.5f);
    given.put("k5", List.of((byte) 1, (short) 2, 3, 4L));
    given.put("k6", List.of(0.5f, 0.25));

    Map<String, Object> expected = new HashMap<>();
    expected.put("k1", -3L);
    expected.put("k2", 300L);
    expected.put("k3", 70_000L);
    expected.put("k4", 0.5);
    expected.put("k5", List.of(1L, 2L, 3L, 4L));
    expected.put("k6", List.of(0.5, 0.25));
    assertThat(EncodedProperties.of(given).decode()).isEqualTo(expected);
    assertThat(EncodedProperties.of(given).bytes())
        .isEqualTo(EncodedProperties.of(expected).bytes());
  }

  @Test
  void arrays_areLists() {
    Map<String, Object> given =
        Map.of(
            "k1", new long[] {1, -1L << 40},
            "k2", new int[] {0, 300},
            "k3", new double[] {0.5},
            "k4", new boolean[] {true, false},
            "k5", new String[] {"a", "ß"},
            "k6", new int[0]);

    Map<String, Object> expected =
        Map.of(
            "k1", List.of(1L, -1L << 40),
            "k2", List.of(0L, 300L),
            "k3", List.of(0.5),
            "k4", List.of(true, false),
            "k5", List.of("a", "ß"),
            "k6", List.of());
    assertThat(EncodedProperties.of(given).decode()).isEqualTo(expected);
    assertThat(EncodedProperties.of(given).bytes())
        .isEqualTo(EncodedProperties.of(expected).bytes());
  }

  @Test
  void emptySet_hasNoBytes() {
    EncodedProperties set = EncodedProperties.of(Map.of());

    assertThat(set.length()).isZero();
    assertThat(set.count()).isZero();
    assertThat(set.find("k1")).isEqualTo(-1);
    set.validate();
  }

  @Test
  void smallSet_hasTheBytesOfTheTable() {
    byte[] expected = {
      3, // head: count, narrow ends
      1,
      0,
      2,
      0,
      (byte) 0xFF,
      (byte) 0xFF, // key numbers
      5,
      2,
      9, // Long in 2 bytes, true, Latin-1
      18,
      0,
      18,
      0,
      20,
      0, // ends
      0x2C,
      1, // 300
      'h',
      'i'
    };

    assertThat(EncodedProperties.of(Map.of("k65535", 300L, "k65534", true, "k1", "hi")).bytes())
        .isEqualTo(expected);
  }

  @ParameterizedTest
  @MethodSource("counts")
  void set_ofManyProperties_comesBack(int count) {
    Map<String, Object> given = new HashMap<>();
    for (long i = 1; i <= count; i++) {
      given.put("k" + i, i);
    }

    EncodedProperties set = EncodedProperties.of(given);

    set.validate();
    assertThat(set.count()).isEqualTo(count);
    assertThat(set.decode()).isEqualTo(given);
    for (long i = 1; i <= count; i++) {
      assertThat(set.value("k" + i)).isEqualTo(i);
    }
  }

  private static Stream<Integer> counts() {
    return Stream.of(1, 2, 126, 127, 128, 9_000, PropertyEncoder.COUNT_MAX);
  }

  @ParameterizedTest
  @MethodSource("bytesAroundNarrow")
  void ends_areWideOnlyIfNeeded(int setBytes) {
    int tableBytes = PropertyLayout.valuesOffset(2, PropertyLayout.NARROW_END_BYTES);
    Map<String, Object> given = Map.of("k1", new byte[setBytes - tableBytes - 1], "k2", 5L);

    EncodedProperties set = EncodedProperties.of(given);

    set.validate();
    assertThat(set.length()).isEqualTo(setBytes <= 65_535 ? setBytes : setBytes + 2 * 2);
    assertThat(EncodedProperties.comparable(set.decode()))
        .isEqualTo(EncodedProperties.comparable(given));
  }

  private static Stream<Integer> bytesAroundNarrow() {
    return Stream.of(65_534, 65_535, 65_536, 65_540, 200_000);
  }

  @Test
  void randomSets_comeBackAndAreCanonical() {
    long seed = RandomProperties.chooseSeed("randomSets_comeBackAndAreCanonical", 1);
    RandomProperties random = new RandomProperties(seed);
    PropertyEncoder encoder = new PropertyEncoder();
    for (int round = 0; round < 3_000; round++) {
      Map<String, Object> given = random.set(round % 100 == 0 ? 200 : 12);
      Map<String, Object> backwards = new LinkedHashMap<>();
      new ArrayList<>(given.keySet()).reversed().forEach(key -> backwards.put(key, given.get(key)));

      int length = encoder.encode(backwards, RandomProperties::keyNumber);
      EncodedProperties set = EncodedProperties.of(given);

      (round % 50 == 0 ? set.outsideOfHeap() : set).validate();
      assertThat(set.bytes()).isEqualTo(Arrays.copyOf(encoder.buffer(), length));
      assertThat(EncodedProperties.comparable(set.decode()))
          .isEqualTo(EncodedProperties.comparable(given));
    }
  }
}
