package dev.rookery.graph.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rookery.graph.error.PropertyException;
import java.lang.foreign.MemorySegment;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class PropertyEncoderTest {
  private final PropertyEncoder encoder = new PropertyEncoder();

  private byte[] replaced(EncodedProperties old, String key, Object value) {
    int length =
        encoder.replace(
            old.segment(),
            EncodedProperties.OFFSET,
            old.length(),
            RandomProperties.keyNumber(key),
            value);
    return Arrays.copyOf(encoder.buffer(), length);
  }

  @Test
  void replace_ofAnyProperty_equalsEncodingAnew() {
    long seed = RandomProperties.chooseSeed("replace_ofAnyProperty_equalsEncodingAnew", 2);
    RandomProperties random = new RandomProperties(seed);
    for (int round = 0; round < 3_000; round++) {
      Map<String, Object> properties = random.set(round % 50 == 0 ? 140 : 8);
      EncodedProperties old = EncodedProperties.of(properties);
      List<String> keys = new ArrayList<>(properties.keySet());
      boolean existing = !keys.isEmpty() && random.random().nextBoolean();
      String key =
          existing
              ? keys.get(random.random().nextInt(keys.size()))
              : "k" + random.random().nextInt(1, 65_536);
      Object value = random.random().nextInt(3) == 0 ? null : random.value();

      byte[] bytes = replaced(old, key, value);

      if (value == null) {
        properties.remove(key);
      } else {
        properties.put(key, value);
      }
      assertThat(bytes).isEqualTo(EncodedProperties.of(properties).bytes());
    }
  }

  @Test
  void replace_acrossTheWidthOfEndsAndTheFormOfTheCount_equalsEncodingAnew() {
    Map<String, Object> properties = new HashMap<>();
    for (int i = 1; i <= 126; i++) {
      properties.put("k" + i, (long) i);
    }
    EncodedProperties small = EncodedProperties.of(properties);
    properties.put("k500", new byte[70_000]);
    EncodedProperties large = EncodedProperties.of(properties);

    assertThat(replaced(small, "k500", new byte[70_000])).isEqualTo(large.bytes());
    assertThat(replaced(large, "k500", null)).isEqualTo(small.bytes());
  }

  @Test
  void replace_inItsOwnResult_readsItBeforeItWrites() {
    int length = 0;
    Map<String, Object> properties = new HashMap<>();
    for (int i = 1; i <= 300; i++) {
      String key = "k" + (i * 7 % 61 + 1);
      properties.put(key, "value " + i);
      length =
          encoder.replace(
              MemorySegment.ofArray(encoder.buffer()),
              0,
              length,
              RandomProperties.keyNumber(key),
              "value " + i);
    }

    assertThat(Arrays.copyOf(encoder.buffer(), length))
        .isEqualTo(EncodedProperties.of(properties).bytes());
  }

  @Test
  void replace_withTheView_namesTheKey() {
    PropertyBytes old = new PropertyBytes();

    assertThatThrownBy(() -> encoder.replace(old, "age", 1, 'c'))
        .hasMessage("type is not supported key=age type=java.lang.Character");
    assertThat(encoder.replace(old, "age", 1, 5)).isEqualTo(7);
    assertThat(encoder.replace(old, "age", 1, null)).isZero();
  }

  @Test
  void encode_takesCopies() {
    byte[] bytes = {1, 2};
    List<Object> list = new ArrayList<>(List.of(1L));

    EncodedProperties set = EncodedProperties.of(Map.of("k1", bytes, "k2", list));
    bytes[0] = 9;
    list.add(2L);
    byte[] read = (byte[]) set.value("k1");
    read[1] = 9;

    assertThat((byte[]) set.value("k1")).containsExactly(1, 2);
    assertThat(set.value("k2")).isEqualTo(List.of(1L));
    assertThatThrownBy(() -> ((List<?>) set.value("k2")).removeFirst())
        .isInstanceOf(UnsupportedOperationException.class);
  }

  private static Stream<Arguments> refusals() {
    Map<String, Object> nullKey = new HashMap<>();
    nullKey.put(null, 1);
    Map<String, Object> nullValue = new HashMap<>();
    nullValue.put("a", null);
    String unpaired = "type is not supported key=a type=";
    return Stream.of(
        Arguments.of(nullKey, "property key is null"),
        Arguments.of(nullValue, "property value is null key=a"),
        Arguments.of(Map.of("", 1), "property key is empty"),
        Arguments.of(Map.of("\uD800", 1), "property key has an unpaired surrogate key=\uD800"),
        Arguments.of(
            Map.of("é".repeat(128), 1),
            "property key is too long key=" + "é".repeat(40) + "… keyBytes=256 keyBytesMax=255"),
        Arguments.of(Map.of("a", 'c'), unpaired + "java.lang.Character"),
        Arguments.of(Map.of("a", new Object()), unpaired + "java.lang.Object"),
        Arguments.of(Map.of("a", Map.of()), unpaired + Map.of().getClass().getName()),
        Arguments.of(Map.of("a", OffsetDateTime.MIN), unpaired + "java.time.OffsetDateTime"),
        Arguments.of(Map.of("a", new Long[0]), unpaired + "java.lang.Long[]"),
        Arguments.of(Map.of("a", new Object[0]), unpaired + "java.lang.Object[]"),
        Arguments.of(Map.of("a", new char[0]), unpaired + "char[]"),
        Arguments.of(Map.of("a", new long[0][0]), unpaired + "long[][]"),
        Arguments.of(Map.of("a", List.of(new long[0])), unpaired + "long[]"),
        Arguments.of(Map.of("a", List.of(List.of())), unpaired + List.of().getClass().getName()),
        Arguments.of(Map.of("a", Arrays.asList(1, null)), "list element is null key=a"),
        Arguments.of(Map.of("a", new String[1]), "list element is null key=a"),
        Arguments.of(
            Map.of("a", List.of(1, 1.0)), "list mixes types key=a type=Long otherType=Double"),
        Arguments.of(
            Map.of("a", List.of("1", true)),
            "list mixes types key=a type=String otherType=Boolean"));
  }

  @ParameterizedTest
  @MethodSource("refusals")
  void encode_ofWhatIsNotAllowed_isRefusedBeforeKeysGetNumbers(
      Map<String, Object> properties, String message) {
    List<String> numbered = new ArrayList<>();

    assertThatThrownBy(() ->
            encoder.encode(
                properties,
                key -> {
                  numbered.add(key);
                  return 1;
                }))
        .isInstanceOf(PropertyException.class)
        .hasMessage(message);
    assertThat(numbered).isEmpty();
    assertThat(encoder.encode(Map.of("k1", 1), RandomProperties::keyNumber)).isEqualTo(7);
  }

  @Test
  void encode_ofKeysAtTheirLimit_isDone() {
    assertThat(encoder.encode(Map.of("é".repeat(127) + "x", 1, "a", 2), String::length))
        .isPositive();
  }

  @Test
  void encode_withBadKeyNumbers_isRefused() {
    for (int number : new int[] {0, -1, 65_536}) {
      assertThatThrownBy(() -> encoder.encode(Map.of("a", 1), _ -> number))
          .isInstanceOf(PropertyException.class)
          .hasMessage("key number is out of range key=a keyNumber=%d keyNumberMax=65535", number);
    }
    assertThatThrownBy(() -> encoder.encode(Map.of("a", 1, "b", 2), _ -> 1))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void encode_ofTooManyProperties_isRefused() {
    Map<String, Object> properties = new HashMap<>();
    for (int i = 0; i <= PropertyEncoder.COUNT_MAX; i++) {
      properties.put("k" + i, true);
    }

    assertThatThrownBy(() -> encoder.encode(properties, RandomProperties::keyNumber))
        .isInstanceOf(PropertyException.class)
        .hasMessageEndingWith("count=65536 countMax=65535");
  }

  @Test
  void encode_ofTooLongValues_isRefusedWithoutABuffer() {
    List<Object> values =
        List.of(
            Collections.nCopies(PropertyEncoder.VALUE_BYTES_MAX + 1, true),
            Collections.nCopies(64, new byte[PropertyEncoder.VALUE_BYTES_MAX / 64]));
    for (Object value : values) {
      assertThatThrownBy(() -> encoder.encode(Map.of("k1", value), RandomProperties::keyNumber))
          .isInstanceOf(PropertyException.class)
          .hasMessageMatching("value is too long key=k1 valueBytes=10737\\d{5} .*Max=1073741824");
    }
    assertThat(encoder.buffer().length).isLessThan(1_000);
  }

  @Test
  void encode_ofTooLongSet_isRefusedWithoutABuffer() {
    byte[] value = new byte[PropertyEncoder.SET_BYTES_MAX / 4];
    Map<String, Object> properties = Map.of("k1", value, "k2", value, "k3", value, "k4", value);

    assertThatThrownBy(() -> encoder.encode(properties, RandomProperties::keyNumber))
        .isInstanceOf(PropertyException.class)
        .hasMessageEndingWith("setBytes=1342177309 setBytesMax=1342177280");
    assertThat(encoder.buffer().length).isLessThan(1_000);
  }

  @Test
  void buffer_ofALargeSet_isNotKept() {
    encoder.encode(Map.of("k1", new byte[10_000_000]), RandomProperties::keyNumber);
    assertThat(encoder.buffer().length).isGreaterThan(10_000_000);

    encoder.encode(Map.of("k1", 1), RandomProperties::keyNumber);
    assertThat(encoder.buffer().length).isLessThan(1_000);
  }
}
