package dev.rookery.graph;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.UUID;

/// Property values of all types from a number each, and the form in which they are compared.
final class PropertyValues {
  /// How many types of values there are that are no lists.
  private static final int SCALAR_TYPES = 18;

  private static final List<Object> SMALL =
      List.of(
          0,
          0.0,
          -0.0,
          1,
          1.5,
          -7L,
          Double.NaN,
          Double.POSITIVE_INFINITY,
          1L << 53,
          (1L << 53) + 1,
          0x1p53,
          0x1p63,
          Long.MAX_VALUE,
          Long.MIN_VALUE,
          true,
          false,
          "",
          "a",
          "a\0",
          "é\uD83D\uDE00",
          "\uFFFD",
          "\uD83D",
          "x".repeat(300),
          "x".repeat(300) + "y",
          "x".repeat(198),
          "x".repeat(197) + "\0",
          new byte[] {0, 1},
          new byte[] {-1},
          List.of(),
          List.of(1, 2),
          List.of(1.0, 2.0),
          List.of("a", "b"),
          LocalDate.of(1815, 12, 10),
          new UUID(-1, 1));

  private PropertyValues() {}

  /// Returns the value that belongs to a seed.
  static Object of(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    if (random.nextInt(6) > 0) {
      return scalar(random, random.nextInt(SCALAR_TYPES));
    }
    int type = random.nextInt(SCALAR_TYPES);
    List<Object> list = new ArrayList<>();
    for (int i = random.nextInt(6); i > 0; i--) {
      list.add(scalar(random, type));
    }
    return list;
  }

  /// Returns one of a few values, some of which compare as equal, or agree in how they begin.
  static Object small(int pick) {
    return SMALL.get(Math.floorMod(pick, SMALL.size()));
  }

  /// Returns whether a value is so long that an index does not sort it to the end.
  static boolean isLong(Object value) {
    return switch (value) {
      case String text -> text.length() > 60;
      case ByteBuffer bytes -> bytes.capacity() > 60;
      case List<?> list -> list.size() > 3 || list.stream().anyMatch(PropertyValues::isLong);
      default -> false;
    };
  }

  /// Returns the property set that belongs to a seed.
  static Map<String, Object> setOf(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    Map<String, Object> all = new LinkedHashMap<>();
    int count = random.nextInt(4) == 0 ? random.nextInt(20) : random.nextInt(3);
    for (int i = 0; i < count; i++) {
      all.put(key(random.nextInt()), of(random.nextLong()));
    }
    return all;
  }

  /// Returns one of a few names of properties.
  static String key(int pick) {
    return "key" + Math.floorMod(pick, 24);
  }

  private static Object scalar(SplittableRandom random, int type) {
    return switch (type) {
      case 0 -> random.nextBoolean();
      case 1 -> random.nextLong() >> random.nextInt(64);
      case 2 -> (int) random.nextLong() >> random.nextInt(32);
      case 3 -> (short) random.nextInt();
      case 4 -> (byte) random.nextInt();
      case 5 -> random.nextInt(10) == 0 ? Double.NaN : random.nextDouble() * 1e9;
      case 6 -> (float) random.nextDouble();
      case 7 -> "";
      case 8 -> text(random, 30);
      case 9 -> text(random, random.nextInt(8) == 0 ? 20_000 : 300);
      case 10 -> bytes(random, random.nextInt(8) == 0 ? 12_000 : 40);
      case 11 -> LocalDate.ofEpochDay(random.nextInt(-100_000, 100_000));
      case 12 -> LocalTime.ofNanoOfDay(random.nextLong(86_400_000_000_000L));
      case 13 ->
          LocalDateTime.ofEpochSecond(
              random.nextInt(), random.nextInt(1_000_000_000), ZoneOffset.UTC);
      case 14 -> Instant.ofEpochSecond(random.nextInt(), random.nextInt(1_000_000_000));
      case 15 -> ZonedDateTime.ofInstant(Instant.ofEpochSecond(random.nextInt()), zone(random));
      case 16 -> new UUID(random.nextLong(), random.nextLong());
      default -> Duration.ofNanos(random.nextLong());
    };
  }

  private static ZoneId zone(SplittableRandom random) {
    return random.nextBoolean() ? ZoneId.of("Europe/Paris") : ZoneOffset.ofHours(random.nextInt(9));
  }

  private static String text(SplittableRandom random, int lengthMax) {
    String alphabet = random.nextBoolean() ? "abcdefghij" : "aé€\uD83D\uDE00x";
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(lengthMax); i > 0; i--) {
      text.append(alphabet.charAt(random.nextInt(alphabet.length())));
    }
    return text.toString();
  }

  private static byte[] bytes(SplittableRandom random, int lengthMax) {
    byte[] bytes = new byte[random.nextInt(lengthMax)];
    random.nextBytes(bytes);
    return bytes;
  }

  /// Returns a value in the form that the graph gives it back, comparable by `equals`.
  static Object normal(Object value) {
    return switch (value) {
      case Integer number -> number.longValue();
      case Short number -> number.longValue();
      case Byte number -> number.longValue();
      case Float number -> number.doubleValue();
      case byte[] bytes -> ByteBuffer.wrap(bytes.clone());
      case List<?> list -> list.stream().map(PropertyValues::normal).toList();
      default -> value;
    };
  }

  /// Returns a set in the form that the graph gives it back, comparable by `equals`.
  static Map<String, Object> normal(Map<String, ?> properties) {
    Map<String, Object> normal = new LinkedHashMap<>();
    properties.forEach((key, value) -> normal.put(key, normal(value)));
    return Map.copyOf(normal);
  }

  /// Returns a string that takes so many bytes in UTF-8.
  static String textOfBytes(int byteCount) {
    return new String(new byte[byteCount], StandardCharsets.UTF_8).replace('\0', 'x');
  }
}
