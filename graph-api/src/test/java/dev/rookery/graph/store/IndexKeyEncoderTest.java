package dev.rookery.graph.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rookery.graph.PropertyOrderCases;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// The order of encoded values against that of a plain comparator.
final class IndexKeyEncoderTest {
  private final IndexKeyEncoder encoder = new IndexKeyEncoder();

  private static boolean isPrefix(byte[] one, byte[] other) {
    return one.length < other.length && Arrays.equals(one, Arrays.copyOf(other, one.length));
  }

  @Test
  void encodings_ofAnyTwoValues_compareAsTheValuesDo() {
    List<Object> values = PropertyOrderCases.values(Long.getLong("seed", 11), 700);
    List<byte[]> encodings = values.stream().map(value -> encoder.encode("key", value)).toList();
    for (int i = 0; i < values.size(); i++) {
      for (int j = 0; j < values.size(); j++) {
        int order = Arrays.compareUnsigned(encodings.get(i), encodings.get(j));
        int expected = PropertyOrderCases.compare(values.get(i), values.get(j));
        if (Integer.signum(order) != Integer.signum(expected)
            || isPrefix(encodings.get(i), encodings.get(j))) {
          throw new AssertionError("%s %s".formatted(values.get(i), values.get(j)));
        }
      }
    }
  }

  @Test
  void stored_asEncoded_isTheSameValue() {
    PropertyEncoder sets = new PropertyEncoder();
    PropertyBytes bytes = new PropertyBytes();
    for (Object value : PropertyOrderCases.values(Long.getLong("seed", 12), 300)) {
      int length = sets.encode(Map.of("key", value), key -> 1);
      bytes.set(java.lang.foreign.MemorySegment.ofArray(sets.buffer()), 0, length);
      byte[] expected = encoder.encode("key", value);
      encoder.clear();
      encoder.appendWhole(bytes, 0);
      assertThat(encoder.toBytes()).isEqualTo(expected);
      encoder.clear();
      assertThat(encoder.append(bytes, 0)).isEqualTo(expected.length > 200);
      byte[] cut = encoder.toBytes();
      assertThat(cut).hasSize(expected.length > 200 ? 208 : expected.length);
      encoder.clear();
      encoder.appendEncoded(expected);
      assertThat(encoder.toBytes()).isEqualTo(cut);
    }
  }

  @Test
  void examples_always_haveTheseBytes() {
    assertThat(hex(1)).isEqualTo("20bff0000000000000");
    assertThat(hex(-1.0)).isEqualTo("20400fffffffffffff");
    assertThat(hex(Long.MAX_VALUE)).isEqualTo("20c3e00000000000007fff");
    assertThat(hex("a\0é")).isEqualTo("306100ffc3a90001");
    assertThat(hex(List.of(true, false))).isEqualTo("c0111000");
  }

  private String hex(Object value) {
    return HexFormat.of().formatHex(encoder.encode("key", value));
  }
}
