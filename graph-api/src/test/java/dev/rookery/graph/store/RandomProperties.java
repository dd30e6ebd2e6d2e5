package dev.rookery.graph.store;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.UUID;

/// Values and sets of all types by a seed, in the classes that decoding returns.
final class RandomProperties {
  static final int SCALAR_TYPE_COUNT = 12;

  private static final List<String> ZONES =
      List.of("Z", "+05:45", "-18:00", "UTC+01:00", "Europe/Berlin", "America/New_York", "GMT0");

  private final SplittableRandom random;

  RandomProperties(long seed) {
    random = new SplittableRandom(seed);
  }

  /// Returns the seed of `-Dseed=`, or the given one, and prints it.
  static long chooseSeed(String test, long seed) {
    long chosen = Long.getLong("seed", seed);
    System.out.println(test + " seed=" + chosen);
    return chosen;
  }

  SplittableRandom random() {
    return random;
  }

  /// Returns the number of a key by its name: descending, so that order is never that of the map.
  static int keyNumber(String key) {
    return 65_536 - Integer.parseInt(key.substring(1));
  }

  static String keyName(int keyNumber) {
    return "k" + (65_536 - keyNumber);
  }

  Map<String, Object> set(int countMax) {
    int count = random.nextInt(countMax + 1);
    Map<String, Object> set = new LinkedHashMap<>();
    while (set.size() < count) {
      set.put("k" + random.nextInt(1, 65_536), value());
    }
    return set;
  }

  Object value() {
    int type = random.nextInt(SCALAR_TYPE_COUNT);
    return random.nextInt(5) == 0 ? list(type, random.nextInt(20)) : scalar(type);
  }

  List<Object> list(int type, int count) {
    List<Object> list = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      list.add(scalar(type));
    }
    return list;
  }

  Object scalar(int type) {
    return switch (type) {
      case 0 -> random.nextBoolean();
      case 1 -> integer();
      case 2 -> Double.longBitsToDouble(random.nextLong());
      case 3 -> text(random.nextInt(30));
      case 4 -> bytes(random.nextInt(40));
      case 5 -> LocalDate.ofEpochDay(random.nextInt(3) == 0 ? farDay() : random.nextInt(100_000));
      case 6 -> LocalTime.ofNanoOfDay(random.nextLong(86_400_000_000_000L));
      case 7 -> LocalDateTime.of(LocalDate.ofEpochDay(farDay()), LocalTime.ofSecondOfDay(86_399));
      case 8 -> instant();
      case 9 -> ZonedDateTime.ofInstant(instant(), ZoneId.of(ZONES.get(random.nextInt(7))));
      case 10 -> Duration.ofSeconds(random.nextLong(), random.nextInt(1_000_000_000));
      default -> new UUID(random.nextLong(), random.nextLong());
    };
  }

  private Long integer() {
    return random.nextInt(8) == 0 ? 0 : random.nextLong() >> random.nextInt(64);
  }

  private long farDay() {
    return random.nextLong(LocalDate.MIN.toEpochDay(), LocalDate.MAX.toEpochDay() + 1);
  }

  private Instant instant() {
    return Instant.ofEpochSecond(
        random.nextLong(-5_000_000_000L, 5_000_000_000L), random.nextInt(1_000_000_000));
  }

  byte[] bytes(int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }

  /// Returns a string of ASCII, Latin-1, any of the first plane, or any UTF-16, valid or not.
  String text(int length) {
    int[] bounds = {0x80, 0x100, 0xD800, 0x10000};
    int bound = bounds[random.nextInt(bounds.length)];
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < length; i++) {
      if (bound == 0xD800 && random.nextInt(4) == 0) {
        text.appendCodePoint(random.nextInt(0x10000, 0x110000));
      } else {
        text.append((char) random.nextInt(bound));
      }
    }
    return text.toString();
  }
}
