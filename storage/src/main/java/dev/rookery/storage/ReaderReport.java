package dev.rookery.storage;

import java.util.Optional;

/// An open read transaction, as others see it.
///
/// @param sequence the commit that it sees
/// @param ageMillis for how long it has been open
/// @param threadName the thread that began it
/// @param origin where it was begun, as `class.method(file:line)`, if the database was opened to
///   remember that
public record ReaderReport(
    long sequence, long ageMillis, String threadName, Optional<String> origin) {

  @Override
  public String toString() {
    return "reader sequence=%d ageMillis=%d thread=%s%s"
        .formatted(
            sequence, ageMillis, threadName, origin.map(place -> " origin=" + place).orElse(""));
  }
}
